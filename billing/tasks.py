"""Background work of billing. Thin: each reads the clock and calls one service; each is safe to run twice."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from billing.services.banking import matching as bank_matching
from billing.services.banking import payouts, statements, transfer_ends
from billing.services.books import checking as books
from billing.services.files import archives as data_archives
from billing.services.gateway import debits, mandates, notices, reconciling
from billing.services.gateway.client import gateway
from billing.services.offers import owed
from billing.services.refunds import payouts as refund_payouts
from billing.services.settlements import fees as gateway_fees
from billing.services.settlements import reports as gateway_reports


@shared_task
def apply_notice(notice_id: str) -> None:
    """Apply one notification, just received."""
    notices.apply_notice(notice_id=UUID(notice_id), now=timezone.now(), gateway=gateway())


@shared_task
def apply_pending_notices() -> None:
    """Apply what waits for its next attempt, or whose message was lost."""
    notices.apply_pending_notices(now=timezone.now(), gateway=gateway())


@shared_task
def reconcile_checkouts() -> None:
    """Ask about attempts whose notification never came, and close those that are over."""
    reconciling.reconcile_checkouts(now=timezone.now(), gateway=gateway())


@shared_task
def charge_mandates() -> None:
    """Auto-debit: announce, charge and ask about what is due today."""
    debits.run_debits(now=timezone.now(), gateway=gateway())


@shared_task
def tend_mandates() -> None:
    """Ask about cards and accounts that were being saved, and tidy up those that were given up."""
    mandates.tend_mandates(now=timezone.now(), gateway=gateway())


@shared_task
def recheck_paid() -> None:
    """Ask again about what was paid, a day and a week afterwards, and longer about what went back in part."""
    reconciling.recheck_paid(now=timezone.now(), gateway=gateway())


@shared_task
def resend_refunds() -> None:
    """Ask again about refunds whose answer was lost."""
    refund_payouts.resend_refunds(now=timezone.now(), gateway=gateway())


@shared_task
def prune_notices() -> None:
    """Forget forged and idle notifications that are old enough; anybody can send them, so they must not pile up."""
    notices.prune_notices(now=timezone.now())


@shared_task
def expire_transfers() -> None:
    """Free the unique codes of transfers that nobody made."""
    transfer_ends.expire_transfers(now=timezone.now())


@shared_task
def match_bank_lines() -> None:
    """Book what is certain and could not be booked when its file came."""
    bank_matching.match_all(now=timezone.now(), gateway=gateway())


@shared_task
def settle_owed_offers() -> None:
    """Give tenants the offers that they earned elsewhere."""
    owed.settle_all_owed(now=timezone.now())


@shared_task
def forget_drafts() -> None:
    """Throw statements away that were looked at and never imported."""
    statements.forget_drafts(now=timezone.now())


@shared_task
def check_books() -> None:
    """Prove the books of every tenant with something posted since the last check."""
    books.check_changed(now=timezone.now())


@shared_task
def build_archive(archive_id: str) -> None:
    """Make the archive that a member has just asked for."""
    data_archives.build_archive(archive_id=UUID(archive_id), now=timezone.now())


@shared_task
def build_waiting_archives() -> None:
    """Make those whose message was lost."""
    data_archives.build_waiting(now=timezone.now())


@shared_task
def forget_archives() -> None:
    """Throw archives away after a week."""
    data_archives.forget_archives(now=timezone.now())


@shared_task
def work_off_gateway_reports() -> None:
    """Post the fees of what the gateway settled, and look for payments that it never did, and money that it never sent on."""
    gateway_fees.book_fees(now=timezone.now())
    gateway_reports.find_unsettled(now=timezone.now())
    payouts.watch_payouts(now=timezone.now())
