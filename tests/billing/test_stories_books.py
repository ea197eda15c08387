"""What an accountant reads in the books of a tenant, and what finds out that they are wrong.

SMA Hari: 730 students at 4.000 are 2.920.000 a year, 8.000 a day.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from structlog.testing import capture_logs

from billing.models import Document, Entry
from billing.selectors.books import account_balances, figures
from billing.selectors.operator_books import operator_books
from billing.services.books.checking import check_books, check_changed, rebuild_books
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from billing.services.steering import void_invoice
from reports.selectors.operations import books_that_disagree
from tenants.context import inside
from tenants.models import Books, StaffTask, Tenant
from tenants.models.jobs import Job
from tests.billing.lives import books_balance, live_through, pay
from tests.conftest import make_tenant
from tests.watching import behind
from trials.services.daily import run_job

D = date
NOW = datetime(2025, 5, 2, 5, tzinfo=UTC)


@pytest.fixture
def sma(db: None) -> Tenant:
    """Billed 2.920.000 for the year from 1 March 2025."""
    tenant = make_tenant("hari", "SMA Hari", "xclass", 730, D(2025, 2, 1))
    live_through(tenant, D(2025, 3, 1), D(2025, 3, 1))
    return tenant


def accounts(tenant: Tenant) -> dict[str, int]:
    with inside(tenant):
        return account_balances()


def journal(tenant: Tenant) -> set[tuple[Any, ...]]:
    with inside(tenant):
        return set(Entry.objects.values_list("id", "on", "fact", "debit", "credit", "amount", "document", "payment"))


def tamper(tenant: Tenant) -> None:
    """Somebody takes 1.000 off a payment behind the books' back."""
    with inside(tenant), behind(Entry) as entries:
        entries.filter(debit="cash:transfer", credit="receivable").update(amount=2_919_000)
    Tenant.objects.filter(pk=tenant.pk).update(books_changed=True)


def test_a_prepaid_year_is_earned_month_by_month_and_what_was_wrong_is_taken_back(sma: Tenant) -> None:
    """Issued, overpaid, earned, the payment booked by mistake, the invoice voided: each step can be checked by head."""
    assert accounts(sma) == {"deferred": -2_920_000, "receivable": 2_920_000}
    payment = pay(sma, D(2025, 3, 10), 3_000_000)
    assert accounts(sma) == {"cash:transfer": 3_000_000, "credit": -80_000, "deferred": -2_920_000}
    live_through(sma, D(2025, 3, 11), D(2025, 4, 1))
    march = {"deferred": -2_672_000, "revenue": -248_000}  # 31 days
    assert accounts(sma) == {"cash:transfer": 3_000_000, "credit": -80_000, **march}
    with inside(sma):
        assert Entry.objects.get(fact="recognition").on == D(2025, 3, 31)
    reverse_payment(tenant=sma, payment_id=payment.pk, reason="salah tenant", today=D(2025, 4, 2))
    assert accounts(sma) == {"receivable": 2_920_000, **march}
    number = papers_of(sma)[0]
    void_invoice(tenant=sma, number=number, reason="salah jumlah", reissue_it=False, today=D(2025, 5, 2))
    assert accounts(sma) == {}
    with inside(sma):
        void = Entry.objects.filter(fact="void").order_by("debit")
        assert [(item.debit, item.amount) for item in void] == [("deferred", 2_432_000), ("revenue", 488_000)]
    books_balance(sma, D(2025, 5, 2))


def papers_of(tenant: Tenant) -> list[str]:
    with inside(tenant):
        return list(Document.objects.order_by("number").values_list("number", flat=True))


def test_the_job_of_a_month_visits_only_who_has_something_to_earn(sma: Tenant, complex_: Tenant) -> None:
    """It runs in batches; a second run finds nobody."""
    noon = datetime(2025, 4, 1, 5, tzinfo=UTC)
    assert run_job(job=Job.RECOGNITION, now=datetime(2025, 3, 31, 5, tzinfo=UTC)).done == 0
    assert run_job(job=Job.RECOGNITION, now=noon).done == 1
    assert run_job(job=Job.RECOGNITION, now=noon).done == 0
    assert accounts(sma)["revenue"] == -248_000
    assert complex_.recognition_due_on is None
    sma.refresh_from_db()
    assert sma.recognition_due_on == D(2025, 5, 1)


def test_what_does_not_agree_is_found_at_night_told_to_staff_and_fails_the_command(
    sma: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    pay(sma, D(2025, 3, 10), 2_920_000)
    assert check_changed(now=NOW) == 0
    assert check_changed(now=NOW) == 0  # nothing was posted since: nobody is visited
    assert operator_books().balances == {"cash:transfer": 2_920_000, "deferred": -2_920_000}
    assert operator_books().deferred["2025-03"] == 248_000
    assert operator_books().agrees
    call_command("check_books")
    told = capsys.readouterr().out
    assert "cash:transfer" in told
    assert "test tenants" not in told
    Tenant.objects.filter(pk=sma.pk).update(is_test=True)
    call_command("check_books")
    assert "The totals leave out 1 test tenants" in capsys.readouterr().out
    Tenant.objects.filter(pk=sma.pk).update(is_test=False)
    tamper(sma)
    with capture_logs() as said:
        assert check_changed(now=NOW) == 1
    assert [line["tenant"] for line in said if line["event"] == "books_disagree"] == ["t_hari"]
    task = StaffTask.objects.get(kind="books")
    assert "cash:transfer: 2.919.000, seharusnya 2.920.000" in task.note
    assert books_that_disagree() == 1
    with pytest.raises(CommandError, match="1 of 1 tenants do not agree"):
        call_command("check_books", "--tenant", "t_hari")
    assert "t_hari: cash:transfer has Rp 2.919.000, expected Rp 2.920.000" in capsys.readouterr().out
    with pytest.raises(CommandError, match="there is no tenant t_nobody"):
        call_command("check_books", "--tenant", "t_nobody")


def test_a_journal_that_somebody_changed_is_found_though_its_sums_agree(sma: Tenant) -> None:
    """March and April change places, 248.000 and 240.000: every account is right. Named until it is put right, or accepted."""
    live_through(sma, D(2025, 3, 2), D(2025, 5, 1))
    later = timezone.now() + timedelta(minutes=6)  # entries of the last minutes may not be all yet
    assert check_books(tenant=sma, now=later) == ()
    swap_months(sma)
    for _night in range(2):
        found = {(item.account, item.booked, item.expected) for item in check_books(tenant=sma, now=later)}
        assert found == {
            ("journal 2025-03 changed", 3_160_000, 3_168_000),
            ("journal 2025-04 changed", 248_000, 240_000),
        }
    swap_months(sma)
    assert check_books(tenant=sma, now=later) == ()  # as it was
    swap_months(sma)
    with pytest.raises(CommandError, match="--accept: name the tenants"):
        call_command("check_books", "--accept")
    call_command("check_books", "--accept", "--tenant", "t_hari")
    assert check_books(tenant=sma, now=later) == ()
    with inside(sma), behind(Entry) as entries:
        entries.filter(fact="recognition").update(document=None)
    assert [item.account[:7] for item in check_books(tenant=sma, now=later)] == ["journal", "journal"]


def swap_months(tenant: Tenant) -> None:
    """The earned days of March as April's, and the other way round."""
    with inside(tenant), behind(Entry) as entries:
        march, april = entries.filter(fact="recognition").order_by("on")
        for entry, on in ((march, april.on), (april, march.on)):
            entries.filter(pk=entry.pk).update(on=on)


def test_what_was_issued_before_the_books_were_kept_is_taken_into_them(sma: Tenant) -> None:
    """The very entries that would have been posted at the time, however often it is done; a fee paid on top (K8) with them."""
    pay(sma, D(2025, 3, 10), 3_000_000)
    late = Received(10_000, "midtrans", "midtrans:1", D(2025, 3, 10), fee=4_000, received_on=D(2025, 3, 9))
    record_payment(tenant=sma, received=late)
    assert accounts(sma)["gateway_fees"] == -4_000
    live_through(sma, D(2025, 3, 11), D(2025, 4, 1))
    void_invoice(tenant=sma, number=papers_of(sma)[0], reason="salah jumlah", reissue_it=True, today=D(2025, 4, 2))
    live_through(sma, D(2025, 4, 3), D(2025, 5, 1))
    posted = journal(sma)
    with inside(sma):
        months = figures().deferred
        with behind(Entry) as entries:
            entries.all().delete()
        Document.objects.update(deferred=None)
    assert {item.account for item in check_books(tenant=sma, now=NOW)} >= {"credit", "cash:transfer", "unposted"}
    assert rebuild_books(tenant=sma, now=NOW) == len(posted)
    assert rebuild_books(tenant=sma, now=NOW) == 0
    assert journal(sma) == posted
    with inside(sma):
        assert figures().deferred == months
    assert check_books(tenant=sma, now=NOW) == ()
    assert Books.objects.get(tenant=sma).agrees
