"""The embedded servers: alone, shared, and after their owner was killed."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from script.embedded.account import servers_account, servers_home
from script.embedded.places import ROOT, Place
from script.embedded.ports import first_free_port, is_free
from script.embedded.services import Services, services

STEADY = Place("services-steady", keeps_data=False)
PLACE = Place("services-under-test", keeps_data=False)
OWNER = """
import json, os, sys, time
from script.embedded.places import Place
from script.embedded.services import services
with services(Place("services-under-test", keeps_data=False), {}) as running:
    print(json.dumps([child.process.pid for child in running.children]), flush=True)
    sys.stdin.read()
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    yield
    for place in (STEADY, PLACE):
        for folder in (servers_home(place, servers_account()), place.home, place.run, place.log):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def steady(_nothing_is_left_behind: None) -> Iterator[Services]:
    """Servers that run through all tests of this file that do not end them."""
    with services(STEADY, {}) as running:
        yield running


@contextlib.contextmanager
def another_command() -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A second process that owns the services until its standard input is closed; and its servers' process numbers."""
    command = [sys.executable, "-c", OWNER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())


def is_running(pid: int) -> bool:
    """Whether a process still works. Where the suite is a container's first process nobody waits for orphans: a dead one keeps
    its number as a zombie, which holds no memory, no port and no file."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return after_name.split()[0] != "Z"


def all_gone_within(pids: list[int], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while any(is_running(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_the_embedded_servers_answer(steady: Services) -> None:
    with psycopg.connect(steady.database_url) as connection:
        assert connection.execute("SELECT 1 + 1").fetchone() == (2,)
    assert redis.Redis.from_url(steady.redis_url).ping()


def test_nobody_connects_without_the_password(steady: Services) -> None:
    secret = steady.database_url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(steady.database_url.replace(secret, "guess"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(steady.redis_url.rsplit(":", 1)[1].split("/")[0])).ping()


def test_the_servers_data_are_closed_to_other_users(steady: Services) -> None:
    home = servers_home(STEADY, servers_account())
    secrets = [*home.glob("postgresql-*"), home / "database-password", home / "valkey" / "valkey.conf"]
    assert steady.children
    assert len(secrets) >= 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in [*secrets, STEADY.run / "services.json"])


def test_a_second_command_shares_the_servers_of_the_first() -> None:
    with another_command() as (_, pids), services(PLACE, {}) as running:
        assert running.children == []
        with psycopg.connect(running.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not all_gone_within(pids, seconds=0)


def test_addresses_in_the_environment_win_and_nothing_is_started() -> None:
    given = {"DATABASE_URL": "postgresql://db.example/one", "REDIS_URL": "redis://broker.example/0"}
    with services(PLACE, given) as running:
        assert running.environment() == given
        assert running.children == []


def test_the_servers_end_with_the_block() -> None:
    with services(PLACE, {}) as running:
        pids = [child.process.pid for child in running.children]
    assert len(pids) == 2
    assert all_gone_within(pids, seconds=0)


def test_killing_the_owner_leaves_no_server_behind_and_the_next_command_starts_at_once() -> None:
    with another_command() as (owner, pids):
        os.kill(owner.pid, signal.SIGKILL)
        owner.wait()
        with services(PLACE, {}) as running, psycopg.connect(running.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert all_gone_within(pids, seconds=60)


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert first_free_port(port) != port
