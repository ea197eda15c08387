"""Chargebacks: a dispute once, whatever is told how often; won, the payment stands; lost, invoices are open again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from billing.errors import DisputeClosed, NoticeClosed, RefundRefused, WrongState
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Checkout, Notice, Refund, RefundWay
from billing.gateways.sandbox.answers import notification
from billing.gateways.sandbox.models import SandboxTransaction
from billing.gateways.statements.models import Dispute, DisputeLoss, GatewayDifference
from billing.models import Payment
from billing.selectors.refundable import left_of
from billing.services.books.checking import check_books
from billing.services.disputes import decisions as dispute_decisions
from billing.services.disputes.decisions import lose_dispute, most_lost, win_dispute
from billing.services.disputes.losses import approve_loss, reject_loss, request_loss
from billing.services.gateway import reconciling
from billing.services.gateway.reconciling import Reconciled, recheck_paid
from billing.services.payments.reversing import reverse_payment
from billing.services.payments.suspense import resolve_notice
from billing.services.refunds.requests import Account, Wanted, reject_refund, request_refund
from billing.services.refunds.taken import record_taken
from tenants.context import inside
from tenants.models import Event, Tenant, User
from tests.billing.lives import pay, reminders
from tests.conftest import make_user
from tests.gateways.conftest import config_for
from tests.payments.conftest import PassDays, Till, account, moment, on_day
from tests.payments.test_notices import attempt_of, in_sandbox

D = date
NOTE = "Keputusan bank penerbit"


def charged_back(till: Till, *tenants: Tenant) -> Dispute:
    checkout = till.open(*tenants)
    till.press(checkout, "pay")
    till.deliver(2)
    in_sandbox(till, checkout, "chargeback")
    [body] = till.bodies(1)
    for _time in range(2):
        till.take(body)
    return Dispute.objects.get()


def lose_by_two(dispute: Dispute, staff: User) -> None:
    """1.350.000 are above the limit: nobody loses them alone. Refused once, asked for again, and approved by another, twice."""
    given: dict[str, Any] = {"dispute": dispute, "amount": 1_350_000, "note": NOTE, "staff": staff, "now": moment()}
    with pytest.raises(RefundRefused, match="Orang lain"):
        lose_dispute(**given)
    first = request_loss(**given)
    assert first is not None
    assert request_loss(**given) == first
    with pytest.raises(RefundRefused, match="Orang lain") as refused:
        approve_loss(asked=first, staff=staff, now=moment())
    other = make_user("joko@langganan.test", "Joko", is_staff=True)
    for _time in range(2):
        reject_loss(asked=first, reason="Bukti belum dikirim", staff=other, now=moment())
    with pytest.raises(DisputeClosed):
        approve_loss(asked=first, staff=other, now=moment())
    asked = request_loss(**given)
    assert asked is not None
    Dispute.objects.update(amount=1_360_000)  # the bank asks for more meanwhile
    DisputeLoss.objects.filter(pk=asked.pk).update(disputed=1_340_000, amount=1_340_000)
    with pytest.raises(RefundRefused, match=r"sekarang Rp 1.350.000, bukan Rp 1.340.000") as changed:
        approve_loss(asked=asked, staff=other, now=moment())
    assert (refused.value.code, changed.value.code) == ("same_person", "amount_changed")
    DisputeLoss.objects.filter(pk=asked.pk).update(disputed=1_350_000, amount=1_350_000)
    for _time in range(2):
        approve_loss(asked=asked, staff=other, now=moment())
    found = DisputeLoss.objects.order_by("requested_at").values_list("state", "requested_by", "approved_by", "decision")
    assert list(found) == [
        ("rejected", staff.pk, None, "Bukti belum dikirim"), ("done", staff.pk, other.pk, ""),
    ]  # fmt: skip
    dispute.refresh_from_db()
    assert (dispute.state, dispute.lost, dispute.decided_by) == ("lost", 1_350_000, other)
    with pytest.raises(DisputeClosed):
        reject_loss(asked=asked, reason="Terlambat", staff=staff, now=moment())


def test_a_lost_dispute_of_two_tenants_opens_their_invoices_once(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    dispute = charged_back(till, billed, billed_complex)
    assert (dispute.state, dispute.amount, account(billed).open) == ("open", 1_350_000, 0)
    with pytest.raises(RefundRefused):
        lose_dispute(dispute=dispute, amount=1_350_001, note=NOTE, staff=staff, now=moment())
    lose_by_two(dispute, staff)
    assert (account(billed).open, account(billed_complex).open) == (750_000, 600_000)
    assert sorted(Refund.objects.values_list("amount", "way")) == [(600_000, "taken"), (750_000, "taken")]
    for tenant in (billed, billed_complex):
        assert check_books(tenant=tenant, now=moment()) == ()
    with pytest.raises(DisputeClosed):
        win_dispute(dispute=dispute, note=NOTE, staff=staff, now=moment())
    dispute.refresh_from_db()
    assert (dispute.state, dispute.lost, dispute.closed_at is not None) == ("lost", 1_350_000, True)
    assert not Notice.objects.filter(state="suspense").exists()


def test_what_went_back_before_is_not_lost_again(till: Till, billed: Tenant, staff: User) -> None:
    """750.000 disputed, 200.000 of it taken by hand before: 550.000 can be lost, and nothing is decided until it is said so."""
    dispute = charged_back(till, billed)
    with inside(billed):
        payment = Payment.objects.get(amount__gt=0)
    before = Wanted(payment.pk, 200_000, RefundWay.TAKEN)
    record_taken(tenant=billed, wanted=before, reason=NOTE, staff=staff, now=moment())
    assert most_lost(dispute) == 550_000
    with pytest.raises(RefundRefused, match=r"550\.000") as refused:
        lose_dispute(dispute=dispute, amount=750_000, note=NOTE, staff=staff, now=moment())
    dispute.refresh_from_db()
    assert (refused.value.field, dispute.state, account(billed).open) == ("amount", "open", 200_000)
    for _twice in range(2):
        lose_dispute(dispute=dispute, amount=550_000, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, Dispute.objects.get().closed_at is not None) == (750_000, True)
    assert check_books(tenant=billed, now=moment()) == ()


def test_a_dispute_whose_money_all_went_back_before_is_lost_with_nothing_booked(
    till: Till, billed: Tenant, staff: User
) -> None:
    """750.000 disputed: while a refund of 300.000 waits nothing is decided; all back, it is lost with 0, once."""
    dispute = charged_back(till, billed)
    with inside(billed):
        payment = Payment.objects.get(amount__gt=0)
    account_of = Account("BCA", "8810042117", "SMAN 1")
    transfer = Wanted(payment.pk, 300_000, RefundWay.TRANSFER, account_of)
    refund = request_refund(tenant=billed, wanted=transfer, reason=NOTE, staff=staff, now=moment())
    with pytest.raises(RefundRefused, match=r"300\.000 dari pembayaran ini masih") as refused:
        lose_dispute(dispute=dispute, amount=450_000, note=NOTE, staff=staff, now=moment())
    assert refused.value.code == "refund_open"
    reject_refund(refund=refund, reason=NOTE, staff=staff, now=moment())
    with pytest.raises(RefundRefused, match=r"750\.000"):
        lose_dispute(dispute=dispute, amount=0, note=NOTE, staff=staff, now=moment())
    before = Wanted(payment.pk, 750_000, RefundWay.TAKEN)
    record_taken(tenant=billed, wanted=before, reason=NOTE, staff=staff, now=moment())
    assert most_lost(dispute) == 0
    with pytest.raises(RefundRefused, match="sudah kembali") as refused:
        lose_dispute(dispute=dispute, amount=1, note=NOTE, staff=staff, now=moment())
    assert (refused.value.field, Dispute.objects.get().state) == ("amount", "open")
    for _twice in range(2):
        lose_dispute(dispute=dispute, amount=0, note=NOTE, staff=staff, now=moment())
    dispute.refresh_from_db()
    assert (dispute.state, dispute.lost, dispute.closed_at is not None) == ("lost", 0, True)
    assert Refund.objects.filter(state="done").count() == 1
    assert Event.objects.filter(tenant=billed, name="payment.dispute_lost").count() == 1
    assert (account(billed).open, check_books(tenant=billed, now=moment())) == (750_000, ())
    assert not Notice.objects.filter(state="suspense").exists()


def test_a_partial_chargeback_is_a_dispute_of_its_part_and_what_follows_another(
    till: Till, billed: Tenant, staff: User
) -> None:
    """750.000 paid; 200.000 asked for, then 100.000 more while it is open, lost; then the rest: 450.000, won."""
    checkout = till.open(billed)
    till.press(checkout, "pay", method="credit_card")
    in_sandbox(till, checkout, "settle")
    till.deliver(2)
    body = b""
    for amount in ("200000", "100000"):
        in_sandbox(till, checkout, "chargeback", amount=amount)
        [body] = till.bodies(1)
        assert [till.take(body).state for _twice in range(2)] == ["suspense", "ignored"]
    first = Dispute.objects.get()
    assert (first.state, first.gateway_state, first.amount) == ("open", "partial_chargeback", 300_000)
    with pytest.raises(RefundRefused, match=r"300\.000"):
        lose_dispute(dispute=first, amount=300_001, note=NOTE, staff=staff, now=moment())
    lose_dispute(dispute=first, amount=300_000, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, till.take(body).state, Dispute.objects.count()) == (300_000, "ignored", 1)
    in_sandbox(till, checkout, "chargeback", amount="450001")  # more than is left: refused at the gateway
    in_sandbox(till, checkout, "chargeback")
    assert till.deliver(1) == ["suspense"]
    rest = Dispute.objects.get(state="open")
    assert (rest.gateway_state, rest.amount, most_lost(rest)) == ("chargeback", 450_000, 450_000)
    win_dispute(dispute=rest, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, account(billed).received) == (300_000, 450_000)
    assert check_books(tenant=billed, now=moment()) == ()


def at_gateway(attempt: SandboxTransaction, status: str, part: int | None = None) -> None:
    """The gateway says so from now on: committed, since its server has connections of its own. `part`: what the bank took."""
    attempt.status = status

    def commit() -> None:
        attempt.save()
        if part is not None:
            attempt.refunds.create(refund_key="cb-1", amount=part, reason="Chargeback", created_at=moment())
        connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(commit).result()


PAID, BACK, REFUND = ("settlement",) * 2, ("chargeback",) * 2, ("refund",) * 2


@pytest.mark.parametrize(
    ("told", "became", "state", "disputes"),
    [
        ([BACK, ("chargeback", "settlement")], "suspense ignored", "disputed", 1),
        ([PAID, BACK, ("chargeback", "settlement"), BACK], "applied suspense ignored ignored", "disputed", 1),
        ([PAID, BACK, PAID, PAID], "applied suspense suspense ignored", "disputed", 1),
        ([PAID, BACK, REFUND, ("refund", "chargeback")], "applied suspense suspense ignored", "refunded", 1),
        ([PAID, REFUND, BACK, ("chargeback", "refund")], "applied suspense suspense ignored", "disputed", 1),
        ([("partial_refund",) * 2, ("partial_refund", "settlement")], "suspense ignored", "refunded", 0),
        ([("expire",) * 2, REFUND], "applied suspense", "refunded", 0),
    ],
    ids=["never heard of", "late", "taken back", "refunded as well", "charged back as well", "in part", "after expiry"],
)
def test_news_of_a_dispute_comes_in_any_order_and_the_payment_is_booked_once(
    told: list[tuple[str, str]], became: str, state: str, disputes: int, till: Till, billed: Tenant
) -> None:
    """What the gateway says when it is asked, and what the notice claims; a payment nobody told of is booked all the same."""
    checkout = till.open(billed)
    till.press(checkout, "wait")
    attempt, found = attempt_of(checkout), []
    for status, claimed in told:
        at_gateway(attempt, status)
        found.append(till.take(notification(attempt, transaction_status=claimed).encode()).state)
    checkout.refresh_from_db()
    assert (" ".join(found), checkout.state, Dispute.objects.count()) == (became, state, disputes)
    assert (account(billed).open, account(billed).received) == (0, 750_000)
    assert set(Dispute.objects.values_list("state", "amount")) <= {("open", 750_000)}


def test_money_that_is_booked_already_is_not_booked_again_to_somebody_else(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """Taken back and paid again at the gateway: the 750.000 are the school's, and nobody else's out of the queue."""
    charged_back(till, billed)
    attempt = attempt_of(Checkout.objects.get())
    at_gateway(attempt, "settlement")
    notice = till.take(notification(attempt).encode())
    assert (notice.state, notice.amount) == ("suspense", 750_000)
    with pytest.raises(NoticeClosed) as refused:
        resolve_notice(notice=notice, tenant=billed_complex, documents=[], note=NOTE, staff=staff, now=moment())
    assert (refused.value.field, refused.value.code) == ("tenant", "booked_already")
    assert (account(billed).received, account(billed_complex).received) == (750_000, 0)
    resolve_notice(notice=notice, tenant=None, documents=[], note=NOTE, staff=staff, now=moment())


def test_a_lost_dispute_is_dunned_on_the_old_dates_and_paid_again_opens_access(
    till: Till, billed: Tenant, staff: User, pass_days: PassDays
) -> None:
    """Paid on 10 March, lost on the 20th: overdue since the 18th, so told at once; closed on the 31st, open on paying (X7)."""
    dispute = charged_back(till, billed)
    pass_days(billed, D(2025, 3, 11), D(2025, 3, 19))
    assert (account(billed).open, billed.status, reminders(billed, "due")) == (0, "active", [])
    on_day(billed, D(2025, 3, 20))
    lose_dispute(dispute=dispute, amount=750_000, note=NOTE, staff=staff, now=moment())
    days = []
    for day in range(20, 32):
        pass_days(billed, D(2025, 3, day), D(2025, 3, day))
        billed.refresh_from_db()
        days.append((day, billed.status, billed.has_access, billed.balance))
    assert days[0] == (20, "past_due", True, 750_000)
    assert days[-2:] == [(30, "past_due", True, 750_000), (31, "suspended", False, 750_000)]
    told = Event.objects.filter(tenant=billed, name__in=("invoice.overdue", "subscription.suspended")).order_by("id")
    assert [(str(item.occurred_on), item.name) for item in told] == [
        ("2025-03-20", "invoice.overdue"),
        ("2025-03-31", "subscription.suspended"),
    ]
    assert Event.objects.filter(tenant=billed, name="invoice.issued").count() == 1
    pay(billed, D(2025, 3, 31))
    assert (billed.status, billed.has_access, account(billed).open) == ("active", True, 0)
    assert check_books(tenant=billed, now=moment()) == ()


def test_a_dispute_that_was_won_is_asked_about_after_a_week_and_stays_won(
    till: Till, billed: Tenant, staff: User
) -> None:
    """Just before a week nothing is asked; at the week the gateway still says chargeback, later settlement again: no news."""
    dispute = charged_back(till, billed)
    win_dispute(dispute=dispute, note=NOTE, staff=staff, now=moment())
    checkout, client = Checkout.objects.get(), till.sandbox.client
    assert checkout.paid_at is not None
    week, step = checkout.paid_at + timedelta(days=7), timedelta(microseconds=1)
    Checkout.objects.update(checked_at=week - timedelta(days=1))
    assert recheck_paid(now=week - step, gateway=client) == Reconciled()
    assert recheck_paid(now=week, gateway=client) == Reconciled(asked=1, settled=1)
    assert recheck_paid(now=week, gateway=client) == Reconciled()
    at_gateway(attempt_of(checkout), "settlement")
    Checkout.objects.update(checked_at=week - timedelta(days=1))
    assert recheck_paid(now=week, gateway=client) == Reconciled(asked=1, settled=1)
    checkout.refresh_from_db()
    assert (checkout.state, checkout.gateway_status, account(billed).received) == ("paid", "settlement", 750_000)
    assert (GatewayDifference.objects.count(), Dispute.objects.get().state) == (0, "won")
    assert not Notice.objects.filter(state="suspense").exists()


def test_what_went_back_in_part_is_asked_about_for_as_long_as_more_of_it_can_go(
    till: Till, billed: Tenant, billed_complex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two were refunded in part, and their further notices are lost: one's further part, found after two weeks, and the other's
    chargeback, found after a month. Asked no more after 120 days. In pages of one, and one a night: the rest the next night.
    """
    monkeypatch.setattr(reconciling, "MOST_AT_ONCE", 1)
    further, disputed = [refunded_in_part(till, tenant) for tenant in (billed, billed_complex)]
    client, paid_at = till.sandbox.client, disputed.paid_at
    assert paid_at is not None
    days = {after: paid_at + timedelta(days=after, minutes=1) for after in (7, 13, 14, 15, 30, 120, 121)}
    assert recheck_paid(now=days[7], gateway=client).asked == 2
    waiting = Notice.objects.filter(state="suspense")
    assert (recheck_paid(now=days[13], gateway=client).asked, waiting.count()) == (0, 2)
    in_sandbox(till, further, "refund", amount="50000")
    monkeypatch.setattr(reconciling, "MOST_A_NIGHT", 1)
    assert (recheck_paid(now=days[14], gateway=client).asked, waiting.count()) == (1, 3)
    assert (recheck_paid(now=days[15], gateway=client).asked, waiting.count()) == (1, 3)
    monkeypatch.undo()
    at_gateway(attempt_of(disputed), "chargeback")
    assert (recheck_paid(now=days[30], gateway=client).asked, Dispute.objects.get().checkout) == (2, disputed)
    assert waiting.count() == 4
    # A gateway that is away is not asked five thousand times.
    monkeypatch.setattr(reconciling, "MOST_FAILURES", 1)
    away = MidtransClient(config_for("http://127.0.0.1:9", 0.2))
    assert recheck_paid(now=days[120], gateway=away) == Reconciled(asked=1, failed=1)
    assert [recheck_paid(now=days[after], gateway=client).asked for after in (120, 121)] == [2, 0]
    assert waiting.count() == 4


def refunded_in_part(till: Till, tenant: Tenant) -> Checkout:
    """Paid by QRIS, and 100.000 of it given back at the gateway's dashboard, of which its notice told."""
    checkout = till.open(tenant)
    till.press(checkout, "pay", method="other_qris")
    till.deliver(2)
    in_sandbox(till, checkout, "refund", amount="100000")
    till.deliver(2)
    checkout.refresh_from_db()
    assert checkout.state == "refunded"
    return checkout


def test_a_dispute_without_its_payment_is_not_closed_as_lost(till: Till, billed: Tenant, staff: User) -> None:
    """Nothing could be booked: the payment has to be there first."""
    dispute = charged_back(till, billed)
    Dispute.objects.update(transaction_id="another")
    dispute.refresh_from_db()
    with pytest.raises(RefundRefused, match="SMAN 1 tidak memiliki pembayaran") as refused:
        lose_dispute(dispute=dispute, amount=750_000, note=NOTE, staff=staff, now=moment())
    dispute.refresh_from_db()
    assert (refused.value.code, dispute.state, dispute.closed_at) == ("payment_missing", "open", None)


def test_a_dispute_that_is_won_leaves_the_payment_and_the_access(till: Till, billed: Tenant, staff: User) -> None:
    dispute = charged_back(till, billed)
    for _twice in range(2):
        win_dispute(dispute=dispute, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, account(billed).received, Refund.objects.count()) == (0, 750_000, 0)
    assert Checkout.objects.get().state == "paid"
    assert Event.objects.filter(tenant=billed, name="payment.dispute_won").count() == 1
    with pytest.raises(DisputeClosed):
        lose_dispute(dispute=dispute, amount=1, note=NOTE, staff=staff, now=moment())


def test_what_was_paid_is_asked_about_again_and_what_differs_waits_in_the_queue(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """A reversal nobody told of, and a payment the gateway does not know, found after a day; the rest is as it was."""
    gone, unknown = till.open(billed), till.open(billed_complex)
    for checkout in (gone, unknown):
        till.press(checkout, "pay")
        till.deliver(2)
    in_sandbox(till, gone, "chargeback")
    Checkout.objects.filter(pk=unknown.pk).update(order_id="DEMO-LOST")
    client, night = till.sandbox.client, moment() + timedelta(days=1, minutes=1)
    assert recheck_paid(now=moment(), gateway=client) == Reconciled()
    assert recheck_paid(now=night, gateway=client) == Reconciled(asked=2)
    assert recheck_paid(now=night, gateway=client) == Reconciled()
    found = set(GatewayDifference.objects.values_list("source", "kind", "order_id", "ours", "theirs"))
    assert found == {
        ("status", "state", gone.order_id, 750_000, 750_000), ("status", "surplus", "DEMO-LOST", 600_000, 0),
    }  # fmt: skip
    assert Dispute.objects.get().checkout == gone
    notice = Notice.objects.get(state="suspense")
    resolve_notice(notice=notice, tenant=None, documents=[], note="Sengketa dicatat", staff=staff, now=night)
    assert GatewayDifference.objects.get(kind="state").state == "closed"


def test_a_loss_that_was_interrupted_takes_the_rest_of_the_same_shares(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """675.000 of 1.350.000: 375.000 and 300.000. The school's is booked, the worker dies; a refund may take what is left beside
    the complex's 300.000 and no more, and repeated the loss is 675.000 all the same.
    """
    dispute = charged_back(till, billed, billed_complex)
    lose = {"dispute": dispute, "amount": 675_000, "note": NOTE, "staff": staff}

    def dies(**given: Any) -> Refund:
        if given["tenant"] == billed_complex:
            raise RuntimeError
        return record_taken(**given)

    with monkeypatch.context() as broken:
        broken.setattr(dispute_decisions, "record_taken", dies)
        with pytest.raises(RuntimeError):
            lose_dispute(**lose, now=moment())  # type: ignore[arg-type]
    assert (account(billed).open, account(billed_complex).open) == (375_000, 0)
    with inside(billed_complex):
        payment = Payment.objects.get(amount__gt=0)
        assert left_of(payment) == 300_000
    back = {"tenant": billed_complex, "reason": NOTE, "staff": staff}
    with pytest.raises(RefundRefused, match=r"300\.000"):
        record_taken(wanted=Wanted(payment.pk, 300_001, RefundWay.TAKEN), now=moment(), **back)  # type: ignore[arg-type]
    with pytest.raises(WrongState):
        reverse_payment(tenant=billed_complex, payment_id=payment.pk, reason=NOTE, today=D(2026, 3, 5))
    record_taken(wanted=Wanted(payment.pk, 100_000, RefundWay.TAKEN), now=moment(), **back)  # type: ignore[arg-type]
    for _twice in range(2):
        lose_dispute(**lose, now=moment())  # type: ignore[arg-type]
    assert (account(billed).open, account(billed_complex).open) == (375_000, 400_000)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [100_000, 300_000, 375_000]
    assert Dispute.objects.get().closed_at is not None
    for tenant in (billed, billed_complex):
        assert check_books(tenant=tenant, now=moment()) == ()


def test_a_part_that_is_charged_back_again_after_it_was_won_is_another_dispute(
    till: Till, billed: Tenant, staff: User
) -> None:
    """750.000 won. Told again within 6 hours: no news; the next day: a dispute; won, ours again by the gateway, and asked for a
    third time at once: another. However often each is told, it is one.
    """
    dispute = charged_back(till, billed)
    win_dispute(dispute=dispute, note=NOTE, staff=staff, now=moment())
    attempt, client = attempt_of(Checkout.objects.get()), till.sandbox.client
    body = notification(attempt).encode()
    assert (till.take(body).state, Dispute.objects.count()) == ("ignored", 1)
    assert recheck_paid(now=moment() + timedelta(days=1, minutes=1), gateway=client).asked == 1  # asking is no notice
    assert (Dispute.objects.count(), Checkout.objects.get().state) == (1, "paid")
    Dispute.objects.update(decided_at=moment() - timedelta(hours=6, minutes=1))
    assert [till.take(body).state for _twice in range(2)] == ["suspense", "ignored"]
    again = Dispute.objects.get(state="open")
    assert (again.amount, Checkout.objects.get().state, Dispute.objects.count()) == (750_000, "disputed", 2)
    win_dispute(dispute=again, note=NOTE, staff=staff, now=moment())
    for status, became in (("settlement", "applied"), ("chargeback", "suspense"), ("chargeback", "ignored")):
        at_gateway(attempt, status)
        assert till.take(notification(attempt).encode()).state == became
    third = Dispute.objects.get(state="open")
    assert Event.objects.filter(tenant=billed, name="payment.disputed").count() == 3
    lose_dispute(dispute=third, amount=750_000, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, Dispute.objects.count(), check_books(tenant=billed, now=moment())) == (750_000, 3, ())
