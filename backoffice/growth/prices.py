"""Prices: what churn and conversion seem to say of them (K17), and what another price book would change."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.economics.words import money, why
from backoffice.figures.form import product_names
from backoffice.figures.page import Asked, Table, report_page
from backoffice.frame.base import page, require
from billing.documents.numbers import percent
from billing.documents.sheets import Cell
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from plans.errors import CatalogueFileError
from plans.models import PriceBook
from plans.rules.catalogue import Catalogue
from plans.rules.catalogue_file import read_catalogue
from plans.selectors.catalogue import catalogue_of
from reports.rules.economics import Told, Winning
from reports.rules.price_effect import Effect, together
from reports.rules.projections import Signal
from reports.selectors.price_effect import book_before, effect_of
from reports.selectors.signals import CHURN, CONVERSION, PriceSignal, signals
from reports.selectors.spending import cac_of, winning_of

MONTHS, LARGEST = 12, 1_000_000
SAID = {
    Signal.RAISE: gettext_lazy("pertimbangkan menaikkan"),
    Signal.LOWER: gettext_lazy("pertimbangkan menurunkan"),
    None: gettext_lazy("tidak ada isyarat"),
}
HEADS = (
    "product",
    "customers",
    "churn_a_month",
    "trials_over",
    "paying",
    "conversion",
    "by_churn",
    "by_conversion",
    "cac",
)
EFFECT_HEADS = (
    "product",
    "book",
    "effective_from",
    "before",
    "plan",
    "customers",
    "new_before",
    "new_after",
    "old_now",
    "old_then",
    "dearer",
    "cheaper",
    "unsold",
)


@report_page("price_signals.html", gettext_lazy("Isyarat harga"), months=MONTHS)
def show_signals(asked: Asked) -> Table | dict[str, Any]:
    """By product, of the last twelve months where no days are given."""
    won, scope, names = winning_of(asked.scope)[1], asked.scope, asked.form.names
    found = [(row, cac_of(scope, won.get(row.product, Winning()))) for row in signals(scope)]
    if asked.file:
        return Table("isyarat-harga", HEADS, (_line(row, cac) for row, cac in found))
    return {
        "rows": [(names.get(row.product, row.product), row, *_said(row), money(cac), why(cac)) for row, cac in found],
        "limits": [percent(limit) for limits in (CHURN, CONVERSION) for limit in (limits.low, limits.high)],
    }


def _said(row: PriceSignal) -> tuple[str, str, str, str]:
    return percent(row.churn), str(SAID[row.of_churn]), percent(row.conversion), str(SAID[row.of_conversion])


def _line(row: PriceSignal, cac: Told) -> tuple[str | int, ...]:
    churn, conversion = (f"{float(share):.6f}" if share is not None else "" for share in (row.churn, row.conversion))
    said = (row.of_churn or "", row.of_conversion or "", "" if cac.rupiah is None else cac.rupiah)
    return (row.product, row.customers, churn, row.decided, row.paying, conversion, *said)


class CatalogueForm(forms.Form):
    """A catalogue file that is not loaded yet: nothing of it is kept."""

    file = forms.FileField(label=gettext_lazy("Berkas katalog (YAML)"))

    def clean_file(self) -> Catalogue:
        """Read as the command reads it; every fault with its line and field."""
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST:
            raise forms.ValidationError(_("Berkas paling besar 1 MB."))
        try:
            return read_catalogue(given.read().decode("utf-8-sig"), given.name or "").catalogue
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Berkas ini bukan teks UTF-8.")) from error
        except CatalogueFileError as error:
            raise forms.ValidationError([str(problem) for problem in error.problems]) from error


@require_http_methods(["GET", "HEAD", "POST"])
def show_effect(request: HttpRequest) -> HttpResponseBase:
    """What each book that is not in use yet would change: of the loaded catalogues, or of a file before it is loaded.

    As a file a line for each plan, of whichever of the two was asked for.
    """
    require(request, "view")
    form = CatalogueForm(request.POST, request.FILES) if request.method == "POST" else CatalogueForm()
    tests = settings.DEMO or request.GET.get("tests") == "on"
    used = set(PriceBook.objects.exclude(first_used_at=None).values_list("product__code", "code"))
    books = [row for catalogue in _catalogues(form) for row in _books(catalogue, used, tests=tests)]
    kind = (request.POST if form.is_bound else request.GET).get("berkas", "")
    if kind in FILES and not form.errors:
        return sheet(f"dampak-daftar-harga-{timezone.localdate()}", kind, EFFECT_HEADS, _effects(books))
    status, link = 422 if form.errors else 200, "tests=on" if tests else ""
    return page(request, "price_effect.html", _("Dampak daftar harga"), status, form=form, books=books, link=link)


def _catalogues(form: CatalogueForm) -> list[Catalogue]:
    """The one that was given, none where it has faults, else those that are loaded."""
    if form.is_bound:
        return [form.cleaned_data["file"]] if form.is_valid() else []
    return [catalogue_of(code) for code in product_names()]


def _books(catalogue: Catalogue, used: set[tuple[str, str]], *, tests: bool) -> list[dict[str, Any]]:
    """The books that nobody has an agreement under, each against the one before it."""
    found, product = [], catalogue.product
    names = {plan.code: plan.name.of(get_language() or "id") for plan in catalogue.plans}
    for book in sorted(catalogue.price_books, key=lambda book: book.effective_from):
        before = book_before(catalogue, book.code)
        if before is None or (product.code, book.code) in used:
            continue
        effect = effect_of(catalogue, book.code, before, tests=tests)
        rows = [_row(names.get(code, code), row) for code, row in effect.items()]
        total = _row(_("Semua"), together(effect.values()))
        shown = {"product": product.name, "book": book, "before": before, "rows": rows, "total": total}
        found.append({**shown, "code": product.code, "effect": effect})
    return found


def _effects(books: Sequence[dict[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    """Rupiah a year, as the page has them."""
    for item in books:
        book, effect = item["book"], item["effect"]
        for plan, row in effect.items():
            money = (row.before, row.after, row.now, row.then)
            which = (item["code"], book.code, book.effective_from, item["before"], plan)
            yield *which, row.customers, *money, row.dearer, row.cheaper, row.unsold


def _row(name: str, effect: Effect) -> tuple[str, Effect, str, str]:
    return name, effect, percent(effect.of_new), percent(effect.of_old)
