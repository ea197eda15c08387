"""Calls and other tasks of staff."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, key_of, page, require, staff_of, tenant_link
from backoffice.queues.rows import due_tasks
from backoffice.queues.task_care import OwnerFilter, again_after, care_of
from reports.services.care import look_again
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import StaffTask
from tenants.permissions import staff_may
from tenants.services.steering import finish_task


class DueFilter(admin.SimpleListFilter):
    """What is to be done now."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Due, open, done."""
        return [("jatuh-tempo", _("harus dikerjakan")), ("terbuka", _("terbuka")), ("selesai", _("selesai"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[StaffTask]") -> "QuerySet[StaffTask]":
        """The same rows that the home page counts."""
        if self.value() == "jatuh-tempo":
            return queryset.filter(pk__in=due_tasks(timezone.localdate()).values("pk"))
        if self.value() in {"terbuka", "selesai"}:
            return queryset.filter(done_at__isnull=self.value() == "terbuka")
        return queryset


@admin.register(StaffTask)
class StaffTaskAdmin(OperatorAdmin):
    """Earliest first."""

    list_display = ("title", "customer", "note", "due_on", "owner", "done_at", "outcome")
    list_filter = (DueFilter, OwnerFilter, "kind")
    list_select_related = ("tenant", "care__owner")
    search_fields = ("title", "tenant__name")
    ordering = ("done_at", "due_on")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Worked off on a page of its own."""
        return HttpResponseRedirect(reverse("operator_task", kwargs={"task_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, task: StaffTask) -> SafeString:
        """Whom it is about."""
        return tenant_link(task.tenant)

    @admin.display(description=gettext_lazy("pemilik"), ordering="care__owner__first_name")
    def owner(self, task: StaffTask) -> str:
        """Who has it."""
        care = getattr(task, "care", None)
        return str(care.owner) if care else "–"


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.CharField(
        label=gettext_lazy("Hasilnya"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Misalnya: akan bayar hari Jumat."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Whom to call and why, and a place for what was said."""
    task = get_object_or_404(StaffTask.objects.select_related("tenant", "done_by", "care__owner"), pk=task_id)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request, "work_task")
        if form.is_valid() and _finished(request, task, form):
            return HttpResponseRedirect(f"{reverse('admin:tenants_stafftask_changelist')}?status=jatuh-tempo")
    return page(
        request,
        "task.html",
        task.title,
        422 if form.errors else 200,
        task=task,
        tenant_shown=task.tenant,
        form=form,
        may_work=staff_may(request.user, "work_task"),
        again=again_after(task, local_today(task.tenant, timezone.now())),
        **care_of(task),
    )


def _finished(request: HttpRequest, task: StaffTask, form: OutcomeForm) -> bool:
    user, now = staff_of(request), timezone.now()
    try:
        outcome = form.cleaned_data["outcome"]
        with transaction.atomic():
            look_again(task=task)
            finish_task(task=task, outcome=outcome, by=user, now=now, today=local_today(task.tenant, now))
    except DomainError as error:
        put_error(form, error)
        return False
    messages.success(request, _("Tugas selesai."))
    return True
