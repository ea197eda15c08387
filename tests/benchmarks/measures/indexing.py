"""What an index of a tenant's schema is worth: its question with it and without it, on a tenant after ten years."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from tenants.models import Tenant
from tests.benchmarks import doors
from tests.benchmarks.database import execute, let_go
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.results import tell
from tests.tenants.filling import fill, key

Question = Callable[[], "models.QuerySet[Any]"]
ASKED = 21
_WIDE = "jsonb_build_object('text', repeat('x', {}))"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and the statement that makes its index, or removes it where the schema has it."""

    question: Question
    change: str

    @property
    def is_kept(self) -> bool:
        return not self.change.startswith("CREATE")


def measure_indexes(on: Stage) -> None:
    """Milliseconds of the server for one question each, the median of many; all is rolled back."""
    tenant = Tenant.objects.get(pk=on.fleet[0].id)
    with doors.inside(tenant), transaction.atomic():
        _live_ten_years(tenant.schema_name)
        found = {name: _measure(case) for name, case in _cases().items()}
        transaction.set_rollback(True)
    let_go()
    tables = doors.tenant_tables().values()
    execute(*[f'VACUUM (FULL) "{tenant.schema_name}".{table._meta.db_table}' for table in tables])
    total = [sum(float(one["with"]) for one in found.values())]
    tell(on.around, "indexes", "ms for all questions", total, indexes=found)


def _live_ten_years(schema: str) -> None:
    """600 documents and payments, twice as many lines and rows of the journal, and a report a day."""
    tables = doors.tenant_tables()
    document, payment = (key(tables[name], "1 + n % 600") for name in ("Document", "Payment"))
    of_both = {"document_id": document, "payment_id": payment, "amount": "1"}
    subscription = f'(SELECT id FROM "{schema}".billing_subscription ORDER BY created_at LIMIT 1)'
    invoice = {"subscription_id": subscription, "kind": "'invoice'", "number": "'A' || n"}
    invoice |= {"status": "CASE WHEN n % 300 = 0 THEN 'open' ELSE 'paid' END", "paid": "(n % 300 > 0)::int"}
    report = {"subscription_id": subscription, "key": "'A' || n", "on": "current_date - n::int"}
    rows: dict[str, tuple[int, dict[str, str]]] = {
        "Document": (600, {**invoice, "issuer": _WIDE.format(400), "customer": _WIDE.format(300)}),
        "DocumentLine": (1200, {"document_id": document, "explanation": _WIDE.format(300)}),
        "Payment": (600, {"reference": "'A' || n"}),
        "Allocation": (600, of_both),
        "CreditEntry": (60, of_both),
        "QuantityReport": (3650, report),
        "Entry": (1200, {**of_both, "debit": "'receivable'"}),
    }
    for name, (count, given) in rows.items():
        fill(tables[name], given, count, schema=schema)
    connection.check_constraints()  # else a table with unchecked rows cannot be changed


def _cases() -> dict[str, Case]:
    tables = doors.tenant_tables()

    def asked(name: str, **which: object) -> Question:
        return lambda: tables[name]._default_manager.filter(**which)

    document = tables["Document"]._default_manager.order_by("pk")[300].pk
    payment = tables["Payment"]._default_manager.order_by("pk")[300].pk
    entry = tables["Entry"]._default_manager.order_by("pk")[300].pk
    subscription = tables["Subscription"]._default_manager.get().pk
    made = {
        "document.parent": asked("Document", parent=document),
        "document.subscription": asked("Document", subscription=subscription),
        "allocation.document": asked("Allocation", document=document),
        "allocation.payment": asked("Allocation", payment=payment),
        "quantityreport.subscription": lambda: asked("QuantityReport", subscription=subscription)().order_by("-on")[:1],
        "creditentry.document": asked("CreditEntry", document=document),
        "creditentry.payment": asked("CreditEntry", payment=payment),
        "entry.document": asked("Entry", document=document),
        "entry.payment": asked("Entry", payment=payment),
    }
    return {
        "documentline.document": Case(
            asked("DocumentLine", document=document), _dropping("billing_documentline_document")
        ),
        "document where open, by due day": Case(asked("Document", status="open"), "DROP INDEX document_open"),
        "entry's key": Case(asked("Entry", pk=entry), "ALTER TABLE billing_entry DROP CONSTRAINT billing_entry_pkey"),
        **{name: Case(question, _making(name)) for name, question in made.items()},
    }


def _making(name: str) -> str:
    table, _, column = name.partition(".")
    return f"CREATE INDEX ON billing_{table} ({column}_id)"


def _dropping(start: str) -> str:
    """Django ends the names of its own indexes with a hash."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND starts_with(indexname, %s)",
            [start],
        )
        return f"DROP INDEX {cursor.fetchone()[0]}"


def _measure(case: Case) -> dict[str, float | bool]:
    before = _milliseconds(case.question)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(case.change)
        after = _milliseconds(case.question)
        transaction.set_rollback(True)
    values = (before, after) if case.is_kept else (after, before)
    return {"with": values[0], "without": values[1], "kept": case.is_kept}


def _milliseconds(question: Question) -> float:
    """What the server took to execute it."""
    plans = [question().explain(analyze=True) for _ in range(ASKED)]
    return round(statistics.median(float(plan.rpartition("Execution Time: ")[2].split()[0]) for plan in plans), 3)
