"""The floor of every request: a view that does nothing, behind all of the product's middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from tenants.api.views import TenantView

PREFIX = "/benchmark/"
EMPTY = f"{PREFIX}empty/"
# Below the API's own address, so that the product takes it for a program's call.
API_PREFIX = f"/api/v1{PREFIX}"
EMPTY_API = f"{API_PREFIX}empty/"
BARE = "/health/live"


class EmptyAddress:
    """Sends addresses below /benchmark/, and those of programs, to this benchmark's own table, on every host; the product has
    no such address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Last of the middleware, so that a request there has paid for all of it."""
        if request.path.startswith((PREFIX, API_PREFIX)):
            request.urlconf = "tests.benchmarks.urls"
        return self.get_response(request)


@csrf_exempt
def show_nothing(request: HttpRequest) -> HttpResponse:
    """Two bytes."""
    return HttpResponse("ok", content_type="text/plain")


@extend_schema(exclude=True)
class ShowNothingToProgram(TenantView):
    """Two bytes behind all that stands before any operation: the tenant by its host, the key, the throttle, the language."""

    opens_schema = False

    def get(self, request: Request) -> HttpResponse:
        """Nothing of the tenant is looked at."""
        return HttpResponse("ok", content_type="text/plain")
