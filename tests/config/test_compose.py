"""docker-compose.yml and .env.example, as far as they can be judged without a container engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LONG_RUNNING = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}
# An address may carry a password in its middle; Compose must be left to fill it in.
SECRET_NAME = re.compile(r"PASSWORD|SECRET|KEY|TOKEN")
SERVICE_KEYS = {
    "build", "command", "depends_on", "env_file", "environment", "healthcheck", "image",
    "ports", "restart", "shm_size", "stop_grace_period", "volumes",
}  # fmt: skip


def test_the_whole_product_is_there() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "db", "redis", "mailpit"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_uses_only_keys_that_compose_knows(name: str) -> None:
    assert set(SERVICES[name]) <= SERVICE_KEYS


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_every_service_that_stays_up_has_a_health_check(name: str) -> None:
    check = LONG_RUNNING[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_only_the_migration_ends_by_itself() -> None:
    assert set(SERVICES) - set(LONG_RUNNING) == {"migrate"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_come_true(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        if wait["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert wait["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_named_volumes_are_declared(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        assert volume.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_secret_comes_from_the_env_file_and_its_absence_stops_the_start(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET_NAME.search(variable):
            assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), variable


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_an_address_takes_its_password_from_the_env_file(variable: str) -> None:
    address = SERVICES["web"]["environment"][variable]
    assert re.search(r":\$\{[A-Z]+_PASSWORD:\?[^}]+\}@", address)


def test_servers_with_data_are_not_published() -> None:
    assert not any("ports" in SERVICES[name] for name in ("db", "redis"))


def test_published_ports_are_on_the_loopback_unless_somebody_says_otherwise() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all("127.0.0.1:" in port for port in ports)


def test_the_example_of_the_env_file_holds_no_secret() -> None:
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, _, value = line.lstrip("#").partition("=")
        if name.isupper() and SECRET_NAME.search(name):
            assert value == "", name


def test_every_setting_is_explained_in_the_example() -> None:
    settings = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?!cells)\w+\(\s*"([A-Z_]+)"', settings))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read
    assert read <= explained


def test_every_variable_compose_requires_is_in_the_example() -> None:
    required = set(re.findall(r"\$\{([A-Z_]+)[:}]", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert required <= explained
