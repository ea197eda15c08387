"""What a customer would pay: the quote behind calculator, API and sign-up, made by the same draft as the invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.rules import drafting, sides
from billing.rules.addons import chosen_addons
from billing.rules.agreement import Agreement, agree
from billing.rules.discounts import Granted
from billing.rules.drafting import Draft, Line
from billing.rules.sides import Stand
from billing.rules.tax import taxed_draft, taxed_lines
from billing.rules.tax_amounts import Taxation
from billing.selectors.drafts import first_with_sides
from billing.selectors.taxing import quoted_taxation
from plans.rules.catalogue import Catalogue, Discount, Product
from plans.rules.eligibility import Asked, as_named, choose_discounts, group_closed
from plans.rules.experiments import Assigned
from plans.rules.offer import Offer, make_offer
from plans.rules.periods import Period, whole_period_of
from plans.rules.variants import vary
from plans.selectors.catalogue import catalogue_of
from plans.selectors.discounts import refuse_used_up
from plans.selectors.groups import GroupStand, groups_named
from trials.rules.periods import anchor_day, trial_end


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks a price for; `on` is the day of sign-up, `variants` what an experiment shows them (K13).

    `offers` are codes as they were typed; `registration` is None where nothing is known of it yet. `redeemed`: the offers
    are the customer's already (or it is a simulation), so that what others have taken does not matter. `anchor` is where
    periods begin, where the product leaves a choice (K5).
    """

    product: str
    quantity: Decimal
    on: date
    plan: str | None = None
    interval_months: int | None = None
    terms: str | None = None
    addons: Mapping[str, Decimal] = field(default_factory=dict)
    variants: tuple[Assigned, ...] = ()
    offers: tuple[str, ...] = ()
    registration: Mapping[str, str] | None = None
    redeemed: bool = False
    anchor: str | None = None


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

    All amounts are at the offers in `discounts`; `after` is one whole period once those that end have ended. `later` are
    offers that wait for a document or a group (K12, C7), `with_later` one whole period once they hold, too;
    `groups` are those whose code was given.
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
    discounts: tuple[Granted, ...] = ()
    after: int = 0
    later: tuple[Discount, ...] = ()
    groups: tuple[GroupStand, ...] = ()
    with_later: int = 0
    taxation: Taxation | None = None


def quote(wish: Wish) -> Quote:
    """Price a wish from the catalogue on sale that day; a `CatalogueError` names the field."""
    catalogue = catalogue_of(wish.product)
    return quote_from(catalogue, wish)


@dataclass(frozen=True, slots=True)
class _Start:
    """How billing would begin: `ends` is the trial's end, `starts` the first billed day, `period` the first one and `whole` the
    full one that it is all or the end of; `dated` is the agreement with the days of its offers."""

    agreement: Agreement
    dated: Agreement
    quantity: Decimal
    ends: date | None
    starts: date
    anchor: int
    period: Period
    whole: Period
    locked: Mapping[str, str]
    addons: Mapping[str, Decimal]
    taxation: Taxation | None

    @property
    def stand(self) -> Stand:
        """What stands beside the periods, on the first day."""
        return Stand(self.starts, self.anchor, self.quantity, self.addons, {})

    def first(self) -> Draft:
        """The first invoice."""
        draft = drafting.draft_period(self.dated, self.quantity, self.period, self.anchor, self.starts, self.locked)
        return taxed_draft(first_with_sides(self.dated, draft, self.stand), self.taxation)

    def recurring(self) -> Draft:
        """A whole period: of a shortened first month as if the offers held for all of it."""
        return self.under(self.dated if self.period == self.whole else self.agreement)

    def after(self) -> Draft:
        """A whole period once the offers that end have ended."""
        lasting = tuple(item for item in self.dated.discounts if item.to is None)
        return self.under(self.agreement.model_copy(update={"discounts": lasting}))

    def with_all(self, chosen: Sequence[Discount]) -> Draft:
        """A whole period with offers that still wait, too."""
        held = tuple(Granted(discount=item) for item in chosen)
        return self.under(self.agreement.model_copy(update={"discounts": held}))

    def under(self, agreement: Agreement) -> Draft:
        """A whole period under an agreement."""
        draft = drafting.draft_period(agreement, self.quantity, self.whole, self.anchor, self.whole.start, self.locked)
        return taxed_draft(draft, self.taxation)

    def beside(self) -> tuple[Line, ...]:
        """A whole period of each charge in another rhythm."""
        return taxed_lines(sides.lines_of(self.agreement, sides.whole_parts(self.agreement, self.stand)), self.taxation)


def _start(offer: Offer, agreement: Agreement, wish: Wish) -> _Start:
    trying = offer.trial is not None and not agreement.is_free(wish.quantity)
    ends = trial_end(offer.trial, wish.on) if offer.trial and trying else None
    starts, anchor = ends or wish.on, anchor_day(offer.trial, wish.on)
    period = drafting.first_period(agreement, starts, anchor)
    return _Start(
        agreement=agreement,
        dated=drafting.begun(agreement, starts, anchor),
        quantity=wish.quantity,
        ends=ends,
        starts=starts,
        anchor=anchor,
        period=period,
        whole=whole_period_of(period, agreement.anchor.day(anchor), agreement.interval_months),
        locked=agreement.lock(wish.quantity),
        addons=chosen_addons(agreement, wish.addons),
        taxation=quoted_taxation(offer.issuer, agreement, starts),
    )


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
        anchor=wish.anchor,
    )
    on_list = {item.code for item in catalogue.offers}
    groups = groups_named(wish.product, [code for code in wish.offers if code.strip().lower() not in on_list])
    chosen = _discounts(catalogue, offer, wish, groups)
    formed = {stand.discount.code for stand in groups.values() if stand.formed_on}
    later = tuple(item for item in chosen if item.waits and item.code not in formed)
    agreement = agree(catalogue, offer, wish.variants, [item for item in chosen if item not in later])
    start, free = _start(offer, agreement, wish), agreement.is_free(wish.quantity)
    recurring = start.recurring()
    return Quote(
        offer=offer,
        agreement=agreement,
        quantity=wish.quantity,
        recurring=recurring.total,
        recurring_draft=recurring,
        first=None if free else start.first(),
        trial_ends_on=start.ends,
        free=free,
        addons=start.addons,
        beside=start.beside(),
        discounts=start.dated.discounts,
        after=start.after().total,
        later=later,
        groups=tuple(groups.values()),
        with_later=start.with_all(chosen).total if later else recurring.total,
        taxation=start.taxation,
    )


def _discounts(
    catalogue: Catalogue, offer: Offer, wish: Wish, groups: Mapping[str, GroupStand]
) -> tuple[Discount, ...]:
    """The offers of the codes, or a `CatalogueError` on "offers[0]" that says why one is refused."""
    if not wish.offers:
        return ()
    asked = Asked(
        on=wish.on,
        plan=offer.plan.code,
        plan_name=offer.plan.name,
        interval_months=offer.interval_months,
        charges=offer.charges,
        registration=wish.registration,
    )
    for at, code in enumerate(wish.offers):
        if code in groups and groups[code].closes_on < wish.on and not wish.redeemed:
            raise group_closed(groups[code].discount, at)
    codes = [groups[code].discount.code if code in groups else code for code in wish.offers]
    chosen = choose_discounts(catalogue, codes, asked)
    if not wish.redeemed:
        refuse_used_up(wish.product, as_named(chosen, codes))
    opened = {stand.discount.code: stand.discount for stand in groups.values()}
    return tuple(opened.get(item.code, item) for item in chosen)


def only_for(product: Product, discount: Discount) -> str:
    """Whom an offer is for, where the registration decides: "Provinsi: Jawa Barat" (C4); empty where it is for all."""
    labels = {item.name: item.label for item in product.registration}
    words = get_language() or "id"
    named = [f"{labels[name].of(words)}: {', '.join(wanted)}" for name, wanted in discount.registration.items()]
    said = {"offer": discount.name.of(words), "whom": "; ".join(named)}
    return _("Penawaran %(offer)s hanya untuk %(whom)s.") % said if named else ""
