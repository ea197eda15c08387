"""Actions on what a tenant is to the tax office."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from billing.services.documents.tax_identity import DOCUMENTS, TaxIdentity, set_tax_identity
from plans.rules.taxes import TaxCategory
from tenants.forms.people import NpwpField
from tenants.models import User

TAX = gettext_lazy("Pajak")
CATEGORIES = {
    TaxCategory.NORMAL: gettext_lazy("Biasa: PPN ditagihkan"),
    TaxCategory.GOVERNMENT: gettext_lazy("Instansi pemerintah: memungut PPN sendiri (02)"),
    TaxCategory.COLLECTOR: gettext_lazy("Pemungut lain, misalnya BUMN (03)"),
    TaxCategory.NOT_COLLECTED: gettext_lazy("PPN tidak dipungut (07)"),
    TaxCategory.EXEMPT: gettext_lazy("PPN dibebaskan (08)"),
}
DOCUMENT_WORDS = {
    "TIN": gettext_lazy("NPWP"),
    "National ID": gettext_lazy("NIK, belum ber-NPWP"),
    "Passport": gettext_lazy("Paspor"),
    "Other ID": gettext_lazy("Dokumen lain, atau bukan subjek pajak"),
}


class TaxForm(ActionForm):
    """Category and what tax invoices say of the customer."""

    category = forms.ChoiceField(
        label=gettext_lazy("Kategori PPN"),
        widget=forms.RadioSelect,
        choices=[(item.value, words) for item, words in CATEGORIES.items()],
    )
    npwp = NpwpField(required=False)
    address = forms.CharField(label=gettext_lazy("Alamat"), max_length=300, required=False)
    document = forms.ChoiceField(
        label=gettext_lazy("Dokumen pembeli"),
        choices=[(item, DOCUMENT_WORDS[item]) for item in DOCUMENTS],
        initial="TIN",
    )
    document_number = forms.CharField(
        label=gettext_lazy("Nomor dokumen, bila bukan NPWP"), max_length=40, required=False
    )
    branch = forms.CharField(label=gettext_lazy("Kode cabang (IDTKU)"), max_length=6, initial="000000")
    facility = forms.CharField(label=gettext_lazy("Kode keterangan fasilitas"), max_length=40, required=False)
    stamp = forms.CharField(label=gettext_lazy("Kode cap fasilitas"), max_length=40, required=False)
    withholds = forms.BooleanField(label=gettext_lazy("Memotong PPh 23"), required=False)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        kept = facts.tenant.tax_identity
        known = {name: getattr(facts.tenant, name) for name in ("npwp", "address")}
        self.initial.update({"category": facts.tenant.tax_category, **known, **kept})


class SetTax(Action):
    """What the customer is to the tax office."""

    slug, permission, form = "pajak", "set_tax_identity", TaxForm
    title, group = gettext_lazy("Ubah data pajak"), TAX
    lead = gettext_lazy(
        "Berlaku untuk tagihan yang terbit sesudahnya. Tagihan yang sudah terbit tidak berubah. "
        "Faktur pajak yang belum lengkap mengambil yang kurang dari sini."
    )

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the category."""
        return _("Simpan: %(category)s") % {"category": CATEGORIES[TaxCategory(given["category"])]}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Write it."""
        names = ("npwp", "address", "document", "document_number", "branch", "facility", "stamp", "withholds")
        identity = TaxIdentity(TaxCategory(given["category"]), **{name: given[name] for name in names})
        set_tax_identity(tenant=facts.tenant, identity=identity, reason=given["reason"], today=facts.today)
        return _("Data pajak disimpan.")
