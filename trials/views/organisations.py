"""An organisation on the public host: its tenants, one payment for many, who joins and who looks after it (K16)."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.forms.paying import PayTogetherForm
from billing.gateways.models import CheckoutState
from billing.gateways.values import CheckoutCustomer
from billing.services.documents.monthly_reports import consolidated_report, months_until
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.client import gateway
from billing.views.monthly import month_in, report_response
from billing.views.paying import go_to, refresh_attempt
from plans.rules.money import format_number, format_rupiah
from plans.selectors.catalogue import product_of
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import Organisation, Role, Tenant, User
from tenants.permissions import OrganisationRequest, organisation_permitted, place_may
from tenants.selectors.addresses import public_address
from tenants.services import organisations
from trials.forms.organisations import AskForm, FoundForm, PlaceForm
from trials.selectors.organisations import Overview, attempt_of_organisation, overview_of
from trials.views.days import public_today
from trials.views.price_text import language

MONTHS = 6


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def found(request: HttpRequest) -> HttpResponse:
    """Make an organisation of one's own tenants."""
    user = cast(User, request.user)
    if user.is_staff or getattr(request, "impersonation", None) is not None:
        raise Http404
    mine = Tenant.objects.filter(memberships__user=user, memberships__role=Role.OWNER, organisation=None).order_by(
        "name"
    )
    form = FoundForm(request.POST if request.method == "POST" else None, tenants=list(mine))
    if request.method == "POST" and form.is_valid():
        chosen = [tenant for tenant in mine if str(tenant.pk) in form.cleaned_data["tenants"]]
        try:
            made = organisations.found_organisation(
                name=form.cleaned_data["name"], user=user, tenants=chosen, today=public_today()
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Organisasi %(name)s sudah dibuat.") % {"name": made.name})
            return redirect("organisation", made.pk)
    return render(request, "public/organisation_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@organisation_permitted("organisation.view")
def show(request: OrganisationRequest) -> HttpResponse:
    """How all of its tenants stand; after paying, what became of the payment."""
    organisation = request.place.organisation
    checkout = attempt_of_organisation(request.GET.get("order_id", "")[:36], organisation)
    if checkout is not None:
        refresh_attempt(checkout, timezone.now())
    return _show(request, paid=checkout.state == CheckoutState.PAID if checkout else None)


@require_http_methods(["GET", "HEAD", "POST"])
@organisation_permitted("organisation.pay")
def pay(request: OrganisationRequest) -> HttpResponse:
    """One payment for what several of its tenants owe."""
    organisation = request.place.organisation
    owing = overview_of(organisation).owing
    form = PayTogetherForm(
        request.POST if request.method == "POST" else None,
        choices=[(str(tenant.pk), f"{tenant.name}, {format_rupiah(tenant.balance)}") for tenant in owing],
        initial={"tenants": [str(tenant.pk) for tenant in owing]},
    )
    if request.method == "POST" and form.is_valid():
        chosen = [tenant for tenant in owing if str(tenant.pk) in form.cleaned_data["tenants"]]
        try:
            return _to_gateway(request, chosen)
        except DomainError as error:
            form.add_error("tenants" if error.field == "documents" else None, error.message)
    ticked = set(request.POST.getlist("tenants")) if form.is_bound else {str(tenant.pk) for tenant in owing}
    context = {
        "organisation": organisation,
        "form": form,
        "owing": owing,
        "total": sum(tenant.balance for tenant in owing if str(tenant.pk) in ticked),
    }
    return render(request, "public/organisation_pay.html", context, status=422 if form.errors else 200)


@require_safe
@organisation_permitted("organisation.pay")
def show_total(request: OrganisationRequest) -> HttpResponse:
    """The sum of what is ticked, for HTMX; a tenant that is not in the organisation counts nothing."""
    ticked = set(request.GET.getlist("tenants"))
    owing = overview_of(request.place.organisation).owing
    total = sum(tenant.balance for tenant in owing if str(tenant.pk) in ticked)
    return render(request, "dashboard/_pay_total.html", {"total": total})


@require_safe
@organisation_permitted("organisation.view")
def download_month(request: OrganisationRequest, slug: str) -> HttpResponse:
    """One consolidated report of a month: each tenant's papers, payments and balance, and their sums (N4)."""
    overview = overview_of(request.place.organisation)
    ready = [item for item in overview.tenants if item.provisioning == Tenant.ProvisioningState.READY]
    tenants = [(item, _today(item)) for item in ready]
    made = consolidated_report(overview.organisation.name, "organisasi", tenants, month_in(slug), language())
    return report_response(request, made)


@require_POST
@organisation_permitted("organisation.manage")
def ask(request: OrganisationRequest) -> HttpResponse:
    """Ask a tenant to join; one's own joins at once."""
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            joined = organisations.invite_tenant(
                organisation=request.place.organisation,
                subdomain=form.cleaned_data["subdomain"],
                user=request.user,
                today=public_today(),
            )
        except DomainError as error:
            put_error(form, error)
        else:
            said = _("Lembaga itu sudah bergabung.") if joined else _("Ajakan dikirim; pemiliknya yang menjawab.")
            messages.success(request, said)
            return redirect("organisation", request.place.organisation_id)
    return _show(request, ask_form=form)


@require_POST
@organisation_permitted("organisation.manage")
def let_go(request: OrganisationRequest, tenant_id: UUID) -> HttpResponse:
    """A tenant leaves; it goes on by itself."""
    tenant = get_object_or_404(Tenant, pk=tenant_id, organisation=request.place.organisation)
    organisations.leave_organisation(tenant=tenant, today=_today(tenant))
    messages.success(request, _("%(tenant)s bukan bagian organisasi ini lagi.") % {"tenant": tenant.name})
    return redirect("organisation", request.place.organisation_id)


@require_POST
@organisation_permitted("organisation.manage")
def take_back(request: OrganisationRequest, invite_id: UUID) -> HttpResponse:
    """An unanswered question is taken back; twice is once."""
    request.place.organisation.invites.filter(pk=invite_id).delete()
    return redirect("organisation", request.place.organisation_id)


@require_POST
@organisation_permitted("organisation.manage")
def add_place(request: OrganisationRequest) -> HttpResponse:
    """Somebody looks after it, too, or in another role."""
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            organisations.add_manager(
                organisation=request.place.organisation,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Peran sudah disimpan."))
            return redirect("organisation", request.place.organisation_id)
    return _show(request, place_form=form)


@require_POST
@organisation_permitted("organisation.manage")
def remove_place(request: OrganisationRequest, place_id: UUID) -> HttpResponse:
    """Somebody's place ends."""
    try:
        organisations.remove_manager(organisation=request.place.organisation, place_id=place_id)
    except DomainError as error:
        messages.error(request, error.message)
    if place_id == request.place.pk and not type(request.place).objects.filter(pk=place_id).exists():
        return redirect("tenancies")
    return redirect("organisation", request.place.organisation_id)


def _show(
    request: OrganisationRequest,
    *,
    paid: bool | None = None,
    ask_form: Form | None = None,
    place_form: Form | None = None,
) -> HttpResponse:
    overview, place = overview_of(request.place.organisation), request.place
    form = ask_form or place_form
    mine = set(request.user.memberships.values_list("tenant_id", flat=True))
    context = {
        "organisation": overview.organisation,
        "rows": [_row(tenant, is_mine=tenant.pk in mine) for tenant in overview.tenants],
        "balance": overview.balance,
        "owing": len(overview.owing),
        "pay_url": _pay_url(overview) if place_may(place, "organisation.pay") else "",
        "paid": paid,
        "may_manage": place_may(place, "organisation.manage"),
        "months": months_until(overview.organisation.created_at.date(), public_today(), MONTHS),
        "places": overview.organisation.members.select_related("user").order_by("created_at", "pk"),
        "invites": overview.organisation.invites.select_related("tenant").order_by("created_at", "pk"),
        "ask_form": ask_form or AskForm(),
        "place_form": place_form or PlaceForm(),
        "form": form,
    }
    return render(request, "public/organisation.html", context, status=422 if form and form.errors else 200)


def _row(tenant: Tenant, *, is_mine: bool) -> dict[str, Any]:
    product = product_of(tenant.product_code)
    return {
        "id": tenant.pk,
        "name": tenant.name,
        "product": product.name,
        "status": tenant.status,
        "quantity": ""
        if tenant.quantity is None
        else f"{format_number(tenant.quantity)} {product.unit.of(language())}",
        "balance": tenant.balance,
        "due": tenant.next_due_on,
        "next": tenant.billing_due_on,
        "url": reverse("enter_tenant", args=[tenant.subdomain]) if is_mine else "",
        "ready": tenant.provisioning == Tenant.ProvisioningState.READY,
    }


def _pay_url(overview: Overview) -> str:
    return reverse("organisation_pay", args=[overview.organisation.pk]) if overview.owing else ""


def _to_gateway(request: OrganisationRequest, tenants: list[Tenant]) -> HttpResponse:
    organisation: Organisation = request.place.organisation
    back = public_address(reverse("organisation", args=[organisation.pk]))
    checkout = start_checkout(
        demands=[Demand(tenant, None) for tenant in tenants],
        payer=CheckoutCustomer(str(request.user), request.user.email, request.user.phone),
        finish_url=back,
        now=timezone.now(),
        gateway=gateway(),
    )
    return go_to(checkout, f"{back}?order_id={checkout.order_id}")


def _today(tenant: Tenant) -> date:
    return local_today(tenant, timezone.now())
