"""Who has a task, and what was noted about it before its outcome."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backoffice.frame.base import require, staff_of
from reports.selectors.health_table import health_table
from reports.services.care import tend_task
from reports.services.health_tasks import KIND
from tenants.errors import DomainError
from tenants.models import StaffTask, User
from tenants.permissions import STAFF_ACTIONS


def hands() -> "QuerySet[User]":
    """Everybody on the staff who may work tasks."""
    roles = [role.value for role in STAFF_ACTIONS["work_task"]]
    may = Q(is_superuser=True) | Q(groups__name__in=roles)
    return User.objects.filter(may, is_staff=True, is_active=True).distinct().order_by("first_name", "email")


class CareForm(forms.Form):
    """Whose it is, and a note. The page brings along whose it showed: a note on an old page takes the task from nobody."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("Pemilik"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("belum ada pemilik"),
        show_hidden_initial=True,
    )
    note = forms.CharField(
        label=gettext_lazy("Catatan"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Misalnya: kepala sekolah baru, dihubungi lagi hari Senin."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = hands()


def care_of(task: StaffTask) -> dict[str, Any]:
    """Owner, notes and the form of a task's page."""
    care = getattr(task, "care", None)
    owner = care.owner if care else None
    return {
        "owner": owner,
        "notes": list(task.notes.select_related("by").order_by("at", "id")),
        "care": CareForm(initial={"owner": owner}),
    }


def again_after(task: StaffTask, today: date) -> dict[str, int]:
    """After how many days of the same colour a finished task about health is followed by another; empty of other tasks."""
    rules = health_table().on(task.tenant.product_code, today) if task.kind == KIND else None
    return {colour.value: max(rule.days, 1) for colour, rule in rules.tasks.items()} if rules else {}


@require_POST
def show_care(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give a task to somebody, and keep a note; then the task again."""
    require(request, "work_task")
    task = get_object_or_404(StaffTask, pk=task_id)
    form = CareForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    else:
        try:
            gives = "owner" in form.changed_data
            tend_task(task=task, **form.cleaned_data, gives=gives, by=staff_of(request), now=timezone.now())
            messages.success(request, _("Tersimpan."))
        except DomainError as error:
            messages.error(request, error.message)
    return HttpResponseRedirect(reverse("operator_task", kwargs={"task_id": task.pk}))


class OwnerFilter(admin.SimpleListFilter):
    """Mine, or nobody's."""

    title = gettext_lazy("pemilik")
    parameter_name = "pemilik"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Whose tasks."""
        return [("saya", _("saya")), ("tidak-ada", _("belum ada"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[StaffTask]") -> "QuerySet[StaffTask]":
        """Those of who asks, or those without anybody."""
        if self.value() == "saya":
            return queryset.filter(care__owner=request.user.pk)
        return queryset.filter(care__isnull=True) if self.value() == "tidak-ada" else queryset
