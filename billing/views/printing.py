"""Showing what is printed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.errors import PdfUnavailable
from billing.services.documents.printing import PdfFile


def printed_response(request: HttpRequest, print_it: Callable[[], PdfFile]) -> HttpResponse:
    """A PDF to look at or save, or a page that says why there is none now."""
    try:
        made = print_it()
    except PdfUnavailable as error:
        return render(request, "dashboard/pdf_unavailable.html", {"error": error.message}, status=error.status)
    response = HttpResponse(made.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{made.name}"'
    return response
