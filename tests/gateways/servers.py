"""Small HTTP servers for the tests: one that plays a broken gateway, one that plays our webhook."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What to answer, in order (the last one again and again), and what came in."""

    answers: list[tuple[int, str]] = field(default_factory=lambda: [(200, "{}")])
    delay_seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def say(self, status: int, body: object) -> None:
        """Answer everything like this from now on; a text goes out as it is."""
        self.answers = [(status, body if isinstance(body, str) else json.dumps(body))]

    def next_answer(self) -> tuple[int, str]:
        """The next answer of the script."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def wait_for(self, count: int, seconds: float = 60.0) -> list[dict[str, Any]]:
        """The requests received, once there are as many as `count`; AssertionError if they do not come."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= count, f"{len(self.received)} of {count} requests came"
        return self.received


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            entry = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
            # Before the wait, and before anybody hears of it: else a request that was given up takes the next one's answer.
            status, text = script.next_answer()
            script.received.append(entry | {"at": time.monotonic()})
            time.sleep(script.delay_seconds)
            self.send_response(status)
            for name, value in script.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _answer  # noqa: N815  # the base class looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away while we were slow is what some tests are about."""


@contextmanager
def scripted_server() -> Iterator[Script]:
    """A server on a free loopback port that follows a script."""
    script = Script()
    server = _Server(("127.0.0.1", 0), _handler(script))
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
