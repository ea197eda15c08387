"""Draining a job with some worker processes at once, and what that cost."""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.benchmarks.counting import Wire
from tests.benchmarks.database import let_go
from tests.benchmarks.processes import BackendMemory, server_cpu
from tests.benchmarks.worker import Told, work


class WorkerFailed(Exception):
    """A worker died, or set tenants aside: then the figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Drain:
    """Of all workers together: tenants, seconds from the first start to the last end, CPU seconds, memory peaks in MB."""

    done: int
    seconds: float
    client_cpu: float
    server_cpu: float | None
    server_background_cpu: float | None
    worker_rss_mb: float
    backend_mb: float | None

    def facts(self) -> dict[str, Any]:
        """For the JSON line, per tenant where that says more."""
        return {
            "done": self.done,
            "seconds": round(self.seconds, 3),
            "client_cpu_ms": per(self.client_cpu, self.done),
            "server_cpu_ms": per(self.server_cpu, self.done),
            "server_background_cpu_ms": per(self.server_background_cpu, self.done),
            "worker_rss_mb": self.worker_rss_mb,
            "backend_mb": self.backend_mb,
        }


def per(seconds: float | None, count: int) -> float | None:
    """Milliseconds each."""
    return None if seconds is None or not count else round(seconds * 1000 / count, 3)


def drain(*, job: str, now: datetime, workers: int, postmaster: int | None) -> Drain:
    """Start the workers, let them go at once, and wait for them. Nobody else uses the database meanwhile."""
    let_go()
    started = [Forked(work, job, now, None) for _ in range(workers)]
    for worker in started:
        worker.hear()
    before = server_cpu(postmaster)
    with BackendMemory(postmaster) as memory:
        told: list[Told] = release(started)
    after = server_cpu(postmaster)
    used = after - before if after and before else None
    if failed := sum(item.failed for item in told):
        raise WorkerFailed(f"{failed} tenants were set aside by {job}; the log above says why.")
    return Drain(
        done=sum(item.done for item in told),
        seconds=max(item.ended for item in told) - min(item.began for item in told),
        client_cpu=sum(item.cpu for item in told),
        server_cpu=used.whole if used else None,
        server_background_cpu=used.background if used else None,
        worker_rss_mb=max(item.rss_mb for item in told),
        backend_mb=memory.peak,
    )


def count(*, job: str, now: datetime) -> dict[str, float]:
    """Statements and round trips per tenant of one worker's drain, counted on the wire."""
    let_go()
    with Wire() as wire:
        worker = Forked(work, job, now, wire.port)
        worker.hear()
        wire.messages.clear()
        done = release([worker])[0].done
        return {
            "counted_tenants": done,
            "statements": round(wire.statements / max(done, 1), 2),
            "round_trips": round(wire.round_trips / max(done, 1), 2),
        }


class Forked:
    """A process that runs `target(pipe, …)` of a module that sets the project up, and our end of the pipe to it."""

    def __init__(self, target: Callable[..., None], *given: Any) -> None:
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload(["tests.benchmarks.worker", "tests.benchmarks.allotting"])
        self.pipe, theirs = processes.Pipe()
        self.process = processes.Process(target=target, args=(theirs, *given))
        self.process.start()
        theirs.close()

    def hear(self) -> Any:
        """The next thing it says."""
        try:
            return self.pipe.recv()
        except EOFError:
            self.process.join()
            raise WorkerFailed(f"A worker ended with code {self.process.exitcode}; see above.") from None


def release(workers: list[Forked]) -> list[Any]:
    """Let them go at once, wait for them, and give what each says at its end."""
    for worker in workers:
        worker.pipe.send("go")
    told = [worker.hear() for worker in workers]
    for worker in workers:
        worker.process.join()
    return told
