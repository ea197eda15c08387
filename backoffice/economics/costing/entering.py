"""Entering a cost, or correcting one: what it changes is shown before it is written, and every amount it had stays."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.economics.costing.forms import CostForm
from backoffice.economics.costing.words import lines
from backoffice.economics.words import money, part
from backoffice.figures.form import product_names
from backoffice.figures.words import rupiah
from backoffice.frame.base import page, require, staff_of
from backoffice.frame.previewed import agrees, sign_shown
from reports.rules.costs import Planned
from reports.selectors.costs import changes_of, planned
from reports.selectors.economics import effect_of
from reports.services.costs import keep_costs
from tenants.errors import DomainError
from tenants.forms.refusals import put_error

SUBJECT = "operator-cost"


@require_http_methods(["GET", "HEAD", "POST"])
def enter_cost(request: HttpRequest) -> HttpResponse:
    """GET asks, filled in by the address; the first POST shows what would change; the second, on its button, writes it."""
    require(request, "enter_costs")
    today = timezone.localdate()
    if request.method != "POST":
        given = request.GET.dict()
        return _show(request, CostForm(initial={"month": today.replace(day=1).isoformat(), **given}, today=today))
    form = CostForm(request.POST, today=today)
    if not form.is_valid():
        return _show(request, form)
    (item,) = planned([form.entry()])
    if item.before is not None and not item.is_same and not form.cleaned_data["note"]:
        form.add_error("note", _("Biaya ini sudah tercatat. Tulis mengapa diubah."))
    if form.errors or not agrees(request, SUBJECT, _given(form, item)):
        return _show(request, form, item)
    return _write(request, form, item)


def _given(form: CostForm, item: Planned) -> dict[str, Any]:
    return {**form.cleaned_data, "before": item.before}


def _write(request: HttpRequest, form: CostForm, item: Planned) -> HttpResponse:
    try:
        keep_costs(shown=[item], by=staff_of(request), now=timezone.now(), note=form.cleaned_data["note"])
    except DomainError as error:
        put_error(form, error)
        return _show(request, form)
    messages.success(request, _("%(amount)s dicatat.") % {"amount": lines([item], product_names())[0].amount})
    return HttpResponseRedirect(reverse("operator_costs"))


def _show(request: HttpRequest, form: CostForm, item: Planned | None = None) -> HttpResponse:
    shown: dict[str, Any] = {"form": form}
    if item is not None and not form.errors:
        shown |= {
            "item": item,
            "line": lines([item], product_names())[0],
            "shown": sign_shown(SUBJECT, _given(form, item)),
        }
        shown["effect"] = list(_effect(item))
    if item is not None:
        shown["changes"] = changes_of(item.entry.key)
    return page(request, "cost.html", _("Catat biaya"), 422 if form.errors else 200, **shown)


def _effect(item: Planned) -> Iterator[tuple[str, str, str]]:
    """What its month (product, channel) comes to, before and after."""
    before, after = effect_of(item, tests=settings.DEMO)
    yield _("Biaya bulan itu"), rupiah(before.spent), rupiah(after.spent)
    yield _("Hasil"), rupiah(before.result), rupiah(after.result)
    yield _("Margin kotor"), part(before.margin), part(after.margin)
    yield "CAC", money(before.winning.cac), money(after.winning.cac)
