"""Lists of slips of tax withheld, of tax invoices and of their batches."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from config.admin.base import OperatorAdmin, tenant_link
from config.templatetags.langganan import rupiah
from tenants.models import TaxBatch, TaxInvoice, WithholdingSlip


@admin.register(WithholdingSlip)
class WithholdingSlipAdmin(OperatorAdmin):
    """Slips that are missing (status: belum diterima), the longest first, and those received."""

    list_display = ("number", "customer", "withheld", "state", "expected_on", "slip_number", "period")
    list_filter = ("state", "issuer")
    list_select_related = ("tenant",)
    search_fields = ("number", "slip_number", "tenant__name")
    ordering = ("expected_on",)

    @admin.display(description=gettext_lazy("tenant"))
    def customer(self, slip: WithholdingSlip) -> SafeString:
        """Whose it is."""
        return tenant_link(slip.tenant)

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def withheld(self, slip: WithholdingSlip) -> str:
        """In rupiah."""
        return rupiah(slip.amount)


@admin.register(TaxInvoice)
class TaxInvoiceAdmin(OperatorAdmin):
    """Every tax invoice with what became of it."""

    list_display = ("number", "customer", "issued_on", "state", "tax_number", "tax_on", "cancelled_on", "told")
    list_filter = ("state", "issuer")
    list_select_related = ("tenant",)
    search_fields = ("number", "tax_number", "tenant__name")
    ordering = ("-issued_on", "number")
    exclude = ("facts",)

    @admin.display(description=gettext_lazy("tenant"))
    def customer(self, invoice: TaxInvoice) -> SafeString:
        """Whose it is."""
        return tenant_link(invoice.tenant)


@admin.register(TaxBatch)
class TaxBatchAdmin(OperatorAdmin):
    """Files as they were given out."""

    list_display = ("made_at", "issuer", "first_on", "last_on", "count", "made_by", "reason", "sha256")
    list_filter = ("issuer",)
    ordering = ("-made_at",)
    exclude = ("xml",)
