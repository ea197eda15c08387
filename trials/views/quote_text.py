"""The calculator's answer in words; the shape is that of templates/public/quote_fragment.html."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from billing.rules.drafting import Line
from billing.rules.sides import ONCE_KIND
from billing.views import wording
from plans.rules.catalogue import Anchor, Catalogue, Charge, Discount
from plans.rules.money import format_number, format_rupiah, round_half_up
from plans.rules.next_size import next_size
from plans.rules.price_list import cheaper_above
from trials.forms.quotes import ADDON, interval_name, period_name
from trials.selectors.comparisons import Choice, Opened, choices, offers_for
from trials.selectors.quotes import Quote, Wish, only_for, quote_from
from trials.views import offer_text
from trials.views.price_text import cliff_text, day_text, language, percent


def describe_quote(catalogue: Catalogue, wish: Wish) -> dict[str, Any]:
    """The calculator's answer: the amount of one whole period and how it comes about."""
    made = quote_from(catalogue, wish)
    unit = made.agreement.unit.of(language())
    charge = made.offer.charges[0]
    size = f"{format_number(wish.quantity)} {unit}"
    return {
        "amount": made.recurring,
        "period": period_name(made.offer.interval_months),
        "sentence": _("%(size)s, paket %(plan)s") % {"size": size, "plan": made.offer.plan.name.of(language())},
        "explanation": explain(made, unit),
        "note": _("Daftar harga %(book)s.") % {"book": made.offer.book.code},
        "rule": charge.rule,
        "next_size": next_text(charge, wish.quantity, unit),
        "beside": beside(made),
        "offers": offer_rows(made),
        "only_for": [said for item in made.discounts if (said := only_for(made.offer.product, item.discount))],
        "trial": made.trial_ends_on is not None,
        "dates": quote_dates(made),
        "comparison": [_compared(choice) for choice in choices(catalogue, wish, made)],
        "offered": [_offered(catalogue, wish, opened) for opened in offers_for(catalogue, wish, made)],
        "signup_url": f"{reverse('signup', args=[catalogue.product.code])}?{urlencode(_asked(wish))}",
    }


def next_text(charge: Charge, quantity: Decimal, unit: str) -> dict[str, Any]:
    """What the next size costs, and whether it is even less than what was asked for (X1, K1); empty in the last size."""
    found = next_size(charge, quantity)
    if found is None:
        return {}
    cliff = cheaper_above(charge, quantity)
    return {
        "name": _("Mulai %(size)s %(unit)s") % {"size": format_number(found.from_), "unit": unit},
        "amount": found.amount,
        "note": _("%(price)s per %(unit)s") % {"price": format_rupiah(int(found.unit_price)), "unit": unit}
        if found.unit_price
        else "",
        "cheaper": cliff_text(cliff, unit) if cliff else "",
    }


def _compared(choice: Choice) -> dict[str, Any]:
    offer = choice.made.offer
    return {
        "name": f"{offer.plan.name.of(language())}, {interval_name(offer.interval_months).lower()}",
        "amount": choice.made.recurring,
        "period": period_name(offer.interval_months),
        "note": _("+ biaya lain") if choice.made.beside else "",
        "saved": saved_text(choice),
        "cheaper": bool(choice.saved and choice.saved > 0),
        "chosen": choice.chosen,
    }


def saved_text(choice: Choice) -> str:
    """ "Rp 100.000 per bulan lebih murah (hemat 16,7 %)", "Rp 900.000 per bulan lebih mahal"; empty for no alternative."""
    if not choice.saved:
        return ""
    words = {"price": format_rupiah(abs(round_half_up(choice.saved)))}
    if choice.saved < 0:
        return _("%(price)s per bulan lebih mahal") % words
    share = percent(choice.saved / (choice.saved + choice.monthly))
    return _("%(price)s per bulan lebih murah (hemat %(share)s)") % (words | {"share": share})


def _offered(catalogue: Catalogue, wish: Wish, opened: Opened) -> dict[str, Any]:
    """An offer of today with what this quantity would cost, and the address of that very answer."""
    code = opened.discount.code
    path = reverse("prices", args=[catalogue.product.code])
    return offer_text.describe_offer(catalogue, opened) | {
        "amount": opened.made.with_later if opened.made else 0,
        "url": f"{path}?{urlencode(_asked(replace(wish, offers=(code,))))}",
    }


def _asked(wish: Wish) -> dict[str, str]:
    asked = {"quantity": format(wish.quantity, "f"), "plan": wish.plan or "", "period": str(wish.interval_months or "")}
    asked |= {"anchor": wish.anchor or "", "offers": ", ".join(wish.offers)}
    asked |= {f"{ADDON}{code}": format(count, "f") for code, count in wish.addons.items()}
    return {name: value for name, value in asked.items() if value}


def explain(made: Quote, unit: str) -> list[dict[str, Any]]:
    """Quantity, size and price of each line, then the sum."""
    rows: list[dict[str, Any]] = [
        {"label": _("Jumlah %(unit)s") % {"unit": unit}, "value": format_number(made.quantity)}
    ]
    for line in made.recurring_draft.lines:
        tier = line.explanation.get("tier_name")
        if isinstance(tier, dict):
            rows.append({"label": _("Ukuran"), "value": tier.get(language()[:2], tier["id"])})
        rows += [{"label": label, "value": value} for label, value in _taken_off(line)]
        formula = str(line.explanation["formula"]).rpartition(" = ")[0]
        rows.append({"label": formula, "value": format_rupiah(line.amount), "sum": True})
    return rows


def _taken_off(line: Line) -> list[tuple[str, str]]:
    """The list price and what each offer takes off it; nothing where there is no offer."""
    given = line.explanation.get("discounts")
    if not isinstance(given, list):
        return []
    rows = [(_("Harga daftar"), format_rupiah(int(str(line.explanation["list_amount"]))))]
    return rows + [(item["name"].get(language()[:2], item["name"]["id"]), item["formula"]) for item in given]


def offer_rows(made: Quote) -> list[dict[str, str]]:
    """Each offer with its days, and what a whole period costs when those that end have ended (K9)."""
    rows = wording.offer_rows(made.discounts)
    if made.after != made.recurring:
        period = period_name(made.offer.interval_months)
        words = _("%(price)s per %(period)s") % {"price": format_rupiah(made.after), "period": period}
        rows.append({"label": _("Setelah itu"), "value": words})
    return rows + later_rows(made)


def later_rows(made: Quote) -> list[dict[str, str]]:
    """What waits for a document or for others, and what a whole period costs with it (K12, C7)."""
    price = {"price": format_rupiah(made.with_later), "period": period_name(made.offer.interval_months)}
    return [{"label": item.name.of(language()), "value": _waits(made, item) % price} for item in made.later]


def _waits(made: Quote, discount: Discount) -> str:
    """What it waits for, around the places of price and period."""
    if discount.document is not None:
        said = _("%%(price)s per %%(period)s, begitu %(document)s kami setujui")
        return said % {"document": discount.document.of(language()).replace("%", "%%")}
    joined = next((stand.joined for stand in made.groups if stand.discount.code == discount.code), 0)
    needed = discount.group.members if discount.group else 0
    said = _("%%(price)s per %%(period)s, begitu kelompok Anda lengkap (%(joined)d dari %(needed)d)")
    return said % {"joined": joined, "needed": needed}


def beside(made: Quote) -> list[dict[str, Any]]:
    """What is paid beside the period: set-up once, other rhythms, add-ons, and what is read from meters (C2, C15, N6)."""
    rows: list[dict[str, Any]] = [
        {"name": line.description.of(language()), "amount": _once_text(line) or format_rupiah(line.amount)}
        for line in made.beside
    ]
    for charge in made.offer.charges:
        meter = made.agreement.meter(charge.quantity)
        if meter is not None:
            words = _("menurut pemakaian, ditagih sesudahnya")
            rows.append({"name": charge.description.of(language()), "amount": words})
    return rows


def _once_text(line: Line) -> str:
    return _("%(price)s, sekali") % {"price": format_rupiah(line.amount)} if line.kind == ONCE_KIND else ""


def quote_dates(made: Quote) -> list[dict[str, str]]:
    """Trial, first invoice and its due date; a free plan has none of them."""
    if made.first is None:
        return []
    rows = []
    if made.trial_ends_on is not None:
        rows.append({"label": _("Gratis dicoba sampai"), "value": day_text(made.trial_ends_on)})
    rows.append({"label": _("Tagihan pertama terbit"), "value": day_text(made.first.issued_on)})
    if made.first.total != made.recurring:
        short = _("Jumlahnya, untuk sisa bulan itu")
        if made.offer.anchor is Anchor.CALENDAR_YEAR:
            short = _("Jumlahnya, untuk sisa masa itu")
        label = _("Jumlah tagihan pertama") if made.beside else short
        rows.append({"label": label, "value": format_rupiah(made.first.total)})
    rows.append({"label": _("Jatuh tempo"), "value": day_text(made.first.due_on)})
    return rows
