"""The list of tenants: every column from the public row, so that no tenant's schema is opened for it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.form import NONE
from backoffice.frame.base import OperatorAdmin, badge, key_of, tenant_url
from backoffice.frame.wording import STATUS_WORDS
from backoffice.queues.tenants import TENANT_QUEUES
from billing.documents.numbers import number
from billing.rules.lifecycle import Status
from billing.templatetags.langganan import rupiah, tanggal
from plans.models import Plan
from tenants.models import ParkedJob, Tenant
from tenants.rules.provinces import PROVINCES


class QueueFilter(admin.SimpleListFilter):
    """The same queues as on the home page."""

    title = gettext_lazy("antrean")
    parameter_name = "antrean"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Names of the queues."""
        return [(code, _(label)) for code, (label, _rows) in TENANT_QUEUES.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Tenant]") -> "QuerySet[Tenant]":
        """Those in the queue."""
        if self.value() not in TENANT_QUEUES:
            return queryset
        rows = TENANT_QUEUES[self.value() or ""][1](timezone.localdate(), timezone.now())
        return queryset.filter(pk__in=rows.values("pk"))


class StatusFilter(admin.SimpleListFilter):
    """Status in words."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All states."""
        return [(status.value, str(STATUS_WORDS[status.value])) for status in Status]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Tenant]") -> "QuerySet[Tenant]":
        """Those in the state."""
        return queryset.filter(status=self.value()) if self.value() else queryset


class PlanFilter(admin.SimpleListFilter):
    """The plans there are, not those that happen to be used: no query over all tenants."""

    title = gettext_lazy("paket")
    parameter_name = "paket"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Product and plan."""
        plans = Plan.objects.select_related("product")
        return [(f"{plan.product.code}:{plan.code}", f"{plan.product.code} · {plan.code}") for plan in plans]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Tenant]") -> "QuerySet[Tenant]":
        """Those on the plan."""
        product, _colon, plan = (self.value() or "").partition(":")
        return queryset.filter(product_code=product, plan_code=plan) if plan else queryset


class ProvinceFilter(admin.SimpleListFilter):
    """Where the reports count a tenant: the list behind a figure of a province."""

    title = gettext_lazy("provinsi")
    parameter_name = "provinsi"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All provinces, whether anybody is there or not: no query over all tenants."""
        return [*((name, name) for name in PROVINCES), (NONE, _("tidak diketahui"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Tenant]") -> "QuerySet[Tenant]":
        """Those there; also in what a customer wrote that is no province."""
        if not self.value():
            return queryset
        return queryset.filter(revenue__province="" if self.value() == NONE else self.value())


class BalanceFilter(admin.SimpleListFilter):
    """Who owes something."""

    title = gettext_lazy("tagihan terbuka")
    parameter_name = "terbuka"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Two choices."""
        return [("ada", _("ada")), ("lewat", _("ada, lewat jatuh tempo")), ("tidak", _("tidak ada"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Tenant]") -> "QuerySet[Tenant]":
        """Overdue is what the subscription says, which is right in each tenant's own zone."""
        if self.value() == "ada":
            return queryset.filter(balance__gt=0)
        if self.value() == "lewat":
            return queryset.filter(balance__gt=0, status__in=[Status.PAST_DUE, Status.SUSPENDED])
        return queryset.filter(balance=0) if self.value() == "tidak" else queryset


class ParkedFilter(admin.SimpleListFilter):
    """Set aside by a job or by staff."""

    title = gettext_lazy("disisihkan")
    parameter_name = "disisihkan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Two choices."""
        return [("ya", _("ya")), ("tidak", _("tidak"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Tenant]") -> "QuerySet[Tenant]":
        """By the rows of set-aside jobs."""
        held = ParkedJob.objects.values("tenant_id")
        if self.value() == "ya":
            return queryset.filter(pk__in=held)
        return queryset.exclude(pk__in=held) if self.value() == "tidak" else queryset


@admin.register(Tenant)
class TenantAdmin(OperatorAdmin):
    """Finding a tenant; its own page shows the rest."""

    list_display = ("customer", "state", "plan", "amount", "open_balance", "next_due", "zone")
    list_display_links = None
    list_filter = (
        QueueFilter,
        StatusFilter,
        "product_code",
        PlanFilter,
        ProvinceFilter,
        BalanceFilter,
        ParkedFilter,
        "provisioning",
        "is_test",
        "timezone",
    )
    search_fields = ("name", "schema_name", "contact_email", "contact_name", "memberships__user__email")
    search_help_text = gettext_lazy("Nama, alamat, atau email")
    ordering = ("name", "pk")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a tenant is our own."""
        return HttpResponseRedirect(tenant_url(Tenant(pk=key_of(object_id))))

    @admin.display(description=gettext_lazy("tenant"), ordering="name")
    def customer(self, tenant: Tenant) -> SafeString:
        """Name and address."""
        test = _("uji") if tenant.is_test else ""
        return format_html(
            '<a class="op-link" href="{}">{}</a><span class="op-sub">{} · {}{}</span>',
            tenant_url(tenant),
            tenant.name,
            tenant.subdomain,
            tenant.product_code,
            f" · {test}" if test else "",
        )

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, tenant: Tenant) -> SafeString:
        """The subscription's, or how far the sign-up has come."""
        if tenant.provisioning == Tenant.ProvisioningState.FAILED:
            return badge("failed")
        return badge(tenant.status or "draft")

    @admin.display(description=gettext_lazy("paket"), ordering="plan_code")
    def plan(self, tenant: Tenant) -> str:
        """The plan's code."""
        return tenant.plan_code or "–"

    @admin.display(description=gettext_lazy("jumlah"), ordering="quantity")
    def amount(self, tenant: Tenant) -> str:
        """Students or units."""
        return number(tenant.quantity) if tenant.quantity is not None else "–"

    @admin.display(description=gettext_lazy("tagihan terbuka"), ordering="balance")
    def open_balance(self, tenant: Tenant) -> str:
        """In rupiah; a dash where nothing is owed."""
        return rupiah(tenant.balance) if tenant.balance else "–"

    @admin.display(description=gettext_lazy("jatuh tempo"), ordering="next_due_on")
    def next_due(self, tenant: Tenant) -> str:
        """Of what is open."""
        return tanggal(tenant.next_due_on) or "–"

    @admin.display(description=gettext_lazy("zona"), ordering="timezone")
    def zone(self, tenant: Tenant) -> str:
        """WIB, WITA or WIT."""
        return Tenant.TimeZone(tenant.timezone).name
