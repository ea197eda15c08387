"""K13, N12: who is in which variant, and what a catalogue looks like to them."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from plans.errors import CatalogueFileError
from plans.management.commands.load_catalogue import CATALOGUES
from plans.rules.catalogue import Catalogue, Experiment
from plans.rules.catalogue_file import read_catalogue
from plans.rules.experiments import Assigned, assign, named, touches
from plans.rules.offer import make_offer
from plans.rules.rating import rate
from plans.rules.variants import vary
from tests.plans.clinic import CLINIC, line_of

KLUSTERA = read_catalogue((CATALOGUES / "klustera.yaml").read_text(encoding="utf-8"), "klustera.yaml").catalogue
BY_CODE = {experiment.code: experiment for experiment in KLUSTERA.experiments}
VISITORS = [f"visitor-{number}" for number in range(4000)]
# Two ways of paying for a clinic, as a school's classes and seats (N12): only one of them is offered.
WAYS = (
    CLINIC.replace(
        "    reminders: quiet\nprice_books",
        """    reminders: quiet
  - code: per-clinic
    name: {id: Per klinik, en: Per clinic}
    terms: ten-days
    reminders: quiet
price_books""",
    )
    + """\
      - code: clinic
        plans: [per-clinic]
        interval_months: 3
        quantity: one
        description: {id: Per klinik per triwulan, en: Per clinic and quarter}
        pricing: {model: flat, amount: "1000000"}
experiments:
  - code: way-of-paying
    name: {id: Cara bayar, en: Way of paying}
    rule: N12
    price_book: clinic-2025
    variants:
      - code: per-doctor
        name: {id: Per dokter, en: Per doctor}
        hides: {plans: [per-clinic]}
      - code: per-clinic
        name: {id: Per klinik, en: Per clinic}
        weight: 3
        hides: {plans: [clinic]}
"""
)


def taken_of(experiment: Experiment, code: str) -> Assigned:
    """A variant by its code."""
    taken = named(experiment, code)
    assert taken is not None
    return taken


def seen(experiment: str, variant: str) -> Catalogue:
    """Klustera's catalogue as somebody in a variant sees it."""
    return vary(KLUSTERA, [taken_of(BY_CODE[experiment], variant)])


def price(catalogue: Catalogue, quantity: int, months: int = 1, plan: str = "per-unit") -> int:
    made = make_offer(catalogue, plan=plan, quantity=Decimal(quantity), interval_months=months, on=date(2026, 3, 1))
    return sum(rate(charge.price(), quantity).amount for charge in made.charges)


@pytest.mark.parametrize(
    ("quantity", "month", "year"), [(50, 300_000, 3_000_000), (200, 800_000, 8_000_000), (501, 1_252_500, 12_525_000)]
)
def test_the_higher_price_points_are_those_of_the_document(quantity: int, month: int, year: int) -> None:
    """K13: 6.000/4.000/2.500 by the month, ten months by the year; the flat plan stays."""
    higher = seen("price-points", "higher")
    assert price(higher, quantity) == month
    assert price(higher, quantity, 12) == year
    assert price(higher, quantity, 1, "flat") == price(KLUSTERA, quantity, 1, "flat")
    assert seen("price-points", "current") == KLUSTERA


def test_three_months_free_are_nine_months_of_twelve_and_the_invoice_says_so() -> None:
    """K13: 200 units × 3.000 × 9 = 5.400.000 a year instead of 6.000.000; the month stays."""
    catalogue = seen("annual-discount", "three-months")
    assert price(catalogue, 200, 12) == 5_400_000 == price(KLUSTERA, 200) * 9
    assert price(catalogue, 200) == price(KLUSTERA, 200)
    made = make_offer(catalogue, plan=None, quantity=Decimal(200), interval_months=12, on=date(2026, 3, 1))
    assert "9 bulan" in made.charges[0].description.id


def test_sixty_days_of_trial_instead_of_thirty_and_the_pilot_stays() -> None:
    """K13, K6."""
    catalogue = seen("trial-length", "sixty-days")
    assert [plan.trial.days for plan in catalogue.plans if plan.trial] == [60, 60]
    assert catalogue.plans[0].pilot == KLUSTERA.plans[0].pilot


def test_a_variant_offers_one_way_of_paying_alone() -> None:
    """N12: per class against per seat; the default that is hidden hands over to what is left."""
    catalogue = read_catalogue(WAYS, "ways.yaml").catalogue
    (experiment,) = catalogue.experiments
    seats, classes = (vary(catalogue, [taken_of(experiment, code)]) for code in ("per-doctor", "per-clinic"))
    assert [plan.code for plan in seats.plans] == ["clinic"]
    assert [(plan.code, plan.default) for plan in classes.plans] == [("per-clinic", True)]
    made = make_offer(classes, plan=None, quantity=Decimal(7), interval_months=None, on=date(2025, 8, 1))
    assert [rate(charge.price(), 1).amount for charge in made.charges] == [1_000_000]


def test_a_kit_is_rented_in_one_variant_and_bought_in_the_other() -> None:
    """N12, N8: 75.000 a month for each kit, or 1.250.000 once."""
    catalogue = read_catalogue((CATALOGUES / "naikkelas.yaml").read_text(encoding="utf-8"), "naikkelas.yaml").catalogue
    kits = next(found for found in catalogue.experiments if found.code == "kit-rented-or-bought")
    rented, bought = (vary(catalogue, [taken_of(kits, code)]) for code in ("rented", "bought"))
    assert _kits(rented) == (True, True, False)
    assert _kits(bought) == (False, False, True)
    assert touches(kits) == {"add-on robot-kits", "item robot-kit"}
    ways = next(found for found in catalogue.experiments if found.code == "class-or-seat")
    offered = {
        code: {plan.code for plan in vary(catalogue, [taken_of(ways, code)]).plans}
        for code in ("per-seat", "per-class")
    }
    assert offered["per-seat"] ^ offered["per-class"] == {"cohort", "cohort-class"}


def _kits(catalogue: Catalogue) -> tuple[bool, bool, bool]:
    """(offered as an add-on, priced by the month, sold as an item)"""
    return (
        any(addon.code == "robot-kits" for addon in catalogue.addons),
        any(charge.quantity == "robot-kits" for charge in catalogue.price_books[0].charges),
        any(item.code == "robot-kit" for item in catalogue.items),
    )


def test_putting_a_variant_in_twice_changes_nothing_more() -> None:
    """K13: whether a page or the quote puts it in first."""
    for experiment in KLUSTERA.experiments:
        for variant in experiment.variants:
            once = seen(experiment.code, variant.code)
            assert vary(once, [taken_of(experiment, variant.code)]) == once


def test_a_variant_leaves_other_price_books_alone() -> None:
    """K13, X3: who moves on to a later book pays what that book says."""
    elsewhere = taken_of(BY_CODE["price-points"], "higher").model_copy(update={"price_book": "klustera-2030"})
    assert vary(KLUSTERA, [elsewhere]) == KLUSTERA


def test_the_same_visitor_is_in_the_same_variant_in_every_process() -> None:
    """K13: pinned, because a hash that changes moves everybody."""
    found = [assign(BY_CODE["price-points"], visitor).variant.code for visitor in VISITORS[:8]]
    assert found == ["higher", "current", "current", "higher", "current", "higher", "higher", "higher"]


def test_variants_get_their_share_of_the_visitors() -> None:
    """K13: half each; N12's with weights 1 and 3 a quarter and three quarters."""
    halves = Counter(assign(BY_CODE["price-points"], visitor).variant.code for visitor in VISITORS)
    assert 1900 < halves["higher"] < 2100
    (ways,) = read_catalogue(WAYS, "ways.yaml").catalogue.experiments
    quarters = Counter(assign(ways, visitor).variant.code for visitor in VISITORS)
    assert 900 < quarters["per-doctor"] < 1100


def test_two_experiments_cut_the_visitors_independently() -> None:
    """K13: the higher price is seen by half of each length of trial."""
    both = Counter(
        (
            assign(BY_CODE["price-points"], visitor).variant.code,
            assign(BY_CODE["trial-length"], visitor).variant.code,
        )
        for visitor in VISITORS
    )
    assert len(both) == 4
    assert all(900 < count < 1100 for count in both.values())


def test_experiments_say_what_they_touch() -> None:
    """K13: two that share something are not to run together."""
    assert touches(BY_CODE["price-points"]) == {"charge units/1", "charge units/12"}
    assert touches(BY_CODE["annual-discount"]) == {"charge units/12"}
    assert touches(BY_CODE["trial-length"]) == {"trial"}


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("price_book: clinic-2025\n", "price_book: clinic-2024\n", "experiments[0].price_book: there is no price book"),
        (
            "hides: {plans: [clinic]}",
            "hides: {plans: [klinik]}",
            "variants[1].hides.plans[0]: there are no plans 'klinik'",
        ),
        (
            "hides: {plans: [clinic]}",
            "hides: {plans: [clinic, per-clinic]}",
            "variants[1].hides.plans: no plan is left",
        ),
        ("hides: {plans: [clinic]}", "default_plan: gold", "variants[1].default_plan: this variant offers no plan"),
        ("weight: 3", "weight: 0", "variants[1].weight: "),
        ("weight: 3", "wieght: 3", "variants[1].wieght: there is no such field here; did you mean weight?"),
        (
            "- code: per-doctor\n        name",
            "- code: per-clinic\n        name",
            "variants[1].code: the code per-clinic is",
        ),
        (
            "hides: {plans: [clinic]}",
            'charges: [{code: doctors, interval_months: 1, pricing: {model: per_unit, unit_price: "1"}}]',
            "variants[1].charges[0].code: the price book has no charge doctors/1 (code/months); there is: clinic/3, doctors/3",
        ),
        (
            "hides: {plans: [clinic]}",
            'charges: [{code: doctors, interval_months: 3, pricing: {model: per_unit, unit_price: "-1"}}]',
            "variants[1].charges[0].pricing.unit_price: must not be negative",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_line_and_field(good: str, bad: str, said: str) -> None:
    """K13: as everything else in a catalogue file."""
    text = WAYS.replace(good, bad)
    with pytest.raises(CatalogueFileError) as refused:
        read_catalogue(text, "ways.yaml")
    message = str(refused.value).splitlines()[0]
    assert message.startswith("ways.yaml:")
    assert said in message
    assert abs(int(message.split(":")[1]) - line_of(text, bad)) <= 12


def test_where_the_quantity_chooses_a_variant_does_not() -> None:
    """K13, X1: a hidden plan would leave its quantities without any."""
    text = (CATALOGUES / "xclass.yaml").read_text(encoding="utf-8") + HIDDEN
    with pytest.raises(CatalogueFileError, match=r"variants\[1\]: the quantity chooses the plan of this product"):
        read_catalogue(text, "xclass.yaml")


HIDDEN = """
experiments:
  - code: without-free
    name: {id: Tanpa gratis, en: Without free}
    price_book: xclass-2025
    variants:
      - {code: all, name: {id: Semua, en: All}}
      - {code: paid, name: {id: Berbayar, en: Paid}, hides: {plans: [free-forever]}}
"""


def test_an_experiment_that_changes_nothing_is_refused() -> None:
    """K13."""
    text = WAYS.replace("        hides: {plans: [per-clinic]}\n", "").replace("        hides: {plans: [clinic]}\n", "")
    with pytest.raises(CatalogueFileError, match="no variant changes anything"):
        read_catalogue(text, "ways.yaml")


def test_delivered_files_have_experiments_for_each_kind_of_the_document() -> None:
    """K13: price, annual discount, length of the trial."""
    assert set(BY_CODE) == {"price-points", "annual-discount", "trial-length"}
