"""`simulate` plays set-up fees, several rhythms, usage, add-ons and purchases, and refuses with the step's place."""

from typing import Any

import pytest

from tenants.errors import DomainError
from tests.trials.lives import Happening, played

pytestmark = pytest.mark.django_db
TOLD = {
    "step.refused",
    *("subscription.paused", "subscription.resumed", "subscription.cancel_scheduled", "subscription.cancelled"),
}


def lines(happenings: list[Happening]) -> list[tuple[str, list[int]]]:
    return [
        (item["date"], [line["amount"] for line in item["lines"]])
        for item in happenings
        if item["event"] == "invoice.issued"
    ]


def test_a_cooperative_with_turnover_c1_c2_c15() -> None:
    happenings = played(
        product="koperasi",
        plan="growth",
        signup="2026-03-10",
        quantity=80,
        until="2026-05-10",
        events=[
            {"on": "2026-04-12", "do": "pay"},
            {"on": "2026-04-20", "do": "usage", "meter": "marketplace-turnover", "value": 12_345_600},
        ],
    )
    assert lines(happenings) == [("2026-04-10", [999_000, 5_000_000]), ("2026-05-10", [999_000, 123_456])]
    assert "usage.reported" in [item["event"] for item in happenings]


def test_a_learner_who_pauses_and_leaves_n2() -> None:
    """Paused on 20 March, back on 5 May: the period from 10 April; left from 10 June on; a pause too long is refused."""
    happenings = played(
        product="naikkelas",
        plan="learner",
        signup="2026-03-10",
        quantity=1,
        until="2026-06-12",
        events=[
            {"on": "2026-03-10", "do": "pay"},
            {"on": "2026-03-15", "do": "pause", "until": "2026-12-31"},
            {"on": "2026-03-20", "do": "pause", "until": "2026-06-01"},
            {"on": "2026-05-05", "do": "resume"},
            {"on": "2026-05-05", "do": "pay"},
            {"on": "2026-05-12", "do": "pay"},
            {"on": "2026-05-13", "do": "cancel", "ends_on": "2026-06-10"},
        ],
    )
    assert lines(happenings) == [("2026-03-10", [99_000]), ("2026-05-05", [99_000]), ("2026-05-10", [99_000])]
    told = [(item["date"], item["event"], item["status"]) for item in happenings if item["event"] in TOLD]
    assert told == [
        ("2026-03-15", "step.refused", "active"),
        ("2026-03-20", "subscription.paused", "paused"),
        ("2026-05-05", "subscription.resumed", "active"),
        ("2026-05-13", "subscription.cancel_scheduled", "cancelled"),
        ("2026-06-10", "subscription.cancelled", "ended"),
    ]


def test_a_school_with_kits_and_a_course_n5_n8_n1() -> None:
    happenings = played(
        product="naikkelas",
        plan="school",
        interval_months=4,
        addons={"robot-kits": 10},
        signup="2026-07-01",
        quantity=30,
        until="2026-08-01",
        events=[
            {"on": "2026-07-16", "do": "addon", "addon": "robot-kits", "value": 12},
            {"on": "2026-07-20", "do": "buy", "item": "course-robotics", "value": 1},
        ],
    )
    assert lines(happenings) == [
        ("2026-07-01", [3_300_000, 750_000]),
        ("2026-07-16", [77_419]),
        ("2026-07-20", [350_000]),
        ("2026-08-01", [900_000]),
    ]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"do": "addon", "addon": "tidak-ada", "value": 1}, "tidak ada pada paket ini"),
        ({"do": "buy", "item": "tidak-ada", "value": 1}, "tidak dijual"),
        ({"do": "usage", "meter": "tidak-ada", "value": 1}, "tidak ditagih"),
    ],
)
def test_a_step_that_cannot_be_done_is_named(step: dict[str, Any], said: str) -> None:
    with pytest.raises(DomainError, match=said) as refused:
        played(
            product="naikkelas",
            plan="learner",
            signup="2026-07-01",
            quantity=1,
            until="2026-07-05",
            events=[{"on": "2026-07-02", **step}],
        )
    assert refused.value.field == "events[0]"


def test_a_bootcamp_in_instalments_and_a_contract_by_milestones_n3_n14() -> None:
    """40, 30 and 30 % of 6 million on their days; 30 % of 100 million when the contract's first milestone is reached."""
    happenings = played(
        product="naikkelas",
        plan="account",
        signup="2026-11-02",
        quantity=1,
        until="2027-02-23",
        events=[
            {"on": "2026-11-02", "do": "buy", "item": "bootcamp-2027-01", "value": 1, "instalments": True},
            {"on": "2026-12-01", "do": "sign", "item": "enterprise-academy", "amount": 100_000_000},
            {"on": "2026-12-10", "do": "milestone", "milestone": "signed"},
            {"on": "2026-12-11", "do": "milestone", "milestone": "signed"},
        ],
    )
    bills = [(item["date"], item["amount"]) for item in happenings if item["event"] == "invoice.issued"]
    assert bills == [
        ("2026-11-02", 2_400_000),
        ("2026-12-10", 30_000_000),
        ("2027-01-11", 1_800_000),
        ("2027-02-22", 1_800_000),
    ]
    assert [item["code"] for item in happenings if item["event"] == "step.refused"] == ["milestone_not_open"]


def test_a_contract_price_from_the_trial_on_c1() -> None:
    """Enterprise at 3.500.000 a month, agreed on within the trial; another price there holds at once, pro rata."""
    happenings = played(
        product="koperasi",
        plan="starter",
        signup="2026-03-10",
        quantity=80,
        until="2026-06-11",
        events=[
            {"on": "2026-03-20", "do": "change_plan", "plan": "enterprise", "amount": 3_500_000},
            {"on": "2026-04-10", "do": "pay"},
            {"on": "2026-04-25", "do": "change_plan", "plan": "enterprise", "amount": 4_100_000},
            {"on": "2026-04-25", "do": "pay"},
            {"on": "2026-05-10", "do": "pay"},
        ],
    )
    bills = [(item["date"], item["amount"]) for item in happenings if item["event"] == "invoice.issued"]
    assert bills[:3] == [("2026-04-10", 3_500_000), ("2026-04-25", 300_000), ("2026-05-10", 4_100_000)]
