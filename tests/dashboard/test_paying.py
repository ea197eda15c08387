"""Paying: what and how, the gateway's page, transfers with proof, several tenants at once; leaving, the export."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from billing.gateways.models import BankTransfer, Checkout, CheckoutItem, CheckoutState
from billing.gateways.values import CheckoutLink
from billing.middleware import OPEN_PAGES
from billing.models import Document
from billing.selectors.documents import public_path
from billing.urls import urlpatterns
from billing.views import paying, public
from plans.rules.spelling import spell_day
from tenants.context import inside
from tenants.models import Tenant, User
from tests.dashboard.stages import ISSUED, SUSPENDED, at_day, csv_in, only_invoice, text_of

ClientAt = Callable[..., Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class Gateway:
    """A gateway that opens pages and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def create_checkout(self, request: Any) -> CheckoutLink:
        """A link for each page."""
        self.asked.append(request)
        return CheckoutLink(token=f"token-{len(self.asked)}", redirect_url=f"https://pay.test/{request.order_id}")


@pytest.fixture
def midtrans(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Both doors to the gateway lead to the same one."""
    made = Gateway()
    monkeypatch.setattr(paying, "gateway", lambda: made)
    monkeypatch.setattr(public, "gateway", lambda: made)
    return made


@pytest.fixture
def billed(school: Tenant) -> Tenant:
    """The school with its invoice of Rp 750.000."""
    return at_day(school, ISSUED)


def test_paying_leads_to_the_gateway_with_the_open_amount(
    billed: Tenant, ayu: User, client_at: ClientAt, midtrans: Gateway
) -> None:
    document = only_invoice(billed)
    answer = client_at(billed, ayu).post("/bayar/", {"documents": [str(document.pk)], "method": "midtrans"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://pay.test/")
    asked = midtrans.asked[0]
    assert (asked.amount, asked.customer.email) == (750_000, "ayu@example.test")
    assert asked.finish_url.startswith("http://sman1.localhost")


def test_pressing_twice_opens_one_payment_page(
    billed: Tenant, ayu: User, client_at: ClientAt, midtrans: Gateway
) -> None:
    client, said = client_at(billed, ayu), {"documents": [str(only_invoice(billed).pk)], "method": "midtrans"}
    places = {client.post("/bayar/", said).headers["Location"] for _time in range(2)}
    assert len(places) == len(midtrans.asked) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"method": "midtrans"}, "id_documents"),
        ({"documents": ["x"], "method": "midtrans"}, "id_documents"),
        ({"documents": ["all"], "method": ""}, "id_method"),
        ({"documents": ["all"], "method": "barter"}, "id_method"),
    ],
)
def test_a_wrong_choice_names_the_field_and_keeps_the_rest(
    said: dict[str, Any], field: str, billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    key = str(only_invoice(billed).pk)
    if said.get("documents") == ["all"]:
        said = said | {"documents": [key]}
    answer = client_at(billed, ayu).post("/bayar/", said)
    assert answer.status_code == 422
    page = text_of(answer)
    assert f'id="{field}_error"' in page
    assert (f'value="{key}" checked' in page) == (key in said.get("documents", []))


def test_the_sum_follows_what_is_ticked(billed: Tenant, ayu: User, client_at: ClientAt) -> None:
    client, key = client_at(billed, ayu), only_invoice(billed).pk
    assert "Rp 750.000" in text_of(client.get(f"/bayar/jumlah/?documents={key}"))
    assert "Rp 0" in text_of(client.get("/bayar/jumlah/?documents=x"))


def attempt(tenant: Tenant, state: str, **facts: Any) -> Checkout:
    """An attempt to pay the tenant's invoice, as it stands in a state."""
    document, now = only_invoice(tenant), timezone.now()
    checkout = Checkout.objects.create(
        order_id=f"DEMO-{state}",
        state=state,
        amount=document.total,
        expires_at=now + timedelta(hours=1),
        checked_at=now,
        **facts,
    )
    CheckoutItem.objects.create(
        checkout=checkout,
        tenant=tenant,
        document_id=document.pk,
        number=document.number,
        amount=document.total,
        live=state == "pending",
        applied_at=now if state == "paid" else None,
    )
    return checkout


@pytest.mark.parametrize(
    ("state", "words", "polls"),
    [
        ("pending", "Menunggu pembayaran", True),
        ("challenged", "sedang ditinjau bank", True),
        ("paid", "Pembayaran diterima", False),
        ("denied", "Pembayaran ditolak", False),
        ("expired", "Waktu membayar habis", False),
        ("cancelled", "Pembayaran tidak jadi", False),
    ],
)
def test_the_return_page_says_what_became_of_it_and_stops_asking(
    state: str, words: str, polls: bool, billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    checkout = attempt(billed, state)
    client = client_at(billed, ayu)
    page = text_of(client.get(f"/bayar/selesai/?order_id={checkout.order_id}"))
    fragment = text_of(client.get(f"/bayar/selesai/status/?order_id={checkout.order_id}"))
    assert words in page
    assert words in fragment
    assert ("every 3s" in fragment) == ('http-equiv="refresh"' in page) == polls


def test_another_person_s_attempt_is_not_found(billed: Tenant, ayu: User, citra: User, client_at: ClientAt) -> None:
    checkout = attempt(billed, "pending")
    other = Tenant.objects.get(schema_name="t_lain")
    assert client_at(other, citra).get(f"/bayar/selesai/?order_id={checkout.order_id}").status_code == 404
    assert client_at(billed, ayu).get("/bayar/selesai/?order_id=x").status_code == 404


def test_a_link_pays_its_document_without_a_login(billed: Tenant, client_at: ClientAt, midtrans: Gateway) -> None:
    document, visitor = only_invoice(billed), client_at(billed)
    link = f"/i/{document.slug}/{document.access_token}/"
    assert visitor.post(f"{link}bayar/").headers["Location"].startswith("https://pay.test/")
    checkout = Checkout.objects.get()
    Checkout.objects.update(checked_at=timezone.now())
    assert "Menunggu pembayaran" in text_of(visitor.get(f"{link}?order_id={checkout.order_id}"))


@pytest.mark.parametrize(("state", "asks"), [("pending", True), ("challenged", False), ("expired", True)])
def test_a_link_does_not_ask_again_while_a_bank_looks_at_the_payment(
    state: str, asks: bool, billed: Tenant, client_at: ClientAt
) -> None:
    checkout, document = attempt(billed, state), only_invoice(billed)
    link = f"/i/{document.slug}/{document.access_token}/?order_id={checkout.order_id}"
    assert ("Bayar sekarang" in text_of(client_at(billed).get(link))) is asks


def test_one_payment_settles_several_tenants(
    billed: Tenant, complex_: Tenant, ayu: User, client_at: ClientAt, midtrans: Gateway
) -> None:
    """K16: 750.000 of the school and 600.000 of the complex in one page of 1.350.000."""
    at_day(complex_, date(2026, 3, 1), start=date(2026, 1, 30))
    client = client_at(billed, ayu)
    assert "Rp 1.350.000" in text_of(client.get("/bayar/bersama/"))
    ticked = client.get("/bayar/bersama/jumlah/", {"tenants": [str(billed.pk), "not-mine"]})
    assert "Rp 750.000" in text_of(ticked)
    answer = client.post("/bayar/bersama/", {"tenants": [str(billed.pk), str(complex_.pk)]})
    assert answer.status_code == 302
    assert midtrans.asked[0].amount == 1_350_000
    assert Checkout.objects.get().items.count() == 2


def test_a_viewer_s_tenant_is_not_among_those_paid_together(
    billed: Tenant, ayu: User, citra: User, client_at: ClientAt
) -> None:
    other = Tenant.objects.get(schema_name="t_lain")
    answer = client_at(other, citra).post("/bayar/bersama/", {"tenants": [str(billed.pk)]})
    assert answer.status_code == 422
    assert not Checkout.objects.exists()


# --- transfers ------------------------------------------------------------------------------------


@pytest.fixture
def transfer(billed: Tenant, ayu: User, client_at: ClientAt) -> BankTransfer:
    """An announced transfer of the school's invoice."""
    client_at(billed, ayu).post("/bayar/", {"documents": [str(only_invoice(billed).pk)], "method": "transfer"})
    return BankTransfer.objects.get()


def proof(**other: Any) -> dict[str, Any]:
    """A filled-in form."""
    return {
        "proof": SimpleUploadedFile("bukti.png", PNG),
        "sender": "Ayu Lestari",
        "transferred_on": "2025-03-01",
        "stated": "Rp 750.137",
        "note": "",
    } | other


def test_a_transfer_shows_account_and_exact_amount(
    transfer: BankTransfer, billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    page = text_of(client_at(billed, ayu).get("/bayar/transfer/"))
    assert f'data-copy="{transfer.asked}"' in page
    assert f'data-copy="{transfer.account}"' in page


def test_while_a_proof_is_being_checked_no_page_of_the_invoice_invites_to_pay_again(
    transfer: BankTransfer, billed: Tenant, ayu: User, client_at: ClientAt, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_at(billed, ayu)
    with inside(billed):
        document = Document.objects.get()
    pages = (f"/tagihan/{document.slug}/", public_path(document))
    assert all("Bayar sekarang" in text_of(client.get(page)) for page in pages)
    assert client.post("/bayar/transfer/bukti/", proof()).status_code == 302
    for page in pages:
        shown = text_of(client.get(page))
        assert "Anda tidak perlu membayar lagi" in shown
        assert "Bayar sekarang" not in shown


def test_a_proof_waits_for_confirmation(
    transfer: BankTransfer, billed: Tenant, ayu: User, client_at: ClientAt, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_at(billed, ayu)
    assert client.post("/bayar/transfer/bukti/", proof()).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.state, transfer.stated, transfer.sender) == ("submitted", 750_137, "Ayu Lestari")
    assert "Menunggu konfirmasi transfer" in text_of(client.get("/bayar/transfer/"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"proof": ""}, "proof"),
        ({"proof": SimpleUploadedFile("bukti.png", b"<html>")}, "proof"),
        ({"sender": ""}, "sender"),
        ({"transferred_on": "kemarin"}, "transferred_on"),
        ({"transferred_on": "2025-03-02"}, "transferred_on"),  # tomorrow on the test clock
        ({"stated": "banyak"}, "stated"),
        ({"stated": "0"}, "stated"),
    ],
)
def test_a_refused_proof_names_the_field_and_keeps_the_rest(
    wrong: dict[str, Any], field: str, transfer: BankTransfer, billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    answer = client_at(billed, ayu).post("/bayar/transfer/bukti/", proof(**wrong))
    assert answer.status_code == 422
    page = text_of(answer)
    assert f'href="#id_{field}"' in page
    assert field == "sender" or 'value="Ayu Lestari"' in page
    transfer.refresh_from_db()
    assert transfer.state == "announced"


def test_a_withdrawn_transfer_leaves_the_invoice_open(
    transfer: BankTransfer, billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    client = client_at(billed, ayu)
    for _time in range(2):
        assert client.post("/bayar/transfer/batal/").headers["Location"] == "/bayar/"
    transfer.refresh_from_db()
    assert transfer.state == "cancelled"
    assert "Rp 750.000" in text_of(client.get("/bayar/"))


def test_a_page_of_a_transfer_that_was_replaced_neither_proves_nor_withdraws_the_other_one(
    transfer: BankTransfer, billed: Tenant, ayu: User, client_at: ClientAt, settings: Any, tmp_path: Any
) -> None:
    """Two windows: what is sent from the older one is of another sum. What was typed stays."""
    settings.MEDIA_ROOT = tmp_path
    client = client_at(billed, ayu)
    client.post("/bayar/transfer/batal/")
    client.post("/bayar/", {"documents": [str(only_invoice(billed).pk)], "method": "transfer"})
    now = BankTransfer.objects.get(state="announced")
    refused = client.post("/bayar/transfer/bukti/", proof(transfer=str(transfer.pk)))
    assert refused.status_code == 422
    assert "sudah diganti" in text_of(refused)
    assert 'value="Ayu Lestari"' in text_of(refused)
    assert (
        client.post("/bayar/transfer/batal/", {"transfer": str(transfer.pk)}).headers["Location"] == "/bayar/transfer/"
    )
    now.refresh_from_db()
    assert now.state == "announced"
    assert client.post("/bayar/transfer/bukti/", proof(transfer=str(now.pk))).status_code == 302


# --- leaving, taking the data along, the clock ----------------------------------------------------


def test_leaving_shows_the_last_day_and_asks_why(billed: Tenant, ayu: User, client_at: ClientAt) -> None:
    """K15: the billed term runs to 1 March 2026; what is open stays owed."""
    client = client_at(billed, ayu)
    page = text_of(client.get("/langganan/berhenti/"))
    assert "1 Maret 2026" in page
    assert "Tetap harus dibayar" in page
    refused = client.post("/langganan/berhenti/", {"words": "Mahal sekali"})
    assert refused.status_code == 422
    assert "Mahal sekali" in text_of(refused)
    assert client.post("/langganan/berhenti/", {"reason": "price", "words": "Mahal sekali"}).status_code == 302
    billed.refresh_from_db()
    assert (billed.status, billed.has_access) == ("cancelled", True)
    assert "Berhenti 1 Maret 2026" in text_of(client.get("/langganan/"))


def test_the_export_holds_everything_and_no_key(billed: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(billed, SUSPENDED)
    answer = client_at(billed, ayu).post("/ekspor/unduh/")
    archive = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    document = only_invoice(billed)
    assert document.number in csv_in(archive, "invoices.csv")
    assert "750000" in csv_in(archive, "invoice_lines.csv")
    assert "ayu@example.test" in csv_in(archive, "members.csv")
    everything = json.loads(csv_in(archive, "data.json"))
    assert everything["invoices"][0]["total"] == 750_000
    assert document.access_token not in json.dumps(everything)


def test_a_name_that_looks_like_a_formula_stays_text_in_the_export(
    billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    Tenant.objects.filter(pk=billed.pk).update(contact_name="=HYPERLINK(1)")
    archive = b"".join(client_at(billed, ayu).post("/ekspor/unduh/").streaming_content)  # type: ignore[attr-defined]
    assert "'=HYPERLINK(1)" in csv_in(archive, "tenant.csv")


def test_only_the_demo_s_owner_moves_the_test_clock(
    billed: Tenant, ayu: User, budi: User, client_at: ClientAt, settings: Any
) -> None:
    assert client_at(billed, ayu).post("/jam-uji/", {"by": "day"}).status_code == 404
    settings.DEMO = True
    assert client_at(billed, budi).post("/jam-uji/", {"by": "day"}).status_code == 403
    client_at(billed, ayu).post("/jam-uji/", {"by": "week"})
    billed.refresh_from_db()
    assert billed.clock_on == date(2025, 3, 8)
    answer = client_at(billed, ayu).post("/jam-uji/", {"by": "date", "to": "2025-03-01"}, follow=True)
    assert "hanya dapat maju" in text_of(answer)


def test_paid_state_is_the_gateway_s_word_not_the_address(billed: Tenant, ayu: User, client_at: ClientAt) -> None:
    """Whatever the address says, only the attempt's own state counts."""
    checkout = attempt(billed, CheckoutState.PENDING)
    place = f"/bayar/selesai/?order_id={checkout.order_id}&transaction_status=settlement&status_code=200"
    assert "Menunggu pembayaran" in text_of(client_at(billed, ayu).get(place))
    with inside(billed):
        assert only_invoice(billed).paid == 0


# --- virtual accounts and QRIS on our own page ----------------------------------------------------


def charged(tenant: Tenant, method: str, **instructions: str) -> Checkout:
    """The tenant's invoice waits to be paid by a number or a code."""
    checkout = attempt(tenant, "pending", method=method, instructions=instructions)
    checkout.refresh_from_db()
    return checkout


def test_the_ways_to_pay_follow_the_amount_and_name_their_price(
    billed: Tenant, ayu: User, client_at: ClientAt, settings: Any
) -> None:
    """K8: the fee is said before the choice, and never on QRIS."""
    settings.GATEWAY_FEES_PASSED_ON = ["bca_va", "other_qris"]
    client, key = client_at(billed, ayu), only_invoice(billed).pk
    page = text_of(client.get(f"/bayar/jumlah/?documents={key}&method=bca_va"))
    assert page.count("biaya Rp 4.000") == 1
    assert 'value="other_qris"' in page
    assert 'value="bca_va" checked' in page
    with inside(billed):
        Document.objects.update(subtotal=10_000_001, total=10_000_001)
    dear = text_of(client.get(f"/bayar/jumlah/?documents={key}&method=other_qris"))
    assert 'value="other_qris"' not in dear
    refused = client.post("/bayar/", {"documents": [str(key)], "method": "other_qris"})
    assert refused.status_code == 422
    assert "paling banyak Rp 10.000.000" in text_of(refused)


def test_a_number_can_be_copied_and_the_page_waits_without_reloading(
    billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    checkout = charged(billed, "bca_va", shown="va", number="7001200000000017")
    client, query = client_at(billed, ayu), f"?order_id={checkout.order_id}"
    page = text_of(client.get(f"/bayar/kode/{query}"))
    assert 'data-copy="7001200000000017"' in page
    assert "7001 2000 0000 0017" in page
    assert "data-countdown" in page
    assert client.get(f"/bayar/kode/status/{query}").status_code == 204
    day = spell_day(checkout.expires_at.astimezone(ZoneInfo("Asia/Jakarta")).date(), "id")
    assert f"masih berlaku sampai {day} pukul" in text_of(client.get("/bayar/"))
    Checkout.objects.update(state="paid")
    CheckoutItem.objects.update(live=False, applied_at=timezone.now())
    done = client.get(f"/bayar/kode/status/{query}")
    assert (done.headers["HX-Retarget"], "Pembayaran diterima" in text_of(done)) == ("#pay-code", True)
    assert client.get(f"/bayar/kode/{query}").headers["Location"] == f"/bayar/selesai/{query}"


@pytest.mark.parametrize(("state", "page"), [("pending", "kode"), ("paid", "selesai")])
def test_what_a_payment_is_for_adds_up_with_the_fee_on_top_k8(
    state: str, page: str, billed: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """754.000: 750.000 of the invoice and 4.000 of the gateway's, before and after."""
    checkout = attempt(billed, state, method="bca_va", fee=4_000, instructions={"shown": "va", "number": "7001"})
    shown = client_at(billed, ayu).get(f"/bayar/{page}/?order_id={checkout.order_id}")
    assert [row["value"] for row in shown.context["rows"]] == ["Rp 750.000", "Rp 4.000"]
    assert text_of(shown).count("Biaya layanan pembayaran") == 1


def test_a_closed_customer_reaches_all_that_paying_needs_x10(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    """The number to transfer to is shown and asked about; no page of paying leads back to the one that says "pay"."""
    at_day(school, SUSPENDED)
    checkout = charged(school, "bca_va", shown="va", number="7001200000000017")
    client, query = client_at(school, ayu), f"?order_id={checkout.order_id}"
    assert 'data-copy="7001200000000017"' in text_of(client.get(f"/bayar/kode/{query}"))
    assert client.get(f"/bayar/kode/status/{query}").status_code == 204
    assert {page.name for page in urlpatterns if str(page.pattern).startswith(("bayar/", "auto-debit/"))} <= OPEN_PAGES


def test_a_qris_code_is_drawn_by_the_server_and_a_stranger_does_not_see_it(
    billed: Tenant, ayu: User, citra: User, client_at: ClientAt
) -> None:
    checkout = charged(billed, "other_qris", shown="qr", qr="00020101021226")
    query = f"?order_id={checkout.order_id}"
    page = text_of(client_at(billed, ayu).get(f"/bayar/kode/{query}"))
    assert "<svg" in page
    other = Tenant.objects.get(schema_name="t_lain")
    for address in ("/bayar/kode/", "/bayar/kode/status/"):
        assert client_at(other, citra).get(f"{address}{query}").status_code == 404
