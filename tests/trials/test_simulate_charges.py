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
