"""Ctrl-C, SIGTERM and a closed terminal: the first one ends the command, the rest must not disturb its tidying up."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody asked the command to end. Like KeyboardInterrupt, not an error to be caught on the way."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def _end_once(number: int, _frame: FrameType | None) -> None:
    for ending in ENDINGS:
        signal.signal(ending, _ignore)
    raise Interrupted(number)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Unlike SIG_IGN, a handler is not inherited by the programs we start."""


def catch() -> None:
    """From now on the first ending signal raises `Interrupted`."""
    for ending in ENDINGS:
        signal.signal(ending, _end_once)


@contextlib.contextmanager
def passed_on_to(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Inside the block the child decides: Ctrl-C reaches it from the terminal, the other endings through us."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    signal.signal(signal.SIGINT, _ignore)
    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGHUP, pass_on)
    try:
        yield
    finally:
        catch()
