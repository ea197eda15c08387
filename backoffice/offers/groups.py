"""Groups of buyers, offers that wait for their tenant's own job (C7), duties of pilots (C3)."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice.frame.base import OperatorAdmin, tenant_link
from backoffice.queues.rows import late_duties
from plans.models import GroupMember, OfferGroup, OwedOffer, PilotDuty


class MemberInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who is in it."""

    model = GroupMember
    fields = readonly_fields = ("tenant", "joined_on")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: OfferGroup | None = None) -> bool:
        """Members join by signing up."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: OfferGroup | None = None) -> bool:
        """And stay as they joined."""
        return False


@admin.register(OfferGroup)
class OfferGroupAdmin(OperatorAdmin):
    """Newest first."""

    list_display = ("code", "offer_code", "members_joined", "needed", "opened_on", "closes_on", "formed_on")
    list_filter = ("product_code", "offer_code")
    search_fields = ("code", "members__tenant__name")
    inlines = (MemberInline,)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[OfferGroup]":
        """With the number of its members."""
        rows: QuerySet[OfferGroup] = super().get_queryset(request)
        return rows.annotate(joined=Count("members"))

    @admin.display(description=gettext_lazy("anggota"), ordering="joined")
    def members_joined(self, group: OfferGroup) -> int:
        """How many have joined."""
        return int(group.joined)  # type: ignore[attr-defined]


@admin.register(OwedOffer)
class OwedOfferAdmin(OperatorAdmin):
    """What was earned, and whether it is in the agreement yet."""

    list_display = ("customer", "code", "credit", "cause", "state", "given_on", "reason", "created_at")
    list_filter = ("state", "because", "code")
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "cause")

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, row: OwedOffer) -> SafeString:
        """Whose it is."""
        return tenant_link(row.tenant)


class LateFilter(admin.SimpleListFilter):
    """What is late, open, done."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Three."""
        return [("terlambat", _("terlambat")), ("terbuka", _("terbuka")), ("selesai", _("selesai"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[PilotDuty]") -> "QuerySet[PilotDuty]":
        """The same rows that the home page counts."""
        if self.value() == "terlambat":
            return queryset.filter(pk__in=late_duties(timezone.localdate()).values("pk"))
        if self.value() in {"terbuka", "selesai"}:
            return queryset.filter(done_on__isnull=self.value() == "terbuka")
        return queryset


@admin.register(PilotDuty)
class PilotDutyAdmin(OperatorAdmin):
    """Earliest first; done on the tenant's page."""

    list_display = ("customer", "what", "due_on", "done_on", "done_by", "note")
    list_filter = (LateFilter, "tenant__product_code")
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "code")

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, duty: PilotDuty) -> SafeString:
        """Whose it is."""
        return tenant_link(duty.tenant)

    @admin.display(description=gettext_lazy("kewajiban"))
    def what(self, duty: PilotDuty) -> str:
        """In the reader's language."""
        return str(duty.name["en" if (get_language() or "").startswith("en") else "id"])
