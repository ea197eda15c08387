"""Auto-debit: what was agreed, what will be charged when, what was charged; switching it on and off."""

from datetime import date, timedelta
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.forms.auto_debit import ConsentForm
from billing.gateways.errors import GatewayError
from billing.gateways.mandate_models import Mandate, MandateMethod, MandateState
from billing.selectors.debits import debits_of, open_invoices, open_mandate, planned_debits, rules_of
from billing.selectors.overview import account_on
from billing.services.gateway.client import gateway
from billing.services.gateway.mandates import Consent, check_mandate, end_mandate, start_mandate, tidy_mandate
from billing.views.debit_words import attempt_row, planned_row
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import MemberRequest, member_may, permitted

log = structlog.get_logger(__name__)
CHECK_EVERY = timedelta(seconds=4)
_ROUND = 100_000


@require_safe
@permitted("auto_debit.view")
def show_auto_debit(request: MemberRequest) -> HttpResponse:
    """The page; who comes back from the gateway finds it confirmed here."""
    return _page(request, None)


@require_POST
@permitted("auto_debit.agree")
def agree(request: MemberRequest) -> HttpResponse:
    """Keep the consent, then to the gateway, where the card is typed in or the account linked: no number comes to us."""
    form = ConsentForm(request.POST)
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        consent = Consent(
            user=request.user,
            method=MandateMethod(said["method"]),
            limit=said["limit"],
            return_url=request.build_absolute_uri(reverse("auto_debit")),
            phone=said.get("phone", ""),
        )
        try:
            mandate = start_mandate(tenant=request.tenant, consent=consent, now=now, gateway=gateway())
        except DomainError as error:
            put_error(form, error)
        else:
            return redirect(mandate.page_url or "auto_debit")
    return _page(request, form)


@require_POST
@permitted("auto_debit.stop")
def stop(request: MemberRequest) -> HttpResponse:
    """Take the consent back, at once; the gateway is told now or, where it does not answer, soon."""
    ended = end_mandate(tenant=request.tenant, reason="member", now=timezone.now())
    if ended is not None:
        tidy_mandate(mandate=ended, now=timezone.now(), gateway=gateway())
        messages.success(request, _("Auto-debit dihentikan. Kartu atau akun Anda tidak lagi kami simpan."))
    return redirect("auto_debit")


def _page(request: MemberRequest, form: ConsentForm | None) -> HttpResponse:
    rules = rules_of(request.tenant)
    if rules is None:
        raise Http404
    now = timezone.now()
    today = local_today(request.tenant, now)
    mandate = _fresh(open_mandate(request.tenant))
    active = mandate if mandate is not None and mandate.state == MandateState.ACTIVE else None
    planned = planned_debits(active, rules, today) if active is not None else []
    context: dict[str, Any] = {
        "today": today,
        "rules": rules,
        "active": active,
        "pending": mandate if active is None else None,
        "may_agree": member_may(request.membership, "auto_debit.agree"),
        "may_stop": member_may(request.membership, "auto_debit.stop"),
        "form": form or ConsentForm(initial={"limit": _suggested(today), "method": MandateMethod.CARD}),
        "cards": _cards(form),
        "planned": [planned_row(item, today) for item in planned],
        "attempts": [attempt_row(debit) for debit in debits_of(request.tenant)],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "dashboard/auto_debit.html", context, status=status)


def _fresh(mandate: Mandate | None) -> Mandate | None:
    """One that waits is asked about; where the gateway does not answer, it waits on."""
    now = timezone.now()
    if mandate is None or mandate.state != MandateState.PENDING:
        return mandate
    if mandate.checked_at is not None and now - mandate.checked_at < CHECK_EVERY:
        return mandate
    try:
        checked = check_mandate(mandate_id=mandate.pk, now=now, gateway=gateway())
    except GatewayError as error:
        log.warning("mandate_not_checked", mandate=str(mandate.pk), error=str(error))
        return mandate
    return checked if checked.state in {MandateState.PENDING, MandateState.ACTIVE} else None


def _suggested(today: date) -> str:
    """Room for the largest invoice to become twice as large: 600.000 → 1.200.000."""
    account = account_on(today)
    totals = [document.total for document in open_invoices()]
    if account is not None and account.upcoming is not None:
        totals.append(account.upcoming.total)
    rounded = -(-2 * max(totals, default=_ROUND) // _ROUND) * _ROUND
    return format_rupiah(max(rounded, _ROUND)).removeprefix("Rp ").strip()


def _cards(form: ConsentForm | None) -> list[dict[str, Any]]:
    chosen = form["method"].value() if form is not None else MandateMethod.CARD
    notes = {
        MandateMethod.CARD: _(
            "Nomor kartu hanya Anda isi di halaman Midtrans. Rp 10.000 dicoba dan langsung dikembalikan."
        ),
        MandateMethod.GOPAY: _("Anda menyambungkan akun di halaman GoPay."),
    }
    titles = {MandateMethod.CARD: _("Kartu kredit atau debit"), MandateMethod.GOPAY: "GoPay"}
    return [
        {"value": method.value, "title": titles[method], "note": notes[method], "checked": method.value == chosen}
        for method in MandateMethod
    ]
