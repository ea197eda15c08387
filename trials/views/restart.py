"""Starting again after the end, with what it will cost shown first."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from billing.errors import WrongState
from billing.forms.quantity import QuantityForm
from billing.selectors.accounts import latest_subscription
from billing.views.leaving import contract_sentences
from billing.views.wording import counted, draft_lines, per_interval, said, spelled
from plans.rules.money import format_rupiah, plain
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.permissions import MemberRequest, permitted
from trials.services.restarts import Restart, preview_restart, restart_subscription


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("subscription.restart")
def restart(request: MemberRequest) -> HttpResponse:
    """See what it costs at a number, then begin. `agreed` carries what was shown: anything else is shown first."""
    today, last = local_today(request.tenant, timezone.now()), latest_subscription()
    if last is None or last.ended_on is None:
        return redirect("overview")
    form = QuantityForm(request.POST or {"quantity": plain(last.quantity)})
    made, problem = _look(request, form)
    if request.method == "POST" and made is not None and request.POST.get("agreed") == _essence(made):
        try:
            restart_subscription(tenant=request.tenant, quantity=made.quantity, today=today)
        except WrongState as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("Langganan Anda berjalan lagi."))
        return redirect("overview")
    context: dict[str, Any] = {"form": form, "problem": problem, "unit": said(last.terms.unit), "today": today}
    if made is not None:
        context |= _previewed(made)
    return render(request, "dashboard/restart.html", context, status=422 if form.errors else 200)


def _look(request: MemberRequest, form: QuantityForm) -> tuple[Restart | None, str]:
    """The preview, or what stands in the way: of the number at its field, else as a sentence."""
    if not form.is_valid():
        return None, ""
    quantity: Decimal = form.cleaned_data["quantity"]
    try:
        today = local_today(request.tenant, timezone.now())
        return preview_restart(tenant=request.tenant, quantity=quantity, today=today), ""
    except WrongState as error:
        return None, error.message
    except DomainError as error:
        form.add_error("quantity", error.message)
        return None, ""


def _essence(made: Restart) -> str:
    return f"{plain(made.quantity)}:{made.agreement.book}:{made.first.total if made.first else 0}"


def _previewed(made: Restart) -> dict[str, Any]:
    plan = said(made.agreement.plan_for(made.quantity).name)
    changes = [
        {"label": _("Paket"), "after": plan},
        {"label": pgettext("banyaknya", "Jumlah"), "after": counted(made.agreement, made.quantity)},
    ]
    if made.first is None:
        changes.append({"label": _("Harga"), "after": _("Gratis")})
        then = _("Akses terbuka lagi saat itu juga.")
    else:
        changes += [
            {"label": _("Tagihan hari ini"), "after": format_rupiah(made.first.total)},
            {"label": _("Jatuh tempo"), "after": spelled(made.first.due_on)},
        ]
        then = _(
            "Akses terbuka lagi saat itu juga. "
            "Berlaku daftar harga %(book)s, ditagih %(interval)s, tanpa masa percobaan."
        ) % {
            "book": made.agreement.book,
            "interval": per_interval(made.agreement),
        }
    return {
        "changes": changes,
        "then": then,
        "undo": " ".join(contract_sentences(made.agreement.terms.contract)),
        "lines": draft_lines(made.first) if made.first else [],
        "agreed": _essence(made),
    }
