"""The floor of every request: a view that does nothing, behind all of the product's middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

PREFIX = "/benchmark/"
EMPTY = f"{PREFIX}empty/"
BARE = "/health/live"


class EmptyAddress:
    """Sends addresses below /benchmark/ to this benchmark's own table, on every host; the product has no such address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Last of the middleware, so that a request there has paid for all of it."""
        if request.path.startswith(PREFIX):
            request.urlconf = "tests.benchmarks.urls"
        return self.get_response(request)


@csrf_exempt
def show_nothing(request: HttpRequest) -> HttpResponse:
    """Two bytes."""
    return HttpResponse("ok", content_type="text/plain")
