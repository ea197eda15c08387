"""A person on the sandbox's pages: what is paid, what is told, and how the telling goes wrong."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from billing.gateways.notifications import signature_is_valid
from billing.gateways.sandbox.catalogue import METHODS
from billing.gateways.sandbox.models import SandboxNotice, SandboxTransaction
from billing.gateways.sandbox.retries import wait_before_retry
from billing.gateways.values import Outcome
from tests.gateways.conftest import PATIENCE, SERVER_KEY, Sandbox, end_senders


def states(sandbox: Sandbox, count: int) -> list[str]:
    return [notice.state for notice in sandbox.notices(count)]


def test_the_page_says_that_it_is_no_real_money_and_what_is_paid(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open(750_000)
    html = requests.get(f"{sandbox.url}/pay/{link.token}", timeout=PATIENCE).text
    for words in (
        "Simulator Midtrans: bukan uang sungguhan",
        "Rp 750.000",
        order_id,
        "SMAN 1 Contoh",
        "BCA Virtual Account",
    ):
        assert words in html
    assert "style=" not in html
    assert "<script" not in html


@pytest.mark.parametrize("method", METHODS)
def test_each_method_pays_and_leads_back_with_the_result(sandbox: Sandbox, method: str) -> None:
    order_id, link = sandbox.open()
    answer = sandbox.press(link, "pay", method=method)
    status = "capture" if method == "credit_card" else "settlement"
    back = urlsplit(answer.headers["Location"])
    assert (answer.status_code, back.hostname, back.path) == (302, "sman1.localhost", "/invoices/INV-1/")
    assert parse_qs(back.query) == {
        "from": ["pay"],
        "order_id": [order_id],
        "status_code": ["200"],
        "transaction_status": [status],
    }
    assert states(sandbox, 1 if method == "credit_card" else 2)[-1] == status
    assert all(signature_is_valid(notice, SERVER_KEY) for notice in sandbox.notices(1))
    assert sandbox.webhook.received[0]["headers"]["Host"] == "localhost"


def test_only_the_enabled_methods_are_offered(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open(enabled_payments=("bca_va", "dana"))
    html = requests.get(f"{sandbox.url}/pay/{link.token}", timeout=PATIENCE).text
    assert "BCA Virtual Account" in html
    assert "QRIS" not in html
    assert sandbox.press(link, "pay", method="other_qris").status_code == 422


def test_one_order_may_bring_deny_deny_and_then_settlement(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    for _ in range(2):
        sandbox.press(link, "deny")
    assert sandbox.client.status(order_id).outcome is Outcome.DENIED
    sandbox.press(link, "pay")
    assert sandbox.client.status(order_id).outcome is Outcome.PAID
    notices = sandbox.notices(6)
    assert [one.state for one in notices] == ["pending", "deny", "pending", "deny", "pending", "settlement"]
    assert len({one.transaction_id for one in notices}) == 3
    assert len({one.dedupe_key for one in notices}) == 6


def test_a_number_is_taken_now_and_paid_later(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    answer = sandbox.press(link, "wait", method="permata_va")
    assert answer.headers["Location"].endswith(f"/pay/{link.token}")
    number = sandbox.client.status(order_id).raw["permata_va_number"]
    assert number in requests.get(f"{sandbox.url}/pay/{link.token}", timeout=PATIENCE).text
    sandbox.press(link, "pay", method="")
    assert states(sandbox, 2) == ["pending", "settlement"]


def test_a_paid_page_takes_no_second_payment(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    sandbox.press(link, "pay")
    html = requests.get(f"{sandbox.url}/pay/{link.token}", timeout=PATIENCE).text
    assert "Pembayaran diterima" in html
    assert 'value="pay"' not in html


def test_a_page_that_expires_unused_sends_nothing(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    page = f"{sandbox.url}/pay/{link.token}"
    sandbox._post(requests.Session(), page, f"{page}/expire")
    assert "kedaluwarsa" in requests.get(page, timeout=PATIENCE).text
    assert sandbox.webhook.received == []


def test_a_challenged_card_is_unpaid_until_accepted(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "challenge", method="credit_card")
    status = sandbox.client.status(order_id)
    assert (status.outcome, status.settlement_time) == (Outcome.CHALLENGED, None)
    sandbox.button(f"transactions/{attempt_of(sandbox, order_id)}/accept")
    assert sandbox.client.status(order_id).outcome is Outcome.PAID
    assert states(sandbox, 2) == ["challenge", "capture"]


def test_only_a_card_can_be_challenged(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    answer = sandbox.press(link, "challenge")
    assert answer.status_code == 422
    assert "Hanya kartu" in answer.text
    assert sandbox.webhook.received == []


def attempt_of(sandbox: Sandbox, order_id: str) -> int:
    return SandboxTransaction.objects.filter(page__order_id=order_id).latest("pk").pk


def test_a_notice_can_come_twice(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    sandbox.press(link, "pay", delivery="twice")
    notices = sandbox.notices(3)
    assert notices[1] == notices[2]


def test_a_notice_can_come_before_the_one_it_follows(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    sandbox.press(link, "pay", delivery="out_of_order")
    assert states(sandbox, 2) == ["settlement", "pending"]


def test_a_notice_can_come_late(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    began = time.monotonic()
    sandbox.press(link, "pay", delivery="late", delay_seconds="1")
    assert sandbox.client.status(order_id).outcome is Outcome.PAID
    assert states(sandbox, 2) == ["pending", "settlement"]
    assert sandbox.webhook.received[1]["at"] - began >= 1


def test_a_notice_can_be_held_back_and_sent_by_hand(sandbox: Sandbox) -> None:
    _order_id, link = sandbox.open()
    sandbox.press(link, "pay", delivery="later")
    assert states(sandbox, 1) == ["pending"]
    assert "ditahan" in requests.get(f"{sandbox.url}/", timeout=PATIENCE).text
    held = SandboxNotice.objects.get(due_at=None, finished_at=None)
    sandbox.button(f"notices/{held.pk}/send")
    assert states(sandbox, 2) == ["pending", "settlement"]


def test_a_notice_can_never_come(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "pay", method="credit_card", delivery="never")
    assert sandbox.client.status(order_id).outcome is Outcome.PAID
    assert sandbox.webhook.received == []


def test_a_forged_notice_has_a_wrong_signature_and_no_payment(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "pay", delivery="forged")
    pending, claim = sandbox.notices(2)
    assert (signature_is_valid(pending, SERVER_KEY), signature_is_valid(claim, SERVER_KEY)) == (True, False)
    assert claim.outcome is Outcome.PAID
    assert sandbox.client.status(order_id).outcome is Outcome.PENDING


def test_a_valid_signature_can_still_claim_a_payment_that_never_was(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "pay", delivery="unconfirmed")
    claim = sandbox.notices(2)[1]
    assert signature_is_valid(claim, SERVER_KEY)
    assert claim.outcome is Outcome.PAID
    assert sandbox.client.status(order_id).outcome is Outcome.PENDING


@pytest.mark.parametrize(("delivery", "matches"), [("wrong_amount", False), ("fee_imposed", True)])
def test_a_fee_on_top_is_told_from_a_wrong_amount_by_the_original(
    sandbox: Sandbox, delivery: str, matches: bool
) -> None:
    order_id, link = sandbox.open(150_000)
    sandbox.press(link, "pay", delivery=delivery)
    status = sandbox.client.status(order_id)
    assert (status.gross_amount, status.amount_matches(150_000)) == (154_000, matches)
    assert signature_is_valid(sandbox.notices(2)[1], SERVER_KEY)


@pytest.mark.parametrize(
    ("button", "method", "outcome"),
    [
        ("reverse", "permata_va", Outcome.DENIED),
        ("chargeback", "credit_card", Outcome.CHARGEBACK),
        ("settle", "credit_card", Outcome.PAID),
        ("refund", "other_qris", Outcome.REFUNDED),
    ],
)
def test_the_list_plays_what_happens_after_the_payment(
    sandbox: Sandbox, button: str, method: str, outcome: Outcome
) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "pay", method=method)
    sandbox.button(f"transactions/{attempt_of(sandbox, order_id)}/{button}")
    assert sandbox.client.status(order_id).outcome is outcome


def test_a_partial_refund_from_the_list_needs_a_sensible_amount(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open(150_000)
    sandbox.press(link, "pay", method="gopay")
    path = f"transactions/{attempt_of(sandbox, order_id)}/refund"
    sandbox.button(path, amount="-5")
    assert sandbox.client.status(order_id).outcome is Outcome.PAID
    sandbox.button(path, amount="50000")
    assert [one.amount for one in sandbox.client.status(order_id).refunds] == [50_000]


def test_money_can_come_after_the_expiry(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "expire")
    sandbox.button(f"transactions/{attempt_of(sandbox, order_id)}/settle")
    assert sandbox.client.status(order_id).outcome is Outcome.EXPIRED
    sandbox.button(f"transactions/{attempt_of(sandbox, order_id)}/settle-late")
    assert sandbox.client.status(order_id).outcome is Outcome.PAID
    assert states(sandbox, 3) == ["pending", "expire", "settlement"]


def test_a_notice_can_be_sent_again_from_the_list(sandbox: Sandbox) -> None:
    order_id, link = sandbox.open()
    sandbox.press(link, "pay")
    sandbox.notices(2)
    sandbox.button(f"transactions/{attempt_of(sandbox, order_id)}/resend")
    assert states(sandbox, 3) == ["pending", "settlement", "settlement"]


def test_an_unanswered_notice_is_planned_again_and_shown(sandbox: Sandbox) -> None:
    sandbox.webhook.say(503, "")
    _order_id, link = sandbox.open()
    sandbox.press(link, "wait")
    sandbox.notices(1)
    end_senders()  # our answer is written down after it came
    html = requests.get(f"{sandbox.url}/", timeout=PATIENCE).text
    assert "HTTP 503" in html
    assert "berikutnya" in html


@pytest.mark.parametrize(
    ("answer", "retries"),
    [(200, 0), (202, 0), (500, 1), (503, 4), (400, 2), (404, 2), (301, 0), (302, 0), (307, 5), (502, 5), (None, 5)],
)
def test_our_answer_decides_how_often_it_is_sent_again(answer: int | None, retries: int) -> None:
    waits = [wait_before_retry(answer, sent) for sent in range(1, 8)]
    expected = [timedelta(minutes=minutes) for minutes in (2, 10, 30, 90, 210)][:retries]
    assert waits == expected + [None] * (7 - retries)
