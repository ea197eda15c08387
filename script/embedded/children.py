"""Child processes that cannot outlive the command that started them.

The kernel sends each its stop signal when the parent dies, even by kill -9 (PR_SET_PDEATHSIG). Two traps: the
kernel forgets that wish when a process changes its user, so it is made after the change; and "parent" means the thread,
so children are started from the main thread only.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from script.embedded.account import Account
from script.embedded.places import ROOT, CannotContinueError

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def dying_with_parent(stop_signal: signal.Signals, account: Account | None = None) -> Callable[[], None]:
    """What the child does before its program starts: take its account, then tie its life to ours."""
    account = account or Account()
    parent = os.getpid()

    def prepare() -> None:
        account.become()
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
            if os.getppid() != parent:  # the parent died before the wish was made
                os._exit(1)

    return prepare


@dataclass(frozen=True)
class Child:
    """A server of ours: its name, process, log, and the signal it takes for "finish cleanly"."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send the stop signal; `wait_or_kill` sees it through."""
        if not self.ended():
            self.process.send_signal(self.stop_signal)

    def wait_or_kill(self, *, seconds: float = 20) -> None:
        """Wait for the end asked for; after that many seconds, force it."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Ask, wait, and force at last."""
        self.ask_to_stop()
        self.wait_or_kill()

    def obituary(self, *, lines: int = 25) -> str:
        """How it ended and the last lines of its log."""
        tail = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"{self.name} ended with code {self.process.returncode}; the end of {self.log}:", *tail])


def start_child(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start a server in a session of its own, so that Ctrl-C reaches us alone and we stop things in order."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
            preexec_fn=dying_with_parent(stop_signal, account),
        )
    return Child(name, process, log, stop_signal)


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
    """Wait until `ready()`; raise with the child's log if it dies or takes longer."""
    end = time.monotonic() + seconds
    while not ready():
        if child.ended():
            raise CannotContinueError(child.obituary())
        if time.monotonic() > end:
            raise CannotContinueError(f"{child.name} did not answer within {seconds:.0f} seconds; see {child.log}")
        time.sleep(0.05)
