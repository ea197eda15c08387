"""Plans, add-ons and items in words, in the language of the reader; the shapes are those of templates/public."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from plans.rules.catalogue import Catalogue, Charge, Entitlements, Item, Plan, PriceBook, Product, When
from plans.rules.money import format_number, format_rupiah
from plans.rules.price_list import PriceList, PriceRow, price_lists
from plans.rules.rating import rate
from trials.forms.quotes import period_name
from trials.views import price_text
from trials.views.price_text import language


def describe_plans(catalogue: Catalogue, book: PriceBook, chosen: Decimal | None = None) -> list[dict[str, Any]]:
    """The sections of a price book: a table for each charge with several sizes; of a plan whose charges have one size
    each, one section with a row for each charge and with what the plan brings (C1, C10)."""
    lists = [item for item in price_lists(book.charges) if item.rows]
    if catalogue.product.plan_choice == "by_quantity":
        return [price_text.describe_list(catalogue, item, chosen) for item in lists]
    own = [item for item in lists if item.charge.counts_the_tenant or not _addon_codes(catalogue, item.charge)]
    return [section for plan in catalogue.plans for section in _sections(catalogue, plan, own, chosen)]


def _addon_codes(catalogue: Catalogue, charge: Charge) -> bool:
    return any(addon.code == charge.quantity for addon in catalogue.addons)


def _sections(
    catalogue: Catalogue, plan: Plan, lists: Iterable[PriceList], chosen: Decimal | None
) -> list[dict[str, Any]]:
    own = [item for item in lists if plan.code in item.charge.plans]
    tables = [price_text.describe_list(catalogue, item, chosen) for item in own if len(item.rows) > 1]
    single = [item for item in own if len(item.rows) == 1]
    if not single and not plan.by_contract:
        return tables
    unit = (plan.unit or catalogue.product.unit).of(language())
    rows = [
        {"label": item.charge.description.of(language()), "value": _price(item, item.rows[0], unit)} for item in single
    ]
    if plan.by_contract:
        rows.append({"label": _("Harga"), "value": _("menurut kontrak, hubungi kami")})
    card = {
        "name": plan.name.of(language()),
        "text": f"{plan.summary.of(language())}." if plan.summary else "",
        "rows": [
            *rows,
            *_bounds(plan, unit),
            *_support(plan.entitlements),
            *_limits(catalogue.product, plan.entitlements),
            *_notice(catalogue, plan),
        ],
        "features": features_text(catalogue.product, plan.entitlements),
    }
    return [*tables, card]


def _price(item: PriceList, row: PriceRow, unit: str) -> str:
    """ "Rp 499.000 per bulan", "Rp 5.000.000, sekali", "1 %", "Rp 110.000 per siswa per 4 bulan (hemat 8,3 %)"."""
    charge = item.charge
    if row.rate is not None:
        return f"{format_number(row.rate * 100)} %"
    price = format_rupiah(int(row.price)) if row.price else _("Gratis")
    if not row.price:
        return price
    per_unit = row.unit_price is not None
    counted = charge.unit.of(language()) if charge.unit else unit
    if charge.when is When.ONCE:
        return (
            _("%(price)s per %(unit)s, sekali") % {"price": price, "unit": counted}
            if per_unit
            else _("%(price)s, sekali") % {"price": price}
        )
    words = {"price": price, "unit": counted, "period": period_name(charge.interval_months)}
    said = _("%(price)s per %(unit)s per %(period)s") % words if per_unit else _("%(price)s per %(period)s") % words
    if row.saving and item.against_monthly:
        return _("%(said)s (hemat %(saving)s)") % {"said": said, "saving": price_text.percent(row.saving)}
    return said


def _bounds(plan: Plan, unit: str) -> list[dict[str, str]]:
    """N7: "30 sampai 50 siswa"; nothing where one is the least and there is no most."""
    low, high = plan.quantity.from_, plan.quantity.to
    if high is None:
        words = _("paling sedikit %(low)s %(unit)s") if low > 1 else ""
    else:
        words = _("%(low)s sampai %(high)s %(unit)s") if high > 1 else ""
    said = words % {"low": format_number(low), "high": format_number(high or Decimal(0)), "unit": unit} if words else ""
    return [{"label": _("Ukuran"), "value": said}] if said else []


def _support(held: Entitlements) -> list[dict[str, str]]:
    return [{"label": _("Bantuan"), "value": held.support.of(language())}] if held.support else []


def _limits(product: Product, held: Entitlements) -> list[dict[str, str]]:
    return [
        {"label": product.labels[name].of(language()), "value": format_number(limit)}
        for name, limit in held.limits.items()
        if name in product.labels
    ]


def _notice(catalogue: Catalogue, plan: Plan) -> list[dict[str, str]]:
    """How one leaves, where that takes notice (C8)."""
    contract = next(item.contract for item in catalogue.terms if item.code == plan.terms)
    said = _("dengan pemberitahuan %(days)s hari") % {"days": contract.notice_days}
    return [{"label": _("Berhenti"), "value": said}] if contract.notice_days else []


def features_text(product: Product, held: Entitlements) -> list[str]:
    """What a plan or an add-on opens, by the names the catalogue gives; a feature without one is the programs' own."""
    return [product.labels[name].of(language()) for name in held.features if name in product.labels]


def describe_extras(catalogue: Catalogue, book: PriceBook) -> dict[str, Any]:
    """What is sold beside the plans: add-ons by their charges, and items bought once with their days."""
    lists = price_lists(book.charges)
    return {"addons": _addons(catalogue, lists), "items": [_item(catalogue, item) for item in catalogue.items]}


def _addons(catalogue: Catalogue, lists: Iterable[PriceList]) -> list[dict[str, str]]:
    found = []
    for addon in catalogue.addons:
        unit = (addon.unit or catalogue.product.unit).of(language())
        prices = [
            _price(item, item.rows[0], unit) for item in lists if item.charge.quantity == addon.code and item.rows
        ]
        summary = addon.summary.of(language()) if addon.summary else ""
        found.append({"name": addon.name.of(language()), "summary": summary, "price": " + ".join(prices)})
    return found


def _item(catalogue: Catalogue, item: Item) -> dict[str, str]:
    price = format_rupiah(rate(item.price(), item.quantity.from_).amount)
    if item.unit is not None:
        price = _("%(price)s per %(unit)s") % {"price": price, "unit": item.unit.of(language())}
    said = [item.summary.of(language())] if item.summary else []
    if item.batch is not None:
        days = {"first": price_text.day_text(item.batch.first_day), "last": price_text.day_text(item.batch.last_day)}
        said.append(_("%(first)s sampai %(last)s") % days)
        said.append(_("%(count)d tempat") % {"count": item.batch.capacity})
    by_code = {other.code: other for other in catalogue.items}
    if item.includes:
        said.append(", ".join(by_code[code].name.of(language()) for code in item.includes))
    return {"name": item.name.of(language()), "summary": " · ".join(said), "price": price}


def later_books(catalogue: Catalogue, book: PriceBook) -> list[dict[str, Any]]:
    """Price books that have been announced but do not hold yet."""
    later = sorted(
        (item for item in catalogue.price_books if item.effective_from > book.effective_from),
        key=lambda item: item.effective_from,
    )
    return [
        {
            "title": _("Pendaftaran mulai %(since)s") % {"since": price_text.day_text(item.effective_from)},
            "plans": describe_plans(catalogue, item),
        }
        for item in later
    ]
