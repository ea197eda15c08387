"""What is made ready on a Citus coordinator, as far as plain PostgreSQL can show it; `test_citus` shows the rest."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.selectors import coordinator, health
from tenants.selectors.coordinator import fault_of, public_tables, refuse_unfit_node
from tenants.services.locks import hold


class Node:
    """A PostgreSQL: None where it has no Citus, else what citus_is_coordinator() and the setting say."""

    def __init__(self, state: tuple[bool, bool] | None) -> None:
        self.state = state

    def execute(self, query: str, params: Any = None) -> Any:
        return self if "pg_extension" not in query else Node((True, True) if self.state else None)

    def fetchone(self) -> Any:
        return self.state

    def close(self) -> None:
        """Nothing to end."""


@pytest.mark.parametrize(
    ("state", "alias", "said"),
    [
        (None, "default", ""),
        (None, "cell2", ""),
        ((True, True), "default", ""),
        ((False, True), "default", "'default' is a worker of a Citus cluster, or a coordinator without nodes"),
        ((False, True), "cell2", "'cell2' is a worker"),
        ((True, True), "cell2", "it can be the default one, no cell"),
        ((True, False), "default", "citus.enable_schema_based_sharding = off"),
    ],
)
def test_tenants_are_served_from_the_coordinator_alone(state: Any, alias: str, said: str) -> None:
    fault = fault_of(Node(state), alias)
    assert said in fault
    assert bool(fault) == bool(said)


def test_a_process_does_not_start_on_a_worker(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that was started while no database answered, or before the address led there, is not ready."""
    refuse_unfit_node(connection)
    monkeypatch.setattr(coordinator, "fresh", lambda _wrapper: Node((False, True)))
    with pytest.raises(ImproperlyConfigured, match="Connect to the coordinator"):
        refuse_unfit_node(connection)
    health.forget_sessions()
    assert "Connect to the coordinator" in health.readiness()["database"]
    health.forget_sessions()


def test_no_foreign_key_leads_from_a_registered_table_to_another(db: None) -> None:
    """Citus takes those that foreign keys tie together, or none; every suite's transaction is held to the set, too."""
    names = public_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.relname, b.relname FROM pg_constraint JOIN pg_class AS a ON a.oid = conrelid"
            " JOIN pg_class AS b ON b.oid = confrelid WHERE contype = 'f' AND a.relnamespace = 'public'::regnamespace"
        )
        pairs = cursor.fetchall()
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        there = {name for (name,) in cursor.fetchall()}
    assert [(one, other) for one, other in pairs if (one in names) != (other in names)] == []
    assert names <= there
    assert names >= {
        "tenants_tenant",
        "tenants_numberseries",
        "tenants_jobrun",
        "tenants_idempotentrequest",
        "auth_group",
    }
    assert not names & {"django_celery_beat_periodictask", "django_site", "django_migrations", "billing_payment"}


def test_a_lock_on_a_name_is_asked_for_beside_a_registered_table(db: None) -> None:
    """Else who waits is in no transaction of Citus, and may be taken for part of a deadlock (`test_citus` shows it)."""
    with CaptureQueriesContext(connection) as asked:
        hold("lewat")
    assert set(re.findall(r"public\.(\w+)", asked[-1]["sql"])) & public_tables() != set()
    apps = ("tenants", "plans", "billing", "trials", "partners", "notifications", "reports")
    files = [path for app in apps for path in Path(settings.BASE_DIR, app).rglob("*.py")]
    waiting = {path.name for path in files if "pg_advisory_xact_lock(" in path.read_text()}
    assert waiting == {"locks.py", "catalogue.py"}  # the second: all who load wait as their first act, and they alone


def test_on_plain_postgresql_there_is_nothing_to_prepare(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    if coordinator.has_citus(connection.connection):
        pytest.skip("the tests' database has the extension citus")
    call_command("prepare_coordinator")
    assert capsys.readouterr().out == "Plain PostgreSQL, without the extension citus: there is nothing to prepare.\n"
