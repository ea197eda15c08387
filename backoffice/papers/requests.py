"""Papers that were asked for: what their queues share, and the page where a second person decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Facts, Rehearsal, rehearse
from backoffice.frame.base import OperatorAdmin, key_of, page, person, require, staff_of, tenant_link, waiting
from backoffice.payments.refunds import ApproveForm, RejectForm
from billing.gateways.models import PaperRequest, PaperRequestState
from billing.templatetags.langganan import rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import User
from tenants.permissions import staff_may

Asked = TypeVar("Asked", bound=PaperRequest)


class PaperRequestAdmin(OperatorAdmin):
    """Oldest waiting first; `page_name` is the address of one request's page."""

    page_name = ""
    requester = person("requested_by", gettext_lazy("diminta oleh"))
    approver = person("approved_by", gettext_lazy("disetujui oleh"))
    list_display = ("document", "customer", "sum", "state", "requester", "approver", "age")
    list_display_links = ("document",)
    list_filter = ("state", "needs_second")
    list_select_related = ("tenant", "requested_by", "approved_by")
    search_fields = ("tenant__name", "number", "=amount")
    ordering = ("requested_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse(self.page_name, args=[key_of(object_id)]))

    @admin.display(description=gettext_lazy("dokumen"), ordering="number")
    def document(self, asked: PaperRequest) -> SafeString:
        """It leads to the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', asked.number)

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, asked: PaperRequest) -> SafeString:
        """Whose document."""
        return tenant_link(asked.tenant)

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def sum(self, asked: PaperRequest) -> str:
        """What the paper takes."""
        return rupiah(asked.amount)

    @admin.display(description=gettext_lazy("menunggu"), ordering="requested_at")
    def age(self, asked: PaperRequest) -> str:
        """Since it was asked for."""
        return waiting(asked.requested_at) if asked.state == PaperRequestState.REQUESTED else "–"


@dataclass(frozen=True, slots=True)
class Desk(Generic[Asked]):
    """Where one kind of paper is decided, and its words (%(number)s, %(amount)s).

    `approve` (request, staff, now) and `reject` (request, reason, staff, now) act, and say what was done.
    """

    model: type[Asked]
    permission: str
    title: Promise
    approve_label: Promise
    reject_label: Promise
    approve: Callable[[Asked, User, datetime], str]
    reject: Callable[[Asked, str, User, datetime], str]


def show_request(request: HttpRequest, desk: Desk[Asked], key: UUID) -> HttpResponse:
    """What the paper takes, why, who asked and who agreed, and the decision."""
    found = desk.model._default_manager.select_related("tenant", "requested_by", "approved_by", "rejected_by")
    asked = get_object_or_404(found, pk=key)
    given = request.POST if request.method == "POST" else None
    rejecting = given is not None and "reject" in given
    approve, reject = ApproveForm(None if rejecting else given), RejectForm(given if rejecting else None)
    if given is not None:
        require(request, desk.permission)
        form: forms.Form = reject if rejecting else approve
        if form.is_valid() and _decided(request, desk, asked, form):
            return HttpResponseRedirect(request.path)
    return _show(request, desk, asked, approve, reject)


def _show(
    request: HttpRequest, desk: Desk[Asked], asked: Asked, approve: forms.Form, reject: forms.Form
) -> HttpResponse:
    facts = {"number": asked.number, "amount": rupiah(asked.amount)}
    return page(
        request,
        "paper_request.html",
        str(desk.title) % facts,
        422 if approve.errors or reject.errors else 200,
        asked=asked,
        tenant_shown=asked.tenant,
        approve=approve,
        reject=reject,
        approve_label=str(desk.approve_label) % facts,
        reject_label=desk.reject_label,
        open=asked.state == PaperRequestState.REQUESTED,
        own=asked.requested_by_id == request.user.pk,
        may_decide=staff_may(request.user, desk.permission),
        rehearsal=_rehearsed(request, desk, asked),
        waited=waiting(asked.requested_at),
    )


def _rehearsed(request: HttpRequest, desk: Desk[Asked], asked: Asked) -> Rehearsal | None:
    """What changes once it is agreed to, for whoever may agree; nothing where it is decided, or cannot be."""
    staff, now = staff_of(request), timezone.now()
    if asked.state != PaperRequestState.REQUESTED or asked.requested_by_id == staff.pk:
        return None
    facts = Facts(asked.tenant, local_today(asked.tenant, now), now)
    try:
        return rehearse(facts, lambda: desk.approve(asked, staff, now))
    except DomainError:
        return None  # said by the decision itself, at its button


def _decided(request: HttpRequest, desk: Desk[Asked], asked: Asked, form: forms.Form) -> bool:
    staff, now = staff_of(request), timezone.now()
    try:
        if isinstance(form, RejectForm):
            words = desk.reject(asked, form.cleaned_data["reason"], staff, now)
        else:
            words = desk.approve(asked, staff, now)
    except DomainError as error:
        put_error(form, error)
        return False
    messages.success(request, words)
    return True
