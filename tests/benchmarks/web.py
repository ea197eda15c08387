"""The real web server, as the container starts it, on a free port."""

import http.client
import os
from functools import partial
from pathlib import Path

from script.embedded.children import Child, start_child, wait_until
from script.embedded.places import DATA, VENV
from script.embedded.ports import free_port
from tests.benchmarks.processes import tree_cpu

WORKERS = 2
# As the container has them. Of more, those that wait for the interpreter hold up those that have an answer.
THREADS = 4


class WebServer:
    """granian with two workers of four threads, started when it is first asked for and kept for the measures that follow."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._port = 0

    def port(self) -> int:
        """Where it answers."""
        if self._child is None:
            self._port = free_port()
            self._child = _started(self._port)
            wait_until(partial(_answers, self._port), self._child, seconds=90)
        return self._port

    def cpu(self) -> float | None:
        """Seconds its processes have used since they started."""
        return tree_cpu(self._child.process.pid) if self._child else None

    def stop(self) -> None:
        """End it, if it runs: what is measured next has the machine and the database to itself."""
        if self._child is not None:
            self._child.stop()
            self._child = None


def _started(port: int) -> Child:
    listen = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--no-ws",
    ]
    command: list[str | Path] = [VENV / "bin" / "granian", "--interface", "wsgi", *listen, "config.wsgi:application"]
    # A tenant's key is used far less often than this asks; the throttle itself stays in the way.
    additions = {"PUBLIC_PORT": str(port), "API_CALLS_PER_MINUTE": "100000", "DATABASE_POOL": "1"}
    return start_child("web", command, log=DATA / "log" / "benchmarks" / "web.log", env={**os.environ, **additions})


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/live", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
