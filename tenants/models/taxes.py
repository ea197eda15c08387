"""Papers of the tax office that belong to invoices: slips of tax withheld (bukti potong), tax invoices and their batches."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models.ids import new_id
from tenants.models.tenant import Tenant


class SlipState(models.TextChoices):
    """A slip is expected from the day a customer paid too little by what it may withhold."""

    EXPECTED = "expected", _("belum diterima")
    RECEIVED = "received", _("diterima")
    CANCELLED = "cancelled", _("tidak jadi")


class WithholdingSlip(models.Model):
    """PPh 23 that a customer kept back of an invoice and pays to the state: `amount` rupiah of `base` (its net amount).

    Received, it is a payment of the tenant's by the channel "withholding"; `slip_number`, `slip_on` and `period` (the month as
    2026-03) are those on the paper. An invoice paid in parts may have several, and at most one that is still to come.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(
        Tenant, verbose_name=_("tenant"), on_delete=models.CASCADE, related_name="withholding_slips", db_index=False
    )
    number = models.CharField(_("tagihan"), max_length=60)
    issuer = models.CharField(_("penerbit"), max_length=60)
    base = models.BigIntegerField(_("dasar"))
    amount = models.BigIntegerField(_("jumlah"))
    state = models.CharField(_("status"), max_length=10, choices=SlipState.choices, default=SlipState.EXPECTED)
    slip_number = models.CharField(_("nomor bukti potong"), max_length=60, blank=True)
    slip_on = models.DateField(_("tanggal bukti potong"), null=True, blank=True)
    period = models.CharField(_("masa pajak"), max_length=7, blank=True)
    expected_on = models.DateField(_("diharapkan sejak"))
    received_on = models.DateField(_("diterima"), null=True, blank=True)

    class Meta:
        verbose_name = _("bukti potong")
        verbose_name_plural = _("bukti potong")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number", "slip_number"], name="slip_of_invoice_once"),
            models.UniqueConstraint(
                fields=["tenant", "slip_number"], name="slip_number_once", condition=~Q(slip_number="")
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, base__gt=0), name="slip_positive"),
            models.CheckConstraint(
                condition=~Q(state="received") | Q(slip_on__isnull=False, received_on__isnull=False),
                name="slip_received_has_days",
            ),
        ]
        indexes = [models.Index(fields=["expected_on"], name="slip_expected", condition=Q(state="expected"))]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class TaxInvoiceState(models.TextChoices):
    """How far an e-Faktur has come."""

    PENDING = "pending", _("belum diekspor")
    EXPORTED = "exported", _("diekspor")
    APPROVED = "approved", _("disetujui")
    REJECTED = "rejected", _("ditolak")
    CANCELLED = "cancelled", _("batal")


class TaxBatch(models.Model):
    """A file of tax invoices as it was given out, kept to the byte: who took it when, and what was in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.CharField(_("penerbit"), max_length=60)
    first_on = models.DateField(_("dari"))
    last_on = models.DateField(_("sampai"))
    count = models.PositiveIntegerField(_("jumlah faktur"))
    xml = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.CharField(_("dibuat oleh"), max_length=200)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    class Meta:
        verbose_name = _("berkas e-Faktur")
        verbose_name_plural = _("berkas e-Faktur")

    def __str__(self) -> str:
        return f"{self.issuer} {self.first_on}–{self.last_on}"


class TaxInvoice(models.Model):
    """The tax invoice (Faktur Pajak) of an invoice of a PKP. `facts` is what the file says of it, frozen when the invoice was
    issued; number, status and day come back from the tax office."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(
        Tenant, verbose_name=_("tenant"), on_delete=models.CASCADE, related_name="tax_invoices", db_index=False
    )
    number = models.CharField(_("tagihan"), max_length=60, unique=True)
    issuer = models.CharField(_("penerbit"), max_length=60)
    issued_on = models.DateField(_("terbit"))
    state = models.CharField(
        _("status"), max_length=10, choices=TaxInvoiceState.choices, default=TaxInvoiceState.PENDING
    )
    facts = models.JSONField()
    batch = models.ForeignKey(
        TaxBatch, verbose_name=_("berkas"), null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    tax_number = models.CharField(_("nomor faktur pajak"), max_length=17, blank=True)
    tax_on = models.DateField(_("tanggal faktur pajak"), null=True, blank=True)
    told = models.CharField(_("keterangan"), max_length=200, blank=True)
    cancelled_on = models.DateField(_("tagihan batal"), null=True, blank=True)

    class Meta:
        verbose_name = _("faktur pajak")
        verbose_name_plural = _("faktur pajak")
        constraints = [
            models.UniqueConstraint(fields=["tax_number"], name="tax_number_once", condition=~Q(tax_number="")),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(tax_number=""), name="tax_invoice_approved_has_number"
            ),
        ]
        indexes = [models.Index(fields=["issuer", "issued_on"], name="tax_invoice_of_issuer")]

    def __str__(self) -> str:
        return self.number
