"""Records to look at: events, runs of jobs, tenants set aside."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from backoffice.frame.base import OperatorAdmin, tenant_link, tenant_url, waiting
from backoffice.frame.wording import EVENT_WORDS, tell
from tenants.models import Event, JobRun, ParkedJob


class EventNameFilter(admin.SimpleListFilter):
    """The names there are, without a query over all events."""

    title = gettext_lazy("peristiwa")
    parameter_name = "peristiwa"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """In words."""
        return [(name, str(words)) for name, words in EVENT_WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Of one name."""
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(OperatorAdmin):
    """What happened, of all tenants, newest first. Append-only."""

    show_full_result_count = False

    list_display = ("occurred_on", "what", "customer", "actor", "cause", "request_id")
    list_display_links = ("what",)
    list_filter = (EventNameFilter, "actor_kind")
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "actor", "=request_id")
    ordering = ("-id",)
    fields = ("tenant", "name", "occurred_on", "recorded_at", "actor_kind", "actor", "cause", "request_id", "facts")
    readonly_fields = ("facts",)

    @admin.display(description=gettext_lazy("peristiwa"), ordering="name")
    def what(self, event: Event) -> str:
        """In words, with its facts."""
        told = tell(event)
        return f"{told.title} · {told.facts}" if told.facts else told.title

    @admin.display(description=gettext_lazy("tenant"))
    def customer(self, event: Event) -> SafeString:
        """Whom it happened to."""
        return tenant_link(event.tenant)

    @admin.display(description=gettext_lazy("fakta"))
    def facts(self, event: Event) -> SafeString:
        """All that is kept."""
        return format_html(
            '<pre class="op-raw">{}</pre>', json.dumps(event.data, indent=2, ensure_ascii=False, sort_keys=True)
        )


@admin.register(JobRun)
class JobRunAdmin(OperatorAdmin):
    """Runs of the daily jobs and how they went."""

    list_display = ("started_at", "job", "on", "trigger", "finished_at", "done", "failed", "error")
    list_filter = ("job", "trigger")
    ordering = ("-started_at",)


@admin.register(ParkedJob)
class ParkedJobAdmin(OperatorAdmin):
    """Tenants set aside, with the reason, and the way to release them."""

    list_display = ("customer", "job", "reason", "attempts", "by_staff", "age", "retry_at", "release")
    list_display_links = None
    list_filter = ("job", "by_staff")
    list_select_related = ("tenant",)
    search_fields = ("tenant__name", "reason")
    ordering = ("parked_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It has no page of its own."""
        return HttpResponseRedirect(reverse("admin:tenants_parkedjob_changelist"))

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, parked: ParkedJob) -> SafeString:
        """Who waits."""
        return tenant_link(parked.tenant)

    @admin.display(description=gettext_lazy("sejak"), ordering="parked_at")
    def age(self, parked: ParkedJob) -> str:
        """How long."""
        return waiting(parked.parked_at)

    @admin.display(description="")
    def release(self, parked: ParkedJob) -> SafeString:
        """To the action."""
        url = tenant_url(parked.tenant, "lepaskan")
        return format_html('<a class="op-link" href="{}">{}</a>', url, gettext_lazy("Lepaskan"))
