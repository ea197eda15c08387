"""Locks between commands of one checkout. The kernel frees them however a command ends, kill -9 included."""

import contextlib
import fcntl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from script.embedded.places import say


def open_lock(path: Path) -> IO[str]:
    """The lock file, open; closing it frees the lock. It is never deleted: that would split it in two."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+")


def try_exclusive(lock: IO[str]) -> bool:
    """Take the lock alone, if nobody else has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_shared(lock: IO[str]) -> None:
    """Take the lock beside others who share it; waits for one who has it alone."""
    fcntl.flock(lock, fcntl.LOCK_SH)


def release(lock: IO[str]) -> None:
    """Give the lock back and keep the file open for another try."""
    fcntl.flock(lock, fcntl.LOCK_UN)


def wait_exclusive(lock: IO[str], *, seconds: float) -> bool:
    """Try for so many seconds to have the lock alone; say whether that came about."""
    end = time.monotonic() + seconds
    while not try_exclusive(lock):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextlib.contextmanager
def exclusive(path: Path, *, waiting: str) -> Iterator[None]:
    """Have the lock alone inside the block; `waiting` is said when another command has it."""
    with open_lock(path) as lock:
        if not try_exclusive(lock):
            say(waiting)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
