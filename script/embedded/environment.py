"""The virtual environment in `.data/venv`, equal to `requirements-dev.lock` to the last hash.

A bare Debian has Python without pip, venv and ensurepip: uv is taken from the PATH, else fetched by pip, and makes the
environment without any of the three. A stamp makes the second run instant.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from script.embedded import system_packages
from script.embedded.claims import exclusive
from script.embedded.places import DATA, PYTHON, ROOT, VENV, CannotContinueError, say

LOCK_FILE = ROOT / "requirements-dev.lock"
INSTALLER_LOCK = ROOT / "script" / "uv.lock.txt"
STAMP = VENV / "synced-with"
BOOT = DATA / "boot"
OLDEST_PYTHON = (3, 11)


def prepare(required: Sequence[system_packages.Need] = (), wished: Sequence[system_packages.Need] = ()) -> list[str]:
    """Bring system packages and the environment up to date; return the packages wished for but missing."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotContinueError("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")
    installer = () if _is_synced() else system_packages.INSTALLER
    unavailable = system_packages.provide([*installer, *required], wished)
    with exclusive(DATA / "run" / "environment.lock", waiting="Another command is making the environment; waiting."):
        if not _is_synced():
            _sync()
    return unavailable


def uv() -> str:
    """A working uv: from the PATH, from an earlier run, or installed now by pip with a pinned hash."""
    for candidate in (shutil.which("uv"), str(BOOT / "bin" / "uv")):
        if candidate and _works(candidate):
            return candidate
    say("Fetching uv")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--target", str(BOOT), "--upgrade", "--requirement", str(INSTALLER_LOCK)])
    return str(BOOT / "bin" / "uv")


def _expected_stamp() -> str:
    """The lock file's hash, and the path: an environment does not survive being moved."""
    return f"{VENV}\n{hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()}"


def _is_synced() -> bool:
    return STAMP.exists() and STAMP.read_text() == _expected_stamp() and PYTHON.exists()


def _sync() -> None:
    say(f"Making the environment in {VENV.relative_to(ROOT)} from {LOCK_FILE.name}")
    tool = uv()
    if _is_elsewhere() or not _works(str(PYTHON)):
        _run([tool, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    _run([tool, "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), str(LOCK_FILE)])
    STAMP.write_text(_expected_stamp())


def _is_elsewhere() -> bool:
    return STAMP.exists() and STAMP.read_text().splitlines()[:1] != [str(VENV)]


def _works(program: str) -> bool:
    """Whether the program starts: a pyenv shim may point nowhere, a venv's Python may be gone after an upgrade."""
    if not Path(program).exists():
        return False
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def _run(command: list[str]) -> None:
    calm = dict(os.environ, UV_LINK_MODE="copy", UV_PYTHON_DOWNLOADS="never", PIP_ROOT_USER_ACTION="ignore")
    if subprocess.run(command, env=calm, stdout=sys.stderr, check=False).returncode:
        raise CannotContinueError("This command failed; its message stands above:\n\n    " + " ".join(command) + "\n")
