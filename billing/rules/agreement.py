"""What was agreed with a tenant, frozen when the subscription is made (X3)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field

from billing.rules.discounts import Granted
from plans.rules.catalogue import (
    Addon,
    Anchor,
    AtRenewal,
    Catalogue,
    Charge,
    Discount,
    Entitlements,
    Goods,
    Meter,
    PaymentTerms,
    Plan,
    ReminderPlan,
    SeatPolicy,
    SeatRules,
    Text,
    When,
)
from plans.rules.experiments import Assigned
from plans.rules.money import plain
from plans.rules.offer import Offer
from plans.rules.parts import Part
from plans.rules.rating import Rated, rate
from plans.rules.terms import PerUnit, Volume


class Agreement(Part):
    """Price book, charges, terms and rules of one subscription. Nothing charged later is looked up in the catalogue.

    `plans` are those the charges are for: one where the plan was chosen, several where the quantity chooses
    (0–49 Free Forever, 50–500 Standard, 501+ Enterprise). `variants` are those of experiments that the customer saw at
    sign-up (K13): `charges` have their prices already, and whoever offers the customer something else puts them in again.
    """

    product: str
    product_name: str
    issuer: str
    unit: Text
    book: str
    interval_months: int
    plan_choice: Literal["default", "by_quantity"]
    plans: tuple[Plan, ...]
    charges: tuple[Charge, ...]
    anchor: Anchor
    at_renewal: AtRenewal
    lock_price_within_term: bool
    seats: SeatRules
    terms: PaymentTerms
    reminders: ReminderPlan
    rules: Mapping[str, str]
    # What came later; an agreement frozen before has none of it.
    addons: tuple[Addon, ...] = ()
    meters: tuple[Meter, ...] = ()
    anchors: Mapping[int, Anchor] = Field(default_factory=dict)
    discounts: tuple[Granted, ...] = ()
    prices_include_tax: bool = False
    goods: Goods = Field(default_factory=Goods)

    @property
    def main(self) -> tuple[Charge, ...]:
        """The charges that make the periods of the subscription: in advance, in its own rhythm, for the tenant itself."""
        return tuple(charge for charge in self.charges if self.is_main(charge))

    @property
    def sides(self) -> tuple[Charge, ...]:
        """All other charges: once, in arrears, in a rhythm of their own, of an add-on or a meter."""
        return tuple(charge for charge in self.charges if not self.is_main(charge))

    def is_main(self, charge: Charge) -> bool:
        """Whether a charge is one of `main`."""
        in_advance = charge.when is When.ADVANCE and charge.counts_the_tenant
        return in_advance and charge.interval_months == self.interval_months

    def anchor_of(self, charge: Charge) -> Anchor:
        """Where the periods of a charge begin."""
        if charge.interval_months == self.interval_months:
            return self.anchor
        return self.anchors.get(charge.interval_months, Anchor.ANNIVERSARY)

    def addon(self, code: str) -> Addon | None:
        """The add-on of a code, if this agreement may have it."""
        return next((item for item in self.addons if item.code == code), None)

    def meter(self, code: str) -> Meter | None:
        """The meter of a code, if a charge of this agreement reads it."""
        return next((item for item in self.meters if item.code == code), None)

    def unit_of(self, charge: Charge) -> Text:
        """What a charge counts: sessions, kits, rupiah of turnover, else the tenant's own unit."""
        addon, meter = self.addon(charge.quantity), self.meter(charge.quantity)
        return charge.unit or (addon.unit if addon else None) or (meter.unit if meter else None) or self.unit

    def entitlements_of(self, plan_code: str, held: Mapping[str, str]) -> Entitlements:
        """What the tenant may do on a plan with the add-ons it holds, `{"robot-kits": "12"}` (C10, N8)."""
        plan = next((item for item in self.plans if item.code == plan_code), self.plans[0])
        more = [(item.entitlements, int(held[item.code])) for item in self.addons if int(held.get(item.code, "0"))]
        return plan.entitlements.with_more(more) if more else plan.entitlements

    variants: tuple[Assigned, ...] = ()

    def plan_for(self, quantity: Decimal) -> Plan:
        """The plan a quantity belongs to: 49 → Free Forever, 50 → Standard; the only plan where the customer chose it."""
        if self.plan_choice == "by_quantity":
            for plan in self.plans:
                if quantity in plan.quantity:
                    return plan
        return self.plans[0]

    def rate_charge(self, charge: Charge, quantity: Decimal, locked: Mapping[str, str] | None = None) -> Rated:
        """One charge at a quantity; at the unit price `locked` for it, if there is one (X3)."""
        price = (locked or {}).get(charge.code)
        return rate(
            charge.price(),
            counted(charge, quantity),
            unit_price_override=Decimal(price) if price is not None else None,
        )

    def price_of(self, quantity: Decimal, locked: Mapping[str, str] | None = None) -> int:
        """One whole period of the subscription itself, in rupiah: 150 students → 750.000 (X1).

        What is billed beside it (once, in another rhythm, add-ons, usage) is not in it.
        """
        return sum(self.rate_charge(charge, quantity, locked).amount for charge in self.main)

    def is_free(self, quantity: Decimal) -> bool:
        """Whether a quantity is in a plan that costs nothing (X1, X9). A product without such a plan is never free."""
        if self.seats.policy is SeatPolicy.AT_INVOICE or self.price_of(quantity):
            return False
        return not any(self._may_cost(charge, quantity) for charge in self.sides)

    def _may_cost(self, charge: Charge, quantity: Decimal) -> bool:
        """Whether something beside the period is to be paid by a tenant who holds no more than it must."""
        addon = self.addon(charge.quantity)
        if addon is not None:
            return addon.required
        return not charge.counts_the_tenant or self.rate_charge(charge, quantity).amount > 0

    def lock(self, quantity: Decimal) -> dict[str, str]:
        """The unit prices to hold within a term that begins at this quantity: 499 → {"students": "5000"} (X3)."""
        if not self.lock_price_within_term:
            return {}
        lockable = [charge for charge in self.main if isinstance(charge.price(), (PerUnit, Volume))]
        prices = ((charge.code, self.rate_charge(charge, quantity).unit_price) for charge in lockable)
        return {code: plain(price) for code, price in prices if price is not None}


def counted(charge: Charge, quantity: Decimal) -> Decimal:
    """What a charge multiplies its price with: 1, or as many as there are; a class of 4 sessions counts 4 (N7)."""
    return (Decimal(1) if charge.quantity == "one" else quantity) * charge.each


def agree(
    catalogue: Catalogue, offer: Offer, variants: tuple[Assigned, ...] = (), discounts: Iterable[Discount] = ()
) -> Agreement:
    """Freeze an offer: its charges, all plans that the quantity may choose between under them (X3), and the discounts.

    `variants` are those that the catalogue was varied by (K13).
    """
    product, sold = offer.product, {code for charge in offer.charges for code in charge.plans}
    by_quantity = product.plan_choice == "by_quantity"
    read = {charge.quantity for charge in offer.charges}
    return Agreement(
        product=product.code,
        product_name=product.name,
        issuer=offer.issuer.code,
        unit=product.unit if by_quantity else offer.plan.unit or product.unit,
        book=offer.book.code,
        interval_months=offer.interval_months,
        plan_choice=product.plan_choice,
        plans=tuple(plan for plan in catalogue.plans if plan.code in sold) if by_quantity else (offer.plan,),
        charges=offer.charges,
        anchor=offer.anchor,
        at_renewal=offer.plan.at_renewal or product.at_renewal,
        lock_price_within_term=product.lock_price_within_term,
        seats=offer.plan.seats or product.seats,
        terms=offer.terms,
        reminders=offer.reminders,
        rules={str(name): rule for name, rule in product.rules.items()},
        addons=tuple(item for item in catalogue.addons if item.code in read),
        meters=tuple(item for item in catalogue.meters if item.code in read),
        anchors={months: product.anchors(months)[0] for months in product.anchor},
        variants=variants,
        discounts=tuple(Granted(discount=discount) for discount in discounts),
        prices_include_tax=product.prices_include_tax,
        goods=product.goods,
    )
