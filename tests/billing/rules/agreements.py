"""Agreements as the catalogue files make them; no database."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from billing.rules.agreement import Agreement, agree
from billing.rules.lifecycle import Status
from billing.rules.seats import Decision, Standing, decide
from plans.rules.catalogue import AtRenewal, Catalogue, SeatRules
from plans.rules.catalogue_file import read_catalogue
from plans.rules.offer import make_offer

CATALOGUES = Path(__file__).resolve().parents[3] / "plans" / "catalogues"


@cache
def catalogue(product: str) -> Catalogue:
    """A product's catalogue file."""
    return read_catalogue((CATALOGUES / f"{product}.yaml").read_text(encoding="utf-8"), product).catalogue


@cache
def agreed(
    product: str,
    quantity: int,
    year: int = 2025,
    *,
    plan: str | None = None,
    months: int | None = None,
    terms: str | None = None,
) -> Agreement:
    """What somebody agrees to who signs up on 1 February of a year."""
    offer = make_offer(
        catalogue(product),
        plan=plan,
        quantity=Decimal(quantity),
        interval_months=months,
        on=date(year, 2, 1),
        terms=terms,
    )
    return agree(catalogue(product), offer)


def school(quantity: int = 100, year: int = 2025) -> Agreement:
    """A school's agreement."""
    return agreed("xclass", quantity, year)


def complex_of(quantity: int = 200, **wanted: Any) -> Agreement:
    """A housing complex's agreement."""
    return agreed("klustera", quantity, 2026, **wanted)


def changed(agreement: Agreement, **changes: Any) -> Agreement:
    """The same agreement with some of it changed, as another catalogue would have it."""
    return agreement.model_copy(update=changes)


def with_policy(agreement: Agreement, policy: AtRenewal) -> Agreement:
    """The same agreement under another renewal policy (X3)."""
    return changed(agreement, at_renewal=policy)


def with_seats(agreement: Agreement, **rules: Any) -> Agreement:
    """The same agreement with other seat rules."""
    return changed(agreement, seats=SeatRules.model_validate(agreement.seats.model_dump() | rules))


YEAR_FROM, YEAR_TO = date(2025, 3, 1), date(2026, 3, 1)


def standing(
    billed: int, status: Status = Status.ACTIVE, *, paid: bool = True, locked: dict[str, str] | None = None
) -> Standing:
    """A subscription in its year from 1 March 2025, so many students billed."""
    runs = status not in {Status.FREE, Status.TRIALING}
    return Standing(
        status=status,
        billed_quantity=Decimal(billed if runs else 0),
        term_paid=paid and runs,
        period_from=YEAR_FROM if runs else None,
        period_to=YEAR_TO if runs else None,
        locked_prices=locked,
    )


def decided(agreement: Agreement, stands: Standing, quantity: int) -> Decision:
    """The decision about a reported count."""
    return decide(agreement, stands, Decimal(quantity))
