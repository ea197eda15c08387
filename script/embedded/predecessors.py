"""Servers that a killed command has left finishing: nothing may touch their data before they have ended."""

import os
import signal
import time
from pathlib import Path

from script.embedded.places import CannotContinueError


def end_predecessor(pid_file: Path, stop_signal: signal.Signals, *, seconds: float = 15) -> None:
    """Wait for the server that `pid_file` names, which lies in its data directory, and remove the file.

    After a kill -9, or a crash of the whole machine, that number may belong to somebody else: the process counts as
    the server only if it works in that directory. PostgreSQL itself would refuse to start on any living process.
    """
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if _works_in(pid_file.parent, pid):
        os.kill(pid, stop_signal)
    end = time.monotonic() + seconds
    while _works_in(pid_file.parent, pid):
        if time.monotonic() > end:
            raise CannotContinueError(f"An earlier server (process {pid}) still uses {pid_file.parent}; stop it.")
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _works_in(folder: Path, pid: int) -> bool:
    """Whether the process's working directory is `folder`; both servers make their data directory theirs."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False
