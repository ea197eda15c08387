"""N3, N14: instalments on their days and milestones when they are reached, through the daily jobs and all doors."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from billing.errors import WrongState
from billing.models import Document, DocumentKind, Subscription
from billing.rules.schedules import write_schedule
from billing.selectors.shop import sold_to
from billing.services.charges import purchases
from billing.services.charges.purchases import Purchase, buy_item, preview_purchase
from billing.services.charges.schedules import Signed, reach_milestone, sign_contract
from billing.services.steering import void_invoice
from billing.services.subscriptions.life import cancel_subscription
from plans.errors import CatalogueError
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Membership, Role, Tenant, User
from tests.api.conftest import host_of, program, tenant_secret
from tests.billing.lives import agenda, books_balance, live_through, pay, standing
from tests.conftest import make_tenant, make_user, told
from tests.dashboard.stages import at_day, text_of

D = date
BOUGHT = D(2026, 11, 2)
BOOTCAMP = "bootcamp-2027-01"


@pytest.fixture
def learner(db: None) -> Tenant:
    """Dewi, on the plan that costs nothing, on the day of sign-up."""
    return make_tenant("belajar", "Dewi", "naikkelas", 1, BOUGHT, plan="account")


def invoices(tenant: Tenant) -> list[tuple[str, str, int]]:
    """(issued, due, total) of the invoices that are not void."""
    with inside(tenant):
        found = Document.objects.filter(kind=DocumentKind.INVOICE, voided_on=None).order_by("number")
        return [(str(item.issued_on), str(item.due_on), item.total) for item in found]


def buy(tenant: Tenant, places: int = 1) -> Document:
    """Places in the bootcamp, in instalments."""
    purchase = Purchase(BOOTCAMP, Decimal(places), f"story:{places}", instalments=True)
    made = buy_item(tenant=tenant, purchase=purchase, today=BOUGHT)
    assert made is not None
    return made


def test_instalments_come_on_their_days_and_close_nothing(learner: Tenant) -> None:
    """N3: 40 % on 2 November, 30 % on 11 January and 22 February, due 3 days later; the plan stays as it is."""
    buy(learner)
    assert agenda(learner)[0] == D(2027, 1, 11)
    live_through(learner, BOUGHT, D(2027, 2, 28))
    assert invoices(learner) == [
        ("2026-11-02", "2026-11-05", 2_400_000),
        ("2027-01-11", "2027-01-14", 1_800_000),
        ("2027-02-22", "2027-02-25", 1_800_000),
    ]
    assert (standing(learner), agenda(learner)[0]) == (("free", True, 6_000_000), None)
    pay(learner, D(2027, 2, 28))
    books_balance(learner, D(2027, 2, 28))


def test_a_purchase_taken_back_has_no_further_instalments(learner: Tenant) -> None:
    """N3: the places are free again, nothing comes in January; who leaves owes at once what was bought in parts."""
    document = buy(learner, 30)
    with inside(learner), pytest.raises(CatalogueError):
        preview_purchase(tenant=learner, item=BOOTCAMP, quantity=Decimal(1), today=BOUGHT)
    void_invoice(tenant=learner, number=document.number, reason="Salah pesan", reissue_it=False, today=BOUGHT)
    assert (invoices(learner), agenda(learner)[0]) == ([], None)
    buy(learner)
    cancel_subscription(tenant=learner, today=D(2026, 11, 3))
    assert [total for _issued, _due, total in invoices(learner)] == [2_400_000, 1_800_000, 1_800_000]


def test_a_contract_is_billed_milestone_by_milestone(learner: Tenant) -> None:
    """N14: 100 million agreed; 30 million when it is signed, 40 when the material is there, each once."""
    parts = sign_contract(
        tenant=learner, signed=Signed("enterprise-academy", 100_000_000, "Kontrak 12/2026"), today=BOUGHT
    )
    assert [part.amount for part in parts] == [30_000_000, 40_000_000, 30_000_000]
    live_through(learner, BOUGHT, D(2026, 12, 31))
    assert invoices(learner) == []
    reach_milestone(tenant=learner, milestone="signed", reason="Ditandatangani", today=D(2027, 1, 4))
    with pytest.raises(WrongState) as again:
        reach_milestone(tenant=learner, milestone="signed", reason="Sekali lagi", today=D(2027, 1, 4))
    assert again.value.code == "milestone_not_open"
    reach_milestone(tenant=learner, milestone=f"{parts[1].key}:delivered", reason="Diserahkan", today=D(2027, 2, 1))
    assert invoices(learner) == [("2027-01-04", "2027-02-03", 30_000_000), ("2027-02-01", "2027-03-03", 40_000_000)]
    with inside(learner), pytest.raises(CatalogueError) as refused:
        preview_purchase(tenant=learner, item="enterprise-academy", quantity=Decimal(1), today=BOUGHT)
    assert refused.value.code == "item_by_contract"
    books_balance(learner, D(2027, 2, 1))


def test_a_milestone_that_would_cost_nothing_is_refused_when_it_is_signed(learner: Tenant) -> None:
    """N14: 30, 40 and 30 % of 2 rupiah are 1, 1 and nothing; of 3 rupiah 1 each."""
    with pytest.raises(DomainError) as refused:
        sign_contract(tenant=learner, signed=Signed("enterprise-academy", 2, "Salah ketik"), today=BOUGHT)
    assert (refused.value.field, refused.value.code) == ("total", "milestone_of_nothing")
    sign_contract(tenant=learner, signed=Signed("enterprise-academy", 3, "Uji coba"), today=BOUGHT)
    reach_milestone(tenant=learner, milestone="accepted", reason="Diterima", today=BOUGHT)
    assert [total for _issued, _due, total in invoices(learner)] == [1]


def test_a_part_of_nothing_that_was_agreed_on_before_leaves_an_event_and_no_invoice(learner: Tenant) -> None:
    """N14: it ended in an error, and an instalment of nothing would have stopped the daily job."""
    parts = sign_contract(tenant=learner, signed=Signed("enterprise-academy", 3, "Kontrak lama"), today=BOUGHT)
    nothing = [
        parts[0].model_copy(update={"amount": 0}),
        parts[1].model_copy(update={"amount": 0, "milestone": "", "milestone_name": None, "on": D(2026, 11, 3)}),
    ]
    with inside(learner):
        Subscription.objects.update(schedule=write_schedule(nothing))
    assert reach_milestone(tenant=learner, milestone="signed", reason="Ditandatangani", today=BOUGHT) is None
    live_through(learner, D(2026, 11, 3), D(2026, 11, 3))
    assert (invoices(learner), [day for day, _ in told(learner, "invoice.skipped")]) == (
        [],
        ["2026-11-02", "2026-11-03"],
    )
    books_balance(learner, D(2026, 11, 3))


def test_the_page_and_a_program_show_every_part_before_it_is_bought(
    learner: Tenant, client_at: Callable[..., Client]
) -> None:
    """N3: what is invoiced today and on which days the rest; afterwards what is still to come."""
    at_day(learner, BOUGHT, BOUGHT)
    api = program(host_of(learner), tenant_secret(learner))
    seen = api.post("purchases", {"item": BOOTCAMP, "instalments": True, "dry_run": True}).json()
    assert seen["draft"]["total"] == 2_400_000
    assert [(part["on"], part["amount"]) for part in seen["later"]] == [
        ("2027-01-11", 1_800_000),
        ("2027-02-22", 1_800_000),
    ]
    refused = api.post("purchases", {"item": "course-robotics", "instalments": True, "dry_run": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_instalments")
    user: User = make_user("dewi@example.test", "Dewi")
    Membership.objects.create(user=user, tenant=learner, role=Role.OWNER)
    client = client_at(learner, user)
    form = {"kind": "item", "code": BOOTCAMP, "quantity": "1", "instalments": "on"}
    looked = client.post("/tambahan/pratinjau/", form)
    assert "11 Januari 2027, Rp 1.800.000" in text_of(looked)
    assert client.post("/tambahan/simpan/", {"token": looked.context["token"]})["Location"].startswith("/tagihan/")
    page = text_of(client.get("/langganan/"))
    assert "Masih akan ditagih" in page
    assert "22 Februari 2027, Rp 1.800.000" in page
    assert [part["part"] for part in api.get("subscription").json()["schedule"]] == [2, 3]


def test_a_program_buys_in_instalments_whose_days_have_all_come(
    learner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N3: a day that has passed is today, so all of 6.000.000 is billed at once; bought again under its id it is the same."""
    catalogue = sold_to(learner)
    item = next(item for item in catalogue.items if item.code == BOOTCAMP)
    first, *later = item.instalments
    passed = [part.model_copy(update={"on": D(2026, 11, 1), "months": 0}) for part in later]
    offered = catalogue.model_copy(update={"items": (item.model_copy(update={"instalments": (first, *passed)}),)})
    monkeypatch.setattr(purchases, "sold_to", lambda _tenant: offered)
    at_day(learner, BOUGHT, BOUGHT)
    api = program(host_of(learner), tenant_secret(learner))
    body = {"item": BOOTCAMP, "instalments": True, "external_id": "a"}
    answers = [api.post("purchases", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["invoice"] == answers[1].json()["invoice"]
    other = api.post("purchases", body | {"instalments": False})
    assert (other.status_code, other.json()["code"]) == (409, "external_id_reused")
    assert [total for _issued, _due, total in invoices(learner)] == [6_000_000]
