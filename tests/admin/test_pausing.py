"""Staff pause a subscription with a reason, and let it go on (N2)."""

from datetime import date

import pytest

from tenants.models import Tenant
from tests.admin.conftest import StaffAs
from tests.admin.test_actions import do, last
from tests.admin.test_permissions import address
from tests.billing.lives import pay
from tests.conftest import make_tenant
from tests.dashboard.stages import at_day

pytestmark = pytest.mark.usefixtures("at_noon")
SIGNUP = date(2026, 3, 1)


@pytest.fixture
def learner(db: None) -> Tenant:
    """By the month, paid to 1 April 2026; on its test clock it is 5 March."""
    tenant = make_tenant("belajar", "Dewi", "naikkelas", 1, SIGNUP, plan="learner")
    pay(tenant, SIGNUP)
    return at_day(tenant, date(2026, 3, 5), SIGNUP)


def test_paused_by_staff_and_taken_up_again(learner: Tenant, billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("support")
    assert client.get(address(billed, "jeda")).status_code == 409
    assert client.get(address(learner, "aktifkan")).status_code == 409
    do(client, learner, "jeda", until="2026-04-15")
    assert last(learner, "subscription.paused").data["until"] == "2026-04-15"
    do(client, learner, "aktifkan")
    learner.refresh_from_db()
    assert (learner.status, learner.has_access) == ("active", True)


def test_a_read_only_member_of_staff_pauses_nobody(learner: Tenant, staff_as: StaffAs) -> None:
    assert staff_as("read-only").get(address(learner, "jeda")).status_code == 403
