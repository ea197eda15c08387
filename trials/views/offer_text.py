"""The offers of the day in words, in the language of the reader (K9, C4)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.rules.catalogue import Catalogue, Discount
from plans.rules.money import format_number, format_rupiah
from trials.forms.quotes import interval_name
from trials.selectors.comparisons import Opened
from trials.selectors.quotes import only_for
from trials.views.price_text import day_text, language


def describe_offer(catalogue: Catalogue, opened: Opened) -> dict[str, Any]:
    """ "Pelanggan awal": "Diskon 20 % selama 6 bulan", code `early50`, "Untuk 50 pelanggan pertama, tersisa 48." """
    discount = opened.discount
    return {
        "name": discount.name.of(language()),
        "what": f"{_taken_off(catalogue, discount)} {_lasts(discount)}".strip(),
        "code": discount.code,
        "conditions": [said for said in _conditions(catalogue, opened) if said],
    }


def _taken_off(catalogue: Catalogue, discount: Discount) -> str:
    if discount.percent is not None:
        return _("Diskon %(percent)s %%") % {"percent": format_number(discount.percent)}
    if discount.amount is not None:
        return _("Potongan %(price)s setiap masa tagih") % {"price": format_rupiah(discount.amount)}
    if discount.price is not None:
        words = {"price": f"Rp {format_number(discount.price)}", "unit": catalogue.product.unit.of(language())}
        return _("Harga %(price)s per %(unit)s") % words
    count = discount.free_months or 0
    return ngettext("%(count)d bulan gratis", "%(count)d bulan gratis", count) % {"count": count}


def _lasts(discount: Discount) -> str:
    """ "selama 6 bulan"; free months say it themselves."""
    if discount.free_months is not None:
        return ""
    if discount.invoices is not None:
        count = discount.invoices
        words = ngettext("untuk %(count)d tagihan pertama", "untuk %(count)d tagihan pertama", count)
        return words % {"count": count}
    if discount.months is not None:
        count = discount.months
        return ngettext("selama %(count)d bulan pertama", "selama %(count)d bulan pertama", count) % {"count": count}
    return _("selama Anda berlangganan")


def _conditions(catalogue: Catalogue, opened: Opened) -> list[str]:
    discount = opened.discount
    return [
        only_for(catalogue.product, discount),
        _waits(discount),
        _plans(catalogue, discount),
        _("Untuk langganan pertama Anda.") if discount.first_order else "",
        _places(discount, opened.left),
        _until(discount.until),
    ]


def _waits(discount: Discount) -> str:
    """What must be seen first (K12), or how many must sign up together (C7)."""
    if discount.document is not None:
        return _("Berlaku begitu kami menyetujui %(document)s.") % {"document": discount.document.of(language())}
    if discount.group is not None:
        words = {"count": discount.group.members, "days": discount.group.days}
        return _("Berlaku begitu %(count)d pelanggan mendaftar bersama dalam %(days)d hari.") % words
    return ""


def _plans(catalogue: Catalogue, discount: Discount) -> str:
    """ "Untuk paket Starter, Growth." and "Untuk tagihan bulanan."; nothing where it is for all."""
    names = [plan.name.of(language()) for plan in catalogue.plans if plan.code in discount.plans]
    rhythms = [interval_name(months).lower() for months in discount.intervals]
    said = [_("Untuk paket %(names)s.") % {"names": ", ".join(names)}] if names else []
    said += [_("Untuk tagihan %(rhythms)s.") % {"rhythms": ", ".join(rhythms)}] if rhythms else []
    return " ".join(said)


def _places(discount: Discount, left: int | None) -> str:
    if discount.redemptions is None or left is None:
        return ""
    words = {"all": format_number(discount.redemptions), "left": format_number(left)}
    return _("Untuk %(all)s pelanggan pertama, tersisa %(left)s tempat.") % words


def _until(day: date | None) -> str:
    return _("Untuk pendaftaran sampai %(day)s.") % {"day": day_text(day)} if day else ""
