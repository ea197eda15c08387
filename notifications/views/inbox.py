"""A member's messages in the dashboard."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from notifications.models import ChannelName, Message
from notifications.selectors.inbox import inbox, unread_count
from notifications.services.reading import mark_read
from tenants.permissions import MemberRequest, permitted


@require_safe
@permitted("messages.view")
def show_inbox(request: MemberRequest) -> HttpResponse:
    """What this person was told, newest first; what is new is marked."""
    page = inbox(user_id=request.user.pk, cursor=request.GET.get("sebelum"))
    following = f"{reverse('inbox')}?{urlencode({'sebelum': page.next_cursor})}" if page.next_cursor else ""
    context = {"inbox": page.messages, "unread": unread_count(user_id=request.user.pk), "next_url": following}
    return render(request, "people/inbox.html", context)


@require_safe
@permitted("messages.view")
def show_message(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """One message; opening it is reading it, unless staff look on."""
    found = Message.objects.filter(pk=message_id, channel=ChannelName.IN_APP, user_id=request.user.pk).first()
    if found is None:
        raise Http404(str(message_id))
    if getattr(request, "impersonation", None) is None:
        mark_read(tenant=request.tenant, user_id=request.user.pk, now=timezone.now(), message_id=message_id)
    here = url_has_allowed_host_and_scheme(found.link, allowed_hosts={request.get_host()})
    context = {"letter": found, "link": found.link if here else ""}
    return render(request, "people/message.html", context)


@require_POST
@permitted("messages.view")
def mark_all_read(request: MemberRequest) -> HttpResponse:
    """Everything is read."""
    mark_read(tenant=request.tenant, user_id=request.user.pk, now=timezone.now())
    return redirect("inbox")
