"""The gateway's settlement reports and where they and we do not agree. Public: a report is of all tenants' money."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.gateways.models import Checkout, Notice
from tenants.models import Tenant, User
from tenants.models.append_only import AppendOnly
from tenants.models.ids import new_id


class GatewayReport(models.Model):
    """A file of the gateway, imported once. `columns` are the headings staff named, empty where the usual ones fitted.

    `faults` are the rows that were left out: [{"row": 7, "code": "amount", "column": "MDR", "found": "x"}, …].
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_name = models.CharField(_("nama berkas"), max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    columns = models.JSONField(default=dict, blank=True)
    first_on = models.DateField(_("dari"), null=True, blank=True)
    last_on = models.DateField(_("sampai"), null=True, blank=True)
    row_count = models.PositiveIntegerField(_("baris"), default=0)
    new_count = models.PositiveIntegerField(_("baris baru"), default=0)
    faults = models.JSONField(_("kesalahan"), default=list, blank=True)
    imported_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    imported_at = models.DateTimeField(_("diimpor"))

    class Meta:
        verbose_name = _("laporan gateway")
        verbose_name_plural = _("laporan gateway")

    def __str__(self) -> str:
        return self.file_name


class ReportRowKind(models.TextChoices):
    """What a row says happened."""

    PAYMENT = "payment", _("pembayaran")
    REFUND = "refund", _("pengembalian")
    CHARGEBACK = "chargeback", _("chargeback")


class GatewayReportRow(models.Model):
    """One row, known once by its fingerprint in whatever file it comes again; rupiah.

    `booked_at`: what the gateway kept is in the tenants' books. `matched_transaction`: whose payment it is where the report
    names no transaction, found by order and amount, or named by staff.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(GatewayReport, on_delete=models.PROTECT, related_name="rows")
    fingerprint = models.CharField(max_length=64, unique=True)
    row = models.PositiveIntegerField(_("baris"))
    order_id = models.CharField(_("order id"), max_length=80, blank=True)
    transaction_id = models.CharField(_("transaction id"), max_length=60, blank=True)
    kind = models.CharField(_("jenis"), max_length=10, choices=ReportRowKind.choices)
    method = models.CharField(_("metode"), max_length=40, blank=True)
    amount = models.BigIntegerField(_("jumlah"))
    fee = models.BigIntegerField(_("biaya"))
    tax = models.BigIntegerField(_("PPN atas biaya"))
    paid_on = models.DateField(_("dibayar"), null=True, blank=True)
    settled_on = models.DateField(_("diteruskan"))
    checkout = models.ForeignKey(Checkout, null=True, blank=True, on_delete=models.SET_NULL, related_name="report_rows")
    booked_at = models.DateTimeField(_("biaya dibukukan"), null=True, blank=True)
    matched_transaction = models.CharField(_("transaksi yang dimaksud"), max_length=60, blank=True, db_default="")

    class Meta:
        verbose_name = _("baris laporan gateway")
        verbose_name_plural = _("baris laporan gateway")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, fee__gte=0, tax__gte=0), name="gateway_row_sums"),
        ]
        indexes = [
            models.Index(
                fields=["settled_on"], name="gateway_row_unbooked", condition=Q(kind="payment", booked_at__isnull=True)
            ),
            models.Index(fields=["settled_on"], name="gateway_row_days"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id or self.transaction_id} {self.amount}"

    @property
    def transaction(self) -> str:
        """The transaction it is about, as the report names it or as it was found; "" where it is not known."""
        return self.transaction_id or self.matched_transaction

    @property
    def kept(self) -> int:
        """All that the gateway kept."""
        return self.fee + self.tax


class GatewayFee(AppendOnly):
    """What the gateway kept of a tenant's payment (in its schema), MDR and the PPN on it. Rows are never changed: where a later
    report says another fee, one row takes the standing one back (`reverses`, its amount negated) and the next has the new fee.

    The fee of a payment is the sum of its rows; `position` counts them from 0. It stands beside the journal so that the check
    of the books does not compare the journal with itself. `summed` is the reports' own: they have it in their sums.
    """

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset({"summed"})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="gateway_fees")
    payment = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=20)
    amount = models.BigIntegerField(_("jumlah"))
    settled_on = models.DateField(_("diteruskan"))
    row = models.ForeignKey(GatewayReportRow, on_delete=models.PROTECT, related_name="fees")
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal")
    summed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        indexes = [models.Index(fields=["settled_on"], name="gateway_fee_not_summed", condition=Q(summed=False))]
        constraints = [
            models.UniqueConstraint(fields=["payment", "position"], name="gateway_fee_once"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gte=0) | Q(reverses__isnull=False, amount__lte=0),
                name="gateway_fee_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.amount}"


class DifferenceKind(models.TextChoices):
    """How the gateway and we do not agree."""

    MISSING = "missing", _("tidak ada pada kita")
    SURPLUS = "surplus", _("tidak ada di laporan gateway")
    AMOUNT = "amount", _("jumlah berbeda")
    FEE = "fee", _("biaya berbeda")
    BACK = "back", _("uang kembali yang belum dibukukan")
    STATE = "state", _("status berbeda")
    PAYOUT = "payout", _("penerusan dana berbeda")
    WHICH = "which", _("pembayaran tidak jelas")


class DifferenceSource(models.TextChoices):
    """Who told."""

    REPORT = "report", _("laporan settlement")
    STATUS = "status", _("pemeriksaan status")
    BANK = "bank", _("mutasi bank")


class DifferenceState(models.TextChoices):
    """Waiting for a person, or settled."""

    OPEN = "open", _("perlu diselesaikan")
    CLOSED = "closed", _("selesai")


class GatewayDifference(models.Model):
    """Where the gateway (`theirs`) and we (`ours`, rupiah) do not agree; known once by its key, closed with a reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=150, unique=True)
    source = models.CharField(_("dari"), max_length=6, choices=DifferenceSource.choices)
    kind = models.CharField(_("jenis"), max_length=8, choices=DifferenceKind.choices)
    order_id = models.CharField(_("order id"), max_length=80, blank=True)
    transaction_id = models.CharField(_("transaction id"), max_length=60, blank=True)
    ours = models.BigIntegerField(_("pada kita"))
    theirs = models.BigIntegerField(_("di gateway"))
    note = models.CharField(_("keterangan"), max_length=300, blank=True)
    checkout = models.ForeignKey(Checkout, null=True, blank=True, on_delete=models.SET_NULL, related_name="differences")
    row = models.ForeignKey(
        GatewayReportRow, null=True, blank=True, on_delete=models.PROTECT, related_name="differences"
    )
    notice = models.ForeignKey(Notice, null=True, blank=True, on_delete=models.SET_NULL, related_name="differences")
    state = models.CharField(_("status"), max_length=6, choices=DifferenceState.choices, default=DifferenceState.OPEN)
    found_at = models.DateTimeField(_("ditemukan"))

    class Meta:
        verbose_name = _("selisih gateway")
        verbose_name_plural = _("selisih gateway")
        indexes = [models.Index(fields=["found_at"], name="difference_queue", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order_id or self.transaction_id}"


class DifferenceAct(models.TextChoices):
    """What was done."""

    FOUND = "found", _("ditemukan")
    CLOSED = "closed", _("diselesaikan")
    REOPENED = "reopened", _("dibuka kembali")


class GatewayDifferenceStep(models.Model):
    """The trail of a difference: append-only, by whom and why."""

    id = models.BigAutoField(primary_key=True)
    difference = models.ForeignKey(GatewayDifference, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(_("waktu"))
    act = models.CharField(_("tindakan"), max_length=8, choices=DifferenceAct.choices)
    actor = models.CharField(_("oleh"), max_length=200)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.actor}"


class DisputeState(models.TextChoices):
    """A payer's bank asks for the money: waiting, or decided."""

    OPEN = "open", _("menunggu keputusan")
    WON = "won", _("dimenangkan")
    LOST = "lost", _("kalah")


class Dispute(models.Model):
    """A payment that the gateway says was taken back, or a part; a transaction has one open dispute, and another for what its
    bank asks for beyond those decided.

    While it is open nothing is booked. Lost with `lost` = 0: all of it had gone back before. `closed_at` is set when it is
    won, or when what was lost is in the books of all tenants. `shares`: rupiah of each tenant's payment that a decision
    takes, by the payment's key, frozen with it. `parts`: the gateway's ids of what is asked for. `returned_at`: won, and the
    gateway said since that the money is ours again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="disputes")
    transaction_id = models.CharField(_("transaction id"), max_length=60)
    gateway_state = models.CharField(_("status di gateway"), max_length=30)
    amount = models.BigIntegerField(_("jumlah"))
    state = models.CharField(_("status"), max_length=4, choices=DisputeState.choices, default=DisputeState.OPEN)
    lost = models.BigIntegerField(_("ditarik"), default=0)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("dibuka"))
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    closed_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    shares = models.JSONField(_("bagian tiap tenant"), null=True, blank=True)
    parts = models.JSONField(_("bagian menurut gateway"), null=True, blank=True)
    returned_at = models.DateTimeField(_("kembali di gateway"), null=True, blank=True)

    class Meta:
        verbose_name = _("sengketa")
        verbose_name_plural = _("sengketa")
        constraints = [
            models.UniqueConstraint(fields=["transaction_id"], name="dispute_open_once", condition=Q(state="open")),
            models.CheckConstraint(
                condition=Q(state="lost", lost__gte=0, lost__lte=models.F("amount")) | (~Q(state="lost") & Q(lost=0)),
                name="dispute_lost_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, closed_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(note="")),
                name="dispute_decided_says_why",
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], name="dispute_queue", condition=Q(closed_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.transaction_id} {self.gateway_state}"


class DisputeFile(models.Model):
    """Evidence in a dispute: a file that staff added while it was open, with what it shows. Never changed, and kept.

    `sha256` is of its content: the same file is kept once in a dispute.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(_("berkas"), upload_to="disputes/", max_length=200)
    content_type = models.CharField(max_length=20)
    name = models.CharField(_("nama berkas"), max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("keterangan"), max_length=300)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(_("ditambahkan"))

    class Meta:
        verbose_name = _("bukti sengketa")
        verbose_name_plural = _("bukti sengketa")
        constraints = [models.UniqueConstraint(fields=["dispute", "sha256"], name="dispute_file_once")]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]
