"""The account the embedded servers run under. PostgreSQL refuses to run as root, so root lends it another one.

That account must reach the data and the programs: a checkout under /root is closed to it, so both then go to a
directory under /var/lib named after the checkout.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from script.embedded.places import CHECKOUT_HASH, DATA, CannotContinueError, Place, say

UNPRIVILEGED = ("postgres", "nobody")
SHARED_ROOMS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - its owner is checked


@dataclass(frozen=True)
class Account:
    """Whose rights a server has; `uid` None means those of whoever started the command."""

    uid: int | None = None
    gid: int | None = None

    def owns(self, path: Path) -> None:
        """Hand `path` over to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def become(self) -> None:
        """Drop to the account's rights for good; for a child before it executes its program."""
        if self.uid is not None and self.gid is not None:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter or execute `path` (asked of the kernel, not worked out from mode bits)."""
        test = ["/bin/sh", "-c", 'test -r "$0" && test -x "$0"', str(path)]
        return subprocess.run(test, cwd="/", preexec_fn=self.become, check=False).returncode == 0


def servers_account() -> Account:
    """The caller's own account; for root that of `.data/`'s owner, or an unprivileged one of this machine."""
    if os.geteuid() != 0:
        return Account()
    owner = DATA.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise CannotContinueError("Running as root needs an account named postgres or nobody; there is none.")


def servers_home(place: Place, account: Account) -> Path:
    """The directory for a place's server data: in `.data/`, or where the account can reach it."""
    place.home.mkdir(parents=True, exist_ok=True)
    if account.reaches(place.home):
        return place.home
    room = _room_for_root()
    home = room / place.name
    if not home.exists():
        say(f"The account of the database cannot reach {place.home}; its data are kept in {home}.")
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    return home


def _room_for_root() -> Path:
    parent = next((path for path in SHARED_ROOMS if os.access(path, os.W_OK)), None)
    if parent is None:
        raise CannotContinueError("Neither /var/lib nor /var/tmp can be written; set DATABASE_URL and REDIS_URL.")
    room = parent / f"langganan-{CHECKOUT_HASH}"
    room.mkdir(exist_ok=True)
    # /var/tmp belongs to everybody: a link or a directory somebody else put there must not be trusted.
    if room.is_symlink() or room.stat().st_uid != 0:
        raise CannotContinueError(f"{room} does not belong to root; remove it.")
    room.chmod(0o755)
    return room


def reachable_copy(tree: Path, program: str, account: Account, *, into: Path) -> Path:
    """`tree` itself if the account can execute `program` in it, else a copy of the whole tree under `into`."""
    if account.reaches(tree / program):
        return tree
    copy = into / f"programs-{tree.name}-{(tree / program).stat().st_size}"
    if not copy.exists():
        unfinished = copy.with_name(copy.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(tree, unfinished, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy
