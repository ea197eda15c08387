"""C15: turnover that is reported late, corrected, by file; what was issued stays, the difference comes next."""

from datetime import date
from decimal import Decimal

import pytest

from billing.errors import QuantityRefused
from billing.models import Document, QuantityReport
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from billing.services.charges.usage import Usage, report_all_usage, report_usage
from billing.services.steering import void_invoice
from billing.services.subscriptions.life import cancel_subscription
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import books_balance, credit_of, live_through, pay
from tests.billing.test_stories_charges import cooperative, lines, turnover

D = date
METER = "marketplace-turnover"


def correct(tenant: Tenant, key: str, on: date, rupiah: int, *, today: date) -> QuantityReport:
    usage = Usage(METER, Decimal(rupiah), on, "test", f"{key}-again-{today}-{rupiah}", corrects=key)
    return report_usage(tenant=tenant, usage=usage, today=today)


def shares(tenant: Tenant) -> list[list[int]]:
    """What each invoice bills of turnover and its corrections."""
    return [[amount for charge, _, amount in paper if charge == "marketplace"] for paper in lines(tenant)]


@pytest.fixture
def billed(db: None) -> Tenant:
    """April's 10.000.000 are billed on 10 May: 100.000."""
    tenant = cooperative()
    turnover(tenant, D(2026, 4, 20), 10_000_000, "april", today=D(2026, 4, 20))
    live_through(tenant, D(2026, 3, 11), D(2026, 5, 10))
    pay(tenant, D(2026, 5, 10))
    return tenant


def test_late_and_corrected_turnover_becomes_a_difference_on_the_next_invoices_c15(billed: Tenant) -> None:
    """Late +2.000.000 → a line of 20.000 beside May's 50.000. Then April was 1.000.000, not 10: 90.000 off, of which June's
    30.000 take 30.000, and July's 80.000 the other 60.000."""
    late = turnover(billed, D(2026, 5, 9), 2_000_000, "late", today=D(2026, 5, 12))
    assert late.outcome == "corrected"
    assert turnover(billed, D(2026, 5, 9), 2_000_000, "late", today=D(2026, 5, 13)) == late
    turnover(billed, D(2026, 5, 15), 5_000_000, today=D(2026, 5, 15))
    with inside(billed):
        foreseen = forecast(living_subscription(), D(2026, 5, 20))
    assert foreseen is not None
    live_through(billed, D(2026, 5, 11), D(2026, 6, 10))
    pay(billed, D(2026, 6, 10))
    correct(billed, "april", D(2026, 4, 20), 1_000_000, today=D(2026, 6, 11))
    turnover(billed, D(2026, 6, 20), 3_000_000, today=D(2026, 6, 20))
    live_through(billed, D(2026, 6, 11), D(2026, 7, 10))
    pay(billed, D(2026, 7, 10))
    turnover(billed, D(2026, 7, 20), 8_000_000, today=D(2026, 7, 20))
    live_through(billed, D(2026, 7, 11), D(2026, 8, 10))
    assert shares(billed) == [[], [100_000], [50_000, 20_000], [0], [20_000]]
    assert foreseen.total == 999_000 + 50_000 + 20_000
    books_balance(billed, D(2026, 8, 10))


def test_a_correction_within_the_open_period_changes_the_line_alone_c15(db: None) -> None:
    """4.000.000 should have been 1.000.000, and then 2.000.000: 20.000, no correction on the invoice."""
    tenant = cooperative()
    live_through(tenant, D(2026, 3, 11), D(2026, 4, 10))
    turnover(tenant, D(2026, 4, 20), 4_000_000, "one", today=D(2026, 4, 20))
    for rupiah in (1_000_000, 2_000_000):
        assert correct(tenant, "one", D(2026, 4, 20), rupiah, today=D(2026, 4, 21)).outcome == "recorded"
    pay(tenant, D(2026, 4, 21))
    live_through(tenant, D(2026, 4, 22), D(2026, 5, 10))
    assert shares(tenant) == [[], [20_000]]


def test_a_cooperative_that_leaves_has_the_rest_of_a_correction_as_credit_c8_c15(billed: Tenant) -> None:
    """100.000 were nothing at all, and there is no turnover any more: 100.000 of credit on the last day."""
    cancel_subscription(tenant=billed, today=D(2026, 5, 10))
    correct(billed, "april", D(2026, 4, 20), 0, today=D(2026, 5, 11))
    live_through(billed, D(2026, 5, 11), D(2026, 6, 10))
    billed.refresh_from_db()
    assert billed.status == "ended"
    assert credit_of(billed) == 100_000
    books_balance(billed, D(2026, 6, 10))


def test_a_voided_invoice_comes_again_as_it_was_and_the_correction_after_it_c15(billed: Tenant) -> None:
    live_through(billed, D(2026, 5, 11), D(2026, 6, 10))
    turnover(billed, D(2026, 5, 20), 1_000_000, today=D(2026, 6, 11))
    with inside(billed):
        number = Document.objects.order_by("-created_at")[0].number
    void_invoice(tenant=billed, number=number, reason="alamat", reissue_it=True, today=D(2026, 6, 12))
    pay(billed, D(2026, 6, 12))
    live_through(billed, D(2026, 6, 13), D(2026, 7, 10))
    assert shares(billed)[-2:] == [[], [0, 10_000]]


@pytest.mark.parametrize(
    ("key", "on", "field", "code"),
    [
        ("unknown", D(2026, 4, 20), "corrects", "unknown_report"),
        ("april", D(2026, 4, 21), "on", "other_day"),
        ("april", D(2026, 5, 12), "on", "date_in_future"),
    ],
)
def test_a_correction_names_a_report_and_its_day(billed: Tenant, key: str, on: date, field: str, code: str) -> None:
    with pytest.raises(QuantityRefused) as refused:
        correct(billed, key, on, 1, today=D(2026, 5, 11))
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_file_is_taken_whole_or_not_at_all_and_once(billed: Tenant) -> None:
    rows = [Usage(METER, Decimal(1_000_000), D(2026, 5, day), "file", f"r{day}") for day in (11, 12)]
    bad = Usage(METER, Decimal(1), D(2027, 1, 1), "file", "r3")
    with pytest.raises(QuantityRefused) as refused:
        report_all_usage(tenant=billed, usages=[*rows, bad], today=D(2026, 5, 12))
    assert refused.value.field == "rows[3].on"
    for _twice in range(2):
        report_all_usage(tenant=billed, usages=rows, today=D(2026, 5, 12))
    live_through(billed, D(2026, 5, 13), D(2026, 6, 10))
    assert shares(billed)[-1] == [20_000]
