"""The first page: what is owed and why, where the tenant stands in time, and what comes next."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from billing.selectors.overview import Account, account_on
from billing.selectors.scheduled import scheduled_change
from billing.selectors.transfers import open_transfer
from billing.services.dunning.steps import end_of_suspension
from billing.views.answers import answer_for
from billing.views.milestones import milestones
from billing.views.wording import counted, per_interval, reasons, said, spelled
from plans.rules.money import format_rupiah
from plans.selectors.catalogue import product_of
from plans.selectors.onboarding import late_of, onboarding_of, steps_for
from tenants.context import local_today
from tenants.permissions import MemberRequest, member_may, permitted


@require_safe
@permitted("overview.view")
def show_overview(request: MemberRequest) -> HttpResponse:
    """The answer first, then the line of time and the agreement."""
    today = local_today(request.tenant, timezone.now())
    getting_going = _getting_going(request, today)
    account = account_on(today)
    if account is None:
        return render(request, "dashboard/overview_empty.html", {"today": today}, status=200)
    answer = answer_for(account, request.membership)
    rows, rule = _explained(account) if answer.explained else ([], "")
    context = {
        "today": today,
        "account": account,
        "answer": answer,
        "explanation": rows,
        "rule": rule,
        "milestones": milestones(account),
        "rows": _rows(account, request),
        "transfer": open_transfer(request.tenant),
        "getting_going": getting_going,
    }
    return render(request, "dashboard/overview.html", context | priced(account) | _clock(request))


def _getting_going(request: MemberRequest, today: date) -> dict[str, int] | None:
    """How many stages are done and late, while some are open (C17)."""
    row = onboarding_of(request.tenant) if product_of(request.tenant.product_code).onboarding else None
    if row is None or row.next_due_on is None:
        return None
    steps = steps_for(row, request.tenant.product_code, today)
    return {"done": len(row.done), "all": len(steps), "late": len(late_of(steps))}


@require_safe
@permitted("overview.view")
def show_suspended(request: MemberRequest) -> HttpResponse:
    """X10: what is closed, what still works, what to pay. With access again it leads back to the overview."""
    if request.tenant.has_access:
        return redirect("overview")
    today = local_today(request.tenant, timezone.now())
    account = account_on(today)
    if account is None:
        return redirect("overview")
    context = {
        "today": today,
        "account": account,
        "answer": answer_for(account, request.membership),
        "ends_on": end_of_suspension(account.subscription),
        "may_pay": member_may(request.membership, "invoices.pay"),
        "may_export": member_may(request.membership, "data.export"),
        "may_restart": member_may(request.membership, "subscription.restart"),
    }
    return render(request, "dashboard/suspended.html", context | _clock(request))


def _explained(account: Account) -> tuple[list[Any], str]:
    """How the open amount comes about: its documents one by one, or the upcoming invoice's calculation."""
    if account.documents:
        rows: list[Any] = [
            {"label": item.number, "value": format_rupiah(item.outstanding)} for item in account.documents
        ]
        rows.append({"label": _("Seluruhnya"), "value": format_rupiah(account.balance), "sum": True})
        return (rows, "") if len(account.documents) > 1 else _of_lines(account)
    return reasons(account.upcoming.lines) if account.upcoming else ([], "")


def _of_lines(account: Account) -> tuple[list[Any], str]:
    document = account.documents[0]
    rows, rule = reasons(document.lines.all())
    if document.paid:
        rows = [*rows, {"label": _("Sudah dibayar"), "value": format_rupiah(document.paid)}]
    return rows, rule


def _rows(account: Account, request: MemberRequest) -> list[dict[str, Any]]:
    """Plan, quantity, price, terms, credit, what comes next."""
    rows: list[dict[str, Any]] = [
        {
            "label": _("Paket"),
            "value": said(account.plan.name),
            "action_url": reverse("subscription"),
            "action_label": _("Lihat"),
        },
        _quantity_row(account, request),
    ]
    waits = scheduled_change(account.subscription)
    if waits is not None:
        words = _("%(plan)s mulai %(day)s") % {"plan": said(waits.plan.name), "day": spelled(waits.on)}
        rows.insert(1, {"label": _("Paket berikutnya"), "value": words})
    if account.credit:
        rows.append({"label": _("Saldo Anda"), "value": format_rupiah(account.credit)})
    if account.upcoming is not None and account.documents:
        day, amount = spelled(account.upcoming.issued_on), format_rupiah(account.upcoming.total)
        expected = _("%(day)s, perkiraan %(amount)s") % {"day": day, "amount": amount}
        rows.append({"label": _("Tagihan berikutnya"), "value": expected})
    return rows


def _quantity_row(account: Account, request: MemberRequest) -> dict[str, Any]:
    row: dict[str, Any] = {
        "label": pgettext("banyaknya", "Jumlah"),
        "value": counted(account.agreement, account.subscription.quantity),
    }
    if request.tenant.has_access and member_may(request.membership, "quantity.report"):
        row |= {"action_url": reverse("quantity"), "action_label": _("Ubah")}
    return row


def priced(account: Account) -> dict[str, Any]:
    """The price of a whole period ("Rp 750.000 per tahun", "Gratis") and how it comes about."""
    total = account.price.total
    rows, rule = reasons(account.price.lines)
    words = f"{format_rupiah(total)} {per_interval(account.agreement)}" if total else _("Gratis")
    return {"price": words, "price_explanation": rows, "price_rule": rule}


def _clock(request: MemberRequest) -> dict[str, Any]:
    """The strip of the test clock; only the demo moves it from here, and only its owner."""
    if request.tenant.clock_on is None:
        return {}
    return {
        "clock_on": request.tenant.clock_on,
        "clock_moves": settings.DEMO and member_may(request.membership, "clock.move"),
    }
