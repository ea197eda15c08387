"""Bringing all tenants to a new version: how long it takes, and whether a visitor notices."""

import os
import subprocess
import time
from collections.abc import Iterator

from script.embedded.places import ROOT
from tenants.models import Tenant
from tests.benchmarks import doors
from tests.benchmarks.clients import hammer
from tests.benchmarks.database import connect, execute, let_go, rows
from tests.benchmarks.drains import per
from tests.benchmarks.fleet import Member
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.processes import server_cpu
from tests.benchmarks.results import tell
from tests.benchmarks.visitors import make_visitors

# The migration in `later_migrations`, and what tells that a tenant has it.
NEXT_VERSION = {"BENCHMARK_MIGRATION": "1"}
TABLE, COLUMN, MARK = "trials_trial", "benchmark_note", "trials.9999"
TENANTS_PER_CONNECTION = 300
VISITORS = 8


class NotMigrated(Exception):
    """The command did not do what it is measured for."""


def measure_migration(on: Stage) -> None:
    """An additive column in all schemas by the real command, and by hand; taken back each time.

    The command's own start, measured where it has nothing to do, is not a cost per tenant and is taken off.
    """
    idle = min(_seconds_of_command({}) for _ in range(min(2, on.repeats)))
    versions = _versions()
    whole, each, floor, cpu = [], [], [], None
    for _ in range(on.repeats):
        before = server_cpu(on.postmaster)
        seconds = _seconds_of_command(NEXT_VERSION)
        after = server_cpu(on.postmaster)
        cpu = per((after - before).whole if after and before else None, len(on.fleet))
        _check_migrated(on)
        whole.append(seconds)
        each.append(max(seconds - idle, 0) * 1000 / len(on.fleet))
        _take_back(on, versions)
        floor.append(_alter(on, f"ADD COLUMN {COLUMN} varchar(20) NULL") * 1000 / len(on.fleet))
        _take_back(on, versions)
    facts = {"seconds": round(min(whole), 3), "start_seconds": round(idle, 3), "server_cpu_ms": cpu}
    tell(on.around, "migrate", "ms/tenant", each, **facts, floor_loop_ms=round(min(floor), 3))


def take_back_leftover() -> None:
    """The column of a run that was ended in the middle: to the product, its mark is that of a version it does not know."""
    left = Tenant.objects.filter(schema_version__endswith=MARK)
    for name in left.values_list("schema_name", flat=True):
        execute(f'ALTER TABLE "{name}"."{TABLE}" DROP COLUMN IF EXISTS {COLUMN}')
    left.update(schema_version=doors.latest_version())


def measure_rolling(on: Stage) -> None:
    """Visitors keep asking the old code while all tenants get the column; the value is the number of failed requests."""
    versions = _versions()
    port = on.web.port()
    visitors = make_visitors(on.fleet, on.day)
    asked = [text for one in visitors for text in (one.program("/api/v1/entitlements"), one.member("/"))]
    let_go()
    command = _start(NEXT_VERSION)
    seen = hammer(port, asked, seconds=0, warm_up=0, clients=VISITORS, until=lambda: command.poll() is not None)
    if command.returncode:
        raise NotMigrated(f"migrate_tenants ended with code {command.returncode}.")
    _check_migrated(on)
    _take_back(on, versions)
    tell(on.around, "rolling_migration", "failed requests", [sum(seen.wrong.values())], **seen.facts())


def _start(additions: dict[str, str]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **additions}
    return subprocess.Popen(doors.migrate_command(), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def _seconds_of_command(additions: dict[str, str]) -> float:
    let_go()
    began = time.monotonic()
    if code := _start(additions).wait():
        raise NotMigrated(f"migrate_tenants ended with code {code}; its message stands above.")
    return time.monotonic() - began


def _check_migrated(on: Stage) -> None:
    found = rows("SELECT count(*) FROM pg_attribute WHERE attname = %s AND NOT attisdropped", [COLUMN])[0][0]
    if found != len(on.fleet):
        raise NotMigrated(f"{found} of {len(on.fleet)} tenants have the new column.")


def _versions() -> set[str]:
    """The version all tenants carry now."""
    found = set(Tenant.objects.exclude(schema_version="").values_list("schema_version", flat=True))
    let_go()
    return found


def _take_back(on: Stage, versions: set[str]) -> None:
    """No column, and every tenant's mark as it was; all tenants had the same."""
    _alter(on, f"DROP COLUMN IF EXISTS {COLUMN}")
    (version,) = versions
    Tenant.objects.exclude(schema_version="").update(schema_version=version)
    let_go()


def _alter(on: Stage, change: str) -> float:
    """Seconds for one statement and one commit per tenant on one connection."""
    began = time.monotonic()
    for part in _parts(on):
        with connect(autocommit=True) as connection:
            for member in part:
                connection.execute(f'ALTER TABLE "{member.schema}"."{TABLE}" {change}')
    return time.monotonic() - began


def _parts(on: Stage) -> Iterator[list[Member]]:
    fleet = list(on.fleet)
    return (fleet[at : at + TENANTS_PER_CONNECTION] for at in range(0, len(fleet), TENANTS_PER_CONNECTION))
