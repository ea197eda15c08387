"""The catalogue in the admin: to look at only, because it is changed by loading a file."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from plans.models import Issuer, Plan, PriceBook, Product, Redemption
from plans.rules import catalogue as shape
from plans.rules.money import format_number
from plans.rules.terms import charge_to_dict
from plans.selectors.discounts import redemptions_of
from tenants.permissions import staff_may


class ReadOnlyAdmin(ModelAdmin):
    """Everybody with a role reads; nobody adds, changes or deletes here: commands and services do."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for reading."""
        return staff_may(request.user, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever has a role among the operator's staff."""
        return staff_may(request.user, "view")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Issuer)
class IssuerAdmin(ReadOnlyAdmin):
    """Legal entities that invoice."""

    list_display = ("code", "legal_name", "loaded_at")

    @admin.display(description=_("nama badan"))
    def legal_name(self, issuer: Issuer) -> str:
        """As it stands on invoices."""
        return str(issuer.data["legal_name"])


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """What is sold."""

    list_display = ("code", "name", "issuer", "loaded_at")
    list_select_related = ("issuer",)
    exclude = ("extras",)
    readonly_fields = ("items", "offers")

    @admin.display(description=_("dibeli satu per satu"))
    def items(self, product: Product) -> SafeString:
        """What is bought once, with its price; an example says so."""
        found = [shape.Item.model_validate(item) for item in product.extras.get("items", [])]
        language = get_language() or "id"
        rows = [
            (
                item.name.of(language),
                _words(charge_to_dict(item.price())),
                _("harga contoh") if item.illustrative else "",
            )
            for item in found
        ]
        return format_html(
            "<table>{}</table>", format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td></tr>", rows)
        )

    @admin.display(description=_("penawaran"))
    def offers(self, product: Product) -> SafeString:
        """Each offer with how many have it, of how many; an example says so (K9)."""
        found = [shape.Discount.model_validate(item) for item in product.extras.get("offers", [])]
        taken = redemptions_of(product.code)
        rows = [
            (
                item.code,
                item.name.of(get_language() or "id"),
                _("%(taken)s dari %(most)s") % {"taken": taken.get(item.code, 0), "most": item.redemptions or "∞"},
                _("contoh") if item.illustrative else "",
            )
            for item in found
        ]
        return format_html(
            "<table>{}</table>", format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        )

    @admin.display(description=_("nama"))
    def name(self, product: Product) -> str:
        """As customers see it."""
        return str(product.data["name"])


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """What tenants can be on."""

    list_display = ("code", "name", "product", "position")
    list_filter = ("product",)
    list_select_related = ("product",)

    @admin.display(description=_("nama"))
    def name(self, plan: Plan) -> str:
        """In the language of the reader."""
        return shape.Plan.model_validate(plan.data).name.of(get_language() or "id")


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    """Who has which offer (K9)."""

    list_display = ("code", "product_code", "tenant", "customer", "redeemed_on", "reason")
    list_filter = ("product_code", "code")
    list_select_related = ("tenant",)
    search_fields = ("customer", "tenant__name")


@admin.register(PriceBook)
class PriceBookAdmin(ReadOnlyAdmin):
    """Prices by the day of sign-up (X2)."""

    list_display = ("code", "product", "effective_from", "illustrative", "first_used_at")
    list_filter = ("product",)
    list_select_related = ("product",)
    fields = (
        "product",
        "code",
        "effective_from",
        "illustrative",
        "first_used_at",
        "steep_move",
        "effect",
        "prices",
        "fingerprint",
    )
    readonly_fields = ("prices", "illustrative", "steep_move", "effect")

    @admin.display(description=_("harga contoh"), boolean=True)
    def illustrative(self, book: PriceBook) -> bool:
        """Whether its prices are our own example and nobody's promise."""
        return shape.PriceBook.model_validate(book.data).illustrative

    @admin.display(description=_("alasan harga bergeser lebih dari 10 % per kuartal"), empty_value="–")
    def steep_move(self, book: PriceBook) -> str | None:
        """Why the guardrail was overridden (K14)."""
        move = shape.PriceBook.model_validate(book.data).steep_move
        return move.reason if move else None

    @admin.display(description=_("dampak"), empty_value="–")
    def effect(self, book: PriceBook) -> SafeString | None:
        """What it would change, as long as nobody has an agreement under it."""
        if book.first_used_at is not None:
            return None
        url = reverse("operator_price_effect")
        return format_html('<a class="op-link" href="{}">{}</a>', url, _("bagi pelanggan baru dan lama"))

    @admin.display(description=_("harga"))
    def prices(self, book: PriceBook) -> SafeString:
        """Every charge as a small table."""
        charges = shape.PriceBook.model_validate(book.data).charges
        return format_html_join("", "{}", ((_charge_table(charge),) for charge in charges))


def _charge_table(charge: shape.Charge) -> SafeString:
    language = get_language() or "id"
    return format_html(
        "<h4>{} · {}</h4><p>{} · {}</p><table><tbody>{}</tbody></table>",
        charge.description.of(language),
        charge.price().model,
        ", ".join(charge.plans),
        _rhythm(charge),
        format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", _lines(charge, language)),
    )


def _rhythm(charge: shape.Charge) -> str:
    """ "setiap 1 bulan", "sekali", "setiap 1 bulan, sesudahnya, menurut marketplace-turnover"."""
    if charge.when is shape.When.ONCE:
        said = [str(_("sekali"))]
    else:
        said = [_("setiap %(months)d bulan") % {"months": charge.interval_months}]
    if charge.when is shape.When.ARREARS:
        said.append(str(_("sesudahnya")))
    if not charge.counts_the_tenant:
        said.append(_("menurut %(counted)s") % {"counted": charge.quantity})
    return ", ".join(said)


def _lines(charge: shape.Charge, language: str) -> list[tuple[str, str]]:
    """What each tier is called and costs, then what holds for the charge as a whole."""
    pricing: dict[str, Any] = charge_to_dict(charge.price())
    names = [text.of(language) for text in charge.tier_names]
    tiers = pricing.pop("tiers", [])
    lines = [(names[at] if names else str(at + 1), _words(tier)) for at, tier in enumerate(tiers)]
    del pricing["model"]
    return [*lines, ("", _words(pricing))] if pricing else lines


def _words(fields: Mapping[str, Any]) -> str:
    return " · ".join(
        f"{_WORDS.get(name, name)}: {_shown(value)}" for name, value in fields.items() if value is not None
    )


def _shown(value: str) -> str:
    return format_number(int(value)) if value.isdigit() else value


_WORDS = {
    "up_to": _("sampai"),
    "unit_price": _("harga satuan"),
    "flat_fee": _("biaya tetap"),
    "rate": _("tarif"),
    "amount": _("jumlah"),
    "package_size": _("isi paket"),
    "package_price": _("harga paket"),
    "minimum": _("paling sedikit"),
    "maximum": _("paling banyak"),
    "included": _("termasuk"),
}
