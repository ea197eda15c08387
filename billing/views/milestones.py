"""The line of time: trial, due date, grace, suspension, renewal. Today is put in where it is drawn."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billing.models import Document
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.selectors.overview import Account
from billing.selectors.renewed import as_renewed
from billing.services.dunning.steps import end_of_suspension

Milestone = dict[str, Any]


def milestones(account: Account) -> list[Milestone]:
    """What has been and what comes, as `{% timeline %}` takes it."""
    found = [item for item in (*_past(account), *_ahead(account)) if item["on"] is not None]
    return list({(item["label"], item["on"]): item for item in found}.values())


def _at(label: str, on: date | None, kind: str = "", note: str = "") -> Milestone:
    return {"label": label, "on": on, "kind": kind, "note": note}


def _past(account: Account) -> Iterator[Milestone]:
    subscription = account.subscription
    if subscription.status in {Status.TRIALING, Status.FREE, Status.ENDED} or subscription.trial_ends_on:
        yield _at(_("Mulai berlangganan"), subscription.signed_up_on)
    elif not account.invoices:
        yield _at(_("Masa langganan mulai"), subscription.period_from)


def _ahead(account: Account) -> Iterator[Milestone]:
    subscription = account.subscription
    if subscription.status == Status.ENDED:
        yield _at(_("Langganan berakhir"), subscription.ended_on, "stop")
        return
    if subscription.trial_ends_on and subscription.cancel_on is None:
        yield _at(_("Masa percobaan berakhir"), subscription.trial_ends_on)
    if account.invoices:
        yield from _of_invoice(account, account.invoices[0])
    elif account.upcoming is not None:
        yield from _of_draft(account, account.upcoming)
    yield _at(_("Akses ditutup"), subscription.suspended_on, "stop")
    yield _at(_("Langganan berakhir"), end_of_suspension(subscription), "stop", _("bila belum dibayar"))
    yield _at(_("Jeda berakhir"), subscription.paused_until)
    yield _at(_("Langganan berhenti"), subscription.cancel_on, "stop")


def _of_invoice(account: Account, invoice: Document) -> Iterator[Milestone]:
    yield _at(_("Tagihan terbit"), invoice.issued_on)
    yield _at(_("Jatuh tempo"), invoice.due_on, "grace")
    if account.status != Status.SUSPENDED:
        yield _at(_("Denda keterlambatan"), invoice.next_fee_on, "", _("bila belum dibayar"))
        yield _at(_("Akses ditutup"), invoice.suspend_on, "stop", _("bila belum dibayar"))
        if account.subscription.cancel_on is None:
            yield _at(_("Tagihan berikutnya"), as_renewed(account.subscription).next_period_on)


def _of_draft(account: Account, draft: Draft) -> Iterator[Milestone]:
    trial = account.subscription.trial_ends_on is not None
    yield _at(_("Tagihan pertama") if trial else _("Tagihan berikutnya"), draft.issued_on)
    yield _at(_("Jatuh tempo"), draft.due_on, "grace")
    yield _at(_("Akses ditutup"), draft.suspend_on, "stop", _("bila belum dibayar"))
