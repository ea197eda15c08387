"""What the stand-in remembers. Its clock is the real one, whatever clock a demo tenant lives on."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SandboxPage(models.Model):
    """A Snap payment page: one order id, one token, perhaps several attempts to pay. Written by the API alone."""

    token = models.UUIDField(_("token"), primary_key=True, default=uuid.uuid4, editable=False)
    order_id = models.CharField(_("nomor pesanan"), max_length=50, unique=True)
    gross_amount = models.BigIntegerField(_("jumlah"), help_text=_("Rupiah bulat yang diminta."))
    request = models.JSONField(_("permintaan"), help_text=_("Isi permintaan Snap apa adanya."))
    created_at = models.DateTimeField(_("dibuat"))
    expires_at = models.DateTimeField(_("kedaluwarsa"))
    canceled_at = models.DateTimeField(_("dibatalkan"), null=True, blank=True)

    class Meta:
        """Newest first, as on the list of transactions."""

        db_table = "midtrans_sandbox_page"
        verbose_name = _("halaman pembayaran")
        verbose_name_plural = _("halaman pembayaran")
        ordering = ("-created_at",)
        constraints = (models.CheckConstraint(condition=Q(gross_amount__gt=0), name="midtrans_sandbox_page_amount"),)

    def __str__(self) -> str:
        """The merchant's order id."""
        return self.order_id

    @property
    def finish_url(self) -> str:
        """Where the payer goes afterwards; empty if the merchant named nothing."""
        return str((self.request.get("callbacks") or {}).get("finish") or "")


class Mood(models.TextChoices):
    """How a saved card or a linked account answers its next charges."""

    FINE = "fine", _("Berhasil")
    NO_FUNDS = "no_funds", _("Ditolak: saldo tidak cukup")
    EXPIRED = "expired", _("Ditolak: kartu kedaluwarsa")
    PENDING = "pending", _("Menunggu")
    UNLINKED = "unlinked", _("Tidak lagi tersambung")
    DOWN = "down", _("Galat 503, tidak ditagih")
    LOST = "lost", _("Ditagih, jawaban tidak sampai")


class SandboxToken(models.Model):
    """A card kept by a payment, or a GoPay account: `token` is what the merchant knows it by. An account is `enabled` once its
    owner has agreed on the linking page."""

    token = models.CharField(_("token"), max_length=60, unique=True)
    method = models.CharField(_("metode"), max_length=20)
    owner = models.CharField(_("pemilik"), max_length=60, blank=True)
    enabled = models.BooleanField(_("tersambung"), default=False)
    mood = models.CharField(_("jawaban"), max_length=10, choices=Mood.choices, default=Mood.FINE)
    return_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(_("dibuat"))

    class Meta:
        """Newest first."""

        db_table = "midtrans_sandbox_token"
        verbose_name = _("kartu atau akun tersimpan")
        verbose_name_plural = _("kartu atau akun tersimpan")
        ordering = ("-pk",)

    def __str__(self) -> str:
        """Method and token."""
        return f"{self.method} {self.token}"


class SandboxTransaction(models.Model):
    """A Core transaction: one attempt to pay a page by one method. `amount` may be inflated by a fee, on purpose."""

    transaction_id = models.UUIDField(_("nomor transaksi"), unique=True, default=uuid.uuid4, editable=False)
    page = models.ForeignKey(SandboxPage, models.CASCADE, related_name="transactions", verbose_name=_("halaman"))
    method = models.CharField(_("metode"), max_length=20)
    status = models.CharField(_("status"), max_length=20, default="pending")
    fraud_status = models.CharField(_("status penipuan"), max_length=10, default="accept")
    amount = models.BigIntegerField(_("jumlah"), help_text=_("Rupiah bulat yang dilaporkan sebagai gross_amount."))
    original_amount = models.BigIntegerField(_("jumlah asal"), null=True, blank=True)
    # The bank's own code, of a card; and the card or account that was kept by it or charged.
    response_code = models.CharField(_("kode bank"), max_length=2, default="00")
    saved = models.ForeignKey(SandboxToken, models.SET_NULL, null=True, blank=True, related_name="transactions")
    created_at = models.DateTimeField(_("dibuat"))
    settled_at = models.DateTimeField(_("lunas"), null=True, blank=True)

    class Meta:
        """In the order of the attempts."""

        db_table = "midtrans_sandbox_transaction"
        verbose_name = _("transaksi")
        verbose_name_plural = _("transaksi")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("page",), condition=Q(status="pending"), name="midtrans_sandbox_one_pending_attempt"
            ),
        )

    def __str__(self) -> str:
        """Method and status, as in a list."""
        return f"{self.method} {self.status}"


class SandboxRefund(models.Model):
    """One refund, keyed by the merchant's refund_key; the bank confirms it a moment later."""

    transaction = models.ForeignKey(
        SandboxTransaction, models.CASCADE, related_name="refunds", verbose_name=_("transaksi")
    )
    refund_key = models.CharField(_("kunci pengembalian"), max_length=50)
    amount = models.BigIntegerField(_("jumlah"))
    reason = models.CharField(_("alasan"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("dibuat"))
    bank_confirmed_at = models.DateTimeField(_("dikonfirmasi bank"), null=True, blank=True)

    class Meta:
        """A key is used once a transaction."""

        db_table = "midtrans_sandbox_refund"
        verbose_name = _("pengembalian dana")
        verbose_name_plural = _("pengembalian dana")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("transaction", "refund_key"), name="midtrans_sandbox_refund_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="midtrans_sandbox_refund_amount"),
        )

    def __str__(self) -> str:
        """The merchant's key."""
        return self.refund_key


class SandboxNotice(models.Model):
    """A notification to be posted. `due_at` empty: held back, or done (then `finished_at` says since when)."""

    transaction = models.ForeignKey(
        SandboxTransaction, models.CASCADE, related_name="notices", verbose_name=_("transaksi")
    )
    label = models.CharField(_("keterangan"), max_length=60)
    body = models.TextField(_("isi"))
    due_at = models.DateTimeField(_("dikirim pada"), null=True, blank=True, db_index=True)
    sent = models.PositiveSmallIntegerField(_("jumlah pengiriman"), default=0)
    answer = models.CharField(_("jawaban terakhir"), max_length=200, blank=True)
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)

    class Meta:
        """In the order they are sent."""

        db_table = "midtrans_sandbox_notice"
        verbose_name = _("notifikasi")
        verbose_name_plural = _("notifikasi")
        ordering = ("pk",)

    def __str__(self) -> str:
        """What it says."""
        return self.label
