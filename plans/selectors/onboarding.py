"""How far customers have got going, from public rows alone."""

from datetime import date

from plans.rules.onboarding import Progress, Step, steps_of
from plans.selectors.catalogue import product_of
from tenants.models import Onboarding, Tenant


def onboarding_of(tenant: Tenant) -> Onboarding | None:
    """A tenant's row; None where its plan has no stages."""
    return Onboarding.objects.filter(tenant=tenant).first()


def steps_for(row: Onboarding, product_code: str, today: date) -> tuple[Step, ...]:
    """Its stages as the product has them today; nothing is stored about a stage but that it was finished."""
    return steps_of(product_of(product_code).onboarding, row.plan_code, row.begun_on, row.done, today)


def late_of(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """What ought to have been done."""
    return tuple(step for step in steps if step.progress is Progress.LATE)
