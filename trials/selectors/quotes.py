"""What a customer would pay: the quote behind calculator, API and sign-up, made by the same draft as the invoice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.rules import drafting, sides
from billing.rules.addons import chosen_addons
from billing.rules.agreement import Agreement, agree
from billing.rules.drafting import Draft, Line
from billing.rules.sides import Stand
from billing.selectors.drafts import first_with_sides
from plans.rules.catalogue import Catalogue
from plans.rules.experiments import Assigned
from plans.rules.offer import Offer, make_offer
from plans.rules.periods import whole_period_of
from plans.rules.variants import vary
from plans.selectors.catalogue import catalogue_of
from trials.rules.periods import anchor_day, trial_end


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks a price for; `on` is the day of sign-up, `variants` what an experiment shows them (K13)."""

    product: str
    quantity: Decimal
    on: date
    plan: str | None = None
    interval_months: int | None = None
    terms: str | None = None
    addons: Mapping[str, Decimal] = field(default_factory=dict)
    variants: tuple[Assigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of the price table beside a quote: what the same quantity's neighbours cost."""

    up_to: Decimal | None
    unit_price: Decimal
    flat_fee: Decimal
    name_id: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The offer, the first whole period's price, and the days that follow.

    `recurring` is one whole period's amount in rupiah; `first` the first invoice as it would be issued (a shortened first
    month costs less); both None-like (0, None) for a free plan. `addons` are those held from the first day; `beside` is one
    whole period of each charge in another rhythm (set-up once, yearly seats, kits by the month).
    """

    offer: Offer
    agreement: Agreement
    quantity: Decimal
    recurring: int
    recurring_draft: Draft
    first: Draft | None
    trial_ends_on: date | None
    free: bool
    addons: Mapping[str, Decimal] = field(default_factory=dict)
    beside: tuple[Line, ...] = ()


def quote(wish: Wish) -> Quote:
    """Price a wish from the catalogue on sale that day; a `CatalogueError` names the field."""
    catalogue = catalogue_of(wish.product)
    return quote_from(catalogue, wish)


def quote_from(catalogue: Catalogue, wish: Wish) -> Quote:
    """As `quote`, from a catalogue already read, whether the wish's variants are in it already or not."""
    catalogue = vary(catalogue, wish.variants)
    offer = make_offer(
        catalogue,
        plan=wish.plan,
        quantity=wish.quantity,
        interval_months=wish.interval_months,
        on=wish.on,
        terms=wish.terms,
    )
    agreement = agree(catalogue, offer, wish.variants)
    addons = chosen_addons(agreement, wish.addons)
    free = agreement.is_free(wish.quantity)
    ends = trial_end(offer.trial, wish.on) if offer.trial and not free else None
    starts, anchor = ends or wish.on, anchor_day(offer.trial, wish.on)
    locked = agreement.lock(wish.quantity)
    period = drafting.first_period(agreement, starts, anchor)
    first = drafting.draft_period(agreement, wish.quantity, period, anchor, starts, locked)
    whole = whole_period_of(period, 1 if agreement.anchor == "calendar_month" else anchor, agreement.interval_months)
    stand = Stand(starts, anchor, wish.quantity, addons, {})
    first = first_with_sides(agreement, first, stand)
    recurring = drafting.draft_period(agreement, wish.quantity, whole, anchor, whole.start, locked)
    beside = sides.lines_of(agreement, sides.whole_parts(agreement, stand))
    amount = recurring.total
    return Quote(
        offer, agreement, wish.quantity, amount, recurring, None if free else first, ends, free, addons, beside
    )
