"""New customers getting going: who is where, what is late, and ticking stages off (C17)."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, key_of, page, require, tenant_link
from billing.templatetags.langganan import tanggal
from plans.rules.onboarding import Progress
from plans.selectors.onboarding import late_of, steps_for
from plans.services.onboarding import finish_stage
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.models import Onboarding
from tenants.permissions import staff_may
from trials.views.onboarding import step_row


class LateFilter(admin.SimpleListFilter):
    """What waits."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Late, open, done."""
        return [("terlambat", _("terlambat")), ("berjalan", _("berjalan")), ("selesai", _("selesai"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Onboarding]") -> "QuerySet[Onboarding]":
        """The same rows that the home page counts."""
        if self.value() == "terlambat":
            return queryset.filter(next_due_on__lt=timezone.localdate())
        if self.value() in {"berjalan", "selesai"}:
            return queryset.filter(next_due_on__isnull=self.value() == "selesai")
        return queryset


@admin.register(Onboarding)
class OnboardingAdmin(OperatorAdmin):
    """The most late first; from public rows alone."""

    list_display = ("customer", "plan_code", "begun_on", "where", "late", "next_due_on")
    list_filter = (LateFilter,)
    list_select_related = ("tenant",)
    search_fields = ("tenant__name",)
    ordering = ("next_due_on", "begun_on")
    list_per_page = 50

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Worked off on a page of its own."""
        return HttpResponseRedirect(reverse("operator_onboarding", kwargs={"tenant_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, row: Onboarding) -> SafeString:
        """Whom it is about."""
        return tenant_link(row.tenant)

    @admin.display(description=gettext_lazy("tahap"))
    def where(self, row: Onboarding) -> str:
        """The first stage that is not done, and how many are."""
        steps = _steps(row)
        at = next((step.stage.name.id for step in steps if step.progress is not Progress.DONE), _("selesai"))
        return f"{at} ({len(row.done)}/{len(steps)})"

    @admin.display(description=gettext_lazy("terlambat"))
    def late(self, row: Onboarding) -> str:
        """Each with the day it was due."""
        return ", ".join(f"{step.stage.name.id} ({tanggal(step.due_on)})" for step in late_of(_steps(row)))


def _steps(row: Onboarding) -> tuple[Any, ...]:
    return steps_for(row, row.tenant.product_code, local_today(row.tenant, timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def show_onboarding(request: HttpRequest, tenant_id: UUID) -> HttpResponse:
    """A customer's stages; a POST ticks one off or takes that back."""
    row = get_object_or_404(Onboarding.objects.select_related("tenant"), pk=tenant_id)
    if request.method == "POST":
        require(request, "work_onboarding")
        finished = request.POST.get("done") != "no"
        today, code = local_today(row.tenant, timezone.now()), request.POST.get("stage", "")
        try:
            finish_stage(tenant=row.tenant, code=code, today=today, by_customer=False, finished=finished)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Tahap ditandai selesai.") if finished else _("Tahap dibuka lagi."))
        return HttpResponseRedirect(request.path)
    return page(
        request,
        "onboarding.html",
        row.tenant.name,
        tenant_shown=row.tenant,
        begun_on=row.begun_on,
        steps=[step_row(step, row) for step in _steps(row)],
        may_work=staff_may(request.user, "work_onboarding"),
    )
