"""Disputes: the queue, and the decision won or lost with a note."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, key_of, page, person, require, staff_of, waiting
from backoffice.gateway.differences import ReasonForm
from backoffice.gateway.evidence import EvidenceForm, added
from backoffice.payments.refunds import ApproveForm, RejectForm
from billing.errors import DisputeClosed
from billing.forms.rupiah import RupiahField
from billing.gateways.models import PaperRequestState
from billing.gateways.statements.models import Dispute, DisputeLoss, DisputeState
from billing.services.disputes.decisions import most_lost, win_dispute
from billing.services.disputes.losses import approve_loss, reject_loss, request_loss, waiting_loss
from billing.templatetags.langganan import rupiah
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may


@admin.register(Dispute)
class DisputeAdmin(OperatorAdmin):
    """Oldest first."""

    decider = person("decided_by", gettext_lazy("diputuskan oleh"))
    list_display = ("order", "sum", "gateway_state", "stand", "decider", "age")
    list_display_links = ("order",)
    list_filter = ("state", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("checkout", "decided_by")
    search_fields = ("checkout__order_id", "=transaction_id", "=amount")
    ordering = ("opened_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        """With whether a second person is waited for."""
        waits = DisputeLoss.objects.filter(dispute=OuterRef("pk"), state=PaperRequestState.REQUESTED)
        found: QuerySet[Dispute] = super().get_queryset(request)
        return found.annotate(waits=Exists(waits))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_dispute", kwargs={"dispute_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("order"), ordering="checkout__order_id")
    def order(self, dispute: Dispute) -> SafeString:
        """It leads to the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', dispute.checkout.order_id)

    @admin.display(description=gettext_lazy("status"), ordering="state")
    def stand(self, dispute: Dispute) -> str:
        """Waiting for a decision, or for a second person."""
        return _("menunggu orang kedua") if getattr(dispute, "waits", False) else dispute.get_state_display()

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def sum(self, dispute: Dispute) -> str:
        """In rupiah."""
        return rupiah(dispute.amount)

    @admin.display(description=gettext_lazy("menunggu"), ordering="opened_at")
    def age(self, dispute: Dispute) -> str:
        """While it is not done."""
        return waiting(dispute.opened_at) if dispute.closed_at is None else "–"


class LostForm(ReasonForm):
    """How much is gone."""

    amount = RupiahField(
        label=gettext_lazy("Jumlah yang ditarik"), min_value=0, help_text=gettext_lazy("Dalam rupiah.")
    )
    field_order = ("amount", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def show_dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """What was taken back, whose it was, the evidence, and the two decisions."""
    found = Dispute.objects.select_related("checkout", "decided_by")
    dispute = get_object_or_404(found, pk=dispute_id)
    asked = waiting_loss(dispute)
    most = most_lost(dispute) if dispute.state == DisputeState.OPEN else dispute.lost
    forms_shown: dict[str, forms.Form] = {
        "won": ReasonForm(auto_id="won_%s"),
        "lost": LostForm(initial={"amount": most, "reason": dispute.note}),
        "evidence": EvidenceForm(auto_id="evidence_%s"),
        "approve": ApproveForm(),
        "reject": RejectForm(auto_id="reject_%s"),
    }
    if request.method == "POST":
        require(request, "decide_dispute")
        name = next((key for key in ("evidence", "lost", "approve", "reject") if key in request.POST), "won")
        form = forms_shown[name] = _bound(request, name)
        if form.is_valid() and _done(request, dispute, asked, form):
            return HttpResponseRedirect(request.path)
    return _page(request, dispute, most, asked, forms_shown)


def _bound(request: HttpRequest, name: str) -> forms.Form:
    if name == "evidence":
        return EvidenceForm(request.POST, request.FILES, auto_id="evidence_%s")
    if name == "reject":
        return RejectForm(request.POST, auto_id="reject_%s")
    plain: dict[str, type[forms.Form]] = {"lost": LostForm, "approve": ApproveForm}
    return plain[name](request.POST) if name in plain else ReasonForm(request.POST, auto_id="won_%s")


def _page(
    request: HttpRequest, dispute: Dispute, most: int, asked: DisputeLoss | None, forms_shown: dict[str, forms.Form]
) -> HttpResponse:
    return page(
        request,
        "dispute.html",
        _("Sengketa %(order)s") % {"order": dispute.checkout.order_id},
        422 if any(form.errors for form in forms_shown.values()) else 200,
        **forms_shown,
        dispute=dispute,
        items=dispute.checkout.items.select_related("tenant"),
        files=dispute.files.select_related("added_by").order_by("added_at", "pk"),
        open=dispute.closed_at is None,
        undecided=dispute.state == DisputeState.OPEN,
        most=most,
        asked=asked,
        own=asked is not None and asked.requested_by_id == request.user.pk,
        losses=dispute.losses.exclude(state=PaperRequestState.REQUESTED).select_related(
            "requested_by", "approved_by", "rejected_by"
        ),
        waited=waiting(dispute.opened_at),
        may_decide=staff_may(request.user, "decide_dispute"),
    )


def _done(request: HttpRequest, dispute: Dispute, asked: DisputeLoss | None, form: forms.Form) -> bool:
    if isinstance(form, EvidenceForm):
        return added(request, dispute, form)
    try:
        words = _answered(request, asked, form) if isinstance(form, ApproveForm | RejectForm) else None
        messages.success(request, words or _decided(request, dispute, form))
    except DomainError as error:
        put_error(form, error)
        return False
    return True


def _decided(request: HttpRequest, dispute: Dispute, form: forms.Form) -> str:
    given: dict[str, Any] = {"dispute": dispute, "note": form.cleaned_data["reason"]}
    given |= {"staff": staff_of(request), "now": timezone.now()}
    if not isinstance(form, LostForm):
        win_dispute(**given)
        return _("Dicatat menang; pembayarannya tetap.")
    amount = form.cleaned_data["amount"]
    if request_loss(amount=amount, **given) is not None:
        return _("Di atas batas: menunggu persetujuan orang kedua. Belum ada yang dibukukan.")
    return _lost_words(amount)


def _answered(request: HttpRequest, asked: DisputeLoss | None, form: forms.Form) -> str:
    """The second person's answer."""
    user, now = staff_of(request), timezone.now()
    if asked is None:
        raise DisputeClosed(_("Tidak ada permintaan yang menunggu."))
    if isinstance(form, RejectForm):
        reject_loss(asked=asked, reason=form.cleaned_data["reason"], staff=user, now=now)
        return _("Ditolak; sengketanya tetap terbuka.")
    approve_loss(asked=asked, staff=user, now=now)
    return _lost_words(asked.amount)


def _lost_words(amount: int) -> str:
    return _("Dicatat kalah; tagihannya terbuka kembali.") if amount else _("Dicatat kalah; tidak ada yang dibukukan.")
