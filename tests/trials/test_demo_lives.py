"""The demo has a customer of each kind."""

import pytest

from tests.billing.rules.agreements import catalogue
from trials.services.demo import LIVES


@pytest.mark.parametrize("product", ["koperasi", "naikkelas"])
def test_each_plan_has_a_customer_in_the_demo(product: str) -> None:
    """Where nothing is chosen it is the product's default; a plan sold by contract is signed later."""
    plans = catalogue(product).plans
    default = next(plan.code for plan in plans if plan.default)
    lives = [life for life in LIVES if life.product == product]
    signed = {life.contract[1] for life in lives if life.contract}
    stay = {life.plan or default for life in lives if not life.contract}
    assert signed | stay == {plan.code for plan in plans}
