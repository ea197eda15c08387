"""Who asks: somebody logged in, or nobody yet."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from tenants.models import User

P = ParamSpec("P")
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponse]


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails
    request_id: str


def to_login(request: HttpRequest) -> HttpResponse:
    """The login page, and back from it. A fragment cannot log anybody in: HTMX is told to leave the page."""
    answer = redirect_to_login(_wanted_page(request))
    return HttpResponseClientRedirect(answer.url) if cast(PersonRequest, request).htmx else answer


def _wanted_page(request: HttpRequest) -> str:
    """What was asked for; of a form that was sent, or a fragment, the page that it stands on: its own address shows nothing."""
    if request.method in {"GET", "HEAD"} and not cast(PersonRequest, request).htmx:
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() and page.path else "/"
