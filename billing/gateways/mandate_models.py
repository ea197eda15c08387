"""Auto-debit: what a tenant has agreed to (K7), and each charge made on it. Public, as the attempts are: the daily job finds
in one statement who is to be charged, and opens the schemas of these tenants alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, User
from tenants.models.ids import new_id


class MandateState(models.TextChoices):
    """A mandate is good from the gateway's confirmation until anybody ends it; what has ended never begins again."""

    PENDING = "pending", _("menunggu konfirmasi")
    ACTIVE = "active", _("aktif")
    ENDED = "ended", _("dihentikan")
    FAILED = "failed", _("tidak jadi")


class MandateMethod(models.TextChoices):
    """From what is charged: a card saved at the gateway, or a GoPay account linked there."""

    CARD = "saved_card", _("Kartu")
    GOPAY = "gopay_account", "GoPay"


OPEN_MANDATES = ("pending", "active")


class Mandate(models.Model):
    """A tenant's consent to be charged without being asked again: who gave it, when, to which text, up to how much.

    `token` is the gateway's name for the card or account, never a card number; it is wiped when the mandate ends, and
    `unlink` says that the gateway is still to be told. `hint` is what people recognise it by ("481111-1114", masked by the
    gateway). `order_id` is the small card payment by which a card is saved; it is given back (`release`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="mandates")
    method = models.CharField(_("cara"), max_length=14, choices=MandateMethod.choices)
    state = models.CharField(_("status"), max_length=8, choices=MandateState.choices, default=MandateState.PENDING)
    agreed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_name = models.CharField(_("disetujui oleh"), max_length=200)
    agreed_at = models.DateTimeField(_("disetujui"))
    text_version = models.CharField(_("versi teks"), max_length=20)
    limit = models.BigIntegerField(_("paling banyak per tagihan"))
    order_id = models.CharField(_("order id"), max_length=36, unique=True)
    page_url = models.URLField(max_length=300, blank=True)
    token = models.CharField(max_length=200, blank=True)
    hint = models.CharField(_("kartu atau akun"), max_length=40, blank=True)
    good_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    release = models.BooleanField(default=False)
    unlink = models.CharField(max_length=200, blank=True)
    visited_on = models.DateField(null=True, blank=True)  # the tenant's day on which the job came last
    checked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("dihentikan"), null=True, blank=True)
    ended_by = models.CharField(_("dihentikan oleh"), max_length=200, blank=True)
    reason = models.CharField(_("sebab"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("persetujuan auto-debit")
        verbose_name_plural = _("persetujuan auto-debit")
        constraints = [
            models.CheckConstraint(condition=Q(limit__gt=0), name="mandate_limit_positive"),
            models.CheckConstraint(condition=~Q(state="active", token=""), name="mandate_active_has_token"),
            models.CheckConstraint(
                condition=~Q(state__in=("ended", "failed")) | Q(token=""), name="mandate_over_has_no_token"
            ),
            models.UniqueConstraint(fields=["tenant"], name="mandate_open_once", condition=Q(state__in=OPEN_MANDATES)),
        ]
        indexes = [
            models.Index(fields=["visited_on"], name="mandate_active", condition=Q(state="active")),
            models.Index(fields=["agreed_at"], name="mandate_pending", condition=Q(state="pending")),
            models.Index(fields=["agreed_at"], name="mandate_untidy", condition=Q(release=True) | ~Q(unlink="")),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.get_method_display()} {self.hint}"


class DebitOutcome(models.TextChoices):
    """What became of a charge. Empty while nobody knows: nothing else may be tried for the invoice then."""

    IN_FLIGHT = "", "sedang diproses"
    PAID = "paid", _("berhasil")
    SOFT = "soft", _("ditolak, dapat dicoba lagi")
    HARD = "hard", _("ditolak")


class Debit(models.Model):
    """One charge of an invoice on a mandate, on one of the tenant's own days; its money goes the way of every attempt."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="debits")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="debits")
    checkout = models.OneToOneField("gateways.Checkout", on_delete=models.CASCADE, related_name="debit")
    document_id = models.UUIDField()
    number = models.CharField(_("nomor"), max_length=60)
    amount = models.BigIntegerField(_("jumlah"))
    on = models.DateField(_("tanggal"))
    sent_at = models.DateTimeField(_("dikirim"))
    outcome = models.CharField(_("hasil"), max_length=4, choices=DebitOutcome.choices, default="", blank=True)
    reason = models.CharField(_("sebab"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("auto-debit")
        verbose_name_plural = _("auto-debit")
        constraints = [
            models.UniqueConstraint(fields=["document_id"], name="debit_in_flight_once", condition=Q(outcome="")),
            models.UniqueConstraint(fields=["document_id", "on"], name="debit_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-on"], name="debit_of_tenant"),
            models.Index(fields=["tenant"], name="debit_flying", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.on}"
