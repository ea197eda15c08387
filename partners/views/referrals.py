"""Bringing others along: the customer's link, who came by it, and what was earned (K10, C6)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.views.wording import said, spelled
from partners.selectors.referrals import Referrals, Reward, referrals_of
from plans.rules.money import format_number, format_rupiah
from tenants.context import local_today
from tenants.permissions import MemberRequest, permitted
from tenants.selectors.addresses import public_address


@require_safe
@permitted("referrals.view")
def show_referrals(request: MemberRequest) -> HttpResponse:
    """The link to pass on, and what has come of it."""
    found, tenant = referrals_of(request.tenant), request.tenant
    context = {
        "today": local_today(tenant, timezone.now()),
        "link": public_address(f"/harga/{tenant.product_code}/?ref={tenant.subdomain}"),
        "promises": _promises(found),
        "brought": [
            {
                "label": spelled(item.on),
                "value": _("membayar %(day)s") % {"day": spelled(item.paid_on)}
                if item.paid_on
                else _("belum membayar"),
            }
            for item in found.brought
        ],
        "rewards": [
            {
                "label": _rewarded(item),
                "value": f"{item.state.label}, {spelled(item.given_on)}" if item.given_on else item.state.label,
            }
            for item in found.rewards
        ],
    }
    return render(request, "dashboard/referrals.html", context)


def _rewarded(reward: Reward) -> str:
    if reward.discount is not None:
        return said(reward.discount.name)
    return _("Kredit %(amount)s") % {"amount": format_rupiah(reward.credit or 0)}


def _promises(found: Referrals) -> list[str]:
    """What the programme gives, in sentences."""
    programme, said_so = found.programme, list[str]()
    if programme is None:
        return said_so
    if found.referrer_gets is not None:
        said_so.append(
            _("Anda mendapat %(offer)s begitu yang Anda ajak pertama kali membayar.")
            % {"offer": said(found.referrer_gets.name)}
        )
    if programme.credit is not None:
        share = {"percent": format_number(programme.credit.percent)}
        words = _(
            "Anda mendapat %(percent)s %% dari pembayaran pertama yang Anda ajak, sebagai kredit pada tagihan berikutnya."
        )
        said_so.append(words % share)
    if programme.per_year is not None:
        said_so.append(_("Paling banyak %(count)d kali setahun.") % {"count": programme.per_year})
    if found.referred_gets is not None:
        said_so.append(_("Yang Anda ajak mendapat %(offer)s.") % {"offer": said(found.referred_gets.name)})
    return said_so
