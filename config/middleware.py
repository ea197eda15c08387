"""Response policies that belong to no business app."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

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
