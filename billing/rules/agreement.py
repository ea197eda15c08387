"""What was agreed with a tenant, frozen when the subscription is made (X3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from plans.rules.catalogue import (
    Anchor,
    AtRenewal,
    Catalogue,
    Charge,
    PaymentTerms,
    Plan,
    ReminderPlan,
    SeatPolicy,
    SeatRules,
    Text,
)
from plans.rules.money import plain
from plans.rules.offer import Offer
from plans.rules.parts import Part
from plans.rules.rating import Rated, rate
from plans.rules.terms import PerUnit, Volume


class Agreement(Part):
    """Price book, charges, terms and rules of one subscription. Nothing charged later is looked up in the catalogue.

    `plans` are those the charges are for: one where the plan was chosen, several where the quantity chooses
    (0–49 Free Forever, 50–500 Standard, 501+ Enterprise).
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
            Decimal(1) if charge.quantity == "one" else quantity,
            unit_price_override=Decimal(price) if price is not None else None,
        )

    def price_of(self, quantity: Decimal, locked: Mapping[str, str] | None = None) -> int:
        """All recurring charges of one whole period, in rupiah: 150 students → 750.000 (X1)."""
        return sum(self.rate_charge(charge, quantity, locked).amount for charge in self.charges)

    def is_free(self, quantity: Decimal) -> bool:
        """Whether a quantity is in a plan that costs nothing (X1, X9). A product without such a plan is never free."""
        return self.seats.policy is SeatPolicy.WITHIN_TERM and self.price_of(quantity) == 0

    def lock(self, quantity: Decimal) -> dict[str, str]:
        """The unit prices to hold within a term that begins at this quantity: 499 → {"students": "5000"} (X3)."""
        if not self.lock_price_within_term:
            return {}
        lockable = [charge for charge in self.charges if isinstance(charge.price(), (PerUnit, Volume))]
        prices = ((charge.code, self.rate_charge(charge, quantity).unit_price) for charge in lockable)
        return {code: plain(price) for code, price in prices if price is not None}


def agree(catalogue: Catalogue, offer: Offer) -> Agreement:
    """Freeze an offer: its charges, and all plans that the quantity may choose between under them (X3)."""
    product, sold = offer.product, {code for charge in offer.charges for code in charge.plans}
    by_quantity = product.plan_choice == "by_quantity"
    return Agreement(
        product=product.code,
        product_name=product.name,
        issuer=offer.issuer.code,
        unit=product.unit,
        book=offer.book.code,
        interval_months=offer.interval_months,
        plan_choice=product.plan_choice,
        plans=tuple(plan for plan in catalogue.plans if plan.code in sold) if by_quantity else (offer.plan,),
        charges=offer.charges,
        anchor=product.anchor.get(offer.interval_months, Anchor.ANNIVERSARY),
        at_renewal=product.at_renewal,
        lock_price_within_term=product.lock_price_within_term,
        seats=product.seats,
        terms=offer.terms,
        reminders=offer.reminders,
        rules={str(name): rule for name, rule in product.rules.items()},
    )
