"""Lists of slips of tax withheld, of tax invoices and of their batches."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.frame.base import OperatorAdmin, person, tenant_link
from billing.gateways.models import SentSlip
from billing.templatetags.langganan import rupiah
from tenants.models import TaxBatch, TaxInvoice, WithholdingSlip


@admin.register(WithholdingSlip)
class WithholdingSlipAdmin(OperatorAdmin):
    """Slips that are missing (status: belum diterima), the longest first, and those received."""

    list_display = ("number", "customer", "withheld", "state", "sent", "expected_on", "slip_number", "period")
    list_filter = ("state", "issuer")
    list_select_related = ("tenant",)
    search_fields = ("number", "slip_number", "tenant__name")
    ordering = ("expected_on",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[WithholdingSlip]":
        """With the slip that the customer sent and that waits."""
        sent = SentSlip.objects.filter(tenant=OuterRef("tenant"), number=OuterRef("number"), state="submitted")
        found: QuerySet[WithholdingSlip] = super().get_queryset(request)
        return found.annotate(sent_slip=Subquery(sent.values("pk")[:1]))

    @admin.display(description=gettext_lazy("kiriman pelanggan"))
    def sent(self, slip: WithholdingSlip) -> SafeString:
        """It leads to the file and the decision."""
        key = getattr(slip, "sent_slip", None)
        if key is None:
            return SafeString("–")
        address = reverse("operator_slip", kwargs={"slip_id": key})
        return format_html('<a class="op-link" href="{}">{}</a>', address, _("periksa"))

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

    maker = person("made_by", gettext_lazy("dibuat oleh"))
    list_display = ("made_at", "issuer", "first_on", "last_on", "count", "maker", "reason", "sha256")
    list_filter = ("issuer",)
    ordering = ("-made_at",)
    exclude = ("xml",)
