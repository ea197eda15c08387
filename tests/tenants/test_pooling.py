"""A pooler in transaction mode in front of the database is refused."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from tenants.selectors import health
from tenants.selectors.pooling import refuse_shared_sessions, shared_session

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


class Server:
    """A PostgreSQL session: a number and one setting."""

    def __init__(self, pid: int) -> None:
        self.pid, self.mark = pid, ""


class Line:
    """A client's connection, each statement of which is served by the next of some sessions."""

    def __init__(self, servers: Iterator[Server]) -> None:
        self.servers = servers

    def execute(self, query: str, params: Any = None) -> Any:
        server = next(self.servers)
        if params:
            server.mark = params[0]
        return self._Answer((server.pid, server.mark))

    def close(self) -> None:
        """Nothing to end."""

    class _Answer:
        def __init__(self, row: tuple[int, str]) -> None:
            self.fetchone = lambda: row


def test_two_sessions_of_their_own_are_well() -> None:
    lines = iter([Line(cycle([Server(1)])), Line(cycle([Server(2)]))])
    assert shared_session(lambda: next(lines)) == ""


@pytest.mark.parametrize("size", [1, 2, 3])
def test_sessions_lent_in_turn_are_found_out(size: int) -> None:
    """One server for all, and several dealt out one after the other."""
    dealt = cycle([Server(number) for number in range(size)])
    assert shared_session(lambda: Line(dealt)) != ""


def test_a_pooler_that_clears_a_session_between_two_transactions_is_found_out() -> None:
    class Forgetful(Line):
        def execute(self, query: str, params: Any = None) -> Any:
            return self._Answer((1, ""))

    assert shared_session(lambda: Forgetful(iter(()))) == "a session does not keep what was set in it"


def test_the_tests_own_database_is_reached_directly(db: None) -> None:
    refuse_shared_sessions(connection)
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def pgbouncer(folder: Path, mode: str, settings: dict[str, Any]) -> Iterator[int]:
    """The real one in front of the tests' database; yields its port."""
    port = free_port()
    server = f"host={settings['HOST']} port={settings['PORT']} user={settings['USER']} password={settings['PASSWORD']}"
    (folder / "users.txt").write_text(f'"{settings["USER"]}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = {mode}\nignore_startup_parameters = extra_float_digits,options\n"
    )
    folder.chmod(0o755)
    account = ["-u", "nobody"] if os.getuid() == 0 else []
    process = subprocess.Popen([str(PGBOUNCER), *account, folder / "pgbouncer.ini"], stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def behind(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`with behind(mode):` Django's settings lead through the pooler."""
    if PGBOUNCER is None:
        pytest.skip("pgbouncer is not installed")

    @contextmanager
    def led(mode: str) -> Iterator[None]:
        settings = dict(connection.settings_dict)
        folder = Path(tempfile.mkdtemp())
        try:
            with pgbouncer(folder, mode, settings) as port, monkeypatch.context() as led:
                led.setitem(connection.settings_dict, "HOST", "127.0.0.1")
                led.setitem(connection.settings_dict, "PORT", str(port))
                yield
        finally:
            shutil.rmtree(folder)

    return led


def test_pgbouncer_in_transaction_mode_is_refused(behind: Any) -> None:
    """By the check that migrations run, at the start of each process, and by the readiness probe."""
    with behind("transaction"):
        with pytest.raises(ImproperlyConfigured, match="pooler in transaction mode"):
            refuse_shared_sessions(connection)
        (error,) = run_checks(tags=[Tags.database], databases=["default"])
        assert error.id == "tenants.E001"
        health.forget_sessions()
        answer = Client().get("/health/ready")
        assert answer.status_code == 503
        assert "pooler" in answer.content.decode()
    health.forget_sessions()


def test_pgbouncer_in_session_mode_is_fine(behind: Any) -> None:
    with behind("session"):
        refuse_shared_sessions(connection)


def test_a_database_that_does_not_answer_is_no_pooler(behind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start goes on; the readiness probe says so."""
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    with pytest.raises(psycopg.OperationalError):
        refuse_shared_sessions(connection)
