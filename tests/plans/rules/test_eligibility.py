"""K9, C3, C4: who may have which offer, and the reason where somebody may not, in both languages."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue, Discount
from plans.rules.eligibility import Asked, as_named, choose_discounts
from plans.rules.offer import make_offer
from tests.billing.rules.agreements import catalogue

D = date
JUNE = date(2026, 6, 1)


def asked(
    sold: Catalogue, on: date, registration: Mapping[str, str] | None, plan: str | None, months: int | None
) -> Asked:
    made = make_offer(sold, plan=plan, quantity=Decimal(200), interval_months=months, on=on)
    return Asked(on, made.plan.code, made.plan.name, made.interval_months, made.charges, registration)


def selling(sold: Catalogue, offers: Sequence[dict[str, Any]]) -> Catalogue:
    """The catalogue with other offers."""
    named = [{"name": {"id": item["code"], "en": item["code"]}, **item} for item in offers]
    return sold.model_copy(update={"offers": tuple(Discount.model_validate(item) for item in named)})


def chosen(
    product: str,
    *codes: str,
    on: date = JUNE,
    registration: Mapping[str, str] | None = None,
    plan: str | None = None,
    months: int | None = None,
    offers: tuple[dict[str, Any], ...] = (),
) -> list[str]:
    sold = catalogue(product)
    if offers:
        sold = selling(sold, offers)
    return [item.code for item in choose_discounts(sold, codes, asked(sold, on, registration, plan, months))]


def test_a_code_is_read_as_people_type_it() -> None:
    assert chosen("klustera", " Early50 ", "EARLY50") == ["early50"]


def test_a_launch_offer_is_for_a_province_however_it_is_spelled_c4() -> None:
    assert chosen("koperasi", "launch30", registration={"province": " jawa  BARAT"}) == ["launch30"]
    assert chosen("koperasi", "launch30") == ["launch30"]  # nothing known yet: a price preview


@pytest.mark.parametrize(
    ("product", "code", "more", "why", "said"),
    [
        ("klustera", "hemat", {}, "unknown_offer", "There is no offer “hemat”."),
        ("xclass", "early50", {}, "unknown_offer", "There is no offer “early50”."),
        ("klustera", "early50", {"months": 12}, "offer_for_other_plan", "not for plan Per unit"),
        ("koperasi", "launch30", {"on": D(2025, 12, 31)}, "offer_not_begun", "begins on 1 January 2026"),
        ("koperasi", "launch30", {"on": D(2027, 1, 1)}, "offer_over", "ended on 31 December 2026"),
        ("koperasi", "launch30", {"registration": {"province": "Bali"}}, "offer_for_others", "Jawa Barat"),
        ("koperasi", "launch30", {"registration": {}}, "offer_for_others", "Jawa Barat"),
        ("koperasi", "pilot-half", {}, "offer_by_staff", "given by our staff alone"),
    ],
)
def test_a_refusal_names_the_code_and_the_reason(
    product: str, code: str, more: dict[str, Any], why: str, said: str
) -> None:
    with pytest.raises(CatalogueError) as refused:
        chosen(product, code, **more)
    error = refused.value
    assert (error.code, error.field) == (why, "offers[0]")
    assert said in error.message_en
    assert error.message != error.message_en


def test_both_days_of_the_window_belong_to_it_c4() -> None:
    for day in (D(2026, 1, 1), D(2026, 12, 31)):
        assert chosen("koperasi", "launch30", on=day) == ["launch30"]


TWO = ({"code": "one", "percent": "10"}, {"code": "two", "percent": "20"})


def test_two_offers_on_one_charge_go_together_only_where_both_say_so() -> None:
    with pytest.raises(CatalogueError) as refused:
        chosen("klustera", "two", "one", offers=TWO)
    assert (refused.value.code, refused.value.field) == ("offers_do_not_combine", "offers")
    both = tuple(item | {"combines": True} for item in TWO)
    assert chosen("klustera", "two", "one", offers=both) == ["one", "two"]  # in the catalogue's order
    with pytest.raises(CatalogueError):
        chosen("klustera", "two", "one", offers=(both[0], TWO[1]))


def test_offers_on_different_charges_need_not_combine_c3() -> None:
    """The plan's price and the implementation fee."""
    apart = (
        {"code": "half", "percent": "50", "charges": ["growth"]},
        {"code": "setup", "percent": "100", "charges": ["implementation"]},
    )
    assert chosen("koperasi", "setup", "half", plan="growth", offers=apart) == ["half", "setup"]


def test_the_second_code_is_refused_by_its_own_field() -> None:
    with pytest.raises(CatalogueError) as refused:
        chosen("klustera", "early50", "hemat")
    assert refused.value.field == "offers[1]"


def test_offers_are_put_back_in_the_order_of_their_codes() -> None:
    both = tuple(item | {"combines": True} for item in TWO)
    sold = selling(catalogue("klustera"), both)
    assert [item.code for item in as_named(sold.offers, ["TWO", "one", "two"])] == ["two", "one"]
