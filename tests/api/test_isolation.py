"""A key opens what it is for, and nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.gateways.models import BankTransfer, Checkout, SentSlip
from billing.services.corrections.credit_notes import issue_credit_note
from tenants.models import ApiKey, Event, Tenant
from tenants.services.keys import create_key, revoke_key
from tests.api.conftest import Api, host_of, product_secret, program, tenant_secret
from tests.api.test_invoices import PNG
from tests.billing.lives import pay
from tests.conftest import make_tenant

PassDays = Callable[[Tenant, date, date], None]
OPERATIONS = ["subscription", "entitlements", "invoices"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_without_a_key_nothing_of_a_tenant_is_said(school: Tenant, path: str) -> None:
    for api in (program(host_of(school)), program(settings.BASE_DOMAIN, X_Tenant="sman1")):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer salah", "Basic YTpi", "Bearer lg_live_" + "x" * 40, "Bearer ", "x" * 9000])
def test_a_key_nobody_made_is_refused(school: Tenant, header: str) -> None:
    answer = program(host_of(school)).with_headers(Authorization=header).get("subscription")
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def test_a_wrong_key_is_refused_where_none_is_needed(public_api: Api) -> None:
    assert public_api.with_headers(Authorization="Bearer " + "x" * 40).get("catalogue").status_code == 401


def test_a_revoked_key_is_refused_from_the_next_request_on(school: Tenant) -> None:
    key, secret = create_key(name="Lama", user=None, today=date(2025, 2, 1), tenant=school)
    api = program(host_of(school), secret)
    assert api.get("entitlements").status_code == 200
    revoke_key(key=key, now=datetime.now(UTC), today=date(2025, 2, 1))
    assert (api.get("entitlements").status_code, api.get("subscription").json()["code"]) == (
        401,
        "authentication_failed",
    )


def test_the_secret_is_not_stored(school: Tenant) -> None:
    secret = tenant_secret(school)
    stored = ApiKey.objects.values().get(tenant=school)
    assert not any(secret in str(value) for value in stored.values())


def test_a_tenants_key_opens_no_other_host(school: Tenant, complex_: Tenant) -> None:
    secret = tenant_secret(school)
    assert program(host_of(complex_), secret).get("subscription").json()["code"] == "wrong_tenant"
    assert program(settings.BASE_DOMAIN, secret, X_Tenant="sman1").get("subscription").json()["code"] == "wrong_host"
    # On its own host a header that names another tenant changes nothing.
    own = program(host_of(school), secret, X_Tenant=complex_.subdomain).get("entitlements").json()
    assert own["tenant"] == "sman1"


def test_a_products_key_opens_the_hosts_of_its_tenants_without_naming_them(school: Tenant, complex_: Tenant) -> None:
    """On a tenant's own host nobody needs to be named; whoever names another one is told, and nothing is booked."""
    secret = product_secret("xclass")
    for api in (program(host_of(school), secret), program(host_of(school), secret, X_Tenant="sman1")):
        assert api.get("entitlements").json()["tenant"] == "sman1"
    for name in (complex_.subdomain, "tidak-ada", "SMAN1"):
        told = program(host_of(school), secret, X_Tenant=name).post("usage", {"quantity": "175"})
        assert (told.status_code, told.json()["code"], told.json()["field"]) == (400, "tenant_mismatch", "X-Tenant")
    assert program(host_of(school), secret).post("usage", {"quantity": "175", "dry_run": True}).status_code == 200
    for path in OPERATIONS:
        other = program(host_of(complex_), secret).get(path)
        assert (other.status_code, other.json()["code"]) == (403, "wrong_product")


@pytest.mark.parametrize("name", ["griya", "tidak-ada", "t_griya", "GRIYA", "public", "../griya", "griya.localhost"])
def test_a_products_key_finds_no_tenant_of_another_product(complex_: Tenant, product_api: Api, name: str) -> None:
    """The same answer for a tenant of another product and for none at all."""
    answer = product_api.with_headers(X_Tenant=name).get("subscription")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (404, "tenant_not_found", "X-Tenant")


def test_a_products_key_must_name_its_tenant(db: None) -> None:
    answer = program(settings.BASE_DOMAIN, product_secret("xclass")).get("subscription")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "tenant_missing", "X-Tenant")


@pytest.mark.parametrize("path", ["subscription", "catalogue", "health-reports"])
def test_a_host_nobody_has_answers_nothing(school: Tenant, path: str) -> None:
    """A problem document as everywhere under /api/, for the operations of the public host, too, and whatever the key."""
    for secret in (None, tenant_secret(school), product_secret("xclass")):
        answer = program("tidak-ada.localhost", secret).get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["code"] == "not_found"


def test_a_tenant_that_is_not_ready_has_no_api(school: Tenant, product_api: Api) -> None:
    Tenant.objects.filter(pk=school.pk).update(provisioning=Tenant.ProvisioningState.FAILED)
    assert product_api.get("entitlements").json()["code"] == "tenant_not_found"


def test_another_tenants_invoice_cannot_be_read_printed_or_paid(school: Tenant, pass_days: PassDays) -> None:
    """Invoice number, PDF, checkout and transfer of somebody else: not found, and nothing is made."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    other = make_tenant("lain", "Sekolah Lain", "xclass", 60, date(2025, 2, 1))
    number = program(host_of(school), tenant_secret(school)).get("invoices").json()["items"][0]["slug"]
    payment = pay(school, date(2025, 3, 1), 1_000)
    on, invoice = date(2025, 3, 1), number.replace("-", "/")
    note = issue_credit_note(tenant=school, number=invoice, reason="salah hitung", today=on, amount=1_000).slug
    slip = {"slip_number": "BP-1", "slip_on": "2025-03-01", "amount": "15000"}
    sent = program(host_of(school), tenant_secret(school)).upload(
        f"invoices/{number}/slips", slip | {"paper": SimpleUploadedFile("bp.png", PNG)}
    )
    assert sent.status_code == 201
    for api in (
        program(host_of(other), tenant_secret(other)),
        program(settings.BASE_DOMAIN, product_secret("xclass"), X_Tenant="lain"),
    ):
        answers = [
            api.get(f"invoices/{number}"),
            api.get(f"invoices/{number}/pdf"),
            api.get(f"credit-notes/{note}/pdf"),
            api.post(f"invoices/{number}/checkout"),
            api.upload(f"invoices/{number}/transfers", {}),
            api.upload(f"invoices/{number}/slips", slip | {"paper": SimpleUploadedFile("bp.png", PNG)}),
            api.post(f"invoices/{number}/slips/withdraw"),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "document_not_found")] * 7
        assert api.get("slips").json() == {"items": [], "next": None}
        assert api.get(f"payments/{payment.pk}/receipt").json()["code"] == "payment_not_found"
        assert note not in api.get("statement?first=2025-01-01&last=2025-12-31").content.decode()
    assert (Checkout.objects.count(), BankTransfer.objects.count()) == (0, 0)
    assert list(SentSlip.objects.values_list("tenant", "state")) == [(school.pk, "submitted")]


def test_a_tenants_api_is_not_on_the_public_host_nor_the_other_way_round(school_api: Api) -> None:
    for path in ("quotes", "signups", "catalogue"):
        answer = school_api.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_what_a_key_does_is_written_in_its_name(school: Tenant, school_api: Api) -> None:
    """Actor and request id of the event."""
    school_api.post("subscription/cancel", {"reason": "Pindah"}, X_Request_Id="permintaan1")
    event = Event.objects.get(tenant=school, name="subscription.cancel_scheduled")
    assert (event.actor_kind, event.actor, event.request_id) == ("key", "Aplikasi rapor", "permintaan1")


def test_a_session_is_no_key(school: Tenant, ayu: object, client_at: Callable[..., object]) -> None:
    client = client_at(school, ayu)
    assert client.get("/api/v1/subscription").status_code == 401  # type: ignore[attr-defined]
