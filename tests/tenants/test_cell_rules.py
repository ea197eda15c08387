"""What code may rely on so that tenants can live in several databases, or behind a Citus coordinator."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.environment import cells

# Who reads the database's "no", and which constraint says it. A foreign key's "no" comes at COMMIT there, as another error.
RELIES_ON = {
    "billing/services/banking/unique_codes.py": ("transfer_amount_once", "transfer_open_once"),
    "billing/services/gateway/checkouts.py": ("checkout_document_live_once",),
    "billing/services/gateway/debit_planning.py": (
        "checkout_document_live_once",
        "debit_in_flight_once",
        "debit_once_a_day",
    ),
    "billing/services/gateway/mandates.py": ("mandate_open_once",),
    "billing/services/banking/lines.py": ("bank_line_of_payment", "bank_line_of_transfer"),
    "billing/services/banking/payouts.py": ("statements_gatewaypayout_day_key",),
    "billing/gateways/sandbox/pages.py": ("midtrans_sandbox_page_order_id_key",),
    "trials/services/signups.py": ("user_email_unique", "tenants_domain_domain_key", "tenants_tenant_schema_name_key"),
}


def code() -> list[Path]:
    """Every file of the product."""
    root = Path(settings.BASE_DIR)
    apps = ("config", "backoffice", "tenants", "plans", "billing", "partners", "trials", "notifications", "reports")
    return [path for app in apps for path in (root / app).rglob("*.py")]


def test_only_these_places_read_a_constraints_refusal() -> None:
    found = {str(path.relative_to(settings.BASE_DIR)) for path in code() if "IntegrityError" in path.read_text()}
    assert found == set(RELIES_ON)


@pytest.mark.parametrize("name", sorted({name for names in RELIES_ON.values() for name in names}))
def test_what_they_rely_on_is_unique(db: None, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisunique FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s", [name]
        )
        assert cursor.fetchone() == (True,)


def test_each_database_of_the_environment_gets_an_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    """DATABASE_URL_CELL2 is `cell2`; an empty one is none."""
    monkeypatch.setenv("DATABASE_URL_CELL2", "postgresql://a@b/c")
    monkeypatch.setenv("DATABASE_URL_CELL3", " ")
    assert cells("DATABASE_URL_") == {"cell2": "DATABASE_URL_CELL2"}
