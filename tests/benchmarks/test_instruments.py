"""What the benchmark measures with: what goes over the wire, what clients saw, what the server used, how it was sized."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from script.embedded.benchmark import _asked, _settings
from script.embedded.places import CannotContinueError
from tests.benchmarks.clients import hammer, request
from tests.benchmarks.counting import Wire
from tests.benchmarks.processes import BackendMemory, postmaster_of, server_cpu, tree_cpu


@pytest.fixture
def wire() -> Iterator[tuple[Wire, "psycopg.Connection[tuple[int]]"]]:
    """A connection through the counter, whose start is not counted any more."""
    url = urlsplit(os.environ["DATABASE_URL"])
    with Wire() as counter:
        through = url._replace(netloc=f"{url.netloc.rpartition('@')[0]}@127.0.0.1:{counter.port}")
        with psycopg.connect(urlunsplit(through), autocommit=True) as session:
            session.execute("SELECT 1")
            counter.messages.clear()
            yield counter, session


def test_a_statement_is_one_round_trip_with_or_without_parameters(
    wire: tuple[Wire, "psycopg.Connection[tuple[int]]"],
) -> None:
    counter, session = wire
    session.execute("SELECT 1")
    session.execute("SELECT %s::int", [2])
    assert (counter.statements, counter.round_trips) == (2, 2)


def test_a_transaction_pays_for_its_begin_and_its_commit(
    wire: tuple[Wire, "psycopg.Connection[tuple[int]]"],
) -> None:
    counter, session = wire
    with session.transaction():
        session.execute("SELECT 1")
    assert (counter.statements, counter.round_trips) == (3, 3)


def test_a_pipeline_of_ten_statements_is_one_round_trip(
    wire: tuple[Wire, "psycopg.Connection[tuple[int]]"],
) -> None:
    counter, session = wire
    with session.pipeline():
        for number in range(10):
            session.execute("SELECT %s::int", [number])
    assert (counter.statements, counter.round_trips) == (10, 1)


def test_work_of_a_backend_that_has_ended_is_not_lost() -> None:
    address = os.environ["DATABASE_URL"]
    postmaster = postmaster_of(address)
    before = server_cpu(postmaster)
    with BackendMemory(postmaster) as memory, psycopg.connect(address) as session:
        for _turn in range(100):
            session.execute("SELECT count(*) FROM generate_series(1, 1000000)")
            if (memory.peak or 0) > 1 and (tree_cpu(session.info.backend_pid) or 0) >= 0.03:
                break
    after = server_cpu(postmaster)
    assert before is not None
    assert after is not None
    assert after.whole - before.whole >= 0.03
    assert (memory.peak or 0) > 1


class _Halting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        """/good is answered, /bad is not."""
        self.asked.append(self.path)
        body = b"x" * 100_000
        self.send_response(200 if self.path == "/good" else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_clients_keep_their_connections_and_count_what_went_wrong() -> None:
    """Of ten or more, the last answer of each client may not have been read yet."""
    _Halting.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Halting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked = [request("/good", "localhost"), request("/bad", "localhost")]
        seen = hammer(
            server.server_port, asked, seconds=0, warm_up=0, clients=2, until=lambda: len(_Halting.asked) >= 10
        )
        server.shutdown()
    assert len(seen.latencies) >= 8
    assert list(seen.wrong) == [500]
    assert abs(seen.wrong[500] - len(seen.latencies) / 2) <= 2
    assert seen.facts()["p50_ms"] > 0


def test_the_servers_buffers_hold_the_catalogue_of_so_many_tenants() -> None:
    """1.000 × 160 kB + 1 GB = 1.180 MB, if the machine has three times that."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    assert _settings(1000)["shared_buffers"] == f"{min(1180, int(memory * 0.4))}MB"
    assert _asked(["billing", "--tenants", "100,1.000", "--repeats", "1"]) == ("benchmarks", 1000)
    assert _asked(["--data", "small"]) == ("benchmarks-small", 100)
    with pytest.raises(CannotContinueError):
        _asked(["--data", "../demo"])
