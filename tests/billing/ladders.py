"""Tenants on the ladder of plans, and what they do with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing.models import Subscription
from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import Wanted
from billing.selectors.changes import ChangePreview, essence_of, preview_change
from billing.services.subscriptions.changes import Changed, change_plan
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.conftest import make_tenant
from tests.plans.ladder import LADDER

D = date
# 30 days of trial from 2025-05-02: billing begins on 1 June, a month of 30 days.
SIGNUP, BILLED = D(2025, 5, 2), D(2025, 6, 1)
Shop = Callable[..., Tenant]


@pytest.fixture
def shop(db: None, tmp_path: Path) -> Shop:
    """`shop("growth")`: a warehouse on that plan, signed up on 2025-05-02, trying until 2025-06-01."""
    (tmp_path / "ladder.yaml").write_text(LADDER, encoding="utf-8")
    load_catalogue(files=[tmp_path / "ladder.yaml"], now=datetime(2025, 1, 1, tzinfo=UTC))

    def opened(plan: str = "starter", subdomain: str = "gudang", signup: date = SIGNUP, **wish: Any) -> Tenant:
        return make_tenant(subdomain, "Gudang Rapi", "gudang", 1, signup, plan=plan, **wish)

    return opened


def change(tenant: Tenant, on: date, plan: str | None = None, months: int | None = None) -> Changed:
    """Change plan, exactly as the preview said."""
    agreed = essence_of(previewed(tenant, on, plan, months))
    made = change_plan(tenant=tenant, wanted=Wanted(plan, months), today=on, agreed=agreed)
    tenant.refresh_from_db()
    return made


def previewed(tenant: Tenant, on: date, plan: str | None = None, months: int | None = None) -> ChangePreview:
    """What a change would do."""
    with inside(tenant):
        return preview_change(subscription=living_subscription(), wanted=Wanted(plan, months), today=on)


def subscription_of(tenant: Tenant) -> Subscription:
    """The living agreement."""
    with inside(tenant):
        return living_subscription()


def changes_told(tenant: Tenant) -> list[tuple[str, str, str, str, int]]:
    """(day, change, from, to, amount) of every change of plan."""
    events = Event.objects.filter(tenant=tenant, name="subscription.changed").order_by("id")
    return [
        (str(e.occurred_on), e.data["change"], e.data["from"], e.data["to"], e.data.get("amount", 0))
        for e in events
        if str(e.data.get("change")).startswith("plan")
    ]
