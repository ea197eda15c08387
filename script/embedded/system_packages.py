"""Debian packages the commands need: installed when root, otherwise named in one exact command.

Presence is tested by loading the library or finding the program, not by asking dpkg, so other distributions serve too.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from script.embedded.places import DATA, CannotContinueError, say

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Need:
    """A Debian package and the test whether what it brings is there already."""

    package: str
    is_there: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def _has_installer() -> bool:
    return bool(shutil.which("uv")) or (DATA / "boot/bin/uv").exists() or importlib.util.find_spec("pip") is not None


def _has_font() -> bool:
    return any(
        path.suffix in {".ttf", ".otf", ".ttc"}
        for folder in FONT_FOLDERS
        for path in Path(folder).expanduser().glob("**/*.*")
    )


def chromium() -> str | None:
    """The browser for the browser tests: `CHROMIUM`, else the first of the usual names on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


INSTALLER = (Need("python3-pip", _has_installer),)
PDF = (
    Need("libpango-1.0-0", _library("libpango-1.0.so.0")),
    Need("libpangoft2-1.0-0", _library("libpangoft2-1.0.so.0")),
    Need("libharfbuzz-subset0", _library("libharfbuzz-subset.so.0")),
    Need("fonts-dejavu-core", _has_font),
)
BROWSER = (
    Need("chromium", lambda: chromium() is not None),
    Need("libatomic1", _library("libatomic.so.1")),
)


def missing(needs: Sequence[Need]) -> list[str]:
    """The packages of `needs` whose content is not on this machine."""
    return [need.package for need in needs if not need.is_there()]


def command_for(packages: Sequence[str]) -> str:
    """What an administrator types to install `packages`."""
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"


def provide(required: Sequence[Need], wished: Sequence[Need] = ()) -> list[str]:
    """Make sure of the packages, by apt when root; return those merely wished for that are still missing.

    Raises `CannotContinueError` with the command to type when a required one cannot be installed.
    """
    absent = missing([*required, *wished])
    if absent and os.geteuid() == 0 and shutil.which("apt-get"):
        _apt_install(absent)
    if still := missing(required):
        everything = command_for([*still, *missing(wished)])
        raise CannotContinueError(f"This machine lacks {', '.join(still)}. Once, as root:\n\n    {everything}\n")
    return missing(wished)


def _apt_install(packages: Sequence[str]) -> None:
    say(f"Installing system packages: {' '.join(packages)}")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=sys.stderr, check=False)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    result = subprocess.run(install, env=quiet, capture_output=True, text=True, check=False)
    if result.returncode:
        say(result.stdout + result.stderr)
