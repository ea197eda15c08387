"""A worker process as Celery has them: forked from one that has imported everything, with a connection of its own.

Loaded by the fork server (see `drains`), so the project is set up here, before anything else is imported.
"""

import resource
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

import django

django.setup()

from django.db import connection  # noqa: E402 - models need the settings first

from tests.benchmarks import doors  # noqa: E402

LONG_BEFORE = timedelta(days=3650)
KILOBYTES_OF_A_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Told:
    """What one worker did: tenants done and set aside, begin and end on the machine's steady clock, CPU seconds, peak MB."""

    done: int
    failed: int
    began: float
    ended: float
    cpu: float
    rss_mb: float


def work(pipe: Connection, job: str, now: datetime, port: int | None) -> None:
    """Connect (through `port` of this machine if given), say so, wait for the word, drain the job once, and report.

    Timed from inside: what a long-lived worker has paid for at its start is not counted.
    """
    if port is not None:
        connection.settings_dict.update(HOST="127.0.0.1", PORT=str(port))
    doors.keep_what_is_loaded()
    doors.work_off(job, now - LONG_BEFORE)  # nothing is due then; the connection and the code are warm
    pipe.send("ready")
    pipe.recv()
    began, used = time.monotonic(), time.process_time()
    done, failed = doors.work_off(job, now)
    ended, cpu = time.monotonic(), time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_OF_A_MEGABYTE
    pipe.send(Told(done, failed, began, ended, cpu, round(peak, 1)))
