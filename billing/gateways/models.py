"""Attempts to pay and what the outside world said of them. Public, because one payment may settle several tenants (K16),
unique codes are unique over all tenants of an account, and staff work off one queue."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.gateways.credit_request_models import CreditRequest
from billing.gateways.mandate_models import Debit, DebitOutcome, Mandate, MandateMethod, MandateState
from billing.gateways.paper_request_models import PaperRequest, PaperRequestState
from billing.gateways.refund_models import OPEN_REFUNDS, Refund, RefundState, RefundWay
from billing.gateways.slip_models import SentSlip, SentSlipState
from billing.gateways.write_off_models import WriteOff
from tenants.models import Tenant, User
from tenants.models.ids import new_id

__all__ = [
    "AFTER_PAID",
    "LIVE",
    "OPEN_REFUNDS",
    "OPEN_TRANSFERS",
    "BankTransfer",
    "Checkout",
    "CheckoutItem",
    "CheckoutState",
    "CreditRequest",
    "Debit",
    "DebitOutcome",
    "Mandate",
    "MandateMethod",
    "MandateState",
    "Notice",
    "NoticeState",
    "PaperRequest",
    "PaperRequestState",
    "Refund",
    "RefundState",
    "RefundWay",
    "SentSlip",
    "SentSlipState",
    "TransferState",
    "WriteOff",
]


class CheckoutState(models.TextChoices):
    """How far an attempt has come; the gateway's own words stand in `gateway_status`."""

    CREATED = "created", _("dibuat")  # committed before the gateway is called, so that an early notice finds it
    PENDING = "pending", _("menunggu pembayaran")
    CHALLENGED = "challenged", _("ditinjau bank")
    PAID = "paid", _("dibayar")
    DENIED = "denied", _("ditolak")
    EXPIRED = "expired", _("kedaluwarsa")
    CANCELLED = "cancelled", _("dibatalkan")
    FAILED = "failed", _("gagal dibuat")
    REFUNDED = "refunded", _("dikembalikan")
    DISPUTED = "disputed", _("sengketa")


LIVE = ("created", "pending", "challenged")
# What was booked once stays booked, whatever the gateway took back afterwards.
AFTER_PAID = ("paid", "refunded", "disputed")


class Checkout(models.Model):
    """One attempt to pay one or more documents through the gateway. The invoice is not the attempt: it may have many."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = models.CharField(_("order id"), max_length=36, unique=True)
    state = models.CharField(_("status"), max_length=12, choices=CheckoutState.choices, default=CheckoutState.CREATED)
    amount = models.BigIntegerField(_("jumlah"))
    token = models.CharField(max_length=80, blank=True)
    redirect_url = models.URLField(max_length=300, blank=True)
    # A method chosen beforehand and shown on our own page; empty for Snap's page, where the payer chooses there.
    method = models.CharField(_("metode yang dipilih"), max_length=20, blank=True)
    instructions = models.JSONField(_("cara membayar"), null=True, blank=True)
    fee = models.BigIntegerField(_("biaya dibebankan"), default=0)  # within `amount`, on top of the documents (K8)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    gateway_status = models.CharField(max_length=30, blank=True)
    transaction_id = models.CharField(_("transaction id"), max_length=60, blank=True)
    payment_type = models.CharField(_("metode"), max_length=40, blank=True)
    gross_amount = models.BigIntegerField(null=True, blank=True)
    started_by = models.CharField(_("dimulai oleh"), max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)
    checked_at = models.DateTimeField(_("diperiksa"), null=True, blank=True)
    paid_at = models.DateTimeField(_("dibayar"), null=True, blank=True)

    class Meta:
        verbose_name = _("percobaan bayar")
        verbose_name_plural = _("percobaan bayar")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_positive"),
            models.CheckConstraint(
                condition=Q(fee__gte=0, fee__lt=models.F("amount")), name="checkout_fee_within_amount"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="checkout_live", condition=Q(state__in=LIVE)),
            models.Index(fields=["transaction_id"], name="checkout_transaction"),
            # What was paid lately is asked about again, and looked for in the gateway's reports.
            models.Index(fields=["paid_at"], name="checkout_paid", condition=Q(state="paid")),
            # What went back or is disputed, for longer: more of it may go.
            models.Index(
                fields=["paid_at"], name="checkout_gone_back", condition=Q(state__in=("refunded", "disputed"))
            ),
        ]

    def __str__(self) -> str:
        return self.order_id

    @property
    def was_shown(self) -> bool:
        """Whether anybody can have paid: a page was opened, or a number or code given."""
        return bool(self.token or self.instructions)


class CheckoutItem(models.Model):
    """A document a checkout pays, with the amount asked for it. A document has at most one live attempt."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="items")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="checkout_items")
    document_id = models.UUIDField()
    number = models.CharField(_("nomor"), max_length=60)
    amount = models.BigIntegerField(_("jumlah"))
    live = models.BooleanField(default=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tagihan dalam percobaan")
        verbose_name_plural = _("tagihan dalam percobaan")
        constraints = [
            models.UniqueConstraint(fields=["document_id"], name="checkout_document_live_once", condition=Q(live=True)),
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_item_positive"),
        ]

    def __str__(self) -> str:
        return self.number


class NoticeState(models.TextChoices):
    """What became of a notification."""

    NEW = "new", _("baru")
    APPLIED = "applied", _("diterapkan")
    IGNORED = "ignored", _("tidak mengubah apa pun")
    SUSPENSE = "suspense", _("perlu ditinjau")
    FORGED = "forged", _("tanda tangan salah")
    RESOLVED = "resolved", _("diselesaikan staf")


class Notice(models.Model):
    """A gateway's notification exactly as received; applied later by a worker, after GET status.

    `transaction_id` and `amount` are what the gateway itself confirmed (amount: rupiah it holds), never the notice's claim.
    `tenant` is whom staff booked that amount to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    received_at = models.DateTimeField(_("diterima"), auto_now_add=True)
    body = models.TextField(_("isi"))
    source = models.CharField(_("dari"), max_length=60, blank=True)
    order_id = models.CharField(_("order id"), max_length=80, blank=True)
    dedupe_key = models.CharField(max_length=150)
    state = models.CharField(_("status"), max_length=10, choices=NoticeState.choices, default=NoticeState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("sebab"), max_length=300, blank=True)
    checkout = models.ForeignKey(Checkout, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")
    transaction_id = models.CharField(_("transaction id"), max_length=60, blank=True)
    amount = models.BigIntegerField(_("jumlah dipastikan"), null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    resolution = models.CharField(_("penyelesaian"), max_length=300, blank=True)
    tenant = models.ForeignKey(
        Tenant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("pemberitahuan gateway")
        verbose_name_plural = _("pemberitahuan gateway")
        indexes = [
            models.Index(fields=["received_at"], name="notice_waiting", condition=Q(state="new")),
            models.Index(fields=["state", "-received_at"], name="notice_queue"),
            models.Index(fields=["dedupe_key"], name="notice_duplicates"),
            models.Index(fields=["transaction_id"], name="notice_booked", condition=Q(tenant__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.order_id or '?'} {self.received_at:%Y-%m-%d %H:%M}"


class TransferState(models.TextChoices):
    """A bank transfer: announced (unique code given), proof sent, decided; or never heard of again."""

    ANNOUNCED = "announced", _("menunggu transfer")
    SUBMITTED = "submitted", _("menunggu konfirmasi")
    APPROVED = "approved", _("diterima")
    REJECTED = "rejected", _("ditolak")
    CANCELLED = "cancelled", _("dibatalkan")
    EXPIRED = "expired", _("kedaluwarsa")  # the code is free for somebody else


OPEN_TRANSFERS = ("announced", "submitted")


class BankTransfer(models.Model):
    """A manual transfer: open documents of a tenant plus a unique code, with the payer's proof, decided by staff.

    `amount` is what was open when it was announced, `code` (1–999) is added to it; among open transfers to one account no
    two ask for the same amount. `received` is what was seen on the account. The code is the tenant's from `announced_on` to
    `expires_on` (its own days); without a proof by then it is given to others.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="transfers")
    issuer_code = models.CharField(max_length=60)
    documents = models.JSONField(_("tagihan"))
    amount = models.BigIntegerField(_("jumlah tagihan"))
    code = models.PositiveSmallIntegerField(_("kode unik"))
    asked = models.BigIntegerField(_("jumlah transfer"))
    announced_on = models.DateField(_("diumumkan"))
    expires_on = models.DateField(_("kode berlaku sampai"))
    bank = models.CharField(_("rekening tujuan"), max_length=40)
    account = models.CharField(_("nomor rekening"), max_length=30)
    state = models.CharField(_("status"), max_length=10, choices=TransferState.choices, default=TransferState.ANNOUNCED)
    sender = models.CharField(_("nama pengirim"), max_length=120, blank=True)
    transferred_on = models.DateField(_("tanggal transfer"), null=True, blank=True)
    stated = models.BigIntegerField(_("jumlah menurut pengirim"), null=True, blank=True)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    proof = models.FileField(_("bukti"), upload_to="proofs/", max_length=200, blank=True)
    proof_type = models.CharField(max_length=20, blank=True)
    proof_name = models.CharField(max_length=120, blank=True)
    submitted_by = models.CharField(_("dikirim oleh"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(_("dikirim"), null=True, blank=True)
    received = models.BigIntegerField(_("jumlah diterima"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    class Meta:
        verbose_name = _("transfer bank")
        verbose_name_plural = _("transfer bank")
        constraints = [
            models.CheckConstraint(condition=Q(code__gte=1, code__lte=999), name="transfer_code_range"),
            models.CheckConstraint(
                condition=Q(asked=models.F("amount") + models.F("code")), name="transfer_asks_code_too"
            ),
            models.UniqueConstraint(
                fields=["account", "asked"], name="transfer_amount_once", condition=Q(state__in=OPEN_TRANSFERS)
            ),
            models.UniqueConstraint(
                fields=["tenant"], name="transfer_open_once", condition=Q(state__in=OPEN_TRANSFERS)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="transfer_queue"),
            models.Index(fields=["expires_on"], name="transfer_expiring", condition=Q(state="announced")),
            # A line of the bank looks for the sum it could be, years back in what was decided.
            models.Index(fields=["account", "asked"], name="transfer_sum"),
            models.Index(fields=["account", "received"], name="transfer_received", condition=Q(received__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.asked}"
