"""`script/benchmark`: the measures of `tests/benchmarks` on a PostgreSQL of their own, or on the one `DATABASE_URL` names."""

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

from script.embedded import environment, system_packages
from script.embedded.django_commands import base_environment, run
from script.embedded.places import PYTHON, CannotContinueError, Place
from script.embedded.services import services

MEGABYTE = 1024 * 1024
# A tenant's part of the catalogue, measured; what is shared by all comes on top.
CATALOGUE_PER_TENANT = 160 * 1024
SHARED_BY_ALL = 1024 * MEGABYTE
LARGEST_PART_OF_MEMORY = 0.4


def main(arguments: list[str]) -> int:
    """Start the servers and measure; the JSON lines are standard output."""
    environment.prepare(wished=system_packages.PDF)
    command: list[str | Path] = [PYTHON, "-m", "tests.benchmarks", *arguments]
    own = {"LANGGANAN_ENV": "demo", "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
    if {"--report", "--help", "-h"} & set(arguments):
        return run(command, base_environment("demo", own))
    name, tenants = _asked(arguments)
    place = Place(name, keeps_data=True, postgres=_settings(tenants))
    if not os.environ.get("DATABASE_URL"):
        own["BENCHMARK_OWN_SERVER"] = "1"
    with services(place, os.environ) as running:
        return run(command, base_environment("demo", {**own, **running.environment()}))


def _asked(arguments: Sequence[str]) -> tuple[str, int]:
    """The place and the largest number asked for; what is wrong with the arguments is said by the measures themselves."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--tenants", default="100")
    parser.add_argument("--data", default="")
    asked = parser.parse_known_args(arguments)[0]
    if asked.data and not re.fullmatch(r"[a-z0-9]+", asked.data):
        raise CannotContinueError(f"--data: {asked.data!r} is no name of small letters and digits.")
    numbers = (int(part) for part in asked.tenants.replace(".", "").split(",") if part.isdecimal())
    return "-".join(["benchmarks", *filter(None, [asked.data])]), max(numbers, default=100)


def _settings(tenants: int) -> dict[str, str]:
    """PostgreSQL as one would run it for so many tenants: the catalogue fits into its buffers, and fsync stays on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    wanted = SHARED_BY_ALL + tenants * CATALOGUE_PER_TENANT
    buffers = min(wanted, int(memory * LARGEST_PART_OF_MEMORY))
    return {
        "shared_buffers": f"{buffers // MEGABYTE}MB",
        "max_connections": "100",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # Otherwise a restart after a crash syncs every file of every tenant one by one.
        "recovery_init_sync_method": "syncfs",
    }
