"""X8, K4: a change of quantity is billed at once or counted at the next invoice, as the plan says."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.models import Document, DocumentLine
from billing.rules.seats import Outcome
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from billing.services.steering import void_invoice
from billing.services.subscriptions.life import cancel_subscription
from billing.services.subscriptions.quantities import preview_quantity
from plans.errors import CatalogueFileError
from plans.rules.catalogue_file import read_catalogue
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.ladders import change
from tests.billing.lives import books_balance, live_through, pay, report, spans, standing
from tests.conftest import make_tenant
from tests.plans.ladder import LADDER

D = date
HEAD, _, _ = LADDER.partition("plans:\n")
# 30.000 a person and month on either plan: in June a day costs 1.000.
OFFICE = (
    HEAD.replace("order: [free, starter, growth, pro]", "order: [basic, team, waits]")
    + """\
plans:
  - &basic
    code: basic
    name: {id: Dasar, en: Basic}
    default: true
    terms: ten-days
    reminders: quiet
    seats: {policy: at_invoice}
  - {<<: *basic, code: team, name: {id: Tim, en: Team}, default: false, seats: null}
  - {<<: *basic, code: waits, name: {id: Nanti, en: Later}, default: false, seats: {policy: next_invoice}}
price_books:
  - code: office-2025
    effective_from: 2025-01-01
    charges:
      - code: people
        plans: [basic, team, waits]
        interval_months: 1
        description: {id: Per orang, en: Per person}
        pricing: {model: per_unit, unit_price: "30000"}
"""
)
JUNE, HALF = D(2025, 6, 1), D(2025, 6, 16)
Office = Callable[..., Tenant]


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    """Ten people from 1 June 2025 on, paid."""
    path = tmp_path / "office.yaml"
    path.write_text(OFFICE, encoding="utf-8")
    load_catalogue(files=[path], now=datetime(2025, 1, 1, 5, tzinfo=UTC))

    def opened(plan: str) -> Tenant:
        tenant = make_tenant("gudang", "Kantor", "gudang", 10, JUNE, plan=plan)
        pay(tenant, JUNE)
        live_through(tenant, JUNE, HALF)
        return tenant

    return opened


def outcome(tenant: Tenant, count: int) -> tuple[Outcome, int]:
    """What the page shows before it is confirmed: what becomes of it, and what is billed today."""
    with inside(tenant):
        seen = preview_quantity(subscription=living_subscription(), quantity=Decimal(count), on=HALF, today=HALF)
    return seen.decision.outcome, seen.draft.total if seen.draft else 0


def test_on_a_plan_that_says_so_more_people_count_from_the_next_invoice_k4(office: Office) -> None:
    """12 from 16 June: nothing in June, 12 × 30.000 in July."""
    tenant = office("basic")
    assert outcome(tenant, 12) == (Outcome.RECORDED, 0)
    report(tenant, HALF, 12)
    live_through(tenant, HALF, D(2025, 7, 1))
    assert spans(tenant) == [("2025-06-01", "2025-07-01", 300_000), ("2025-07-01", "2025-08-01", 360_000)]


def test_on_the_other_plan_they_are_billed_at_once_by_day_as_the_product_says_x8(office: Office) -> None:
    """2 × 30.000 × 15/30 = 30.000 on 16 June."""
    tenant = office("team")
    assert outcome(tenant, 12) == (Outcome.PRO_RATA, 30_000)
    report(tenant, HALF, 12)
    assert spans(tenant)[1:] == [("2025-06-16", "2025-07-01", 30_000)]


def test_a_change_of_plan_brings_the_way_it_bills_along_x8_k4(office: Office) -> None:
    """Ten on basic go to team on 16 June, at the same price; five more that day are billed at once: 5 × 15 × 1.000."""
    tenant = office("basic")
    change(tenant, HALF, "team")
    assert outcome(tenant, 15) == (Outcome.PRO_RATA, 75_000)
    report(tenant, HALF, 15)
    assert spans(tenant)[-1] == ("2025-06-16", "2025-07-01", 75_000)
    books_balance(tenant, HALF)


def foreseen(tenant: Tenant, on: date) -> int:
    """The next invoice of the overview."""
    with inside(tenant):
        draft = forecast(living_subscription(), on)
    return draft.total if draft else 0


def test_rises_are_priced_by_day_and_gathered_on_the_next_invoice_x8(office: Office) -> None:
    """12 from the 16th: 2 × 15 × 1.000; 15 from the 21st: 3 × 10 × 1.000; a fall changes nothing. In July they stand beside
    15 × 30.000, once, each with its own days."""
    tenant = office("waits")
    assert outcome(tenant, 12) == (Outcome.GATHERED, 0)
    report(tenant, HALF, 12)
    assert foreseen(tenant, HALF) == 30_000 + 360_000
    live_through(tenant, HALF, D(2025, 6, 21))
    report(tenant, D(2025, 6, 21), 15)
    report(tenant, D(2025, 6, 22), 14)
    report(tenant, D(2025, 6, 23), 15)
    assert foreseen(tenant, D(2025, 6, 23)) == 60_000 + 450_000
    live_through(tenant, D(2025, 6, 24), D(2025, 7, 1))
    assert [amount for _from, _to, amount in spans(tenant)] == [300_000, 510_000]
    with inside(tenant):
        lines = DocumentLine.objects.filter(kind="rise").order_by("period_from")
        told = [(str(line.period_from), line.amount, line.explanation["formula"]) for line in lines]
    assert told == [
        ("2025-06-16", 30_000, "(2 × 30.000) × 15/30 = Rp 30.000"),
        ("2025-06-21", 30_000, "(3 × 30.000) × 10/30 = Rp 30.000"),
    ]
    pay(tenant, D(2025, 7, 1))
    live_through(tenant, D(2025, 7, 2), D(2025, 8, 1))
    assert spans(tenant)[-1] == ("2025-08-01", "2025-09-01", 450_000)
    books_balance(tenant, D(2025, 8, 1))


def test_what_was_gathered_is_billed_at_the_end_where_no_invoice_follows_x8(office: Office) -> None:
    """Two more from 16 June and leaving with the month: 30.000 on 1 July."""
    tenant = office("waits")
    report(tenant, HALF, 12)
    cancel_subscription(tenant=tenant, today=HALF)
    live_through(tenant, HALF, D(2025, 7, 1))
    assert standing(tenant) == ("ended", False, 30_000)
    assert spans(tenant)[-1] == ("2025-06-16", "2025-07-01", 30_000)
    books_balance(tenant, D(2025, 7, 1))


def test_an_invoice_voided_and_issued_again_has_what_was_gathered_on_it_x8(office: Office) -> None:
    tenant = office("waits")
    report(tenant, HALF, 12)
    live_through(tenant, HALF, D(2025, 7, 1))
    with inside(tenant):
        number = Document.objects.order_by("-number")[0].number
    void_invoice(tenant=tenant, number=number, reason="Salah alamat", reissue_it=True, today=D(2025, 7, 1))
    assert spans(tenant)[1:] == [("2025-07-01", "2025-08-01", 390_000)]
    books_balance(tenant, D(2025, 7, 1))


def test_where_the_quantity_chooses_the_plan_the_product_says_it() -> None:
    """X8: a report may lead from one plan to another."""
    text = OFFICE.replace(
        "  seats: {policy: within_term}", "  plan_choice: by_quantity\n  seats: {policy: within_term}"
    )
    with pytest.raises(CatalogueFileError, match=r"plans\[0\].seats: the quantity chooses the plan") as refused:
        read_catalogue(text, "office.yaml")
    assert refused.value.problems
