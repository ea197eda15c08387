"""Who brought a visitor along: `?ref=` of a link, kept in a cookie of the public host until they sign up (K10)."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "ref"
COOKIE_AGE = timedelta(days=90)
CODE = re.compile(r"[a-z0-9][a-z0-9.-]{2,59}")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def referrer_of(request: HttpRequest) -> str:
    """The code of the link, else the one that was kept; empty where there is none or it is no code."""
    for said in (request.GET.get("ref", ""), request.COOKIES.get(COOKIE, "")):
        code = said.strip().lower()
        if CODE.fullmatch(code):
            return code
    return ""


def keeps_referrer(view: View[P]) -> View[P]:
    """A page that remembers whose link led to it; the last link counts. The cookie holds the code and nothing else."""

    @wraps(view)
    def kept(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response, code = view(request, *args, **kwargs), referrer_of(request)
        if code and request.COOKIES.get(COOKIE) != code:
            response.set_cookie(
                COOKIE,
                code,
                max_age=COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return cast(View[P], kept)
