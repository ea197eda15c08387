"""The page on which the owner of a GoPay account agrees, and the list of what is saved, where a person sets the moods."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.gateways.sandbox.models import Mood, SandboxToken
from billing.gateways.sandbox.views import sandbox_page


@sandbox_page
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The owner says yes or no, and goes back to the merchant."""
    account = get_object_or_404(SandboxToken, token=token, method="gopay")
    if request.method == "GET":
        return render(request, "sandbox/link.html", {"account": account})
    if request.POST.get("action") == "agree" and account.mood != Mood.UNLINKED:
        SandboxToken.objects.filter(pk=account.pk).update(enabled=True)
    elif request.POST.get("action") == "refuse":
        SandboxToken.objects.filter(pk=account.pk).update(enabled=False, mood=Mood.UNLINKED)
    return redirect(_back(account, request.POST.get("action") == "agree"))


def _back(account: SandboxToken, agreed: bool) -> str:
    url = urlsplit(account.return_url)
    if url.scheme not in {"http", "https"}:
        return "midtrans_sandbox:tokens"
    result = {"account_id": account.token, "result": "success" if agreed else "failure"}
    return urlunsplit(url._replace(query=urlencode([*parse_qsl(url.query), *result.items()])))


@sandbox_page
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """What is saved, newest first."""
    return render(request, "sandbox/tokens.html", {"tokens": SandboxToken.objects.all()[:100], "moods": Mood.choices})


@sandbox_page
@require_POST
def set_mood(request: HttpRequest, pk: int) -> HttpResponse:
    """How it answers from now on."""
    if request.POST.get("mood") in Mood.values:
        SandboxToken.objects.filter(pk=pk).update(mood=request.POST["mood"])
    return redirect("midtrans_sandbox:tokens")
