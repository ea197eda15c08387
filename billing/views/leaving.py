"""Leaving, and taking that back."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from billing.errors import EndNotPossible, StalePreview
from billing.forms.subscription import CancelForm, EndDayForm
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.selectors.endings import Ending, billed_before, ending_of, fee_draft
from billing.selectors.overview import Account, account_on
from billing.selectors.scheduled import scheduled_change
from billing.services.subscriptions.life import Leaving, cancel_subscription, keep_subscription
from billing.views.wording import said, spelled
from plans.rules.catalogue import Contract, ExitFee
from plans.rules.money import format_number, format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, permitted


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("subscription.cancel")
def cancel(request: MemberRequest) -> HttpResponse:
    """Leave: what ends when is shown first, a reason is asked, nothing ends sooner than the terms allow (C8, K15)."""
    today = local_today(request.tenant, timezone.now())
    account = account_on(today)
    if account is None or account.status is Status.ENDED or account.subscription.cancel_on is not None:
        return redirect("subscription")
    wish = EndDayForm(request.POST or request.GET, auto_id="day_%s")
    wanted: date | None = wish.cleaned_data["on"] if wish.is_valid() else None
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            leaving = Leaving(on=given["on"], agreed=given["ends_on"], agreed_fee=given["fee"])
            return _left(request, today, form.said(), leaving)
        except (EndNotPossible, StalePreview) as error:
            form.add_error(None, error.message)
    ending = _ending(account, today, wanted, wish)
    context = _shown(account, ending, form, wish, today)
    return render(request, "dashboard/cancel.html", context, status=422 if form.errors else 200)


def _left(request: MemberRequest, today: date, reason: str, leaving: Leaving) -> HttpResponse:
    done = cancel_subscription(tenant=request.tenant, today=today, reason=reason, leaving=leaving)
    day = done.ended_on or done.cancel_on or today
    messages.success(
        request, _("Langganan berhenti %(day)s. Sampai hari itu Anda dapat melanjutkannya.") % {"day": spelled(day)}
    )
    return redirect("overview")


def _ending(account: Account, today: date, wanted: date | None, wish: EndDayForm) -> Ending:
    """The end on the day asked for; where that is not possible the earliest, and why beside the field."""
    try:
        return ending_of(account.subscription, today, wanted)
    except EndNotPossible as error:
        wish.add_error("on", error.message)
        return ending_of(account.subscription, today)


def _shown(account: Account, ending: Ending, form: CancelForm, wish: EndDayForm, today: date) -> dict[str, Any]:
    at_once, charged = ending.on <= today, fee_draft(account.subscription, ending)
    return {
        "form": form,
        "wish": wish if ending.chooses else None,
        "fee": ending.fee.amount if ending.fee else 0,
        "fee_shown": format_rupiah(charged.total) if charged else "",
        "fee_counted": _counted(charged),
        "ends_on": ending.on,  # what the button agrees to, also after an answer that was refused
        "asked": ending.on if ending.on != ending.earliest else None,
        "at_once": at_once,
        "today": today,
        "account": account,
        "changes": _leaving(account, ending),
        "notice": _notice(ending, today),
        "then": _after_leaving(at_once=at_once),
    }


def _notice(ending: Ending, today: date) -> str:
    """Why it ends on this day: the notice, and whether it still reaches the contract that runs (C8)."""
    if not ending.notice_days or ending.notice_by is None:
        return ""
    facts = {"days": ending.notice_days, "by": spelled(ending.notice_by), "ends": spelled(ending.earliest)}
    if today <= ending.notice_by:
        return _("Pemberitahuan %(days)d hari: sampai %(by)s Anda masih dapat berhenti pada %(ends)s.") % facts
    return _("Pemberitahuan %(days)d hari: untuk masa ini batasnya %(by)s, jadi paling awal %(ends)s.") % facts


@require_POST
@permitted("subscription.cancel")
def keep(request: MemberRequest) -> HttpResponse:
    """Go on as if nothing had been said."""
    try:
        keep_subscription(tenant=request.tenant, today=local_today(request.tenant, timezone.now()))
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Langganan Anda berjalan terus, dengan harga yang sama."))
    return redirect("overview")


def _leaving(account: Account, ending: Ending) -> list[dict[str, Any]]:
    changes = [{"label": _("Langganan berakhir"), "after": spelled(ending.on)}]
    charged = fee_draft(account.subscription, ending)
    if charged is not None:
        changes.append(_fee(charged))
    if account.upcoming is not None:
        changes.append(_next_invoice(account, account.upcoming, ending))
    waits = scheduled_change(account.subscription)
    if waits is not None:
        words = _("%(plan)s mulai %(day)s") % {"plan": said(waits.plan.name), "day": spelled(waits.on)}
        changes.append({"label": _("Perubahan yang dijadwalkan"), "before": words, "after": _("Batal")})
    if account.balance:
        changes.append({"label": _("Tetap harus dibayar"), "after": format_rupiah(account.balance)})
    return changes


def _fee(draft: Draft) -> dict[str, Any]:
    """What leaving early costs (C8)."""
    facts = {"amount": format_rupiah(draft.total), "day": spelled(draft.due_on)}
    return {"label": _("Biaya berhenti lebih awal"), "after": _("%(amount)s, jatuh tempo %(day)s") % facts}


def _counted(draft: Draft | None) -> str:
    """How the fee is counted: "Biaya berhenti sebelum kontrak berakhir pada 10 April 2027: 50 % × Rp 28.000.000 = …"."""
    return (
        ". ".join(f"{said(line.description)}: {line.explanation['formula']}" for line in draft.lines) if draft else ""
    )


def _next_invoice(account: Account, upcoming: Draft, ending: Ending) -> dict[str, Any]:
    """What the notice does not reach is still billed (C8)."""
    label, comes = _("Tagihan berikutnya"), billed_before(account.subscription, ending, account.today)
    if comes is None:
        return {"label": label, "before": format_rupiah(upcoming.total), "after": _("Tidak ada")}
    facts = {"amount": format_rupiah(comes.total), "day": spelled(comes.issued_on)}
    return {"label": label, "after": _("%(amount)s, tetap terbit %(day)s") % facts}


def _after_leaving(*, at_once: bool) -> str:
    if at_once:
        return _("Data Anda tetap dapat dibuka dan diunduh.")
    return _(
        "Sampai hari itu semuanya tetap terbuka. Sesudahnya data Anda tetap dapat diunduh. "
        "Bila kelak mulai lagi, berlaku daftar harga saat itu dan tanpa masa percobaan."
    )


def contract_sentences(contract: Contract) -> list[str]:
    """How long one agrees for and how one leaves, as sentences (C8, K15)."""
    found = []
    if contract.months:
        words = ngettext(
            "Kontrak berlaku %(months)d bulan dan berlanjut dengan sendirinya.",
            "Kontrak berlaku %(months)d bulan dan berlanjut dengan sendirinya.",
            contract.months,
        )
        found.append(words % {"months": contract.months})
    if not contract.notice_days:
        found.append(_("Anda dapat berhenti kapan saja; langganan berjalan sampai akhir masa yang sudah ditagih."))
        return [*found, *_exit_sentence(contract.exit_fee)]
    words = ngettext(
        "Anda dapat berhenti pada akhir masa dengan pemberitahuan %(days)d hari; yang sudah dibayar tidak dikembalikan.",
        "Anda dapat berhenti pada akhir masa dengan pemberitahuan %(days)d hari; yang sudah dibayar tidak dikembalikan.",
        contract.notice_days,
    )
    return [*found, words % {"days": contract.notice_days}, *_exit_sentence(contract.exit_fee)]


def _exit_sentence(fee: ExitFee | None) -> list[str]:
    if fee is None:
        return []
    if fee.amount is not None:
        return [_("Berhenti sebelum kontrak berakhir: biaya %(amount)s.") % {"amount": format_rupiah(fee.amount)}]
    share = format_number(fee.percent or Decimal(0))
    words = _("Berhenti sebelum kontrak berakhir: biaya %(percent)s %% dari sisa kontrak yang belum ditagih.")
    return [words % {"percent": share}]
