"""Actions on what is sold beside a plan."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.money import DOCUMENTS
from billing.documents.numbers import number
from billing.forms.rupiah import WholeField
from billing.rules.lifecycle import Status
from billing.selectors.shop import items_on_sale, sold_to
from billing.services.addons import CHANGEABLE, AddonChange, change_addon
from billing.services.charges.purchases import Purchase, buy_item
from tenants.models import User


class ItemForm(ActionForm):
    """What is sold today, and how many; a price that is an example says so."""

    item = forms.ChoiceField(label=gettext_lazy("Yang dibeli"))
    quantity = WholeField(label=gettext_lazy("Banyaknya"), min_value=1, max_value=10_000_000, initial=1)
    instalments = forms.BooleanField(label=gettext_lazy("Dengan angsuran"), required=False)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language, catalogue = get_language() or "id", sold_to(facts.tenant)
        choices = []
        for sold in items_on_sale(facts.tenant, catalogue, facts.today):
            notes = [_("harga contoh")] if sold.item.illustrative else []
            notes += [_("tinggal %(left)d tempat") % {"left": sold.left}] if sold.left is not None else []
            name = sold.item.name.of(language)
            choices.append((sold.item.code, f"{name} ({', '.join(notes)})" if notes else name))
        self.fields["item"].choices = choices  # type: ignore[attr-defined]


class SellItem(Action):
    """In the tenant's stead (N1, N3)."""

    slug, permission, form = "jual", "sell_item", ItemForm
    title, group = gettext_lazy("Jual satu kali"), DOCUMENTS
    lead = gettext_lazy(
        "Kursus, sertifikat, bootcamp, atau perangkat. Tagihannya terbit hari ini; paketnya tidak berubah."
    )

    def refusal(self, facts: Facts) -> str:
        """Where the product sells something once, to a tenant that may buy."""
        subscription = facts.subscription
        if subscription is None or subscription.status in {Status.SUSPENDED, Status.ENDED}:
            return _("Hanya untuk langganan yang berjalan.")
        sells = items_on_sale(facts.tenant, sold_to(facts.tenant), facts.today)
        return "" if sells else _("Produk ini tidak menjual apa pun di luar paket.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Sell it."""
        purchase = Purchase(
            given["item"],
            Decimal(given["quantity"]),
            f"staff:{uuid4().hex}",
            cause=given["reason"],
            instalments=bool(given.get("instalments")),
        )
        made = buy_item(tenant=facts.tenant, purchase=purchase, today=facts.today)
        return _("Tagihan %(number)s terbit.") % {"number": made.number} if made else _("Tersimpan, tanpa biaya.")


class AddonForm(ActionForm):
    """Which add-on, and how many from today on."""

    addon = forms.ChoiceField(label=gettext_lazy("Tambahan"))
    quantity = WholeField(
        label=gettext_lazy("Jumlah mulai hari ini"),
        min_value=0,
        max_value=10_000_000,
        help_text=gettext_lazy("0 berarti berhenti; yang sudah dibayar berjalan sampai akhir masanya."),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language, subscription = get_language() or "id", facts.subscription
        addons = subscription.terms.addons if subscription is not None else ()
        held = subscription.addons if subscription is not None else {}
        self.fields["addon"].choices = [  # type: ignore[attr-defined]
            (item.code, f"{item.name.of(language)} ({number(Decimal(held.get(item.code, 0)))})") for item in addons
        ]


class ChangeAddon(Action):
    """In the tenant's stead (N8)."""

    slug, permission, form = "tambahan", "change_addon", AddonForm
    title, group = gettext_lazy("Ubah tambahan"), DOCUMENTS
    lead = gettext_lazy("Yang bertambah ditagih hari ini untuk sisa masanya; yang berkurang mulai tagihan berikutnya.")

    def refusal(self, facts: Facts) -> str:
        """Where the agreement has add-ons and runs."""
        subscription = facts.subscription
        if subscription is None or subscription.status not in CHANGEABLE:
            return _("Hanya untuk langganan yang berjalan.")
        return "" if subscription.terms.addons else _("Paket ini tidak memiliki tambahan.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Change it."""
        change = AddonChange(given["addon"], Decimal(given["quantity"]), "staff", cause=given["reason"])
        made = change_addon(tenant=facts.tenant, change=change, today=facts.today)
        if made.document_number:
            return _("Tambahan diubah; tagihan %(number)s terbit.") % {"number": made.document_number}
        return _("Tambahan diubah.")
