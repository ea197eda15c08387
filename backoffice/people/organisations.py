"""Organisations to look at: their tenants and who looks after them (K16)."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from backoffice.frame.base import OperatorAdmin, tenant_link
from plans.rules.money import format_rupiah
from tenants.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(OperatorAdmin):
    """One parent with several tenants, each priced by its own size."""

    list_display = ("name", "number_of_tenants", "open_balance", "created_at")
    search_fields = ("name", "tenants__name", "members__user__email")
    ordering = ("name",)
    fields = ("name", "created_at", "its_tenants", "its_people")
    readonly_fields = ("its_tenants", "its_people")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what stands in the list."""
        found: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = found.annotate(tenant_count=Count("tenants"), owed=Sum("tenants__balance"))
        return counted

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant_count")
    def number_of_tenants(self, organisation: Any) -> int:
        """How many."""
        return int(organisation.tenant_count)

    @admin.display(description=gettext_lazy("tagihan terbuka"), ordering="owed")
    def open_balance(self, organisation: Any) -> str:
        """Of all of them."""
        return format_rupiah(organisation.owed or 0)

    @admin.display(description=gettext_lazy("tenant"))
    def its_tenants(self, organisation: Organisation) -> SafeString:
        """Each with the way to its page."""
        rows = [
            (tenant_link(tenant), format_rupiah(tenant.balance))
            for tenant in organisation.tenants.order_by("name", "pk")
        ]
        return format_html_join("", "<p>{} · {}</p>", rows)

    @admin.display(description=gettext_lazy("pengelola"))
    def its_people(self, organisation: Organisation) -> SafeString:
        """Who pays and who reads."""
        places = organisation.members.select_related("user").order_by("created_at", "pk")
        return format_html_join(
            "", "<p>{} · {} · {}</p>", [(place.user, place.user.email, place.get_role_display()) for place in places]
        )
