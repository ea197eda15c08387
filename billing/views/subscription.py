"""The agreement and its terms."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from billing.rules.agreement import Agreement
from billing.rules.lifecycle import Status
from billing.rules.schedules import described
from billing.selectors.overview import Account, account_on
from billing.selectors.pausing import pause_of
from billing.selectors.schedules import parts_to_come
from billing.selectors.shop import HeldAddon, addons_of, sells_extras
from billing.views.changes import change_facts
from billing.views.extras import due_later, held_text
from billing.views.leaving import contract_sentences
from billing.views.overview import priced
from billing.views.renewing import renewal_facts
from billing.views.wording import counted, offer_rows, said, spelled
from plans.models import PilotDuty
from plans.rules.catalogue import Anchor, AtRenewal, SeatPolicy
from plans.rules.money import format_number, plain
from plans.rules.payment_terms import Suspend
from plans.selectors.catalogue import catalogue_of, product_of
from tenants.context import local_today
from tenants.permissions import MemberRequest, member_may, permitted


@require_safe
@permitted("subscription.view")
def show_subscription(request: MemberRequest) -> HttpResponse:
    """Plan, price and why, terms of payment, and what may be done."""
    today = local_today(request.tenant, timezone.now())
    account = account_on(today)
    if account is None:
        return redirect("overview")
    may = member_may(request.membership, "subscription.cancel")
    ended = account.status is Status.ENDED
    context = {
        "today": today,
        "account": account,
        "plan_name": said(account.plan.name),
        "plan_summary": said(account.plan.summary) if account.plan.summary else "",
        "rows": _agreed(account),
        "terms": _terms(account),
        "parts": [
            {"label": said(described(part)), "value": due_later(part)} for part in parts_to_come(account.subscription)
        ],
        "may_cancel": may and not ended and account.subscription.cancel_on is None,
        "may_keep": may and not ended and account.subscription.cancel_on is not None,
        "is_pilot": _is_pilot(request, account),
        "has_offers": not ended and _has_offers(account),
        "has_referrals": not ended and bool(catalogue_of(account.agreement.product).referrals),
        "has_auto_debit": not ended and product_of(account.agreement.product).auto_debit is not None,
        "has_extras": not ended and sells_extras(account.agreement),
        **_pausing(account, may=member_may(request.membership, "subscription.pause")),
        "may_restart": ended and member_may(request.membership, "subscription.restart"),
    }
    if not ended:
        may_change = member_may(request.membership, "subscription.change")
        context |= change_facts(request, account.subscription, today, may=may_change)
        may_renew = member_may(request.membership, "subscription.renew")
        context |= renewal_facts(account.subscription, today, may=may_renew)
    return render(request, "dashboard/subscription.html", context | priced(account))


def _is_pilot(request: MemberRequest, account: Account) -> bool:
    """Whether there are duties to see (C3); nobody is asked where the product has no pilots."""
    pilots = any(plan.pilot for plan in catalogue_of(account.agreement.product).plans)
    return pilots and PilotDuty.objects.filter(tenant=request.tenant).exists()


def _has_offers(account: Account) -> bool:
    """Whether there is anything to see on the page of offers."""
    offered = catalogue_of(account.agreement.product).offers
    return bool(account.agreement.discounts) or any(item.document is not None for item in offered)


def _pausing(account: Account, *, may: bool) -> dict[str, bool]:
    """Whether it may be paused, or taken up again."""
    pauses = pause_of(account.subscription)
    active = account.status is Status.ACTIVE and pauses is not None and "customer" in pauses.by
    return {
        "may_pause": may and active and account.subscription.cancel_on is None,
        "may_resume": may and account.status is Status.PAUSED,
    }


def _agreed(account: Account) -> list[dict[str, Any]]:
    subscription, agreement = account.subscription, account.agreement
    rows = [
        {"label": pgettext("banyaknya", "Jumlah"), "value": counted(agreement, subscription.quantity)},
        {"label": _("Berlangganan sejak"), "value": spelled(subscription.signed_up_on)},
        {"label": _("Daftar harga"), "value": agreement.book},
    ]
    if subscription.period_from and subscription.period_to:
        span = {"from": spelled(subscription.period_from), "to": spelled(subscription.period_to - timedelta(days=1))}
        rows.append({"label": _("Masa langganan"), "value": _("%(from)s sampai %(to)s") % span})
    if agreement.anchor is Anchor.CALENDAR_YEAR:
        rows.append({"label": _("Tagihan terbit"), "value": _("setiap Januari")})
    rows += [
        {"label": _("Penawaran %(offer)s") % {"offer": row["label"]}, "value": row["value"]}
        for row in offer_rows(agreement.discounts)
    ]
    rows += [{"label": said(item.addon.name), "value": held_text(item, agreement)} for item in _held(account)]
    return rows + _entitled(account)


def _held(account: Account) -> list[HeldAddon]:
    return [item for item in addons_of(account.subscription, account.agreement) if item.quantity]


def _entitled(account: Account) -> list[dict[str, Any]]:
    """Support, limits and features, those of add-ons included (C10)."""
    held = account.agreement.entitlements_of(account.subscription.plan_code, account.subscription.addons)
    rows = [{"label": _("Bantuan"), "value": said(held.support)}] if held.support else []
    if not held.features and not held.limits:
        return rows
    labels = product_of(account.agreement.product).labels
    rows += [
        {"label": said(labels[name]), "value": format_number(limit)}
        for name, limit in held.limits.items()
        if name in labels
    ]
    features = [said(labels[name]) for name in held.features if name in labels]
    return [*rows, {"label": _("Fitur"), "value": ", ".join(features)}] if features else rows


def _terms(account: Account) -> list[str]:
    """The terms as sentences, from what was agreed and frozen."""
    terms, agreement = account.agreement.terms, account.agreement
    found = [_due_sentence(terms.due.days, terms.due.day_of_month)]
    if terms.late_fee:
        found.append(
            _("Denda %(percent)s %% sehari sesudah jatuh tempo, lalu setiap bulan, selama belum dibayar.")
            % {"percent": plain(terms.late_fee.percent)}
        )
    if terms.suspend:
        found.append(_suspend_sentence(terms.suspend))
    found.append(_renewal_sentence(agreement.at_renewal))
    found += _seats_sentence(agreement)
    return found + contract_sentences(terms.contract)


def _seats_sentence(agreement: Agreement) -> list[str]:
    """When more of what is counted is billed (X8, K4); nothing where no price counts it."""
    if all(charge.quantity != "reported" for charge in agreement.charges):
        return []
    unit = {"unit": said(agreement.unit)}
    if agreement.seats.policy is SeatPolicy.AT_INVOICE:
        return [_("Perubahan jumlah %(unit)s dihitung mulai tagihan berikutnya.") % unit]
    if agreement.seats.policy is SeatPolicy.NEXT_INVOICE:
        return [_("Tambahan %(unit)s di tengah masa dihitung per hari dan ditagih bersama tagihan berikutnya.") % unit]
    if agreement.seats.free_rise_below:
        unit["count"] = format_number(agreement.seats.free_rise_below)
        return [_("Tambahan mulai %(count)s %(unit)s di tengah masa ditagih saat dilaporkan.") % unit]
    return [
        _("Tambahan %(unit)s di tengah masa ditagih saat dilaporkan; pengurangan dihitung saat perpanjangan.") % unit
    ]


def _due_sentence(days: int, day_of_month: int | None) -> str:
    if day_of_month:
        return _(
            "Tagihan terbit tanggal 1 dan jatuh tempo tanggal %(day)d; di luar itu %(days)d hari setelah terbit."
        ) % {
            "day": day_of_month,
            "days": days,
        }
    return _("Tagihan jatuh tempo %(days)d hari setelah terbit.") % {"days": days}


def _suspend_sentence(suspend: Suspend) -> str:
    days = suspend.days_after_issue
    if days is not None:
        return ngettext(
            "Akses ditutup %(days)d hari setelah tagihan terbit bila belum dibayar.",
            "Akses ditutup %(days)d hari setelah tagihan terbit bila belum dibayar.",
            days,
        ) % {"days": days}
    days = suspend.days_after_due or 0
    return ngettext(
        "Akses ditutup %(days)d hari setelah jatuh tempo bila belum dibayar.",
        "Akses ditutup %(days)d hari setelah jatuh tempo bila belum dibayar.",
        days,
    ) % {"days": days}


def _renewal_sentence(policy: AtRenewal) -> str:
    return {
        AtRenewal.KEEP_BOOK: _(
            "Daftar harga Anda tetap selama berlangganan; harga satuannya mengikuti jumlah saat perpanjangan."
        ),
        AtRenewal.KEEP_PRICE: _("Harga satuan Anda tetap selama berlangganan."),
        AtRenewal.CURRENT_BOOK: _("Pada perpanjangan berlaku daftar harga saat itu."),
    }[policy]
