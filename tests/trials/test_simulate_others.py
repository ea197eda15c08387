"""`simulate` plays variants (K13), referrals (K10, C6), groups (C7), and usage that is corrected (C15)."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from billing.gateways.mandate_models import Mandate
from partners.models import Referral
from plans.models import OfferGroup, OwedOffer
from tenants.models import NumberSeries, Tenant
from tests.trials.lives import Happening, commanded, played
from tests.trials.test_simulate_offers import issued

pytestmark = pytest.mark.django_db


def monthly(*steps: dict[str, Any], **fields: Any) -> list[Happening]:
    """200 units, signed up on 30 January, each invoice of 2026 paid on the 5th."""
    return paying(5, *steps, **{"product": "klustera", "signup": "2026-01-30", "quantity": 200, **fields})


def paying(day: int, *steps: dict[str, Any], until: str = "2026-08-05", **fields: Any) -> list[Happening]:
    """A life in which what is open is paid on a day of each month from March to `until`."""
    days = [f"2026-{month:02}-{day:02}" for month in range(3, 9)]
    pays = [{"on": on, "do": "pay"} for on in days if fields["signup"] <= on <= until]
    return played(**fields, until=until, events=[*pays, *steps])


def test_a_life_in_the_variants_of_experiments_k13() -> None:
    """200 × 4.000, and sixty days of trial: billed from 31 March on, one day of it in March."""
    happenings = monthly(variants={"price-points": "higher", "trial-length": "sixty-days"}, until="2026-05-02")
    assert issued(happenings) == [round(800_000 / 31), 800_000, 800_000]


def test_a_customer_that_refers_has_a_month_free_and_no_second_one_that_year_k10() -> None:
    """The first it brought along pays in April, so May is free; the second pays in May, and June costs 600.000 again."""
    happenings = monthly({"on": "2026-04-10", "do": "refer"}, {"on": "2026-05-10", "do": "refer"})
    assert [(item["date"], item["amount"]) for item in happenings if item["event"] == "invoice.issued"] == [
        (f"2026-{month:02}-01", 600_000) for month in (3, 4, 6, 7, 8)
    ]
    # by the catalogue's own code: no number of a referral, which would be another one each time the file is played
    assert [(item["date"], item["offer"]) for item in happenings if "offer" in item] == [("2026-04-10", "ajak")]
    for left in (Referral.objects, OwedOffer.objects, Tenant.objects.filter(is_test=True)):
        assert not left.exists()
    assert not NumberSeries.objects.filter(series__startswith="rewards:").exists()


def koperasi(*steps: dict[str, Any], **fields: Any) -> list[Happening]:
    """Starter, billed from 10 April, paid at once."""
    usual: dict[str, Any] = {"product": "koperasi", "signup": "2026-03-10", "quantity": 80, "until": "2026-07-10"}
    return paying(10, *steps, **{**usual, **fields})


def test_a_customer_that_was_brought_along_has_its_second_month_free_c6() -> None:
    """5.499.000 with the implementation, paid: May is free, June is not."""
    happenings = koperasi(referred=True)
    assert issued(happenings) == [5_499_000, 499_000, 499_000]
    assert [(item["date"], item["offer"]) for item in happenings if "offer" in item] == [("2026-04-10", "diajak")]


def test_a_group_takes_hold_when_the_third_joins_c7() -> None:
    """10 % from the invoice after it: 499.000, then 449.100. Nothing of it stays."""
    happenings = koperasi({"on": "2026-04-08", "do": "join", "offer": "bersama", "value": 1}, offers=["bersama"])
    assert issued(happenings) == [5_499_000, *[499_000] * 3]
    happenings = koperasi({"on": "2026-04-08", "do": "join", "offer": "bersama", "value": 2}, offers=["bersama"])
    assert issued(happenings) == [5_449_100, *[449_100] * 3]
    assert not OfferGroup.objects.exists()


def test_turnover_is_corrected_by_its_key_c15() -> None:
    """1 %: 10.000.000 of 20 April are 100.000 on 10 May; found to be 12.000.000 they are 20.000 more on 10 June."""
    usage: dict[str, Any] = {"do": "usage", "meter": "marketplace-turnover"}
    happenings = koperasi(
        {"on": "2026-04-21", "day": "2026-04-20", "key": "a1", "value": 10_000_000, **usage},
        {"on": "2026-05-20", "corrects": "a1", "value": 12_000_000, **usage},
        plan="growth",
        until="2026-06-10",
    )
    assert issued(happenings) == [5_999_000, 1_099_000, 1_019_000]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("variants: {price-points: lower}", "variants.price-points"),
        ("variants: {nothing: lower}", "variants.nothing"),
        ("events: [{on: 2026-02-01, do: join, offer: early50, value: 2}]", "tidak ikut kelompok"),
        ("events: [{on: 2026-02-01, do: join, offer: early50, value: 0}]", "value: 1 to 100"),
        ("events: [{on: 2026-02-01, do: refer, value: 2}]", "do: refer has no value"),
    ],
)
def test_what_cannot_be_played_names_its_place(tmp_path: Path, more: str, said: str) -> None:
    text = f"product: klustera\nsignup: 2026-01-30\nquantity: 200\nuntil: 2026-02-02\n{more}\n"
    with pytest.raises(CommandError, match=said):
        commanded(tmp_path / "a.yaml", text)


def test_a_product_without_referrals_says_so(tmp_path: Path) -> None:
    text = "product: xclass\nsignup: 2025-02-01\nquantity: 150\nreferred: true\nuntil: 2025-02-02\n"
    with pytest.raises(CommandError, match="tidak memiliki program ajakan"):
        commanded(tmp_path / "a.yaml", text)


def test_a_learner_that_refers_has_credit_n10() -> None:
    """10 % of 99.000: 89.100 of the next invoice are left to pay."""
    happenings = paying(
        15,
        {"on": "2026-03-20", "do": "refer", "amount": 99_000},
        product="naikkelas",
        plan="learner",
        signup="2026-03-10",
        quantity=1,
        until="2026-04-15",
    )
    assert [item["amount"] for item in happenings if item["event"] == "payment.received"] == [99_000, 89_100]


def test_the_example_of_the_page_is_played_c6_c7_c15(tmp_path: Path) -> None:
    """docs/simulate.md: a group of three, brought along by somebody, with turnover that is corrected.

    April: 999.000 less 10 %, and the implementation. May is free for having been brought along: 1 % of 10.000.000 is left.
    """
    page = (Path(__file__).resolve().parents[2] / "docs/simulate.md").read_text(encoding="utf-8")
    file = "\n".join(line[4:] for line in page.splitlines() if line.startswith("    "))
    assert issued(commanded(tmp_path / "a.yaml", file)) == [899_100 + 5_000_000, 100_000, 899_100 + 20_000]


def test_a_card_that_is_short_then_pays_is_played() -> None:
    """K7: 600.000 due on 15 March, told on the 12th, refused on the 15th, 660.000 with the late fee on the 16th; April
    answers a day late and is paid once; then the consent is taken back."""
    told = played(
        product="klustera",
        signup="2026-01-30",
        quantity=200,
        events=[
            {"on": "2026-03-02", "do": "auto_debit", "answers": ["insufficient_funds", "paid", "lost"]},
            {"on": "2026-04-20", "do": "auto_debit_off"},
        ],
        until="2026-05-14",
    )
    money = [
        (item["date"], item["event"], item.get("amount"), item.get("charged_on") or item.get("next"))
        for item in told
        if item["event"].startswith(("debit.", "payment.")) and item["event"] != "debit.disabled"
    ]
    assert money == [
        ("2026-03-12", "debit.announced", 600_000, "2026-03-15"),
        ("2026-03-15", "debit.failed", 600_000, "2026-03-16"),
        ("2026-03-16", "payment.received", 660_000, None),
        ("2026-04-12", "debit.announced", 600_000, "2026-04-15"),
        ("2026-04-16", "payment.received", 600_000, None),
    ]
    assert Mandate.objects.count() == 0
