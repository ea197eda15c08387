"""Every action of staff, for every role: the page opens for those in the table and for nobody else."""

import pytest
from django.test import Client

from backoffice.actions.registry import ACTIONS
from billing.gateways.models import Notice, NoticeState
from billing.models import Document
from tenants.models import StaffTask, Tenant
from tenants.permissions import STAFF_ACTIONS, StaffRole
from tests.admin.conftest import StaffAs

ROLES = [role.value for role in StaffRole]
LISTS = [
    "tenants/tenant",
    "tenants/event",
    "tenants/organisation",
    "tenants/onboarding",
    "tenants/provinceviewer",
    "tenants/jobrun",
    "tenants/parkedjob",
    "tenants/stafftask",
    "tenants/withholdingslip",
    "tenants/taxinvoice",
    "tenants/taxbatch",
    "gateways/banktransfer",
    "gateways/notice",
    "gateways/checkout",
    "gateways/refund",
    "gateways/sentslip",
    "gateways/writeoff",
    "gateways/creditrequest",
    "statements/bankline",
    "statements/bankstatement",
    "statements/dispute",
    "statements/gatewaydifference",
    "statements/gatewayreport",
    "plans/product",
    "plans/plan",
    "plans/pricebook",
    "plans/issuer",
    "plans/experiment",
    "plans/redemption",
    "plans/offerclaim",
    "plans/offergroup",
    "plans/owedoffer",
    "plans/pilotduty",
    "partners/partner",
    "partners/referral",
    "partners/commission",
    "partners/payout",
    "partners/award",
]


def address(tenant: Tenant, slug: str) -> str:
    return f"/admin/tenants/tenant/{tenant.pk}/tindakan/{slug}/"


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize("role", ROLES)
def test_the_table_says_which_actions_a_role_reaches(
    role: str, invoice: Document, billed: Tenant, staff_as: StaffAs
) -> None:
    client = staff_as(role)
    for slug, action in ACTIONS.items():
        allowed = StaffRole(role) in STAFF_ACTIONS[action.permission]
        answer = client.get(address(billed, slug), {"nomor": invoice.number})
        assert (answer.status_code != 403) is allowed, (role, slug)
        answer = client.post(address(billed, slug), {"number": invoice.number})
        assert (answer.status_code == 403) is not allowed, (role, slug)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_every_list_and_nobody_edits_there(role: str, billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as(role)
    for name in LISTS:
        assert client.get(f"/admin/{name}/").status_code == 200, name
        assert client.get(f"/admin/{name}/add/").status_code == 403, name
    assert client.get("/admin/tenants/user/").status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_notices_and_tasks_are_decided_by_those_in_the_table(role: str, billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as(role)
    notice = Notice.objects.create(body="{}", dedupe_key="x", state=NoticeState.SUSPENSE)
    task = StaffTask.objects.create(tenant=billed, title="Telepon SMAN 1", due_on="2025-03-05", key="k")
    for path, action in (("pemberitahuan", "resolve_notice"), ("tugas", "work_task")):
        thing = notice if path == "pemberitahuan" else task
        assert client.get(f"/admin/{path}/{thing.pk}/").status_code == 200
        refused = client.post(f"/admin/{path}/{thing.pk}/", {}).status_code == 403
        assert refused is (StaffRole(role) not in STAFF_ACTIONS[action])


def test_only_staff_with_a_role_get_in(billed: Tenant, ayu: object, client_at: object, staff: object) -> None:
    assert callable(client_at)
    client: Client = client_at(None)
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert client.get(answer["Location"])["Location"].startswith("/accounts/login/")
    member: Client = client_at(None, ayu)
    assert member.get("/admin/", follow=True).status_code == 403
    assert client_at(None, staff).get("/admin/").status_code == 200
    assert client_at(billed, staff).get("/admin/").status_code == 404


def test_every_action_is_in_the_table_and_has_its_own_address() -> None:
    assert {action.permission for action in ACTIONS.values()} <= set(STAFF_ACTIONS)
    assert len({action.slug for action in ACTIONS.values()}) == len(ACTIONS) == 40
