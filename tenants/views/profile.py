"""A person's own data and channels; for owners the tenant's contact too. Three forms on one page, each saved alone."""

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenants.context import local_today
from tenants.forms.people import ChannelForm, ContactForm, PersonForm
from tenants.models import Tenant
from tenants.permissions import MemberRequest, member_may, permitted
from tenants.services.members import set_channels, update_contact
from tenants.services.people import update_person


@require_safe
@permitted("profile.view")
def show_profile(request: MemberRequest) -> HttpResponse:
    """Everything at once."""
    return _show(request)


@require_POST
@permitted("profile.view")
def save_person(request: MemberRequest) -> HttpResponse:
    """Name, number, language: one's own, whatever the role."""
    form = PersonForm(request.POST, instance=request.user)
    if not form.is_valid():
        request.user.refresh_from_db()
        return _show(request, person=form)
    update_person(user=request.user, **form.cleaned_data)
    return _saved(request)


@require_POST
@permitted("profile.view")
def save_channels(request: MemberRequest) -> HttpResponse:
    """How to be told."""
    form = ChannelForm(request.POST, instance=request.membership)
    if not form.is_valid():
        return _show(request, channels=form)
    set_channels(membership=request.membership, channels=form.cleaned_data)
    return _saved(request)


@require_POST
@permitted("profile.manage")
def save_contact(request: MemberRequest) -> HttpResponse:
    """What stands on the next invoices."""
    form = ContactForm(request.POST, instance=Tenant.objects.get(pk=request.tenant.pk))
    if not form.is_valid():
        return _show(request, contact=form)
    update_contact(tenant=request.tenant, today=local_today(request.tenant, timezone.now()), **form.values())
    return _saved(request)


def _saved(request: MemberRequest) -> HttpResponse:
    messages.success(request, _("Tersimpan."))
    return redirect("profile")


def _show(request: MemberRequest, **bound: "ModelForm[Any]") -> HttpResponse:
    manage = member_may(request.membership, "profile.manage")
    context = {
        "person": bound.get("person") or PersonForm(instance=request.user, prefix=None),
        "channels": bound.get("channels") or ChannelForm(instance=request.membership),
        "contact": (bound.get("contact") or ContactForm(instance=request.tenant)) if manage else None,
        # The error summary at the top lists the form that was refused.
        "form": next(iter(bound.values()), None),
        "role": request.membership.get_role_display(),
        "invites": request.tenant.organisation_invites.select_related("organisation") if manage else [],
        "may_leave": manage and request.tenant.organisation_id is not None,
        "may_secure": getattr(request, "impersonation", None) is None,
    }
    return render(request, "people/profile.html", context, status=422 if bound else 200)
