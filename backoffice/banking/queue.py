"""The queue of the bank's lines: filters, suggestions to press, several at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.banking.forms import KINDS, IgnoreForm
from backoffice.banking.words import PayoutProposal, Proposal, payout_proposals, proposals_for
from backoffice.frame.base import page, require, staff_of, waiting
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, IgnoredAs, LineState
from billing.selectors.bank_accounts import own_accounts
from billing.services.banking.lines import Target, assign_line, ignore_line
from billing.services.banking.payouts import confirm_payout
from billing.services.gateway.client import gateway
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.permissions import staff_may

PER_PAGE = 25
FILTERS = {
    "menunggu": (gettext_lazy("belum dicocokkan"), Q(state=LineState.WAITING)),
    "saran": (gettext_lazy("ada saran"), Q(state=LineState.WAITING, suggested=True)),
    "tanpa-saran": (gettext_lazy("tanpa saran"), Q(state=LineState.WAITING, suggested=False)),
    "dibukukan": (gettext_lazy("sudah dibukukan"), Q(state__in=[LineState.BOOKED, LineState.SETTLED])),
    "bukan": (gettext_lazy("bukan pembayaran"), Q(state=LineState.IGNORED)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line with what may be pressed beside it."""

    line: BankLine
    proposals: list[Proposal]
    waited: str
    payout: PayoutProposal | None = None

    @property
    def best(self) -> Proposal | None:
        """The likeliest."""
        return self.proposals[0] if self.proposals else None


@require_http_methods(["GET", "HEAD", "POST"])
def show_queue(request: HttpRequest) -> HttpResponse:
    """Oldest first; what is pressed comes back to the same page of the same filter."""
    if request.method == "POST":
        require(request, "work_bank_line")
        _work(request)
        return HttpResponseRedirect(request.get_full_path())
    chosen = request.GET.get("status", "menunggu")
    shown = chosen if chosen in FILTERS else "menunggu"
    lines = _filtered(request, shown)
    paged = Paginator(lines, PER_PAGE).get_page(request.GET.get("hal"))
    return page(
        request,
        "bank_queue.html",
        _("Mutasi bank"),
        rows=_rows(list(paged.object_list)),
        paged=paged,
        filters=[(code, label) for code, (label, _condition) in FILTERS.items()],
        shown=shown,
        accounts=own_accounts(),
        account=request.GET.get("rekening", ""),
        query=request.GET.get("q", ""),
        kinds=KINDS,
        may_work=staff_may(request.user, "work_bank_line"),
        may_import=staff_may(request.user, "import_statement"),
    )


def _filtered(request: HttpRequest, shown: str) -> "QuerySet[BankLine]":
    lines = BankLine.objects.filter(FILTERS[shown][1]).select_related("tenant", "statement")
    if request.GET.get("rekening"):
        lines = lines.filter(account=request.GET["rekening"])
    for word in request.GET.get("q", "").split()[:5]:
        amount = word.replace(".", "")
        by_amount = Q(amount=int(amount)) if amount.isdigit() and len(amount) < 16 else Q()
        lines = lines.filter(Q(description__icontains=word) | Q(tenant__name__icontains=word) | by_amount)
    return (
        lines.order_by("on", "row", "pk")
        if shown in {"menunggu", "saran", "tanpa-saran"}
        else lines.order_by("-on", "-row", "-pk")
    )


def _rows(lines: list[BankLine]) -> list[Row]:
    waits = [line for line in lines if line.state == LineState.WAITING and line.incoming]
    proposals, payouts = proposals_for(waits), payout_proposals(waits)
    return [
        Row(
            line,
            proposals.get(line.pk, []),
            waiting(line.created_at) if line.state == LineState.WAITING else "",
            payouts.get(line.pk),
        )
        for line in lines
    ]


def _work(request: HttpRequest) -> None:
    """One line by its own button, or the ticked ones; each on its own, so that one refusal holds nothing up."""
    data = request.POST
    if "accept" in data:
        line, _bar, key = data["accept"].partition("|")
        _report(request, [_accept(request, line, key)])
        return
    ticked = data.getlist("line")
    if not ticked:
        messages.warning(request, _("Pilih dahulu barisnya."))
    elif data.get("do") == "accept":
        _report(request, [_accept(request, line, data.get(f"best-{line}", "")) for line in ticked])
    elif data.get("do") == "ignore":
        form = IgnoreForm(data)
        if form.is_valid():
            _report(request, [_ignore(request, line, form.cleaned_data) for line in ticked])
        else:
            messages.error(request, _("Isi jenis dan alasannya, paling sedikit lima huruf."))


def _report(request: HttpRequest, errors: list[str]) -> None:
    done = errors.count("")
    if done:
        messages.success(request, _("%(count)d baris diputuskan.") % {"count": done})
    for error in dict.fromkeys(error for error in errors if error):
        messages.error(request, error)


def _accept(request: HttpRequest, line_id: str, key: str) -> str:
    """What was pressed is what is booked: the suggestion is found again among today's."""
    line = find_line(line_id)
    try:
        if accepted(request, line, key) or line.state != LineState.WAITING:
            return ""
    except DomainError as error:
        return f"{line.description[:60]}: {error.message}"
    return _("%(line)s: saran itu sudah berubah. Buka barisnya.") % {"line": line.description[:60]}


def accepted(request: HttpRequest, line: BankLine, key: str) -> str:
    """What was done by the suggestion of this key, in a sentence; empty where it is none of today's. Raises what is refused."""
    payout = payout_proposals([line]).get(line.pk)
    if payout is not None and payout.key == key:
        user, now = staff_of(request), timezone.now()
        confirm_payout(line=line, first=payout.first, last=payout.last, reason=payout.named, staff=user, now=now)
        return _("Dicocokkan dengan penerusan dana gateway %(days)s.") % {"days": payout.days}
    proposal = next((item for item in proposals_for([line]).get(line.pk, []) if item.key == key), None)
    if proposal is None:
        return ""
    _book(request, line, proposal)
    return _("Dibukukan pada %(tenant)s.") % {"tenant": proposal.tenant}


def _book(request: HttpRequest, line: BankLine, proposal: Proposal) -> None:
    """Book the line as suggested; raises what the service refuses."""
    transfer = proposal.transfer
    if transfer is not None:
        transfer = BankTransfer.objects.select_related("tenant").get(pk=transfer.pk)
    assign_line(
        line=line,
        target=Target(proposal.tenant, transfer),
        reason=proposal.named,
        staff=staff_of(request),
        now=timezone.now(),
        gateway=gateway(),
    )


def _ignore(request: HttpRequest, line_id: str, given: dict[str, Any]) -> str:
    line = find_line(line_id)
    try:
        kind, reason = IgnoredAs(given["kind"]), given["reason"]
        ignore_line(line=line, kind=kind, reason=reason, staff=staff_of(request), now=timezone.now())
    except DomainError as error:
        return f"{line.description[:60]}: {error.message}"
    return ""


def find_line(line_id: str) -> BankLine:
    """By what a form sent."""
    try:
        return BankLine.objects.select_related("statement", "tenant").get(pk=UUID(line_id))
    except (ValueError, BankLine.DoesNotExist) as error:
        raise Http404(line_id) from error


def queue_address(status: str = "menunggu") -> str:
    """The queue under a filter."""
    return f"{reverse('operator_bank_lines')}?status={status}"


def tenant_by_key(key: str) -> Tenant:
    """By what a form sent."""
    try:
        return Tenant.objects.get(pk=UUID(key))
    except (ValueError, Tenant.DoesNotExist) as error:
        raise Http404(key) from error
