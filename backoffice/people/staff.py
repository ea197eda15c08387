"""The operator's staff: who gets in, in which role. Only superusers see it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from tenants.models import User
from tenants.permissions import staff_may


@admin.register(User)
class StaffAdmin(ModelAdmin):
    """Staff and their roles. Members of tenants are seen on their tenant's page."""

    list_display = ("email", "first_name", "last_name", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    fields = (
        "email",
        "first_name",
        "last_name",
        "phone",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
    )
    readonly_fields = ("email",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        """Staff, and those whom a search by address finds so that they can be made staff."""
        found: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return found if request.GET.get("q") or "/change/" in request.path else found.filter(is_staff=True)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        return staff_may(request.user, "manage_staff")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return staff_may(request.user, "manage_staff")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return staff_may(request.user, "manage_staff")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person signs up or is invited first; then a superuser makes them staff."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: their name stands in the history. They are made inactive."""
        return False

    @admin.display(description=gettext_lazy("peran"))
    def roles(self, user: User) -> str:
        """Names of the groups."""
        return ", ".join(group.name for group in user.groups.all()) or "–"
