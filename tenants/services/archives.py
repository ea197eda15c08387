"""An archive of files with a manifest that names each with its size, its rows and its checksum.

A zip, so that anybody can open it: `manifest.json`, tables as CSV with a heading, files as they were stored.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

MANIFEST = "manifest.json"
FORMAT = "langganan-tenant-1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path in the archive, bytes, SHA-256; `rows` of a table without its heading, None of any other file."""

    path: str
    size: int
    sha256: str
    rows: int | None = None


class Archive:
    """An archive under construction; `entries` is what it has so far."""

    def __init__(self, into: ZipFile) -> None:
        self._into = into
        self.entries: list[Entry] = []

    def add(self, path: str, blocks: Iterable[bytes]) -> Entry:
        """Write a file block by block."""
        digest, size = hashlib.sha256(), 0
        with self._into.open(path, "w") as file:
            for block in blocks:
                digest.update(block)
                size += len(block)
                file.write(block)
        self.entries.append(Entry(path, size, digest.hexdigest()))
        return self.entries[-1]

    def add_table(self, path: str, blocks: Iterable[bytes], rows: Any) -> Entry:
        """Write a table; `rows()` says how many there were, once the blocks are through."""
        entry = self.add(path, blocks)
        self.entries[-1] = Entry(entry.path, entry.size, entry.sha256, rows())
        return self.entries[-1]


@contextmanager
def new_archive(path: Path, about: Mapping[str, Any]) -> Iterator[Archive]:
    """Write an archive beside `path` and put it there when it is whole; a broken one is thrown away."""
    part = path.with_name(f"{path.name}.part")
    try:
        with ZipFile(part, "w", ZIP_DEFLATED) as into:
            archive = Archive(into)
            yield archive
            told = {"format": FORMAT, **about, "files": [asdict(entry) for entry in archive.entries]}
            into.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def manifest_of(path: Path) -> dict[str, Any]:
    """What an archive says of itself; ValueError where it is none."""
    try:
        with ZipFile(path) as archive:
            told: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"{path} is no archive of a tenant: {error}") from error
    if told.get("format") != FORMAT:
        raise ValueError(f"{path} has the format {told.get('format')!r}, not {FORMAT!r}.")
    return told


def faults_of(path: Path) -> list[str]:
    """What is missing, changed or too much in an archive: ["changed: tables/billing_document.csv"]; [] for a whole one."""
    told = {entry["path"]: entry for entry in manifest_of(path)["files"]}
    with ZipFile(path) as archive:
        there = set(archive.namelist()) - {MANIFEST}
        faults = [f"missing: {name}" for name in sorted(told.keys() - there)]
        faults += [f"not in the manifest: {name}" for name in sorted(there - told.keys())]
        for name in sorted(there & told.keys()):
            if not _is_same(archive, told[name]):
                faults.append(f"changed: {name}")
    return faults


def _is_same(archive: ZipFile, entry: Mapping[str, Any]) -> bool:
    digest = hashlib.sha256()
    try:
        with archive.open(entry["path"]) as file:
            for block in iter(lambda: file.read(1 << 16), b""):
                digest.update(block)
    except BadZipFile:
        return False  # its own checksum is wrong already
    return digest.hexdigest() == str(entry["sha256"])
