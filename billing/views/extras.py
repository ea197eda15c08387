"""Add-ons and purchases: see what it costs today, then confirm exactly that (N1, N3, N8, N11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.errors import NoSubscription, StalePreview
from billing.forms.extras import ADDON, ITEM, ExtraForm
from billing.models import Subscription
from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.schedules import Scheduled, described
from billing.selectors.accounts import living_subscription
from billing.selectors.shop import HeldAddon, OnSale, addons_of, item_of, items_on_sale, sold_to
from billing.services.addons import AddonChange, change_addon, preview_addon
from billing.services.charges.purchases import Purchase, buy_item, essence_of, preview_purchase
from billing.views.agreeing import read_agreed, sign_agreed
from billing.views.wording import draft_lines, said, spelled
from plans.errors import CatalogueError
from plans.rules.money import format_number, format_rupiah, plain
from plans.rules.price_list import price_lists
from plans.rules.rating import rate
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.permissions import MemberRequest, member_may, permitted

SUBJECT = "billing.extras"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a choice would do: the words around it, the invoice (None where nothing is billed), what is agreed to."""

    name: str
    before: str
    after: str
    draft: Draft | None
    essence: str
    then: str
    later: tuple[Scheduled, ...] = ()


@require_safe
@permitted("extras.view")
def show_extras(request: MemberRequest) -> HttpResponse:
    """What may be held beside the plan, and what is bought one by one."""
    return _page(request, local_today(request.tenant, timezone.now()))


@require_POST
@permitted("extras.buy")
def preview(request: MemberRequest) -> HttpResponse:
    """What a choice costs today; nothing is written."""
    today, form = local_today(request.tenant, timezone.now()), ExtraForm(request.POST)
    looked = _look(request.tenant, form, today) if form.is_valid() else None
    return _page(request, today, form=form, looked=looked)


@require_POST
@permitted("extras.buy")
def confirm(request: MemberRequest) -> HttpResponse:
    """Do what was previewed. Sent twice it is done once; when things have changed the new preview is shown."""
    today, agreed = local_today(request.tenant, timezone.now()), read_agreed(SUBJECT, request)
    if agreed is None:
        messages.warning(request, _("Pratinjau ini sudah terlalu lama. Pilih sekali lagi."))
        return redirect("extras")
    form = ExtraForm({name: agreed[name] for name in ("kind", "code", "quantity", "instalments")})
    try:
        number = _carry_out(request.tenant, agreed, today)
    except StalePreview as stale:
        messages.warning(request, stale.message)
        looked = _look(request.tenant, form, today) if form.is_valid() else None
        return _page(request, today, form=form, looked=looked)
    except DomainError as error:
        form.full_clean()
        form.add_error("quantity", _worded(error))
        return _page(request, today, form=form)
    messages.success(request, _("Tagihan %(number)s terbit.") % {"number": number} if number else _("Tersimpan."))
    return redirect("invoice", number.replace("/", "-")) if number else redirect("extras")


def _look(tenant: Tenant, form: ExtraForm, today: date) -> Looked | None:
    """Preview the form's choice; what the rules refuse becomes an error of its quantity."""
    given = form.cleaned_data
    try:
        if given["kind"] == ADDON:
            return _look_at_addon(tenant, given["code"], given["quantity"], today)
        return _look_at_item(tenant, given["code"], given["quantity"], today, instalments=given["instalments"])
    except DomainError as error:
        form.add_error("quantity", _worded(error))
        return None


def _look_at_addon(tenant: Tenant, code: str, quantity: Decimal, today: date) -> Looked:
    subscription = living_subscription()
    seen = preview_addon(subscription=subscription, addon=code, quantity=quantity, today=today)
    agreement = subscription.terms
    held = next(item for item in addons_of(subscription, agreement) if item.addon.code == code)
    if subscription.status == Status.TRIALING:
        then = _("Ditagih mulai akhir masa percobaan.")
    elif seen.draft is None:
        then = _("Berlaku mulai tagihan berikutnya. Yang sudah dibayar tetap berjalan sampai akhir masanya.")
    else:
        then = _("Ditagih hari ini untuk sisa hari masanya, lalu bersama tagihan berikutnya.")
    after = HeldAddon(held.addon, quantity, held.charges)
    return Looked(
        said(held.addon.name), held_text(held, agreement), held_text(after, agreement), seen.draft, seen.essence, then
    )


def _look_at_item(tenant: Tenant, code: str, quantity: Decimal, today: date, *, instalments: bool) -> Looked:
    seen = preview_purchase(tenant=tenant, item=code, quantity=quantity, today=today, instalments=instalments)
    item = item_of(sold_to(tenant), code)
    then = _("Langganan Anda tidak berubah.")
    return Looked(said(item.name), "", format_number(quantity), seen.draft, essence_of(seen), then, seen.later)


def _carry_out(tenant: Tenant, agreed: dict[str, str], today: date) -> str:
    """The number of the invoice it made; empty where none was."""
    code, quantity = agreed["code"], Decimal(agreed["quantity"])
    if agreed["kind"] == ADDON:
        change = AddonChange(code, quantity, "dashboard", f"page:{agreed['key']}", agreed=agreed["essence"])
        return change_addon(tenant=tenant, change=change, today=today).document_number
    parts = bool(agreed["instalments"])
    purchase = Purchase(code, quantity, f"page:{agreed['key']}", agreed=agreed["essence"], instalments=parts)
    made = buy_item(tenant=tenant, purchase=purchase, today=today)
    return made.number if made else ""


def _page(
    request: MemberRequest, today: date, *, form: ExtraForm | None = None, looked: Looked | None = None
) -> HttpResponse:
    subscription = _living()
    context = {
        "today": today,
        "addons": _addon_rows(subscription, form) if subscription else [],
        "items": [_item_row(sold, form) for sold in items_on_sale(request.tenant, sold_to(request.tenant), today)],
        "may_buy": member_may(request.membership, "extras.buy") and subscription is not None,
        "form": form,
    }
    if looked is not None and form is not None:
        context |= _previewed(request.tenant, form, looked)
    return render(request, "dashboard/extras.html", context, status=422 if form is not None and form.errors else 200)


def _living() -> Subscription | None:
    try:
        return living_subscription()
    except NoSubscription:
        return None


def _addon_rows(subscription: Subscription, sent: ExtraForm | None) -> list[dict[str, Any]]:
    agreement = subscription.terms
    return [
        {
            "name": said(item.addon.name),
            "summary": said(item.addon.summary) if item.addon.summary else "",
            "held": held_text(item, agreement),
            "price": " + ".join(_prices(item, agreement)),
            "unit": said(item.addon.unit) if item.addon.unit else "",
            "single": item.addon.is_single,
            "is_held": bool(item.quantity),
            "form": _form(sent, ADDON, item.addon.code, plain(item.quantity)),
        }
        for item in addons_of(subscription, agreement)
    ]


def _item_row(sold: OnSale, sent: ExtraForm | None) -> dict[str, Any]:
    item, batch = sold.item, sold.item.batch
    notes = [said(item.summary)] if item.summary else []
    if batch is not None:
        days = {"first": spelled(batch.first_day), "last": spelled(batch.last_day)}
        notes.append(_("%(first)s sampai %(last)s") % days)
    notes += [", ".join(said(other.name) for other in sold.included)] if sold.included else []
    return {
        "name": said(item.name),
        "notes": notes,
        "price": format_rupiah(rate(item.price(), item.quantity.from_).amount),
        "unit": said(item.unit) if item.unit else "",
        "single": item.quantity.to == item.quantity.from_,
        "instalments": bool(item.instalments),
        "left": sold.left,
        "form": _form(sent, ITEM, item.code, plain(item.quantity.from_)),
    }


def _form(sent: ExtraForm | None, kind: str, code: str, quantity: str) -> ExtraForm:
    if sent is not None and (sent.data.get("kind"), sent.data.get("code")) == (kind, code):
        return sent
    return ExtraForm(initial={"kind": kind, "code": code, "quantity": quantity})


def _prices(item: HeldAddon, agreement: Agreement) -> list[str]:
    """ "Rp 75.000 per bulan", "Rp 450.000, sekali"."""
    found = []
    for listed in price_lists(item.charges):
        price = format_rupiah(int(listed.rows[0].price)) if listed.rows else ""
        months = listed.charge.interval_months
        period = {1: _("bulan"), 12: _("tahun")}.get(months)
        period = period or ngettext("%(count)d bulan", "%(count)d bulan", months) % {"count": months}
        once = listed.charge.when == "once"
        found.append(
            _("%(price)s, sekali") % {"price": price}
            if once
            else _("%(price)s per %(period)s") % {"price": price, "period": period}
        )
    return found


def held_text(item: HeldAddon, agreement: Agreement) -> str:
    """How many of an add-on are held: "12 perangkat", "dipakai", "belum"."""
    if not item.quantity:
        return pgettext("tambahan", "Belum ada")
    if item.addon.is_single:
        return pgettext("tambahan", "Dipakai")
    return f"{format_number(item.quantity)} {said(item.addon.unit or agreement.unit)}"


def _previewed(tenant: Tenant, form: ExtraForm, looked: Looked) -> dict[str, Any]:
    agreed = {"essence": looked.essence, "key": uuid4().hex}
    agreed |= {"kind": form.cleaned_data["kind"], "code": form.cleaned_data["code"]}
    agreed["quantity"] = plain(form.cleaned_data["quantity"])
    agreed["instalments"] = "on" if form.cleaned_data["instalments"] else ""
    changes = [{"label": looked.name, "before": looked.before, "after": looked.after}]
    if looked.draft is not None:
        changes += [
            {"label": _("Tagihan baru"), "before": "", "after": format_rupiah(looked.draft.total)},
            {"label": _("Jatuh tempo"), "before": "", "after": spelled(looked.draft.due_on)},
        ]
        changes += [{"label": said(described(part)), "before": "", "after": due_later(part)} for part in looked.later]
    else:
        changes.append({"label": _("Tagihan hari ini"), "before": "", "after": _("Tidak ada")})
    return {
        "token": sign_agreed(SUBJECT, tenant, agreed),
        "changes": changes,
        "lines": draft_lines(looked.draft) if looked.draft else [],
        "then": looked.then,
        "confirm_label": _confirm_label(agreed["kind"], looked.draft.total if looked.draft else 0),
    }


def _confirm_label(kind: str, total: int) -> str:
    """With what is billed today."""
    label = _("Beli") if kind == ITEM else _("Simpan")
    return f"{label}, {format_rupiah(total)}" if total else label


def due_later(part: Scheduled) -> str:
    """ "11 Januari 2027, Rp 1.800.000"; of a milestone the amount alone."""
    return f"{spelled(part.on)}, {format_rupiah(part.amount)}" if part.on else format_rupiah(part.amount)


def _worded(error: DomainError) -> str:
    """The catalogue's words in the language of the reader; other errors are translated already."""
    english = (get_language() or "").startswith("en")
    return error.message_en if isinstance(error, CatalogueError) and english else error.message
