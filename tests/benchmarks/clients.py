"""Clients that keep their connections and send the next request as soon as they have the answer.

All in one thread over raw sockets, because they share the machine with the server under measure.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

CLIENTS = 20
ANSWER_WITHIN = 30.0
BROKEN = 0


@dataclass(slots=True)
class Hammered:
    """Answers in the timed part: latencies in seconds, and answers of another status than wished (status → count).

    `warmed` is how many came before the clock; `cpu_ms` what an answer cost on the server's side, where that is known.
    """

    seconds: float = 0.0
    client_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)
    warmed: int = 0
    cpu_ms: dict[str, float | None] = field(default_factory=dict)

    def note(self, status: int, seconds: float) -> None:
        """One answer."""
        self.latencies.append(seconds)
        if status != HTTPStatus.OK:
            self.wrong[status] = self.wrong.get(status, 0) + 1

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def facts(self) -> dict[str, Any]:
        """For the JSON line."""
        cuts = statistics.quantiles(self.latencies, n=100) if len(self.latencies) > 1 else self.latencies * 99
        return {
            "requests": len(self.latencies),
            "per_second": round(self.per_second, 1),
            "p50_ms": round(cuts[49] * 1000, 2) if cuts else None,
            "p99_ms": round(cuts[98] * 1000, 2) if cuts else None,
            "wrong": sum(self.wrong.values()),
            "wrong_statuses": self.wrong,
            **self.cpu_ms,
            "client_cpu_ms": round(self.client_cpu * 1000 / max(len(self.latencies), 1), 3),
        }


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    sent_at: float = 0.0
    received: bytes = b""


def request(path: str, host: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    length = [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept: */*", *headers, *length, "", ""]
    return "\r\n".join(lines).encode() + body


def hammer(
    port: int,
    requests: Sequence[bytes],
    *,
    seconds: float,
    warm_up: float = 1.0,
    clients: int = CLIENTS,
    until: Callable[[], bool] | None = None,
) -> Hammered:
    """Send the requests round and round for so many seconds after a warm-up, or until `until()`.

    The clock starts when the warm-up is over and as many answers have come as there are clients: a server's first
    answers pay for its imports. It stops not before as many have come again.

    An answer that is not 200, and a connection that breaks (status 0), count as wrong.
    """
    result, chooser, at = Hammered(), selectors.DefaultSelector(), 0
    for _ in range(clients):
        at = _send(_connect(port, chooser), requests, at)
    warm_at, warming = time.monotonic() + warm_up, warm_up and clients
    began, used = time.monotonic(), time.process_time()
    while not (until() if until else _is_over(result, began + seconds, clients)):
        for key, _ in chooser.select(timeout=0.1):
            status = _read(key.data)
            if status is None:
                continue
            result.note(status, time.monotonic() - key.data.sent_at)
            at = _send(key.data if status != BROKEN else _again(key.data, port, chooser), requests, at)
        if warming and time.monotonic() >= warm_at and len(result.latencies) >= warming:
            result, warming = Hammered(warmed=len(result.latencies)), 0
            began, used = time.monotonic(), time.process_time()
    result.seconds, result.client_cpu = time.monotonic() - began, time.process_time() - used
    for key in list(chooser.get_map().values()):
        key.data.connection.close()
    chooser.close()
    return result


def _is_over(result: Hammered, end: float, wanted: int) -> bool:
    return time.monotonic() >= end and len(result.latencies) >= wanted


def _connect(port: int, chooser: selectors.BaseSelector) -> _Client:
    connection = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WITHIN)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client = _Client(connection)
    chooser.register(connection, selectors.EVENT_READ, client)
    return client


def _again(client: _Client, port: int, chooser: selectors.BaseSelector) -> _Client:
    chooser.unregister(client.connection)
    client.connection.close()
    return _connect(port, chooser)


def _send(client: _Client, requests: Sequence[bytes], at: int) -> int:
    client.sent_at, client.received = time.monotonic(), b""
    client.connection.sendall(requests[at % len(requests)])
    return at + 1


def _read(client: _Client) -> int | None:
    """The status once the answer is whole; None before; 0 when the connection broke."""
    try:
        part = client.connection.recv(1 << 16)
    except OSError:
        return BROKEN
    client.received += part
    head, found, body = client.received.partition(b"\r\n\r\n")
    if not part:
        return BROKEN
    if not found:
        return None
    lowered = head.lower()
    if b"transfer-encoding: chunked" in lowered:
        whole = body.endswith(b"0\r\n\r\n")
    else:
        whole = len(body) >= int(lowered.partition(b"content-length:")[2].split(b"\r\n")[0])
    return int(head[9:12]) if whole else None
