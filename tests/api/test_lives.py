"""What a product's program is told of a customer's life: the day before, on, and after each day that matters."""

from datetime import date
from typing import Any

import pytest
import time_machine

from billing.services.payments.receiving import Received, record_payment
from billing.services.steering import change_terms
from tenants.models import Tenant
from tests.api.conftest import Api, host_of, program, tenant_secret
from tests.conftest import make_tenant
from tests.dashboard.stages import at_day

D = date
# (day, status, access, balance, next due, suspends, suspended)
Day = tuple[date, str, bool, int, str | None, str | None, str | None]


def told_on(tenant: Tenant, api: Api, day: date) -> Day:
    """Let the tenant live until a day, and ask: the subscription and the entitlements must say the same."""
    at_day(tenant, day)
    subscription, entitled = api.get("subscription").json(), api.get("entitlements").json()
    assert (entitled["status"], entitled["has_access"]) == (subscription["status"], subscription["has_access"])
    dates = (subscription["next_due_on"], subscription["suspends_on"], subscription["suspended_on"])
    return (day, subscription["status"], subscription["has_access"], subscription["balance"], *dates)


def papers(api: Api, **query: str) -> list[tuple[Any, ...]]:
    """(kind, issued, due, suspends, total, overdue) of each document, oldest first."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    items = api.get(f"invoices?{asked}").json()["items"]
    names = ("kind", "issued_on", "due_on", "suspend_on", "total", "overdue")
    return [tuple(item[name] for name in names) for item in reversed(items)]


def living(subdomain: str, product: str, quantity: int, signup: date) -> tuple[Tenant, Api]:
    """A new customer on a clock of its own, and its program."""
    tenant = make_tenant(subdomain, subdomain, product, quantity, signup)
    Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=signup)
    tenant.refresh_from_db()
    return tenant, program(host_of(tenant), tenant_secret(tenant))


def pay(tenant: Tenant, on: date, amount: int) -> None:
    """A transfer that staff confirmed."""
    record_payment(tenant=tenant, received=Received(amount, "transfer", f"t-{on}-{amount}", on))


MARCH = ("invoice", "2026-03-01", "2026-03-15", "2026-04-15", 600_000)
APRIL = ("invoice", "2026-04-01", "2026-04-15", "2026-05-16", 600_000)
FEE = ("late_fee", "2026-03-16", "2026-03-16", None, 60_000)


def test_a_complex_that_does_not_pay_is_fined_once_and_closed_after_45_days(db: None) -> None:
    """K3, K6: issued on 1 March, due on the 15th, fee on the 16th, closed on 15 April; none is charged once closed."""
    tenant, api = living("griya", "klustera", 200, D(2026, 1, 30))
    due, closes = "2026-03-15", "2026-04-15"
    for wanted in (
        (D(2026, 2, 28), "trialing", True, 0, None, None, None),
        (D(2026, 3, 1), "active", True, 600_000, due, closes, None),
        (D(2026, 3, 15), "active", True, 600_000, due, closes, None),
        (D(2026, 3, 16), "past_due", True, 660_000, due, closes, None),
        (D(2026, 4, 14), "past_due", True, 1_260_000, due, closes, None),
        (D(2026, 4, 15), "suspended", False, 1_260_000, due, closes, closes),
        (D(2026, 4, 17), "suspended", False, 1_260_000, due, closes, closes),
        (D(2026, 5, 2), "suspended", False, 1_260_000, due, closes, closes),
    ):
        assert told_on(tenant, api, wanted[0]) == wanted
    assert papers(api) == [(*MARCH, True), (*FEE, True), (*APRIL, True)]
    assert api.get("subscription").json()["next_invoice"] is None


def test_a_complex_is_told_of_its_fee_and_of_what_is_overdue_on_the_sixteenth(db: None) -> None:
    """K3: on the 15th nothing is late."""
    tenant, api = living("griya", "klustera", 200, D(2026, 1, 30))
    told_on(tenant, api, D(2026, 3, 15))
    assert papers(api) == [(*MARCH, False)]
    told_on(tenant, api, D(2026, 3, 16))
    assert papers(api) == [(*MARCH, True), (*FEE, False)]
    assert papers(api, status="overdue") == [(*MARCH, True)]
    assert papers(api, kind="late_fee") == [(*FEE, False)]


def test_a_closed_complex_is_open_again_when_what_is_overdue_is_paid(db: None) -> None:
    """K3, X10: closed on 15 April, paid on the 20th; May is billed on its first day."""
    tenant, api = living("griya", "klustera", 200, D(2026, 1, 30))
    told_on(tenant, api, D(2026, 4, 20))
    pay(tenant, D(2026, 4, 20), 1_259_999)
    assert api.get("entitlements").json()["has_access"] is False
    pay(tenant, D(2026, 4, 20), 1)
    assert api.get("entitlements").json()["has_access"] is True
    assert told_on(tenant, api, D(2026, 5, 1)) == (
        *(D(2026, 5, 1), "active", True, 600_000),
        *("2026-05-15", "2026-06-15", None),
    )


def test_a_complex_on_net_30_is_fined_monthly_and_closed_on_the_sixty_first_day(db: None) -> None:
    """K3: due on 31 March, fees on 1 April and 1 May, closed on 31 May, 61 days after the due date."""
    tenant, api = living("griya", "klustera", 200, D(2026, 1, 30))
    assert api.get("subscription").json()["terms"] == "monthly"
    change_terms(tenant=tenant, terms_code="net-30", reason="Permintaan pengembang", today=D(2026, 1, 30))
    assert api.get("subscription").json()["terms"] == "net-30"
    due, closes = "2026-03-31", "2026-05-31"
    for wanted in (
        (D(2026, 2, 28), "trialing", True, 0, None, None, None),
        (D(2026, 3, 1), "active", True, 600_000, due, closes, None),
        (D(2026, 3, 31), "active", True, 600_000, due, closes, None),
        (D(2026, 4, 1), "past_due", True, 1_260_000, due, closes, None),  # March, its fee, April
        (D(2026, 4, 30), "past_due", True, 1_260_000, due, closes, None),
        (D(2026, 5, 1), "past_due", True, 1_920_000, due, closes, None),  # March's second fee, and May
        (D(2026, 5, 2), "past_due", True, 1_980_000, due, closes, None),  # April's first fee
        (D(2026, 5, 30), "past_due", True, 1_980_000, due, closes, None),
        (D(2026, 5, 31), "suspended", False, 1_980_000, due, closes, closes),
        (D(2026, 6, 2), "suspended", False, 1_980_000, due, closes, closes),  # no fee, no invoice of June
    ):
        assert told_on(tenant, api, wanted[0]) == wanted
    assert papers(api, kind="invoice") == [
        ("invoice", "2026-03-01", "2026-03-31", "2026-05-31", 600_000, True),
        ("invoice", "2026-04-01", "2026-05-01", "2026-07-01", 600_000, True),
        ("invoice", "2026-05-01", "2026-05-31", "2026-07-31", 600_000, True),
    ]
    assert [item[1:2] + item[4:5] for item in papers(api, kind="late_fee")] == [
        ("2026-04-01", 60_000),
        ("2026-05-01", 60_000),
        ("2026-05-02", 60_000),
    ]


def test_net_30_is_quoted_with_its_dates(public_api: Api) -> None:
    """K3: from the public price preview, before anybody signs up."""
    asked = {"product": "klustera", "quantity": "200", "on": "2026-01-30", "terms": "net-30"}
    first = public_api.post("quotes", asked).json()["first_invoice"]
    assert (first["issued_on"], first["due_on"], first["suspend_on"]) == ("2026-03-01", "2026-03-31", "2026-05-31")


def test_units_within_a_month_are_free_and_counted_on_its_first_day(db: None) -> None:
    """K4: 200 → 260 → 90 in March bill nothing; April bills 90 × 5.000 = 450.000."""
    tenant, api = living("griya", "klustera", 200, D(2026, 1, 30))
    for day, units, next_total in ((D(2026, 3, 10), 260, 780_000), (D(2026, 3, 20), 90, 450_000)):
        told_on(tenant, api, day)
        made = api.post("usage", {"quantity": str(units), "on": day.isoformat()}).json()
        assert (made["outcome"], made["invoice"]) == ("recorded", None)
        assert api.get("subscription").json()["next_invoice"]["total"] == next_total
    told_on(tenant, api, D(2026, 4, 1))
    assert [(item[1], item[4]) for item in papers(api, kind="invoice")] == [
        ("2026-03-01", 600_000),
        ("2026-04-01", 450_000),
    ]


@pytest.mark.parametrize(
    ("began", "first", "fee"),
    [
        # trial to 14 February: 15 of its 28 days of 600.000
        (D(2026, 1, 15), ("2026-02-14", "2026-02-28", "2026-03-31", 321_429), ("2026-03-01", 32_143)),
        # trial to 31 January: one day of 31
        (D(2026, 1, 1), ("2026-01-31", "2026-02-14", "2026-03-17", 19_355), ("2026-02-15", 1_936)),
    ],
)
def test_a_start_within_a_month_is_billed_at_once_for_its_rest(
    db: None, began: date, first: tuple[Any, ...], fee: tuple[str, int]
) -> None:
    """K3, K6: due 14 days later, fined the day after that."""
    tenant, api = living("griya", "klustera", 200, began)
    told_on(tenant, api, date.fromisoformat(first[0]))
    assert papers(api) == [("invoice", *first, False)]
    told_on(tenant, api, date.fromisoformat(first[1]))
    assert papers(api, kind="late_fee") == []
    told_on(tenant, api, date.fromisoformat(fee[0]))
    assert [(item[1], item[4]) for item in papers(api, kind="late_fee")] == [fee]


def test_a_school_is_billed_at_its_trials_end_and_closed_on_day_thirty(db: None) -> None:
    """X5, X7, X10: 1 February, 1 March, 17 March, 31 March; open again with the payment of 20 May."""
    tenant, api = living("sman1", "xclass", 150, D(2025, 2, 1))
    due, closes = "2025-03-17", "2025-03-31"
    assert api.get("subscription").json()["trial_ends_on"] == "2025-03-01"
    for wanted in (
        (D(2025, 2, 28), "trialing", True, 0, None, None, None),
        (D(2025, 3, 1), "active", True, 750_000, due, closes, None),
        (D(2025, 3, 17), "active", True, 750_000, due, closes, None),
        (D(2025, 3, 18), "past_due", True, 750_000, due, closes, None),
        (D(2025, 3, 30), "past_due", True, 750_000, due, closes, None),
        (D(2025, 3, 31), "suspended", False, 750_000, due, closes, closes),
        (D(2025, 5, 20), "suspended", False, 750_000, due, closes, closes),
    ):
        assert told_on(tenant, api, wanted[0]) == wanted
    assert papers(api) == [("invoice", "2025-03-01", due, closes, 750_000, True)]
    pay(tenant, D(2025, 5, 20), 750_000)
    subscription = api.get("subscription").json()
    assert (subscription["status"], api.get("entitlements").json()["has_access"]) == ("active", True)
    assert subscription["period"] == {"start": "2025-03-01", "end": "2026-03-01"}  # late payment does not move it
    assert told_on(tenant, api, D(2026, 3, 1)) == (
        *(D(2026, 3, 1), "active", True, 750_000),
        *("2026-03-17", "2026-03-31", None),
    )


def test_a_school_that_paid_and_shrank_is_free_at_its_renewal(db: None) -> None:
    """X9: the term runs to its end; on 1 March 2026 nothing is issued."""
    tenant, api = living("sman1", "xclass", 60, D(2025, 2, 1))
    told_on(tenant, api, D(2025, 3, 1))
    pay(tenant, D(2025, 3, 1), 300_000)
    assert api.post("usage", {"quantity": "45"}).json()["outcome"] == "free_at_renewal"
    assert told_on(tenant, api, D(2026, 2, 28))[1:4] == ("active", True, 0)
    assert told_on(tenant, api, D(2026, 3, 1))[1:4] == ("free", True, 0)
    assert len(papers(api)) == 1
    assert api.get("entitlements").json()["plan"] == "free-forever"


@pytest.mark.parametrize(
    ("day", "ends"),
    [("2025-02-01", "2025-03-01"), ("2027-01-31", "2027-02-28"), ("2028-01-31", "2028-02-29")],
)
def test_a_trial_is_one_calendar_month_from_the_sign_up(public_api: Api, day: str, ends: str) -> None:
    """X5: and the free plan has none."""
    asked = {"product": "xclass", "on": day}
    assert public_api.post("quotes", asked | {"quantity": "150"}).json()["trial_ends_on"] == ends
    assert public_api.post("quotes", asked | {"quantity": "49"}).json()["trial_ends_on"] is None


@pytest.mark.parametrize(
    ("day", "book", "price"),
    [
        ("2025-12-31", "xclass-2025", 500_000),
        ("2026-01-01", "xclass-2026", 750_000),
        ("2027-06-30", "xclass-2027", 1_000_000),
        ("2028-12-31", "xclass-2028", 1_200_000),
    ],
)
def test_who_signs_up_through_the_api_gets_the_book_of_the_day(
    public_api: Api, django_capture_on_commit_callbacks: Any, day: str, book: str, price: int
) -> None:
    """X2: 100 students, signed up by a program, with the server's clock on that day."""
    body = {"product": "xclass", "quantity": "100", "name": "SMA Baru", "subdomain": "sma-baru"} | {
        "contact_name": "Ayu Lestari",
        "contact_email": "ayu@sma-baru.test",
        "registration": {"npsn": "20109999"},
    }
    with time_machine.travel(f"{day}T05:00:00Z", tick=False):
        with django_capture_on_commit_callbacks(execute=True):
            assert public_api.post("signups", body).status_code == 202
        tenant = Tenant.objects.get(schema_name="t_sma_baru")
        said = program(host_of(tenant), tenant_secret(tenant)).get("subscription").json()
    assert (said["price_book"], said["price"]["total"], said["signed_up_on"]) == (book, price, day)


@pytest.mark.parametrize(
    ("instant", "on", "prices"),
    [
        ("2025-12-31T16:59:59Z", "2025-12-31", ["0", "5000", "4000"]),
        ("2025-12-31T17:00:00Z", "2026-01-01", ["0", "7500", "6000"]),  # midnight in Jakarta
        ("2027-06-30T05:00:00Z", "2027-06-30", ["0", "10000", "8000"]),
        ("2028-01-01T05:00:00Z", "2028-01-01", ["0", "12000", "10000", "8000"]),
    ],
)
def test_the_catalogue_changes_its_prices_on_the_first_of_january(
    public_api: Api, instant: str, on: str, prices: list[str]
) -> None:
    """X2: what is on sale, by the day in Jakarta."""
    with time_machine.travel(instant, tick=False):
        answer = public_api.get("catalogue").json()
    (school,) = [product for product in answer["products"] if product["code"] == "xclass"]
    assert answer["on"] == on
    assert [row["unit_price"] for row in school["prices"][0]["rows"]] == prices
