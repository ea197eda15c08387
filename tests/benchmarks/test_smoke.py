"""The whole benchmark, very small: every measure prints one line that says what it should. How fast it is does not matter."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from script.embedded.places import ROOT
from tests.benchmarks.curve import Curve, judge

# Without the second mark the database that is copied would not be made.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TENANTS = 6
SMALL = ["--tenants", "6", "--workers", "1", "--repeats", "1", "--seconds", "0.3", "--more", "2", "--numbers", "600"]
JOBS = ("billing_all_due", "reminders", "suspensions")
ASKED = ("entitlement", "overview", "invoice_list", "webhook_intake")
ALL = {
    *JOBS,
    *ASKED,
    "billing_ordinary_day",
    "provision",
    "migrate",
    "rolling_migration",
    "pdf",
    "numbers",
    "dashboard",
    "indexes",
}


def _execute(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as session:
        for sql in statements:
            session.execute(sql)


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of its own, copied from that of the tests: it has all tables, the catalogue, and no tenant."""
    server = os.environ["DATABASE_URL"]
    name = f"{connection.settings_dict['NAME']}_benchmark"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with django_db_blocker.unblock():
        connection.close()  # a database somebody is connected to cannot be copied
    _execute(server, drop, f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    _execute(server, drop)


@pytest.fixture(scope="module")
def lines(database: str) -> dict[str, dict[str, Any]]:
    """The lines of one run, by measure."""
    result = _benchmark(database, *SMALL)
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert len({line["measure"] for line in found}) == len(found)
    return {line["measure"]: line for line in found}


def _benchmark(database: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    own = {"LANGGANAN_ENV": "demo", "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings", "DATABASE_URL": database}
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    environment = {**os.environ, **own}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)


def test_every_measure_prints_a_line_with_machine_settings_and_commit(lines: dict[str, dict[str, Any]]) -> None:
    assert set(lines) == ALL
    for line in lines.values():
        assert line["tenants"] == TENANTS
        assert line["machine"]["cores"] >= 1
        assert line["postgresql"]["shared_buffers"]
        assert line["unit"]


@pytest.mark.parametrize("name", JOBS)
def test_a_daily_job_does_all_tenants_and_the_floor_writes_the_same_rows(
    lines: dict[str, dict[str, Any]], name: str
) -> None:
    line = lines[name]
    assert line["done"] == TENANTS
    assert line["rows"]["tenants_event +"] >= 1
    assert line["floor_plain"]["tenants"] == line["floor_pipelined"]["tenants"] == TENANTS
    assert line["counted_tenants"] == TENANTS
    assert line["statements"] >= line["round_trips"] > 0


def test_everybody_due_gets_one_invoice_with_one_line(lines: dict[str, dict[str, Any]]) -> None:
    rows = lines["billing_all_due"]["rows"]
    assert rows["billing_document +"] == rows["billing_documentline +"] == 1


def test_an_ordinary_day_is_one_tenant_in_thirty(lines: dict[str, dict[str, Any]]) -> None:
    assert lines["billing_ordinary_day"]["done"] == 1


@pytest.mark.parametrize("name", ASKED)
def test_the_web_server_answers_every_request(lines: dict[str, dict[str, Any]], name: str) -> None:
    assert lines[name]["requests"] > 0
    assert lines[name]["wrong_statuses"] == {}
    assert lines[name]["web_cpu_ms"] > 0


def test_processes_at_once_take_numbers_without_a_gap_or_a_double(lines: dict[str, dict[str, Any]]) -> None:
    """Five series of ten rows each: kinds and years of three issuers and two test tenants; what was given up is given again."""
    line = lines["numbers"]
    assert (line["gaps"], line["doubles"], line["series"], line["processes"]) == (0, 0, 50, 2)
    assert line["numbers"] >= 600
    assert line["given_back"] > 0


def test_a_rolling_migration_is_watched_and_taken_back(lines: dict[str, dict[str, Any]], database: str) -> None:
    assert lines["rolling_migration"]["requests"] > 0
    assert lines["rolling_migration"]["median"] == 0
    with psycopg.connect(database) as session:
        columns = "SELECT count(*) FROM pg_attribute WHERE attname = 'benchmark_note' AND NOT attisdropped"
        assert session.execute(columns).fetchone() == (0,)


def test_more_tenants_than_asked_for_are_an_error_that_says_what_to_do(
    lines: dict[str, dict[str, Any]], database: str
) -> None:
    result = _benchmark(database, "pdf", "--tenants", "2")
    assert result.returncode == 2
    assert "--fresh" in result.stderr


def test_a_database_with_other_tenants_is_left_alone(lines: dict[str, dict[str, Any]], database: str) -> None:
    rename = "UPDATE public.tenants_tenant SET schema_name = '{}' WHERE schema_name = '{}'"
    _execute(database, rename.format("t_sman1", "t_bench_000001"))
    result = _benchmark(database, "pdf", "--tenants", "6")
    _execute(database, rename.format("t_bench_000001", "t_sman1"))
    assert result.returncode == 2
    assert "t_sman1" in result.stderr
    assert result.stdout == ""


def test_the_report_judges_what_was_measured_and_says_what_was_not() -> None:
    """2 ms an invoice at 1.000, 3 ms at 25.000: 25.000 take 75 s; 80.000 take 80.000 × (3 + 0,36) ms = 269 s."""
    small = {"measure": "billing_all_due", "tenants": 1000, "workers": 2, "median": 500.0, "seconds": 2.0}
    large = small | {"tenants": 25_000, "median": 1000 / 3, "seconds": 75.0}
    told = {verdict.what: (verdict.figure.split(" ")[0], verdict.holds) for verdict in judge(Curve([small, large]))}
    assert told["25.000 due on one day in 5 minutes, 2 workers"] == ("75", True)
    assert told["80.000 due on one day, 2 workers"] == ("269", True)
    assert told["at most 3 round trips an invoice"] == ("not", None)
