"""What all lists of the operator share: read-only, amounts and states as on the customer's pages."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans.admin import ReadOnlyAdmin
from tenants.models import Tenant, User
from tenants.permissions import staff_may


class OperatorAdmin(ReadOnlyAdmin):
    """A list that everybody with a role may read and nobody edits: what is done to a row has a page of its own."""

    list_per_page = 50
    search_help_text = gettext_lazy("Cari")
    compressed_fields = True
    actions = None


def key_of(object_id: str) -> UUID:
    """The key in a list's own address; what is none leads nowhere."""
    try:
        return UUID(object_id)
    except ValueError as error:
        raise Http404(object_id) from error


def require(request: HttpRequest, action: str) -> None:
    """Refuse a member of staff whose role does not include an action."""
    if not staff_may(request.user, action):
        raise PermissionDenied(_("Peran Anda tidak mencakup tindakan ini. Mintalah kepada BizOps."))


def pressed(request: HttpRequest, names: Iterable[str]) -> str:
    """Which of a page's forms was sent, by the name of its button; none of them is no page."""
    name = next((name for name in names if name in request.POST), "")
    if not name:
        raise Http404
    return name


def staff_of(request: HttpRequest) -> User:
    """The member of staff who asks."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def page(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the admin with the site's frame around it."""
    request.current_app = admin.site.name
    frame = admin.site.each_context(request)
    return TemplateResponse(request, f"operator/{template}", {**frame, "title": title, **context}, status=status)


def badge(status: str) -> SafeString:
    """A state as word, shape and colour."""
    if not status:
        return SafeString("–")
    return SafeString(render_to_string("components/badge.html", {"status": status}))


def tenant_link(tenant: Tenant) -> SafeString:
    """The tenant's name, leading to its page."""
    return format_html('<a class="op-link" href="{}">{}</a>', tenant_url(tenant), tenant.name)


def tenant_at(address: str) -> Tenant | None:
    """The tenant of an address as typed ("sman1"); None where nothing was typed, ValidationError where none has it."""
    given = address.strip().lower()
    if not given:
        return None
    found = Tenant.objects.filter(schema_name=f"t_{given.replace('-', '_')}").first()
    if found is None:
        raise ValidationError(_("Tidak ada tenant dengan alamat ini."))
    return found


def tenant_url(tenant: Tenant, action: str = "") -> str:
    """The address of a tenant's page, or of an action on it."""
    if action:
        return reverse("operator_action", kwargs={"tenant_id": tenant.pk, "slug": action})
    return reverse("operator_tenant", kwargs={"tenant_id": tenant.pk})


def age(since: datetime | None, now: datetime) -> str:
    """How long something has been waiting: "12 menit", "5 jam", "3 hari"."""
    if since is None:
        return ""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return _("%(count)d menit") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d jam") % {"count": minutes // 60}
    return ngettext("%(count)d hari", "%(count)d hari", minutes // (24 * 60)) % {"count": minutes // (24 * 60)}


def waiting(since: datetime | None) -> str:
    """As `age`, as of this request."""
    return age(since, timezone.now())


def person(field: str, words: Any) -> Callable[[Any, Any], str]:
    """A column of a list: who did something, by the field that has it, headed by `words` (a key has no heading of its own)."""

    @admin.display(description=words, ordering=field)
    def shown(_list: Any, row: Any) -> str:
        return str(getattr(row, field) or "–")

    return shown
