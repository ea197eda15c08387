"""Credit notes that were asked for: the queue, and the second person's decision."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billing.gateways.models import CreditRequest, CreditRequestState
from billing.services.credit_requests import approve_credit_note, reject_credit_note
from config.admin.base import OperatorAdmin, key_of, page, require, tenant_link, waiting
from config.admin.refunds import ApproveForm, RejectForm
from config.templatetags.langganan import rupiah
from tenants.errors import DomainError
from tenants.models import User
from tenants.permissions import staff_may


@admin.register(CreditRequest)
class CreditRequestAdmin(OperatorAdmin):
    """Oldest waiting first."""

    list_display = ("document", "customer", "sum", "state", "requested_by", "approved_by", "age")
    list_display_links = ("document",)
    list_filter = ("state", "needs_second")
    list_select_related = ("tenant", "requested_by", "approved_by")
    search_fields = ("tenant__name", "number", "=amount")
    ordering = ("requested_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_credit_request", kwargs={"request_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("dokumen"), ordering="number")
    def document(self, asked: CreditRequest) -> SafeString:
        """It leads to the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', asked.number)

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, asked: CreditRequest) -> SafeString:
        """Whose invoice."""
        return tenant_link(asked.tenant)

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def sum(self, asked: CreditRequest) -> str:
        """What is taken back, with its tax."""
        return rupiah(asked.amount)

    @admin.display(description=gettext_lazy("menunggu"), ordering="requested_at")
    def age(self, asked: CreditRequest) -> str:
        """Since it was asked for."""
        return waiting(asked.requested_at) if asked.state == CreditRequestState.REQUESTED else "–"


@require_http_methods(["GET", "HEAD", "POST"])
def show_credit_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What is taken back, why, who asked and who agreed."""
    found = CreditRequest.objects.select_related("tenant", "requested_by", "approved_by", "rejected_by")
    asked = get_object_or_404(found, pk=request_id)
    approve, reject = ApproveForm(), RejectForm()
    if request.method == "POST":
        require(request, "decide_credit_note")
        rejecting = "reject" in request.POST
        form: forms.Form = RejectForm(request.POST) if rejecting else ApproveForm(request.POST)
        if form.is_valid() and _decided(request, asked, form):
            return HttpResponseRedirect(request.path)
        approve, reject = (approve, form) if rejecting else (form, reject)  # type: ignore[assignment]
    return page(
        request,
        "credit_request.html",
        _("Nota kredit untuk %(number)s") % {"number": asked.number},
        422 if approve.errors or reject.errors else 200,
        asked=asked,
        tenant_shown=asked.tenant,
        approve=approve,
        reject=reject,
        open=asked.state == CreditRequestState.REQUESTED,
        own=asked.requested_by_id == request.user.pk,
        may_decide=staff_may(request.user, "decide_credit_note"),
        waited=waiting(asked.requested_at),
    )


def _decided(request: HttpRequest, asked: CreditRequest, form: forms.Form) -> bool:
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        raise Http404
    try:
        if isinstance(form, RejectForm):
            reject_credit_note(asked=asked, reason=form.cleaned_data["reason"], staff=user, now=now)
            messages.success(request, _("Ditolak; tagihan tetap seperti semula."))
        else:
            done = approve_credit_note(asked=asked, staff=user, now=now)
            messages.success(request, _("Nota kredit %(number)s terbit.") % {"number": done.note})
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True
