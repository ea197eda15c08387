"""`script/test`: every check there is, in order, up to the first that fails."""

import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from script.embedded import environment, system_packages
from script.embedded.children import dying_with_parent
from script.embedded.claims import exclusive
from script.embedded.django_commands import base_environment, run
from script.embedded.places import PYTHON, ROOT, TEST, VENV, say
from script.embedded.services import services

PROGRAMS = VENV / "bin"
MANAGE = (PYTHON, ROOT / "manage.py")
PYTEST = (PROGRAMS / "pytest",)
# pytest-xdist's names for its workers, each of which has a database of its own: made once and copied, and shared by the
# steps, because each test leaves it as it found it.
WORKERS = ("gw0", "gw1")
IN_PARALLEL = ("--reuse-db", "-n", str(len(WORKERS)))
# Throw-away values of the right form: what is checked is the settings, not the secrets.
PRODUCTION = {
    "LANGGANAN_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "BASE_DOMAIN": "langganan.example",
    "MIDTRANS_SERVER_KEY": "Mid-server-" + secrets.token_hex(12),
    "MIDTRANS_CLIENT_KEY": "Mid-client-" + secrets.token_hex(12),
    "MIDTRANS_MERCHANT_ID": "G000000000",
    "EMAIL_HOST": "smtp.langganan.example",
}


@dataclass(frozen=True)
class Check:
    """One step: what it shows as its heading, what it runs, and what it adds to the environment.

    `beside`: it begins with the first step and is waited for in its place; for what keeps one processor busy for long.
    """

    heading: str
    command: Sequence[str | Path]
    additions: Mapping[str, str] = field(default_factory=dict)
    beside: bool = False


CHECKS = (
    Check("Style (ruff check)", (PROGRAMS / "ruff", "check", ".")),
    Check("Layout (ruff format)", (PROGRAMS / "ruff", "format", "--check", ".")),
    Check("Floors and rooms (import-linter)", (PROGRAMS / "lint-imports", "--cache-dir", ".data/cache/imports")),
    Check("Migrations written", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("Production settings", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("Types (mypy)", (PROGRAMS / "mypy",), beside=True),
    Check(
        "Databases for the tests",
        (PYTHON, "-m", "tests", *WORKERS),
        {"DJANGO_SETTINGS_MODULE": "config.settings"},
        beside=True,
    ),
    # One step for both: a step begins with half a minute of imports, and ends with one worker alone.
    Check(
        "Tests: rules, services and stories",
        (*PYTEST, *IN_PARALLEL, "--dist", "loadfile", "--no-loadscope-reorder", "-m", "not browser"),
    ),
    Check("Tests: browser", (*PYTEST, *IN_PARALLEL, "--dist", "worksteal", "-m", "browser")),
)


def main(arguments: list[str]) -> int:
    """Run all checks; with arguments, pytest alone with those."""
    environment.prepare([*system_packages.PDF, *system_packages.BROWSER])
    checks = (Check("pytest " + " ".join(arguments), (*PYTEST, *arguments)),) if arguments else CHECKS
    with (
        exclusive(TEST.run / "suite.lock", waiting="Another script/test of this checkout is running; waiting for it."),
        services(TEST, os.environ) as running,
    ):
        additions = {"LANGGANAN_ENV": "test", **_chromium(), **running.environment()}
        return _run_all(checks, base_environment("test", additions))


def _chromium() -> dict[str, str]:
    found = system_packages.chromium()
    return {"CHROMIUM": found} if found else {}


def _run_all(checks: Sequence[Check], surroundings: Mapping[str, str]) -> int:
    begin = time.monotonic()
    with contextlib.ExitStack() as stack:
        begun = {check.heading: stack.enter_context(_begun(check, surroundings)) for check in checks if check.beside}
        for check in checks:
            code = _run_one(check, surroundings, begun.get(check.heading))
            if code:
                say(f"\nFAILED at: {check.heading} (exit code {code}), {time.monotonic() - begin:.0f} s in all")
                return code
    say(f"\nAll passed in {time.monotonic() - begin:.0f} s")
    return 0


@dataclass(frozen=True)
class _Begun:
    """A step that runs beside others, and what it has said so far."""

    process: "subprocess.Popen[bytes]"
    output: IO[bytes]

    def finish(self) -> int:
        """Wait for it and show what it said; its exit code."""
        code = self.process.wait()
        self.output.seek(0)
        say(self.output.read().decode(errors="replace").rstrip())
        return code


@contextlib.contextmanager
def _begun(check: Check, surroundings: Mapping[str, str]) -> Iterator[_Begun]:
    """Begin a step; where an earlier one fails it is ended."""
    with TemporaryFile() as output:
        process = subprocess.Popen(
            [str(part) for part in check.command],
            cwd=ROOT,
            env={**surroundings, **check.additions},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
        try:
            yield _Begun(process, output)
        finally:
            process.terminate()
            process.wait()


def _run_one(check: Check, surroundings: Mapping[str, str], begun: _Begun | None) -> int:
    say(f"\n=== {check.heading} ===")
    begin = time.monotonic()
    code = begun.finish() if begun else run(check.command, {**surroundings, **check.additions})
    say(f"--- {check.heading}: {'passed' if code == 0 else 'failed'} after {time.monotonic() - begin:.0f} s")
    return code
