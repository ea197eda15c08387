"""`script/benchmark`: the measures of `tests/benchmarks` on a PostgreSQL of their own, or on the one `DATABASE_URL` names."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from script.embedded import environment, system_packages
from script.embedded.django_commands import base_environment, run
from script.embedded.places import PYTHON, Place
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
    place = Place("benchmarks", keeps_data=True, postgres=_settings(_most_tenants(arguments)))
    with services(place, os.environ) as running:
        return run(command, base_environment("demo", {**own, **running.environment()}))


def _most_tenants(arguments: Sequence[str]) -> int:
    """The largest number asked for; what is wrong with the arguments is said by the measures themselves."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--tenants", default="100")
    asked = parser.parse_known_args(arguments)[0].tenants.replace(".", "").split(",")
    return max((int(part) for part in asked if part.isdecimal()), default=100)


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
