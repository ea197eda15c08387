"""A worker process as Celery would have it: `python -m tests.benchmarks.worker JOB INSTANT`.

Started, imported and connected, it says "ready" and waits for a line; then it drains the job once and reports as JSON.
"""

import json
import resource
import sys
import time
from datetime import datetime, timedelta

import django

django.setup()

from tests.benchmarks import doors  # noqa: E402 - models need the settings first

LONG_BEFORE = timedelta(days=3650)


def main() -> None:
    """One drain, timed from inside: what a long-lived worker has paid for at its start is not counted."""
    job, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    doors.work_off(job, now - LONG_BEFORE)  # nothing is due then; the connection and the code are warm
    print("ready", flush=True)
    sys.stdin.readline()
    began, used = time.monotonic(), time.process_time()
    done, failed = doors.work_off(job, now)
    told = {
        "done": done,
        "failed": failed,
        "began": began,
        "ended": time.monotonic(),
        "cpu": time.process_time() - used,
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
