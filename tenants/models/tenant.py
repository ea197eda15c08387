"""The tenant's public row: who it is, when each daily job has something to do for it, and how it stands."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from tenants.models.ids import new_id
from tenants.models.mixins import DomainMixin, TenantMixin


class Organisation(models.Model):
    """Several tenants of one owner, for example a developer with five complexes (K16)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("nama"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("organisasi")
        verbose_name_plural = _("organisasi")

    def __str__(self) -> str:
        return self.name


class TimeZone(models.TextChoices):
    """Indonesia's three zones."""

    WIB = "Asia/Jakarta", "WIB (Jakarta)"
    WITA = "Asia/Makassar", "WITA (Makassar)"
    WIT = "Asia/Jayapura", "WIT (Jayapura)"


class ProvisioningState(models.TextChoices):
    """How far the tenant's schema has come."""

    PENDING = "pending", _("menunggu")
    RUNNING = "running", _("disiapkan")
    READY = "ready", _("siap")
    FAILED = "failed", _("gagal")


class Tenant(TenantMixin):
    """A customer of the operator: one school, one housing complex.

    The agenda columns hold the next day on which a job has something to do; they are written in the transaction that causes
    it. The standing columns copy what lists and the entitlement check need, so that neither opens the tenant's schema.
    """

    auto_create_schema = False
    auto_drop_schema = False
    TimeZone = TimeZone
    ProvisioningState = ProvisioningState

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("nama"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisasi"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tenants",
    )
    product_code = models.CharField(_("produk"), max_length=40)
    timezone = models.CharField(_("zona waktu"), max_length=40, choices=TimeZone.choices, default=TimeZone.WIB)
    language = models.CharField(_("bahasa"), max_length=5, default="id")
    contact_name = models.CharField(_("nama kontak"), max_length=200, blank=True)
    contact_email = models.EmailField(_("email kontak"), blank=True)
    contact_phone = models.CharField(_("telepon kontak"), max_length=30, blank=True)
    address = models.CharField(_("alamat"), max_length=300, blank=True)
    npwp = models.CharField(_("NPWP"), max_length=16, blank=True)
    # What it is to the tax office (plans.rules.taxes), and what its tax invoices say of it beside the NPWP.
    tax_category = models.CharField(_("kategori PPN"), max_length=14, default="normal", db_default="normal")
    tax_identity = models.JSONField(default=dict, blank=True, db_default=models.Value({}, models.JSONField()))
    # Access stays open whatever is unpaid: state schools are paid from BOS, in tranches and late.
    never_suspend = models.BooleanField(_("tidak ditangguhkan otomatis"), default=False, db_default=False)
    registration = models.JSONField(
        "data pendaftaran", default=dict, blank=True, help_text=_("NPSN, jenis kompleks, dan sebagainya.")
    )
    signup = models.JSONField(default=dict, blank=True, editable=False)  # quantity, plan, interval and day asked for
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)
    database_alias = models.CharField(max_length=40, default="default", editable=False)

    # --- provisioning: written by tenants.services.provisioning only
    provisioning = models.CharField(max_length=10, choices=ProvisioningState.choices, default=ProvisioningState.PENDING)
    provisioning_step = models.PositiveSmallIntegerField(default=0)
    provisioning_error = models.CharField(max_length=500, blank=True)
    provisioning_attempts = models.PositiveSmallIntegerField(default=0)
    schema_version = models.CharField(
        max_length=120, blank=True, help_text=_("Migrasi terakhir pada skema tenant ini.")
    )

    # --- test clock: a day for itself, moved by staff; an ordinary tenant has none
    is_test = models.BooleanField(_("tenant uji"), default=False)
    clock_on = models.DateField(_("jam uji"), null=True, blank=True)

    # --- agenda: pulled forward by services, recomputed by the worker after a visit
    billing_due_on = models.DateField(null=True, blank=True)
    reminder_due_on = models.DateField(null=True, blank=True)
    suspension_due_on = models.DateField(null=True, blank=True)
    recognition_due_on = models.DateField(null=True, blank=True)
    messages_due_at = models.DateTimeField(null=True, blank=True)

    # --- standing: copied from the subscription by billing in the same transaction
    status = models.CharField(_("status"), max_length=12, blank=True)
    has_access = models.BooleanField(_("akses"), default=True)
    plan_code = models.CharField(_("paket"), max_length=60, blank=True)
    quantity = models.DecimalField(_("jumlah"), max_digits=18, decimal_places=0, null=True, blank=True)
    balance = models.BigIntegerField(_("tagihan terbuka"), default=0)
    next_due_on = models.DateField(_("jatuh tempo berikut"), null=True, blank=True)
    entitlements = models.JSONField(default=dict, blank=True)
    # It had credit at some time; for who never had any, no daily visit looks for some. Of who was there before this was kept it
    # is true until the nightly sweep has looked.
    credited = models.BooleanField(default=False, db_default=True, editable=False)
    # Something was posted since the books were last checked (`billing.services.books.checking`).
    books_changed = models.BooleanField(default=False, db_default=False, editable=False)

    # Something happened since the reports' facts were drawn (`reports.services.following`).
    facts_changed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenant")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(clock_on__isnull=True) | models.Q(is_test=True), name="tenant_clock_only_for_tests"
            ),
        ]
        indexes = [
            # In the order in which a claim takes them: with 25.000 due on one day it would sort them all for each fifty.
            models.Index(fields=["billing_due_on", "id"], name="tenant_billing_due"),
            models.Index(fields=["reminder_due_on", "id"], name="tenant_reminder_due"),
            models.Index(fields=["suspension_due_on", "id"], name="tenant_suspension_due"),
            models.Index(fields=["recognition_due_on", "id"], name="tenant_recognition_due"),
            models.Index(fields=["messages_due_at", "id"], name="tenant_messages_due"),
            models.Index(fields=["id"], name="tenant_books_changed", condition=models.Q(books_changed=True)),
            models.Index(fields=["id"], name="tenant_facts_changed", condition=models.Q(facts_changed=True)),
            # Who is charged by auto-debit, and whose money a line of the bank may be.
            models.Index(fields=["next_due_on"], name="tenant_owing", condition=models.Q(balance__gt=0)),
            models.Index(fields=["product_code", "status"], name="tenant_product_status"),
            # django-tenants looks for the name, case ignored, each time a tenant is saved.
            models.Index(Upper("schema_name"), name="tenant_schema_upper"),
            models.Index(
                fields=["provisioning"], name="tenant_provisioning", condition=~models.Q(provisioning="ready")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subdomain(self) -> str:
        """The tenant's own label: `sman1` of sman1.langganan.id."""
        return self.schema_name.removeprefix("t_").replace("_", "-")


class Domain(DomainMixin):
    """A host name of a tenant; the public schema has the base domain."""

    class Meta:
        verbose_name = _("alamat")
        verbose_name_plural = _("alamat")
