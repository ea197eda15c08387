"""The page of auto-debit, the API's view of it, and what staff may do: K7, in front of the local Midtrans."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from backoffice.actions.auto_debit import StopAutoDebit
from backoffice.actions.base import Facts
from billing.gateways.mandate_models import Mandate, MandateState
from billing.gateways.sandbox.models import SandboxToken
from billing.services.gateway.debits import charge_today
from tenants.models import ApiKey, Role, Tenant, User
from tests.api.conftest import host_of, program, tenant_secret
from tests.dashboard.stages import member, text_of
from tests.payments.conftest import Till, moment, on_day

ClientAt = Callable[..., Client]
PAGE, AGREE, STOP = "/auto-debit/", "/auto-debit/setuju/", "/auto-debit/henti/"
SAID = {"method": "saved_card", "limit": "1.200.000", "consent": "on"}


@pytest.fixture
def here(till: Till, settings: Settings) -> Till:
    """The views' own client speaks to the sandbox."""
    settings.MIDTRANS_SNAP_BASE_URL, settings.MIDTRANS_API_BASE_URL = f"{till.sandbox.url}/snap/v1", till.sandbox.url
    return till


@pytest.fixture
def owner(billed_complex: Tenant, client_at: ClientAt) -> Client:
    """Who may agree."""
    return client_at(billed_complex, member(billed_complex, Role.OWNER))


def test_switched_on_charged_seen_and_switched_off(
    here: Till, owner: Client, billed_complex: Tenant, citra: User, client_at: ClientAt
) -> None:
    """600.000 are open; room for twice that is suggested. Whoever looks on sees it, nobody from elsewhere."""
    page = text_of(owner.get(PAGE))
    assert 'value="1.200.000"' in page
    assert "dapat saya hentikan kapan saja" in page
    away = owner.post(AGREE, SAID)
    mandate = Mandate.objects.get()
    assert (away.status_code, away["Location"]) == (302, mandate.page_url)
    assert (mandate.limit, mandate.agreed_name, mandate.state) == (1_200_000, "Owner", MandateState.PENDING)
    here.sandbox.press(here.sandbox.page_of(mandate.order_id), "pay", method="credit_card")
    Mandate.objects.update(checked_at=None)
    page = text_of(owner.get(PAGE))
    assert "Auto-debit aktif" in page
    assert "Kartu 481111-1114, paling banyak Rp 1.200.000" in page
    assert "Ditarik 15 Maret 2026" in page
    assert SandboxToken.objects.get().token not in page
    for day in (12, 15):
        on_day(billed_complex, date(2026, 3, day))
        charge_today(tenant=billed_complex, today=date(2026, 3, day), now=moment(), gateway=here.sandbox.client)
    page = text_of(owner.get(PAGE))
    assert "Tidak ada tagihan terbuka" in page
    assert "Berhasil" in page
    secret = tenant_secret(billed_complex)
    seen = program(host_of(billed_complex), secret).get("auto-debit").json()
    assert (seen["mandate"]["hint"], seen["mandate"]["limit"]) == ("481111-1114", 1_200_000)
    assert [(one["amount"], one["on"], one["outcome"]) for one in seen["attempts"]] == [(600_000, "2026-03-15", "paid")]
    assert "token" not in str(seen)
    viewer = client_at(billed_complex, member(billed_complex, Role.VIEWER))
    assert "Berhasil" in text_of(viewer.get(PAGE))
    assert [viewer.post(path, SAID).status_code for path in (AGREE, STOP)] == [403, 403]
    stranger = client_at(billed_complex, citra)
    assert [stranger.get(PAGE).status_code, stranger.post(STOP).status_code] == [404, 404]
    assert owner.post(STOP).status_code == 302
    mandate.refresh_from_db()
    assert (mandate.state, mandate.token, mandate.ended_by) == (MandateState.ENDED, "", "Owner")


def test_another_tenants_key_sees_nothing_of_it(school: Tenant, billed_complex: Tenant) -> None:
    answer = program(host_of(billed_complex), tenant_secret(school)).get("auto-debit")
    assert (answer.status_code, ApiKey.objects.filter(tenant=school).count()) == (403, 1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"consent": ""}, "Centang persetujuan"),
        ({"limit": "seribu"}, "Isi angka saja"),
        ({"method": "gopay_account", "phone": "12"}, "Isi nomor ponsel akun GoPay"),
    ],
)
def test_what_is_missing_is_said_at_its_field(owner: Client, changed: dict[str, str], words: str) -> None:
    answer = owner.post(AGREE, SAID | changed)
    assert (answer.status_code, Mandate.objects.count()) == (422, 0)
    assert words in text_of(answer)


def test_staff_stop_it_and_have_no_way_to_switch_it_on(billed_complex: Tenant, staff: User) -> None:
    facts = Facts(billed_complex, date(2026, 3, 5), moment())
    assert StopAutoDebit().refusal(facts)
    Mandate.objects.create(
        tenant=billed_complex,
        method="saved_card",
        state="active",
        token="t-1",
        agreed_at=moment(),
        limit=1,
        order_id="T-1",
    )
    assert StopAutoDebit().refusal(facts) == ""
    StopAutoDebit().perform(facts, {"reason": "Diminta lewat telepon"}, staff)
    ended = Mandate.objects.get()
    assert (ended.state, ended.token, ended.reason) == (MandateState.ENDED, "", "Diminta lewat telepon")
