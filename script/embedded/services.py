"""The database and the broker for one command: those named in the environment, those of a running command, or our own.

Whoever holds `owner.lock` runs the servers and has written their addresses into `services.json`. Others use them and
hold `users.lock` together while they do; an owner who is done waits for that lock before it stops anything.
"""

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from script.embedded.account import servers_account, servers_home
from script.embedded.children import Child
from script.embedded.claims import open_lock, release, take_shared, try_exclusive, wait_exclusive
from script.embedded.places import CannotContinueError, Place, say
from script.embedded.ports import answers
from script.embedded.postgres import start_postgres
from script.embedded.predecessors import end_predecessor
from script.embedded.valkey import start_valkey


@dataclass
class Services:
    """Addresses to work with, and the servers we started ourselves (none when shared or given)."""

    database_url: str
    redis_url: str
    children: list[Child] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """The two variables Django's settings read."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def stop(self) -> None:
        """Stop what was started here, all at once."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait_or_kill()


@contextlib.contextmanager
def services(place: Place, environ: Mapping[str, str], *, patience: float = 3600) -> Iterator[Services]:
    """Have a database and a broker inside the block. `patience`: seconds to wait for commands that share ours."""
    with open_lock(place.run / "owner.lock") as owner, open_lock(place.run / "users.lock") as users:
        shared = _share_or_own(place, owner, users)
        if shared:
            yield _with_precedence(environ, shared)
            return
        started = _start(place, environ)
        try:
            _publish(place, started)
            yield started
        finally:
            _wait_for_users(users, patience if started.children else 0)
            _address_file(place).unlink(missing_ok=True)
            started.stop()


def _with_precedence(environ: Mapping[str, str], shared: Services) -> Services:
    """An address somebody has set by hand wins over the running command's."""
    return Services(
        environ.get("DATABASE_URL") or shared.database_url,
        environ.get("REDIS_URL") or shared.redis_url,
    )


def _share_or_own(place: Place, owner: IO[str], users: IO[str], *, seconds: float = 60) -> Services | None:
    """Another command's services, as its user; None when we have become the owner."""
    end = time.monotonic() + seconds
    while not try_exclusive(owner):
        take_shared(users)
        shared = _published(place)
        if shared:
            return shared
        release(users)
        if time.monotonic() > end:
            raise CannotContinueError("Another command of this checkout has been starting or stopping for a minute.")
        time.sleep(0.1)
    return None


def _address_file(place: Place) -> Path:
    return place.run / "services.json"


def _publish(place: Place, running: Services) -> None:
    path = _address_file(place)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # the addresses carry passwords
    part.write_text(json.dumps({"pid": os.getpid(), **running.environment()}))
    part.replace(path)


def _published(place: Place) -> Services | None:
    """What the owner has written down, if both servers answer there."""
    try:
        found = json.loads(_address_file(place).read_text())
    except (OSError, ValueError):
        return None
    known = Services(found["DATABASE_URL"], found["REDIS_URL"])
    return known if answers(known.database_url) and answers(known.redis_url) else None


def _start(place: Place, environ: Mapping[str, str]) -> Services:
    running = Services(environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", ""))
    if running.database_url and running.redis_url:
        return running
    account = servers_account()
    home = servers_home(place, account)
    if not place.keeps_data:
        _empty(home)
    try:
        if not running.database_url:
            child, running.database_url = start_postgres(place, home, account)
            running.children.append(child)
        if not running.redis_url:
            child, running.redis_url = start_valkey(place, home, account)
            running.children.append(child)
    except BaseException:
        running.stop()
        raise
    return running


def _empty(home: Path) -> None:
    """The tests write without fsync: data left behind by a killed run cannot be trusted."""
    for pid_file in home.glob("*/postmaster.pid"):
        end_predecessor(pid_file, signal.SIGINT)
    for pid_file in home.glob("*/valkey.pid"):
        end_predecessor(pid_file, signal.SIGTERM)
    for entry in home.iterdir():
        if entry.is_dir() and not entry.name.startswith("programs-"):
            shutil.rmtree(entry)


def _wait_for_users(users: IO[str], patience: float) -> None:
    if wait_exclusive(users, seconds=0.1):
        return
    say("Other commands still use these services; waiting for them.")
    wait_exclusive(users, seconds=patience)
