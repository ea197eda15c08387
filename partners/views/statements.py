"""A partner's statement behind its signed link: page, PDF and CSV. Whoever has the link sees it, and nothing else."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from billing.documents.invoice_pdf import print_page
from billing.documents.words import words_in
from billing.errors import PdfUnavailable
from billing.exports import csv_text
from billing.views.wording import language
from partners.selectors.statements import Statement, partner_of, statement_of


def by_link(view: Callable[[HttpRequest, Statement], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view of the statement that a link opens; a wrong one is 404, and no answer is kept by anybody."""

    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        partner = partner_of(token)
        if partner is None:
            raise Http404
        response = view(request, statement_of(partner))
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return opened


@by_link
def show_statement(request: HttpRequest, statement: Statement) -> HttpResponse:
    """On a page."""
    return render(request, "public/statement.html", {"statement": statement})


@by_link
def download_csv(_request: HttpRequest, statement: Statement) -> HttpResponse:
    """As a table."""
    rows = [
        {
            "tanggal": row.on.isoformat(),
            "uraian": row.text,
            "perhitungan": row.formula,
            "jumlah": row.amount,
            "saldo": row.balance,
        }
        for row in statement.rows
    ]
    return _file(csv_text(rows).encode(), "text/csv; charset=utf-8", f"komisi-{statement.partner.code}.csv")


@by_link
def download_pdf(request: HttpRequest, statement: Statement) -> HttpResponse:
    """On paper; 503 where this machine cannot print."""
    spoken = language()
    told = {"statement": statement, "language": spoken, "words": words_in(spoken)}
    html = render_to_string("documents/statement.html", told)
    try:
        body = print_page(html, f"komisi-{statement.partner.code}-{len(statement.rows)}-{spoken}")
    except PdfUnavailable:
        return render(request, "public/statement.html", {"statement": statement, "no_pdf": True}, status=503)
    return _file(body, "application/pdf", f"komisi-{statement.partner.code}.pdf")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
