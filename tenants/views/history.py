"""What happened to a tenant: who, when, what."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tenants.permissions import MemberRequest, permitted
from tenants.selectors.history import history_of


@require_safe
@permitted("history.view")
def show_history(request: MemberRequest) -> HttpResponse:
    """Events in words, newest first, by pages."""
    page = history_of(request.tenant, before=request.GET.get("sebelum", ""), kind=request.GET.get("tentang", ""))
    tabs = [
        {"label": label, "url": f"{reverse('history')}?tentang={code}", "current": code == page.kind}
        for code, label in page.kinds
    ]
    following = f"{reverse('history')}?tentang={page.kind}&sebelum={page.next_before}" if page.next_before else ""
    context = {"entries": page.entries, "tabs": tabs, "next_url": following}
    return render(request, "people/history.html", context)
