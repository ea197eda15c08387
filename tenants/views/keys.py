"""API keys of a tenant: made and shown once, listed by their open prefix, revoked."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.people import KeyForm
from tenants.models import ApiKey
from tenants.permissions import MemberRequest, permitted
from tenants.selectors.addresses import tenant_address
from tenants.services import keys


@require_safe
@permitted("keys.view")
def list_keys(request: MemberRequest) -> HttpResponse:
    """The keys that work, and those that were revoked."""
    return _show_list(request, KeyForm())


@require_POST
@permitted("keys.manage")
def create_key(request: MemberRequest) -> HttpResponse:
    """Make a key and show its secret, this once."""
    form = KeyForm(request.POST)
    if form.is_valid():
        today = local_today(request.tenant, timezone.now())
        try:
            key, secret = keys.create_key(
                name=form.cleaned_data["name"], tenant=request.tenant, user=request.user, today=today
            )
        except DomainError as error:
            form.add_error("name", error.message)
        else:
            context = {"key": key, "secret": secret, "address": tenant_address(request.tenant, "/api/v1/")}
            return render(request, "people/key_created.html", context)
    return _show_list(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("keys.manage")
def revoke_key(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Say what revoking does, then do it."""
    key = request.tenant.api_keys.filter(pk=key_id, revoked_at__isnull=True).first()
    if key is None:
        raise Http404(str(key_id))
    if request.method != "POST":
        return render(request, "people/key_revoke.html", {"key": key})
    now = timezone.now()
    keys.revoke_key(key=key, now=now, today=local_today(request.tenant, now))
    messages.success(request, _("Kunci %(name)s dicabut.") % {"name": key.name})
    return redirect("keys")


def _show_list(request: MemberRequest, form: KeyForm, status: int = 200) -> HttpResponse:
    found = list(ApiKey.objects.filter(tenant=request.tenant).order_by("-created_at", "-pk")[:100])
    context = {
        "keys": [key for key in found if key.revoked_at is None],
        "revoked": [key for key in found if key.revoked_at is not None],
        "form": form,
    }
    return render(request, "people/keys.html", context, status=status)
