"""What a province's officials may do: see the totals of their own, and nothing else (C14)."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from tenants.permissions.visiting import to_login
from tenants.selectors.provinces import province_of

PROVINCE_ACTIONS = frozenset({"province.view"})
OfficialView = Callable[[HttpRequest, str], HttpResponseBase]
PlainView = Callable[[HttpRequest], HttpResponseBase]


def province_permitted(action: str) -> Callable[[OfficialView], PlainView]:
    """Let a view be reached by officials alone; it is told the province, by their own row and never by the request.

    Nobody logged in → the login page. Anybody else without a province, staff too → 404, as if there were nothing.
    """
    if action not in PROVINCE_ACTIONS:
        raise ValueError(f"the table knows no {action}")

    def guard(view: OfficialView) -> PlainView:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            province = province_of(request.user)
            if not province:
                raise Http404
            response = view(request, province)
            add_never_cache_headers(response)
            return response

        return guarded

    return guard
