"""The demo's page of messages: what everybody would have received. It exists only where `settings.DEMO` says so."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from notifications.channels.local import kept_mail
from notifications.models import ChannelName, Message
from notifications.selectors.facts import base_url
from notifications.selectors.messages import latest_messages, message_of, tenants_with_messages
from notifications.selectors.previews import frame_policy
from tenants.models import Tenant

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def demo_page(view: View[P]) -> View[P]:
    """404 outside the demo: the page shows messages of all tenants to anybody."""

    @require_GET
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_page
def list_messages(request: HttpRequest) -> HttpResponse:
    """The newest messages of all tenants, or of one (`?tenant=sman1`), on all channels or one (`?channel=email`)."""
    tenants = tenants_with_messages()
    chosen = next((tenant for tenant in tenants if tenant.subdomain == request.GET.get("tenant")), None)
    channel = request.GET.get("channel", "")
    channel = channel if channel in ChannelName.values else ""
    context = {
        "tenants": tenants,
        "chosen": chosen,
        "channel": channel,
        "channels": ChannelName.choices,
        "shown": latest_messages([chosen] if chosen else tenants, channel=channel),
        "mails": [] if chosen or channel else [(name, mail["to"], mail["subject"]) for name, mail in kept_mail()],
    }
    return render(request, "notifications/demo_list.html", context)


@demo_page
def show_message(request: HttpRequest, schema: str, message_id: UUID) -> HttpResponse:
    """One message: text, HTML in a frame, and what became of it."""
    tenant, message = _find(schema, message_id)
    where = {"schema": tenant.subdomain, "message_id": message.pk}
    rows = [
        {"label": _("Tenant"), "value": tenant.name},
        {"label": _("Kepada"), "value": message.recipient},
        {"label": _("Saluran"), "value": message.get_channel_display()},
        {"label": _("Keadaan"), "value": message.get_state_display()},
        {"label": _("Percobaan"), "value": message.attempts},
        {"label": _("Peristiwa"), "value": message.event_name},
    ]
    if message.error:
        rows.append({"label": _("Kesalahan"), "value": message.error})
    context = {
        "message": message,
        "rows": rows,
        "link": _reachable(message, tenant),
        "body_url": reverse("demo_messages:body", kwargs=where) if message.body_html else "",
    }
    return render(request, "notifications/demo_message.html", context)


@demo_page
@xframe_options_sameorigin
def show_body(request: HttpRequest, schema: str, message_id: UUID) -> HttpResponse:
    """The HTML of an e-mail as it is, in a sandbox: no scripts, no origin, only the styles it was written with."""
    _tenant, message = _find(schema, message_id)
    response = HttpResponse(message.body_html)
    response["Content-Security-Policy"] = frame_policy(message.body_html)
    return response


@demo_page
def show_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Other mail that left the demo, such as the link for a new password."""
    mail = dict(kept_mail()).get(name)
    if mail is None:
        raise Http404
    body = mail.get_body(("plain",))
    context = {"subject": mail["subject"], "to": mail["to"], "text": body.get_content() if body else ""}
    return render(request, "notifications/demo_mail.html", context)


def _find(schema: str, message_id: UUID) -> tuple[Tenant, Message]:
    name = f"t_{schema.replace('-', '_')}"
    tenant = get_object_or_404(Tenant, schema_name=name, provisioning=Tenant.ProvisioningState.READY)
    message = message_of(tenant, message_id)
    if message is None:
        raise Http404
    return tenant, message


def _reachable(message: Message, tenant: Tenant) -> str:
    """The letter's link from the public host: an in-app message carries a path of the tenant's host."""
    return f"{base_url(tenant)}{message.link}" if message.link.startswith("/") else message.link
