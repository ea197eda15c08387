"""The real web server, as the container starts it, on a free port."""

import http.client
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from script.embedded.children import start_child, wait_until
from script.embedded.places import DATA, VENV
from script.embedded.ports import free_port

WORKERS = 2


@contextmanager
def web_server() -> Iterator[int]:
    """granian with two workers inside the block; yields its port."""
    port = free_port()
    listen = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        "8",
        "--no-ws",
    ]
    command: list[str | Path] = [VENV / "bin" / "granian", "--interface", "wsgi", *listen, "config.wsgi:application"]
    # A tenant's key is used far less often than this asks; the throttle itself stays in the way.
    additions = {"PUBLIC_PORT": str(port), "API_CALLS_PER_MINUTE": "100000", "DATABASE_POOL": "1"}
    child = start_child("web", command, log=DATA / "log" / "benchmarks" / "web.log", env={**os.environ, **additions})
    try:
        wait_until(partial(_answers, port), child, seconds=90)
        yield port
    finally:
        child.stop()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/live", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
