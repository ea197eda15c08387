"""Statements as imported, their lines and what was decided of each. Public: a line may be any tenant's money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.gateways.models import BankTransfer
from billing.gateways.statements.gateway_models import (
    DifferenceState,
    Dispute,
    DisputeFile,
    DisputeState,
    GatewayDifference,
    GatewayDifferenceStep,
    GatewayFee,
    GatewayReport,
    GatewayReportRow,
)
from billing.gateways.statements.loss_models import DisputeLoss
from billing.gateways.statements.payout_models import GatewayPayout
from tenants.models import Tenant, User
from tenants.models.ids import new_id

__all__ = [
    "PLACED",
    "BankLine",
    "BankLineStep",
    "BankStatement",
    "DifferenceState",
    "Dispute",
    "DisputeFile",
    "DisputeLoss",
    "DisputeState",
    "GatewayDifference",
    "GatewayDifferenceStep",
    "GatewayFee",
    "GatewayPayout",
    "GatewayReport",
    "GatewayReportRow",
    "IgnoredAs",
    "LineAct",
    "LineState",
    "StatementForm",
    "StatementState",
]


class StatementForm(models.Model):
    """How an account's files are read: a known layout, or (`mapped`) the columns staff chose once, kept for the next file.

    `columns`: {"headings": […], "places": {"date": [0], …}, "order": "dmy", "decimal": ""}.
    """

    account = models.CharField(_("rekening"), max_length=30, primary_key=True)
    layout = models.CharField(_("bentuk"), max_length=20)
    columns = models.JSONField(_("kolom"), default=dict, blank=True)
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(_("diubah"))

    def __str__(self) -> str:
        return f"{self.account} ({self.layout})"


class StatementState(models.TextChoices):
    """A file is looked at before anything of it counts."""

    DRAFT = "draft", _("pratinjau")
    IMPORTED = "imported", _("diimpor")
    DISCARDED = "discarded", _("dibuang")


class BankStatement(models.Model):
    """A bank's file, kept as it came. `layout` and `columns` are those it was read by, whatever is chosen later.

    `faults` are those its reader accepted: [{"row": 7, "code": "date", "column": "Tanggal", "found": "32/03"}, …].
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bank = models.CharField(_("bank"), max_length=40)
    account = models.CharField(_("rekening"), max_length=30)
    layout = models.CharField(_("bentuk"), max_length=20)
    columns = models.JSONField(default=dict, blank=True)
    file = models.FileField(_("berkas"), upload_to="statements/", max_length=200)
    file_name = models.CharField(_("nama berkas"), max_length=120)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("status"), max_length=10, choices=StatementState.choices, default=StatementState.DRAFT)
    first_on = models.DateField(_("dari"), null=True, blank=True)
    last_on = models.DateField(_("sampai"), null=True, blank=True)
    line_count = models.PositiveIntegerField(_("baris"), default=0)
    new_count = models.PositiveIntegerField(_("baris baru"), default=0)
    faults = models.JSONField(_("kesalahan"), default=list, blank=True)
    imported_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("diunggah"), auto_now_add=True)
    imported_at = models.DateTimeField(_("diimpor"), null=True, blank=True)

    class Meta:
        verbose_name = _("berkas mutasi")
        verbose_name_plural = _("berkas mutasi")
        indexes = [models.Index(fields=["-created_at"], name="statement_recent")]

    def __str__(self) -> str:
        return f"{self.bank} {self.account} {self.file_name}"


class LineState(models.TextChoices):
    """What became of a line."""

    WAITING = "waiting", _("belum dicocokkan")
    BOOKED = "booked", _("dibukukan")
    SETTLED = "settled", _("sudah dibukukan sebelumnya")
    IGNORED = "ignored", _("bukan pembayaran")


class IgnoredAs(models.TextChoices):
    """Why a line is nobody's payment."""

    OUTGOING = "outgoing", _("uang keluar")
    FEE = "fee", _("biaya bank")
    INTEREST = "interest", _("bunga bank")
    OWN_TRANSFER = "own_transfer", _("pindahan rekening sendiri")
    PAYOUT = "payout", _("penerusan dana gateway")
    OTHER = "other", _("lainnya")


PLACED = (LineState.BOOKED, LineState.SETTLED)


class BankLine(models.Model):
    """One booking of the bank, known once by its fingerprint, in whatever file it comes again.

    `amount` in whole rupiah, `sen` beside it: interest has some; those of a payment are rounding, which is in no journal
    (docs/accounting.md). `booked`: `payment` of the tenant was made from this line; `settled`: that payment was there before.
    `rounds` counts what was undone: such a line is never booked by itself again, and each booking has a reference of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(_("rekening"), max_length=30)
    fingerprint = models.CharField(max_length=64)
    row = models.PositiveIntegerField(_("baris"))
    on = models.DateField(_("tanggal"))
    incoming = models.BooleanField(_("masuk"))
    amount = models.BigIntegerField(_("jumlah"))
    sen = models.PositiveSmallIntegerField(default=0)
    description = models.CharField(_("keterangan"), max_length=500, blank=True)
    reference = models.CharField(_("referensi"), max_length=60, blank=True)
    balance = models.DecimalField(_("saldo"), max_digits=20, decimal_places=2, null=True, blank=True)
    fits = models.BooleanField(_("saldo cocok"), default=True)
    state = models.CharField(_("status"), max_length=8, choices=LineState.choices, default=LineState.WAITING)
    suggested = models.BooleanField(_("ada saran"), default=False)
    tenant = models.ForeignKey(Tenant, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_lines")
    transfer = models.ForeignKey(
        BankTransfer, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_lines"
    )
    payment = models.UUIDField(null=True, blank=True)
    automatic = models.BooleanField(_("otomatis"), default=False)
    ignored_as = models.CharField(_("jenis"), max_length=12, choices=IgnoredAs.choices, blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(_("kendala"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("diimpor"), auto_now_add=True)

    class Meta:
        verbose_name = _("mutasi bank")
        verbose_name_plural = _("mutasi bank")
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], name="bank_line_once"),
            # A payment is one booking of the bank, and so is a transfer: whoever comes second finds it taken.
            models.UniqueConstraint(fields=["payment"], name="bank_line_of_payment", condition=Q(state__in=PLACED)),
            models.UniqueConstraint(fields=["transfer"], name="bank_line_of_transfer", condition=Q(state__in=PLACED)),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(amount=0, sen__gt=0), name="bank_line_positive"),
            models.CheckConstraint(condition=Q(sen__lt=100), name="bank_line_sen"),
            models.CheckConstraint(
                condition=Q(state__in=PLACED, tenant__isnull=False, payment__isnull=False, incoming=True, amount__gt=0)
                | (~Q(state__in=PLACED) & Q(tenant__isnull=True, payment__isnull=True, transfer__isnull=True)),
                name="bank_line_placed_has_payment",
            ),
            models.CheckConstraint(
                condition=~Q(state="ignored") | ~Q(ignored_as=""), name="bank_line_ignored_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "created_at"], name="bank_line_waiting", condition=Q(state="waiting")),
            models.Index(fields=["account", "on"], name="bank_line_days"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.amount}"


class LineAct(models.TextChoices):
    """What was done to a line."""

    BOOKED = "booked", _("dibukukan")
    SETTLED = "settled", _("dikaitkan dengan pembayaran yang sudah ada")
    IGNORED = "ignored", _("ditandai bukan pembayaran")
    UNDONE = "undone", _("dibatalkan")


class BankLineStep(models.Model):
    """The trail of a line: append-only, one row for each decision, by whom and why."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(BankLine, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(_("waktu"))
    act = models.CharField(_("tindakan"), max_length=8, choices=LineAct.choices)
    actor = models.CharField(_("oleh"), max_length=200)
    tenant = models.ForeignKey(Tenant, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payment = models.UUIDField(null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.actor}"
