"""Migrations and catalogues, run when due: when their files, or the database itself, are not those of the last time."""

import hashlib
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from script.embedded.django_commands import must_manage
from script.embedded.places import PYTHON, ROOT, Place, say

WATCHED = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/*/*/migrations/*.py",
    "plans/catalogues/*.yaml",
    "requirements.lock",
)


def _watched_files() -> Iterator[Path]:
    for pattern in WATCHED:
        yield from (path for path in ROOT.glob(pattern) if not path.relative_to(ROOT).parts[0].startswith("."))


def _fingerprint(environment: Mapping[str, str]) -> str:
    """Of every migration and catalogue file, and of the database: which one it is and how far it has migrated."""
    digest = hashlib.sha256(_database_identity(environment).encode())
    for path in sorted(_watched_files()):
        digest.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _database_identity(environment: Mapping[str, str]) -> str:
    command = [str(PYTHON), "-m", "script.embedded.database_identity"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def bring_up_to_date(place: Place, environment: Mapping[str, str]) -> None:
    """Migrate public and every tenant and load the catalogues, unless nothing has changed since that was done last."""
    stamp = place.run / "up-to-date"
    if stamp.exists() and stamp.read_text() == _fingerprint(environment):
        return
    say("Migrating the database and loading the catalogues")
    for step in (["migrate_schemas", "--shared", "-v0"], ["migrate_tenants"], ["load_catalogue"]):
        must_manage(step, environment)
    stamp.write_text(_fingerprint(environment))
