"""Every charge model, in advance, in arrears and once, in every rhythm, under every kind of offer, for subscriptions of every
rhythm: the preview, the simulation and the issued invoice say the same to the rupiah.

All of them are crossed through the pure draft functions (720 for each rhythm of a subscription). Then six lives are played
which have 120 charges each, so that every kind of offer meets every rhythm, simulated and by tenants that stay.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from billing.models import DocumentLine
from billing.rules import drafting, sides
from billing.rules.drafting import Line
from billing.rules.sides import Stand
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import owes, pay
from tests.conftest import make_tenant
from tests.plans.everything import DOCTORS, INTERVALS, OFFERS, SOLD, START, Due, catalogue, codes_of, expected, text
from tests.trials.lives import Happening, played
from trials.selectors.quotes import Quote, Wish, quote_from
from trials.services.daily import live_day

# How far the kinds of offers are shifted along the rhythms, and the subscription's own rhythm.
SHIFTS = [(0, 3), (1, 12), (2, 4), (3, 3), (4, 2), (5, 1)]
A_YEAR_ON = date(2027, 1, 1)
KINDS = ["", *(kind for kind in OFFERS if kind != "invoice")]


def asked(interval: int, kinds: dict[int, str]) -> Quote:
    """The quote for a subscription of a rhythm with these offers."""
    wish = Wish("clinic", Decimal(DOCTORS), START, interval_months=interval, offers=codes_of(kinds), redeemed=True)
    return quote_from(catalogue(), wish)


def under(kind: str, interval: int) -> dict[int, str]:
    """One kind of offer for all charges; a price for one invoice where that is the charge's own rhythm."""
    by_invoice = {interval: "invoice"} if kind == "price" else {}
    return {months: kind for months in INTERVALS if kind} | by_invoice


def drafted(made: Quote, until: date) -> Due:
    """What the draft functions bill on which day."""
    agreement = drafting.begun(made.agreement, START, START.day)
    day, found = START, list[tuple[date, Line]]()
    while day <= until:
        period = drafting.period_on(agreement, START, START.day, day)
        draft = drafting.draft_period(agreement, made.quantity, period, START.day, day, {})
        found += [(day, line) for line in draft.lines]
        day = period.end
    stand = Stand(START, START.day, made.quantity, {}, {})
    while parts := sides.due_parts(agreement, stand, until):
        for part in parts:
            on = sides.due_on(agreement, part.charge, stand)
            found += [(on, line) for line in sides.lines_of(agreement, [part]) if on is not None]
        stand = sides.moved(agreement, stand, parts)
    return summed((on, line.charge, line.amount) for on, line in found)


def summed(lines: Iterable[tuple[date, str, int]]) -> Due:
    """By day and charge, each of which is there once; what costs nothing is left out."""
    due: Due = {}
    for on, charge, amount in lines:
        assert (on, charge) not in due, "billed twice"
        due[on, charge] = amount
    assert all(amount >= 0 for amount in due.values())
    return {place: amount for place, amount in due.items() if amount}


def on_day(due: Due, day: date) -> int:
    return sum(amount for (on, _), amount in due.items() if on == day)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_model_rhythm_and_offer_is_drafted_as_reckoned_by_hand(kind: str, interval: int) -> None:
    """K9, C4, N5, N6: 120 charges at a time, for a year."""
    kinds = under(kind, interval)
    made, by_hand = asked(interval, kinds), expected(kinds, A_YEAR_ON)
    assert drafted(made, A_YEAR_ON) == by_hand
    assert made.first is not None
    assert made.first.total == on_day(by_hand, START)
    own = [sold for sold in SOLD if (sold.when, sold.months) == ("advance", interval)]
    assert made.recurring == sum(by_hand.get((START, sold.code), 0) for sold in own)
    lasting = kinds if kind == "lasting" else {}
    assert made.after == sum(expected(lasting, START)[START, sold.code] for sold in own)


def issued(happenings: list[Happening]) -> Due:
    """What a simulation's invoices say; a line is described by the code of its charge and its days."""
    return summed(
        (date.fromisoformat(item["date"]), line["description"].partition(",")[0], line["amount"])
        for item in happenings
        if item["event"] == "invoice.issued"
        for line in item["lines"]
    )


def shifted(by: int, interval: int) -> dict[int, str]:
    """A kind of offer for each rhythm; six shifts let every kind meet every rhythm.

    Where the subscription's own rhythm would have none, it has the price for one invoice.
    """
    kinds = [kind for kind in OFFERS if kind != "invoice"] + [""]
    chosen = {months: kinds[(at + by) % len(kinds)] for at, months in enumerate(INTERVALS)}
    chosen[interval] = chosen[interval] or "invoice"
    return {months: kind for months, kind in chosen.items() if kind}


@pytest.fixture
def on_sale(db: None, tmp_path: Path) -> None:
    """The product in the database."""
    path = tmp_path / "clinic.yaml"
    path.write_text(text(), encoding="utf-8")
    call_command("load_catalogue", str(path), verbosity=0)


@pytest.mark.slow
@pytest.mark.parametrize(("by", "interval"), SHIFTS)
@pytest.mark.usefixtures("on_sale")
def test_a_simulated_life_is_billed_as_drafted(by: int, interval: int) -> None:
    """Eight models × three times of billing × five rhythms, each under an offer, on the production jobs."""
    kinds, until = shifted(by, interval), date(2026, 5, 1)
    pays = [{"on": f"2026-{month:02}-02", "do": "pay"} for month in range(1, 5)]
    happenings = played(
        product="clinic",
        signup=START,
        quantity=DOCTORS,
        interval_months=interval,
        offers=codes_of(kinds),
        events=pays,
        until=until,
    )
    assert issued(happenings) == drafted(asked(interval, kinds), until) == expected(kinds, until)


def lived(tenant: Tenant, until: date) -> tuple[Due, Due]:
    """What the rows of a tenant's invoices say, each of which it pays at once, and what each but the first was forecast to be
    on the evening before. Only the days of billing and their eves are lived: on the others nothing is due."""
    foreseen, day = Due(), START
    while day <= until:
        live_day(tenant, day)
        if owes(tenant):
            pay(tenant, day)
        with inside(tenant):
            draft = forecast(living_subscription(), day)
        tomorrow = day + timedelta(days=1)
        if draft is not None and draft.issued_on == tomorrow:
            foreseen |= summed((tomorrow, line.charge, line.amount) for line in draft.lines)
        tenant.refresh_from_db()
        assert tenant.billing_due_on is not None
        day = max(tomorrow, tenant.billing_due_on - timedelta(days=1))
    with inside(tenant):
        return summed(DocumentLine.objects.values_list("document__issued_on", "charge", "amount")), foreseen


@pytest.mark.slow
@pytest.mark.parametrize(("by", "interval"), SHIFTS)
@pytest.mark.usefixtures("on_sale")
def test_the_invoices_of_a_tenant_are_those_of_the_draft_the_preview_and_the_forecast(by: int, interval: int) -> None:
    """The preview before sign-up, the forecast on the evening before each invoice, and the rows in the tenant's schema, of the
    lives that were simulated."""
    kinds, until = shifted(by, interval), date(2026, 4, 1)
    made, offers = asked(interval, kinds), codes_of(kinds)
    tenant = make_tenant("klinik", "Klinik Sehat", "clinic", DOCTORS, START, interval_months=interval, offers=offers)
    billed, foreseen = lived(tenant, until)
    assert billed == drafted(made, until) == expected(kinds, until)
    assert made.first is not None
    assert made.first.total == on_day(billed, START)
    assert foreseen == {place: amount for place, amount in billed.items() if place[0] > START}
    assert len({on for on, _ in foreseen}) >= 2
