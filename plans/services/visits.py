"""Counting who looks at the public pages."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from django.db.models import F

from plans.models import VisitDay


class VisitStep(StrEnum):
    """How far a visit came, in this order (N13); each is the sum it is added to."""

    LANDING = "landings"
    CHECKOUT = "checkouts"
    SIGNUP = "signups"


def count_visit(*, product: str, on: date, steps: Sequence[VisitStep]) -> None:
    """Add one to these sums of a day. Whoever counts leaves no step out before a later one."""
    row = VisitDay.objects.filter(product=product, on=on)
    more = {step.value: F(step.value) + 1 for step in steps}
    if not row.update(**more):
        first = VisitDay(product=product, on=on, landings=0, checkouts=0, signups=0)
        # Two first visitors of a day may meet here: one row stays, both are added to it.
        VisitDay.objects.bulk_create([first], ignore_conflicts=True)
        row.update(**more)
