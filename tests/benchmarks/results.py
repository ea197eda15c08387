"""One JSON line for each measure, with all one needs to judge it."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from script.embedded.places import ROOT


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all measures of one round share: how many tenants, and the database's settings."""

    tenants: int
    settings: Mapping[str, str]


def tell(around: Surroundings, measure: str, unit: str, runs: Sequence[float], **facts: Any) -> None:
    """Print the line: the repeats, their median, least and most, and the facts beside them."""
    line = {
        "measure": measure,
        "tenants": around.tenants,
        "unit": unit,
        "median": round(statistics.median(runs), 3) if runs else None,
        "min": round(min(runs), 3) if runs else None,
        "max": round(max(runs), 3) if runs else None,
        "repeats": len(runs),
        **facts,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "postgresql": dict(around.settings),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


@cache
def machine() -> dict[str, Any]:
    """Processor, cores, memory, and how busy the machine was at the start."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1),
        "load_at_start": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


@cache
def commit() -> str:
    """The checkout's commit, with a + where it was changed since; empty outside of git."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if head and _git("status", "--porcelain", "--untracked-files=no") else "")
    except OSError:
        return ""


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
