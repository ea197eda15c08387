"""What is append-only is changed by nothing: not through a model, not in a batch of the daily jobs, not by SQL in a test.

That no statement of the whole suite does is asserted by the watch over every test (`tests.watching`); here it is the watch that
is tried.
"""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from billing.models import Allocation, CreditEntry, DocumentLine, Entry, Payment
from tenants.models import Event
from tenants.models.append_only import AppendOnly, ChangeRefused
from tenants.services.statements import update, update_where
from tests.watching import LASTING, Watch, behind

KEY = UUID(int=1)


def stored(model: type[AppendOnly], **values: Any) -> AppendOnly:
    """A row as it was read."""
    make: Any = model
    row: AppendOnly = make(id=1 if model is Event else KEY, **values)
    row._state.adding = False
    return row


@pytest.mark.parametrize("model", [Allocation, CreditEntry, DocumentLine, Entry, Event, Payment])
def test_no_model_of_the_books_lets_its_rows_be_changed_or_deleted(model: type[AppendOnly]) -> None:
    row: Any = stored(model)
    with pytest.raises(ChangeRefused, match=model.__name__):
        row.save()
    with pytest.raises(ChangeRefused, match="append-only: amount"):
        row.save(update_fields=["amount"])
    with pytest.raises(ChangeRefused):
        row.delete()
    rows: Any = model._default_manager
    for ask in (rows.all().delete, lambda: rows.filter(pk=row.pk).update(amount=1)):
        with pytest.raises(ChangeRefused):
            ask()
    # As the batches of the daily jobs write.
    with pytest.raises(ChangeRefused):
        update("t_sman1", stored(Entry, amount=5, on=date(2025, 3, 1)), ["amount"], [])
    with pytest.raises(ChangeRefused):
        update_where("t_sman1", model, {"id": KEY}, {"amount": 1}, [])


def test_whether_it_was_told_or_voided_is_no_part_of_the_fact() -> None:
    assert update_where("t_a", DocumentLine, {"document_id": KEY}, {"voided": True}, []).startswith("UPDATE")
    assert LASTING['"tenants_event"'] == {"notified_at", "notify_attempts", "notify_error"}
    assert LASTING['"billing_entry"'] == frozenset()
    assert LASTING['"statements_gatewayfee"'] == {"summed"}, "the reports' own mark"


@pytest.mark.parametrize(
    ("statement", "is_fault"),
    [
        ('UPDATE "billing_entry" SET "amount" = 1 WHERE "billing_entry"."id" = 2', True),
        ('UPDATE "billing_entry" SET "on" = 1', True),
        ('UPDATE "t_a"."billing_creditentry" SET "amount" = 1 WHERE id = 2', True),
        ('DELETE FROM "billing_entry" WHERE "id" IN (1)', True),
        ('DELETE FROM "billing_payment"', True),
        ('INSERT INTO "billing_entry" ("id") VALUES (1) ON CONFLICT("id") DO UPDATE SET "amount" = 2', True),
        ('INSERT INTO "billing_entry" ("id") VALUES (1) ON CONFLICT DO NOTHING', False),
        ('UPDATE "billing_documentline" SET "voided" = true WHERE "id" = 1', False),
        ('UPDATE "billing_documentline" SET "voided" = true, "amount" = 1 WHERE "id" = 1', True),
        ('UPDATE "tenants_event" SET "notified_at" = 1, "notify_error" = 2 WHERE "data" = 3', False),
        ('UPDATE "tenants_event" SET "data" = 1 WHERE "notified_at" = 3', True),
        ('UPDATE "billing_document" SET "paid" = 1 WHERE "id" = 1', False),
        ('SELECT 1 FROM "billing_entry" FOR UPDATE', False),
    ],
)
def test_the_watch_sees_each_statement_that_changes_what_stays(statement: str, is_fault: bool) -> None:
    watch = Watch()
    watch(lambda *_: None, statement, (), False, {})
    assert bool(watch.seen) is is_fault
    with behind(Entry):
        watch(lambda *_: None, 'DELETE FROM "billing_entry"', (), False, {})
    assert bool(watch.seen) is is_fault


def test_events_go_with_their_tenant_alone() -> None:
    """Deleted before it, in two statements; without it they are orphaned, which is a fault."""
    watch = Watch()
    watch(lambda *_: None, 'DELETE FROM "tenants_event" WHERE "tenants_event"."tenant_id" IN (1)', (), False, {})
    assert watch.seen
    watch(lambda *_: None, 'DELETE FROM "tenants_tenant" WHERE "tenants_tenant"."id" IN (1)', (), False, {})
    assert watch.seen == []
