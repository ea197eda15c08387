"""Running the project's own programs in its environment: in the foreground, with our standard streams."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from script.embedded.children import dying_with_parent
from script.embedded.interrupts import passed_on_to
from script.embedded.places import DATA, PYTHON, ROOT, VENV, CannotContinueError


def base_environment(kind: str, additions: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment, `LANGGANAN_ENV` by default `kind`, plus `additions`, the venv first on the PATH."""
    environment = {"LANGGANAN_ENV": kind, **os.environ, **additions}
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment.pop("PYTHONHOME", None)
    _keep_bytecode(environment)
    if environment["LANGGANAN_ENV"] != "production":
        environment.setdefault("SECRET_KEY", _secret_key())
    return environment


def _keep_bytecode(environment: dict[str, str]) -> None:
    """Compile each module once, not in each process: a command here starts up to a dozen of them.

    Containers often forbid bytecode, so that none lies beside the sources; it lies in `.data` here.
    """
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("PYTHONPYCACHEPREFIX", str(DATA / "cache" / "bytecode"))


def _secret_key() -> str:
    """A key of this checkout's own, kept so that sessions outlive a restart."""
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def run(command: Sequence[str | Path], environment: Mapping[str, str]) -> int:
    """Run a program with our standard streams until it ends; its exit code, 128 + n for death by signal n."""
    with (
        subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        ) as process,
        passed_on_to(process),
    ):
        code = process.wait()
    return code if code >= 0 else 128 - code


def manage(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `manage.py` with our standard streams."""
    return run([PYTHON, ROOT / "manage.py", *arguments], environment)


def must_manage(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run `manage.py` as a step of ours; return its output. Errors go to the terminal and end the command."""
    result = subprocess.run(
        [PYTHON, ROOT / "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
        check=False,
    )
    if result.returncode:
        raise CannotContinueError(
            f"{result.stdout}\n`manage.py {' '.join(arguments)}` failed; its message stands above."
        )
    return result.stdout
