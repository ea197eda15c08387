"""What processes cost, read from /proc: CPU of the whole database server, memory of its backends.

A closed backend's CPU is not lost: its parent, the postmaster, has it among its children's. Where the server runs on another
machine, or /proc cannot be read, every figure is None.
"""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
# Processes every server has; what they do is not one backend's work, but somebody has to pay for it.
BACKGROUND = ("checkpointer", "background writer", "walwriter", "autovacuum launcher", "logical replication launcher")
KILOBYTES_OF_A_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of CPU: of all of the server, and of its background processes alone."""

    whole: float
    background: float

    def __sub__(self, other: "Cpu") -> "Cpu":
        return Cpu(self.whole - other.whole, self.background - other.background)


def postmaster_of(database_url: str) -> int | None:
    """The server's first process if it runs on this machine."""
    with psycopg.connect(database_url) as connection:
        backend = connection.info.backend_pid
        try:
            _, parent, _ = _stat(backend)
            is_server = "postgres" in Path(f"/proc/{parent}/cmdline").read_text()
        except OSError:
            return None
    return parent if is_server else None


def server_cpu(postmaster: int | None) -> Cpu | None:
    """What the server has used since it started."""
    if postmaster is None:
        return None
    try:
        own, _, ended = _stat(postmaster)
        found = _with_children(postmaster, own + ended)
        while (still := _stat(postmaster)[2]) != ended:  # a child ended meanwhile, and may have been counted nowhere
            ended, found = still, _with_children(postmaster, own + still)
    except OSError:
        return None
    return found


def _with_children(postmaster: int, whole: float) -> Cpu:
    background = 0.0
    for child in _children(postmaster):
        try:
            used, _, below = _stat(child)
            title = _title(child)
        except OSError:
            continue  # it has just ended
        whole += used + below
        if any(name in title for name in BACKGROUND):
            background += used
    return Cpu(whole, background)


def tree_cpu(pid: int) -> float | None:
    """Seconds that a process of ours and all below it have used."""
    try:
        own, _, ended = _stat(pid)
    except OSError:
        return None
    return own + ended + sum(tree_cpu(child) or 0 for child in _children(pid))


def _stat(pid: int) -> tuple[float, int, float]:
    """(seconds used, parent, seconds used by children that have ended)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return own / TICKS, int(fields[1]), ended / TICKS


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


class BackendMemory:
    """Watches the backends inside a `with` block; `peak` is the most private memory one of them had, in MB.

    Shared buffers are not counted: they are the server's. A backend that lives shorter than a look is not seen.
    """

    def __init__(self, postmaster: int | None) -> None:
        self.postmaster = postmaster
        self.peak: float | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while self.postmaster is not None and not self._done.wait(0.05):
            for child in _children(self.postmaster):
                seen = _private_memory(child)
                if seen is not None:
                    self.peak = max(self.peak or 0, seen)


def _private_memory(pid: int) -> float | None:
    """Of a backend that serves a client; None for the others and for one that has ended."""
    try:
        if "127.0.0.1(" not in _title(pid) and "[local]" not in _title(pid):
            return None
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return round(int(line.split()[1]) / KILOBYTES_OF_A_MEGABYTE, 1)
    except OSError:
        return None
    return None
