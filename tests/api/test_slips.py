"""PPh 23 by API: a slip is sent for what an invoice was paid short, its state is read, and it is taken back.

SMAN 1 owes 750.000 from 1 March 2025; 735.000 are paid, 15.000 (2 %) are left for the slip.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from billing.gateways.models import SentSlip
from billing.services.payments.sent_slips import accept_slip, refuse_slip
from billing.services.payments.withholding import Slip
from tenants.models import Tenant, User
from tests.api.conftest import Api
from tests.billing.lives import owes, pay

D = date
SAID = {"slip_number": "BP-23-001", "slip_on": "2025-03-08", "amount": "15000"}
PNG = b"\x89PNG\r\n\x1a\n bukti"


@pytest.fixture
def short(
    school: Tenant,
    pass_days: Callable[..., None],
    at_day: Callable[[Tenant, date], None],
    settings: Settings,
    tmp_path: Path,
) -> Tenant:
    """735.000 of 750.000 paid, on 9 March."""
    settings.MEDIA_ROOT = tmp_path
    pass_days(school, D(2025, 2, 2), D(2025, 3, 1))
    at_day(school, D(2025, 3, 9))
    pay(school, D(2025, 3, 9), 735_000)
    return school


def send(api: Api, slug: str, **changed: Any) -> Any:
    """The slip as a form; `Idempotency_Key` is a header."""
    key = {"Idempotency_Key": changed.pop("key")} if "key" in changed else {}
    return api.upload(f"invoices/{slug}/slips", SAID | {"paper": SimpleUploadedFile("bp.png", PNG)} | changed, **key)


def test_a_slip_is_sent_once_replaced_refused_and_accepted_and_its_state_read(
    short: Tenant, school_api: Api, staff: User
) -> None:
    slug, now = school_api.get("invoices").json()["items"][0]["slug"], datetime.now(UTC)
    first, again = (send(school_api, slug, key="s-1", amount="14000") for _twice in range(2))
    assert (first.status_code, first.json()["state"], first.json()["amount"]) == (201, "submitted", 14_000)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert send(school_api, slug, key="s-1").status_code == 409
    assert (send(school_api, slug).json()["id"], SentSlip.objects.count()) == (first.json()["id"], 1)
    refuse_slip(sent=SentSlip.objects.get(), reason="Nomornya tidak terbaca", staff=staff, now=now)
    send(school_api, slug, slip_number="BP-23-002")
    assert owes(short) == 15_000
    newest = school_api.get("slips?limit=1").json()
    older = school_api.client.get(newest["next"], headers=school_api.headers | {"host": school_api.host}).json()
    assert [item["slip_number"] for item in (*newest["items"], *older["items"])] == ["BP-23-002", "BP-23-001"]
    assert (older["items"][0]["reason"], older["next"]) == ("Nomornya tidak terbaca", None)
    read = Slip("BP-23-002", D(2025, 3, 8), "2025-03", 15_000)
    accept_slip(sent=SentSlip.objects.get(state="submitted"), slip=read, staff=staff, now=now)
    [accepted] = school_api.get("slips?state=accepted").json()["items"]
    assert (accepted["invoice"].replace("/", "-"), accepted["amount"], owes(short)) == (slug, 15_000, 0)
    late = school_api.post(f"invoices/{slug}/slips/withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "slip_closed")


def test_a_slip_is_taken_back_and_one_that_cannot_be_taken_names_its_field(short: Tenant, school_api: Api) -> None:
    slug = school_api.get("invoices").json()["items"][0]["slug"]
    assert school_api.post(f"invoices/{slug}/slips/withdraw").json()["code"] == "slip_not_found"
    wrong = (
        ({"paper": SimpleUploadedFile("bp.png", b"MZ")}, "paper", "paper_type"),
        ({"amount": "15001"}, "amount", "slip_too_large"),
        ({"amount": "-1"}, "amount", "invalid"),
        ({"slip_on": "2025-03-10"}, "slip_on", "slip_in_future"),
        ({"slip_on": "2100-01-01"}, "slip_on", "slip_in_future"),
        ({"nomor": "x"}, "nomor", "unknown_field"),
    )
    for changed, field, code in wrong:
        answer = send(school_api, slug, **changed)
        assert (answer.status_code, answer.json()["field"], answer.json()["errors"][0]["code"]) == (422, field, code)
    assert not SentSlip.objects.exists(), "nothing is half-written"
    send(school_api, slug)
    states = [school_api.post(f"invoices/{slug}/slips/withdraw").json()["state"] for _twice in range(2)]
    assert (states, owes(short)) == (["withdrawn", "withdrawn"], 15_000)
    assert school_api.get("slips?cursor=x").json()["field"] == "cursor"
