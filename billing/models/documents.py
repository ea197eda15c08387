"""Documents with a number, immutable once issued: claims (invoices, late fees), and the papers that answer them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, QuerySet

from billing.models.subscriptions import Subscription
from tenants.models.append_only import AppendOnly
from tenants.models.ids import new_id


class DocumentKind(models.TextChoices):
    """A late fee (denda) is a document of its own, not an invoice (K3).

    Invoices and late fees are claims. A credit note takes part of an invoice back, a write-off gives what is left of a claim
    up, a receipt (kuitansi) acknowledges a payment; nothing is ever owed on these.
    """

    INVOICE = "invoice", "tagihan"
    LATE_FEE = "late_fee", "denda"
    CREDIT_NOTE = "credit", "nota kredit"
    WRITE_OFF = "write_off", "penghapusan"
    RECEIPT = "receipt", "kuitansi"


CLAIMS = (DocumentKind.INVOICE, DocumentKind.LATE_FEE)


class DocumentStatus(models.TextChoices):
    """Open until it is paid in full, voided (BATAL), or closed: nothing left, but not because it was paid."""

    OPEN = "open", "terbuka"
    PAID = "paid", "lunas"
    VOID = "void", "batal"
    CLOSED = "closed", "ditutup"


class Claims(models.Manager["Document"]):
    """Invoices and late fees: what somebody owes. Related managers are of this kind, too."""

    def get_queryset(self) -> QuerySet["Document"]:
        """Claims alone."""
        return super().get_queryset().filter(kind__in=CLAIMS)


class Document(models.Model):
    """A paper with a number. Text, issuer and customer are copied in at issue and never change.

    `objects` has the claims on the tenant; `papers` also has credit notes, write-offs (their `parent` is the claim) and
    receipts, which are born settled.

    Of a write-off `credited` is what had not been earned, and `paid` the loss.

    What changes afterwards: `paid` (by allocations), `credited` (by credit notes and write-offs), `status`, the dates staff
    extend with a reason (`due_on`, `suspend_on`), `next_fee_on`, `overdue_on` (the day it was found overdue), `promised_on`
    (the day the customer said it would pay; empty again when that was broken), the void fields, and `deferred`: what is yet to
    be earned, by month (`billing.rules.deferral`; NULL: not in the books yet). `taxation` is how its lines were taxed
    (`billing.rules.tax.tax_facts`; NULL: no PPN on it). `pdf`
    remembers the printed files: {"id": {"path": …, "sha256": …}, "id-paid-2025-03-05": …}, and under "replaced" those found
    damaged.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    number = models.CharField(max_length=60)
    status = models.CharField(max_length=6, choices=DocumentStatus.choices, default=DocumentStatus.OPEN)
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="fees", db_index=False)
    issued_on = models.DateField()
    due_on = models.DateField()
    suspend_on = models.DateField(null=True)
    next_fee_on = models.DateField(null=True)
    overdue_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    currency = models.CharField(max_length=3, default="IDR")
    subtotal = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    total = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0, db_default=0)
    paid_on = models.DateField(null=True)
    issuer = models.JSONField()
    customer = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    taxation = models.JSONField(null=True)
    deferred = models.JSONField(null=True)
    voided_on = models.DateField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)
    pdf = models.JSONField(default=dict)
    access_token = models.CharField(max_length=43)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Claims()
    papers: models.Manager["Document"] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="document_number_once"),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax")), name="document_adds_up"),
            models.CheckConstraint(condition=Q(total__gt=0), name="document_not_zero"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, credited__gte=0, paid__lte=F("total") - F("credited")),
                name="document_settled_within_total",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["paid", "closed"]) | Q(paid=F("total") - F("credited")),
                name="document_settled_is_settled",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(paid__lt=F("total") - F("credited")), name="document_open_has_rest"
            ),
            models.CheckConstraint(condition=~Q(status="void") | Q(paid=0), name="document_void_holds_nothing"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="document_due_after_issue"),
        ]
        indexes = [models.Index(fields=["due_on"], name="document_open", condition=Q(status="open"))]

    def __str__(self) -> str:
        return self.number

    @property
    def outstanding(self) -> int:
        """What is left to pay, in rupiah; nothing on a void one."""
        return 0 if self.status == DocumentStatus.VOID else self.total - self.paid - self.credited

    @property
    def slug(self) -> str:
        """The number as it stands in addresses: slashes become dashes."""
        return self.number.replace("/", "-")


class LineKind(models.TextChoices):
    """What a line bills."""

    PERIOD = "period", "periode"
    RISE = "rise", "tambahan"
    CHANGE = "change", "ganti paket"
    ONE_OFF = "one_off", "sekali"
    LATE_FEE = "late_fee", "denda"
    ONCE = "once", "biaya sekali"
    USAGE = "usage", "pemakaian"
    CORRECTION = "correct", "koreksi pemakaian"
    ADDON = "addon", "tambahan paket"
    ITEM = "item", "pembelian"
    CREDIT = "credit", "nota kredit"


class DocumentLine(AppendOnly):
    """A line with its text in both languages and its explanation.

    One line is billed once: unique by subscription, charge, kind, period start and sequence, void documents aside.
    """

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset({"voided"})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="lines")
    subscription_key = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    charge = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    period_from = models.DateField()
    period_to = models.DateField(null=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    description = models.CharField(max_length=300)
    description_en = models.CharField(max_length=300)
    quantity = models.DecimalField(max_digits=30, decimal_places=12)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    amount = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    explanation = models.JSONField(default=dict)
    voided = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription_key", "charge", "kind", "period_from", "sequence"],
                name="line_billed_once",
                condition=Q(voided=False),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="line_not_negative"),
        ]
