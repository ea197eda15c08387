"""A document's view as HTML and as PDF: the only door to WeasyPrint.

WeasyPrint is imported on first use, because without Pango's libraries its import fails, and a machine that cannot print
must still bill and be paid.
"""

from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.template.loader import render_to_string

from billing.errors import PdfUnavailable


class Printable(Protocol):
    """A view that knows its page."""

    @property
    def template(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def language(self) -> str: ...


def render_html(view: Printable) -> str:
    """The page that is printed, whole in itself: style and QR code are inside it, nothing is fetched."""
    return render_to_string(view.template, {"view": view})


def render_pdf(view: Printable) -> bytes:
    """The PDF, A4, tagged for readers. `PdfUnavailable` without WeasyPrint's libraries.

    Deterministic: dates in it are the day of issue and its identifier is the document's, so the same view gives the
    same bytes on the same machine.
    """
    return print_page(render_html(view), f"{view.slug}-{view.language}")


def print_page(html: str, identifier: str) -> bytes:
    """A page that is whole in itself as a PDF, tagged for readers; nothing is fetched for it."""
    weasyprint = _weasyprint()
    page = weasyprint.HTML(string=html, base_url=None, url_fetcher=_only_data(weasyprint))
    return bytes(page.write_pdf(pdf_identifier=identifier.encode(), pdf_tags=True))


def pdf_available() -> bool:
    """Whether this machine can print; for the health page."""
    try:
        _weasyprint()
    except PdfUnavailable:
        return False
    return True


@cache
def _weasyprint() -> Any:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            "PDF belum dapat dibuat di server ini: pustaka Pango tidak ada (libpango-1.0-0, libpangoft2-1.0-0, "
            "libharfbuzz-subset0). Tagihan tetap dapat dilihat dan dibayar."
        ) from error


def _only_data(weasyprint: Any) -> Any:
    """No file, no network: what a customer wrote into a name must not make the server fetch anything."""
    return weasyprint.urls.URLFetcher(allowed_protocols=("data",))
