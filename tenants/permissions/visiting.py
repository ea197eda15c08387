"""Who asks: somebody logged in, or nobody yet."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

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
    answer = redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else request.path)
    return HttpResponseClientRedirect(answer.url) if cast(PersonRequest, request).htmx else answer
