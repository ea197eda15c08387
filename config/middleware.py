"""Response policies that belong to no business app."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation

ADMIN_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}


class ContentPolicyMiddleware(CSPMiddleware):
    """A strict content security policy everywhere but in the admin, whose theme ships Alpine and inline styles."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Relax script and style for `/admin/` alone, then let django-csp write the header."""
        if request.path.startswith("/admin/"):
            response._csp_replace = ADMIN_POLICY  # type: ignore[attr-defined]  # django-csp's own way to pass it on
        return super().process_response(request, response)


class LanguageMiddleware:
    """Indonesian until somebody chooses: a person's own choice first, then the browser's cookie, never Accept-Language.

    Many phones in Indonesia are set to English by the shop that sold them; their owners still read Indonesian.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language, and leave the thread as it was."""
        user: Any = request.user
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if request.path.startswith("/api/"):
            # A program says what it wants.
            chosen = translation.get_language_from_request(request)
        else:
            chosen = user.language if user.is_authenticated else cookie
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class FormAddressMiddleware:
    """The address of a form that was only sent can be opened, too: reloaded, kept as a bookmark, or after a login in between.

    Browsers show an error of their own for the empty answer; this one says what to do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Programs keep the bare answer."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content or not request.accepts("text/html"):
            return response
        home = "/admin/" if request.path.startswith("/admin/") else "/"
        page = render(request, "errors/405.html", {"home": home}, status=405)
        page["Allow"] = response["Allow"]
        return page
