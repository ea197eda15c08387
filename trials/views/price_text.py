"""Prices in words, in the language of the reader; the shapes are those of templates/public."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from plans.rules.catalogue import Catalogue, Charge, Plan, PriceBook, Trial, When
from plans.rules.money import format_number, format_rupiah
from plans.rules.offer import choose_book
from plans.rules.price_list import Cliff, PriceList, PriceRow, lowest_price, price_lists
from trials.forms.quotes import interval_name, period_name


def language() -> str:
    """The reader's language, "id" or "en"."""
    return get_language() or "id"


def describe_product(catalogue: Catalogue, today: date) -> dict[str, Any]:
    """A card of the home page."""
    product = catalogue.product
    return {
        "name": product.name,
        "audience": _("Dihitung per %(unit)s") % {"unit": product.unit.of(language())},
        "tagline": product.tagline.of(language()),
        "from_text": from_text(catalogue, choose_book(catalogue, today)),
        "accent": product.accent,
        "prices_url": reverse("prices", args=[product.code]),
        "signup_url": reverse("signup", args=[product.code]),
    }


def from_text(catalogue: Catalogue, book: PriceBook) -> str:
    """ "Gratis sampai 49 siswa, lalu …"; "Mulai dari Rp 2.000 per unit per bulan" (K19)."""
    unit = catalogue.product.unit.of(language())
    found = lowest_price(_leading(catalogue, book))
    if found is None:
        return _flat_from_text(book)
    charge, price = found
    words = {"price": format_rupiah(int(price)), "unit": unit, "period": period_name(charge.interval_months)}
    free = next((row.to for row in price_lists([charge])[0].rows if row.to and not row.price), None)
    if free is None:
        return _("Mulai dari %(price)s per %(unit)s per %(period)s.") % words
    return _("Gratis sampai %(free)s %(unit)s, lalu mulai dari %(price)s per %(unit)s per %(period)s.") % (
        words | {"free": format_number(free)}
    )


def _leading(catalogue: Catalogue, book: PriceBook) -> list[Charge]:
    """The charges a product is known by: those of the default plan, or all where the quantity chooses the plan."""
    default = next((plan.code for plan in catalogue.plans if plan.default), None)
    return [charge for charge in book.charges if default is None or default in charge.plans]


def _flat_from_text(book: PriceBook) -> str:
    """ "Mulai dari Rp 499.000 per bulan." """
    recurring = [charge for charge in book.charges if charge.quantity == "one" and charge.when is not When.ONCE]
    priced = [(item.charge, row.fee) for item in price_lists(recurring) for row in item.rows]
    paid = [(charge, fee) for charge, fee in priced if fee]
    found = min(paid, key=lambda one: (one[0].interval_months, one[1]), default=None)
    if found is None:
        return ""
    words = {"price": format_rupiah(int(found[1])), "period": period_name(found[0].interval_months)}
    return _("Mulai dari %(price)s per %(period)s.") % words


def describe_list(catalogue: Catalogue, item: PriceList, chosen: Decimal | None) -> dict[str, Any]:
    """A table of one charge: a row for each size."""
    plans = [plan for plan in catalogue.plans if plan.code in item.charge.plans]
    by_quantity = catalogue.product.plan_choice == "by_quantity"
    unit = ((plans[0].unit if not by_quantity else None) or catalogue.product.unit).of(language())
    name = _("Harga per %(unit)s") % {"unit": unit} if by_quantity else plans[0].name.of(language())
    tiers = [_describe_row(item, row, unit, chosen) for row in item.rows]
    several = len({charge.interval_months for book in catalogue.price_books for charge in book.charges}) > 1
    return {
        "name": f"{name}, {interval_name(item.charge.interval_months).lower()}" if several else name,
        "text": _list_text(item, "" if by_quantity else _summary(plans[0])),
        "tiers": tiers,
        "has_examples": any(tier["example"] for tier in tiers),
        "has_savings": any(tier["saving"] for tier in tiers),
        "cliffs": [cliff_text(cliff, unit) for cliff in item.cliffs],
    }


def _summary(plan: Plan) -> str:
    return plan.summary.of(language()) if plan.summary else ""


def _list_text(item: PriceList, summary: str) -> str:
    volume = item.charge.pricing["model"] == "volume"
    parts = [
        f"{summary}." if summary else "",
        _("Seluruh jumlah dihitung dengan harga ukurannya.") if volume else "",
        _("Hemat dibandingkan dengan membayar dua belas kali sebulan.") if item.against_months == 1 else "",
    ]
    return " ".join(part for part in parts if part)


def _describe_row(item: PriceList, row: PriceRow, unit: str, chosen: Decimal | None) -> dict[str, Any]:
    period = period_name(item.charge.interval_months)
    basis = _("per %(unit)s per %(period)s") if row.unit_price is not None else _("per %(period)s")
    example = ""
    if row.example:
        size, amount = row.example
        example = f"{format_number(size)} {unit}: {format_rupiah(amount)}"
    return {
        "range": row.name.of(language()) if row.name else _range_text(row, unit),
        "price": format_rupiah(int(row.price)) if row.price else _("Gratis"),
        "basis": basis % {"unit": unit, "period": period} if row.price else "",
        "example": example,
        "saving": percent(row.saving) if row.saving else "",
        "current": chosen is not None and chosen >= row.from_ and (row.to is None or chosen <= row.to),
    }


def _range_text(row: PriceRow, unit: str) -> str:
    if row.to is None:
        words = _("%(low)s %(unit)s ke atas") if row.from_ else _("Berapa pun %(unit)s")
    else:
        words = _("%(low)s–%(high)s %(unit)s")
    return words % {"low": format_number(row.from_), "high": format_number(row.to or Decimal(0)), "unit": unit}


def percent(share: Fraction) -> str:
    """A share to a tenth of a percent: "17 %"."""
    tenths = (share * 1000 + Fraction(1, 2)) // 1
    return f"{format_number(Decimal(int(tenths)) / 10)} %"


def cliff_text(cliff: Cliff, unit: str) -> str:
    """ "501 siswa (Rp 2.004.000) lebih murah daripada 500 siswa (Rp 2.500.000)." """
    return _("%(more)s %(unit)s (%(less_money)s) lebih murah daripada %(fewer)s %(unit)s (%(more_money)s).") % {
        "more": format_number(cliff.next_quantity),
        "less_money": format_rupiah(cliff.next_amount),
        "fewer": format_number(cliff.quantity),
        "more_money": format_rupiah(cliff.amount),
        "unit": unit,
    }


def book_note(catalogue: Catalogue, book: PriceBook) -> str:
    """From and until when these prices hold for new customers (X2)."""
    later = sorted(item.effective_from for item in catalogue.price_books if item.effective_from > book.effective_from)
    since = day_text(book.effective_from)
    if not later:
        return _("Harga untuk pendaftaran mulai %(since)s.") % {"since": since}
    return _("Harga untuk pendaftaran dari %(since)s sampai %(until)s.") % {
        "since": since,
        "until": day_text(later[0] - timedelta(days=1)),
    }


def promises(catalogue: Catalogue) -> list[str]:
    """What always holds, as far as the catalogue says so."""
    trials = {trial_text(plan.trial) for plan in catalogue.plans if plan.trial}
    said = [_("Masa percobaan %(length)s, tanpa kartu") % {"length": length} for length in sorted(trials)]
    if catalogue.product.at_renewal != "current_book":
        said.append(_("Daftar harga saat Anda mendaftar tetap berlaku selama Anda berlangganan tanpa putus"))
    if catalogue.product.lock_price_within_term:
        said.append(
            _("Harga per %(unit)s tidak berubah selama masa berjalan") % {"unit": catalogue.product.unit.of(language())}
        )
    return [*said, _("Data dapat Anda unduh kapan saja, juga saat akses ditangguhkan")]


def trial_text(trial: Trial) -> str:
    """ "1 bulan" or "30 hari"."""
    if trial.months:
        return ngettext("%(count)d bulan", "%(count)d bulan", trial.months) % {"count": trial.months}
    return ngettext("%(count)d hari", "%(count)d hari", trial.days) % {"count": trial.days}


def day_text(day: date) -> str:
    """ "1 Maret 2025"."""
    return date_format(day, "j F Y")
