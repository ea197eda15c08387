"""Every seat change and every date of the documents, out of `simulate`."""

from typing import Any

import pytest

from tests.trials.lives import Happening, played

pytestmark = pytest.mark.django_db
SCHOOL: dict[str, Any] = {"product": "xclass", "signup": "2025-02-01"}
COMPLEX: dict[str, Any] = {"product": "klustera", "signup": "2026-01-30", "quantity": 200}


def told(happenings: list[Happening], *names: str) -> list[tuple[Any, ...]]:
    """(date, event, amount or None) of what is named, in order."""
    return [(item["date"], item["event"], item.get("amount")) for item in happenings if item["event"] in names]


def papers(happenings: list[Happening]) -> list[tuple[str, int, str]]:
    """(issued, amount, due) of the invoices."""
    return [(item["date"], item["amount"], item["due"]) for item in happenings if item["event"] == "invoice.issued"]


def standing(happenings: list[Happening]) -> tuple[str, bool, int]:
    """(status, access, balance) after the last thing that happened."""
    return happenings[-1]["status"], happenings[-1]["access"], happenings[-1]["balance"]


def reported(count: int, on: str = "2025-03-01") -> dict[str, Any]:
    """A step: so many students."""
    return {"on": on, "do": "quantity", "value": count}


X8: list[tuple[int, list[int], list[int]]] = [
    (100, [115], []),  # fewer than 20 more: nothing
    (100, [125], [125_000]),  # 25 × 5.000, the whole year is left
    (45, [51], [255_000]),  # 51 × 5.000
    (499, [502], [15_000]),  # 3 × 5.000 at the locked price
    (200, [250], [250_000]),  # 50 × 5.000
    (100, [115, 130], [150_000]),  # measured from the last billed count
    (600, [400], []),  # a fall across 500 bills and refunds nothing
]


@pytest.mark.parametrize(("began", "counts", "bills"), X8)
def test_a_rise_on_the_first_day_of_the_term(began: int, counts: list[int], bills: list[int]) -> None:
    """X8: what is billed beside the term itself, with the terms of X7."""
    steps = [reported(count) for count in counts]
    happened = played(**SCHOOL, quantity=began, events=steps, until="2025-03-01")
    own = papers(happened)[0 if began < 50 else 1 :]
    assert own == [("2025-03-01", amount, "2025-03-17") for amount in bills]


def test_a_rise_in_september_costs_the_days_that_are_left() -> None:
    """X8: 25 × 5.000 × 181/365 = 61.986; unpaid, it closes the school on day 30."""
    steps = [{"on": "2025-03-01", "do": "pay"}, reported(125, "2025-09-01")]
    happened = played(**SCHOOL, quantity=100, events=steps, until="2025-10-02")
    assert papers(happened)[1:] == [("2025-09-01", 61_986, "2025-09-17")]
    assert told(happened, "subscription.past_due", "subscription.suspended") == [
        ("2025-09-18", "subscription.past_due", None),
        ("2025-10-01", "subscription.suspended", None),
    ]


@pytest.mark.parametrize(
    ("steps", "changes", "end"),
    [
        pytest.param([reported(40, "2025-02-10")], [], ("free", True, 0), id="in the trial"),
        pytest.param(
            [reported(40, "2025-03-05")],
            [("2025-03-01", "invoice.issued", 300_000), ("2025-03-05", "invoice.voided", 300_000)],
            ("free", True, 0),
            id="nothing paid",
        ),
        pytest.param(
            [{"on": "2025-03-02", "do": "pay"}, reported(40, "2025-03-05")],
            [("2025-03-01", "invoice.issued", 300_000)],
            ("free", True, 0),
            id="paid",
        ),
        pytest.param(
            [{"on": "2025-03-02", "do": "pay", "amount": 1}, reported(40, "2025-03-05"), {"on": "2025-03-06", "do": "pay"}],
            [("2025-03-01", "invoice.issued", 300_000)],
            ("free", True, 0),
            id="partly paid",
        ),
    ],
)  # fmt: skip
def test_fewer_than_fifty_are_free_now_or_at_the_renewal(
    steps: list[Happening], changes: list[tuple[Any, ...]], end: tuple[str, bool, int]
) -> None:
    """X9: a year later nothing is billed, whichever way it went."""
    happened = played(**SCHOOL, quantity=60, events=steps, until="2026-03-02")
    assert told(happened, "invoice.issued", "invoice.voided", "subscription.suspended") == changes
    assert standing(happened) == end


def test_a_paid_school_of_forty_is_active_until_its_renewal() -> None:
    """X9: free from 1 March 2026, not before."""
    steps = [{"on": "2025-03-02", "do": "pay"}, reported(40, "2025-03-05")]
    happened = played(**SCHOOL, quantity=60, events=steps, until="2026-03-01")
    free = [item["date"] for item in happened if item["status"] == "free"]
    assert set(free) == {"2026-03-01"}


def test_a_school_that_does_not_pay_and_then_does() -> None:
    """X5, X7, X10: trial to 1 March, due on the 17th, closed on the 31st, open with the payment, renewed a year on."""
    steps = [{"on": "2025-05-20", "do": "pay"}]
    happened = played(**SCHOOL, quantity=150, events=steps, until="2026-03-01")
    named = ("trial.started", "trial.ended", "invoice.issued", "subscription.past_due")
    assert told(happened, *named, "subscription.suspended", "subscription.reactivated") == [
        ("2025-02-01", "trial.started", None),
        ("2025-03-01", "trial.ended", None),
        ("2025-03-01", "invoice.issued", 750_000),
        ("2025-03-18", "subscription.past_due", None),
        ("2025-03-31", "subscription.suspended", None),
        ("2025-05-20", "subscription.reactivated", None),
        ("2026-03-01", "invoice.issued", 750_000),
    ]
    assert papers(happened)[0][2] == "2025-03-17"


def test_the_reminders_of_a_school_come_seven_three_and_one_days_before_and_daily_after() -> None:
    """X6: before the trial's end, before the due date, and on every day of grace."""
    happened = played(**SCHOOL, quantity=150, until="2025-04-02")
    mails = [item for item in happened if item["event"] == "reminder.sent" and item["channel"] == "email"]
    said = [(item["date"], item["about"], item["days"]) for item in mails]
    assert said == [
        *[("2025-02-22", "trial_end", 7), ("2025-02-26", "trial_end", 3), ("2025-02-28", "trial_end", 1)],
        *[("2025-03-10", "due", 7), ("2025-03-14", "due", 3), ("2025-03-16", "due", 1)],
        *[(f"2025-03-{day}", "due", 17 - day) for day in range(18, 31)],
    ]


@pytest.mark.parametrize(
    ("terms", "invoices", "happenings"),
    [
        (
            "monthly",
            [("2026-03-01", 600_000, "2026-03-15"), ("2026-04-01", 600_000, "2026-04-15")],
            [
                ("2026-03-16", "subscription.past_due", None),
                ("2026-03-16", "late_fee.charged", 60_000),
                ("2026-04-15", "subscription.suspended", None),
            ],
        ),
        (
            "net-30",
            [
                ("2026-03-01", 600_000, "2026-03-31"),
                ("2026-04-01", 600_000, "2026-05-01"),
                ("2026-05-01", 600_000, "2026-05-31"),
            ],
            [
                ("2026-04-01", "subscription.past_due", None),
                ("2026-04-01", "late_fee.charged", 60_000),
                ("2026-05-01", "late_fee.charged", 60_000),
                ("2026-05-02", "late_fee.charged", 60_000),  # April's
                ("2026-05-31", "subscription.suspended", None),
            ],
        ),
    ],
)
def test_a_complex_that_does_not_pay(
    terms: str, invoices: list[tuple[str, int, str]], happenings: list[tuple[Any, ...]]
) -> None:
    """K3: both sets of terms; no invoice and no fee once closed."""
    happened = played(**COMPLEX, terms=terms, until="2026-06-20")
    assert papers(happened) == invoices
    assert told(happened, "subscription.past_due", "late_fee.charged", "subscription.suspended") == happenings


def test_every_fee_is_of_the_unpaid_principal_alone() -> None:
    """K3: 200.000 of 600.000 paid: 40.000, and 40.000 again a month later, never a fee on the fee."""
    steps = [{"on": "2026-03-10", "do": "pay", "amount": 200_000}]
    happened = played(**COMPLEX, terms="net-30", events=steps, until="2026-05-01")
    assert [item[::2] for item in told(happened, "late_fee.charged")] == [
        ("2026-04-01", 40_000),
        ("2026-05-01", 40_000),
    ]


def test_units_count_on_the_first_of_the_month() -> None:
    """K4: 200 → 260 → 90 within March bill nothing; April bills 90 × 5.000."""
    steps = [reported(260, "2026-03-10"), reported(90, "2026-03-20")]
    happened = played(**COMPLEX, events=steps, until="2026-04-01")
    assert papers(happened) == [("2026-03-01", 600_000, "2026-03-15"), ("2026-04-01", 450_000, "2026-04-15")]
