"""Counts what goes over the wire between a process and PostgreSQL: a proxy that reads the protocol.

Independent of how the product talks to the database (ORM, pipelines, several drivers). It slows things down, so it is used in
a short run of its own. A statement is a simple Query or an Execute, transaction control included; a round trip is a point
at which the client waits: a simple Query, a Sync, or a Flush (but for the one that psycopg sends right behind a Sync).
"""

import socket
import struct
import threading
from collections import Counter
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.benchmarks.database import address

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
STATEMENTS = (b"Q", b"E")
SYNC, FLUSH = b"S", b"H"
WAITS = (b"Q", SYNC, FLUSH)


class Wire:
    """Listens on `port` inside a `with` block; `statements` and `round_trips` are counted over all connections."""

    def __init__(self) -> None:
        self.messages: Counter[bytes] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    @property
    def statements(self) -> int:
        return sum(self.messages[kind] for kind in STATEMENTS)

    @property
    def round_trips(self) -> int:
        return sum(self.messages[kind] for kind in WAITS)

    def _accept(self) -> None:
        url = urlsplit(address())
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # the block has ended
            server = socket.create_connection((url.hostname or "127.0.0.1", url.port or 5432))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=_pour, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        """The client's messages, one by one: kind (a byte), length (four, itself included), content.

        Counted before they go on: once the server has them, the client may have its answer and read the counts.
        """
        _pass_start_on(client, server)
        pending, last = b"", b""
        while received := _received(client):
            pending += received
            while len(pending) >= 5 and len(pending) > (length := struct.unpack("!I", pending[1:5])[0]):
                kind, pending = pending[:1], pending[1 + length :]
                if (last, kind) != (SYNC, FLUSH):
                    self.messages[kind] += 1
                last = kind
            server.sendall(received)
        _close(server)


def _pass_start_on(client: socket.socket, server: socket.socket) -> None:
    """Pass the start of the conversation on, which has no kind; encryption is declined, or nothing could be counted."""
    while True:
        head = _exactly(client, 8)
        length, code = struct.unpack("!II", head)
        if code in {SSL_REQUEST, GSS_REQUEST}:
            client.sendall(b"N")
            continue
        server.sendall(head + _exactly(client, length - 8))
        return


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        part = connection.recv(count - len(found))
        if not part:
            raise ConnectionError("The client left before it had said who it is.")
        found += part
    return found


def _pour(source: socket.socket, target: socket.socket) -> None:
    while received := _received(source):
        try:
            target.sendall(received)
        except OSError:
            break
    _close(target)


def _received(connection: socket.socket) -> bytes:
    """What came; nothing when the other side is gone, however it went."""
    try:
        return connection.recv(1 << 16)
    except OSError:
        return b""


def _close(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed by the other direction already
