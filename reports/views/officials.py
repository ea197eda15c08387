"""Who gets into the pages of a province (C14)."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from tenants.permissions import PROVINCE_ACTIONS
from tenants.selectors.provinces import province_of

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
                return redirect_to_login(request.get_full_path())
            province = province_of(request.user)
            if not province:
                raise Http404
            response = view(request, province)
            add_never_cache_headers(response)
            return response

        guarded.province_action = action  # type: ignore[attr-defined]  # read by the test that walks all addresses
        return guarded

    return guard
