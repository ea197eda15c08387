"""K14 when a catalogue is loaded: a book that moves a price too far is refused, or its reason is noted."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from plans.errors import Problem
from plans.models import PriceBook
from plans.rules import catalogue as shape
from plans.rules.catalogue_file import CatalogueFile
from plans.rules.guardrail import Move, in_force_before, steep_moves
from plans.services.catalogue_rows import LoadResult


def refuse_steep_moves(file: CatalogueFile, *, now: datetime) -> Iterator[Problem]:
    """A problem for each price that moves by more than 10 % a quarter in a book that gives no reason.

    A book is held against those of its file that hold in the quarter before it, and against itself as it is on sale now:
    editing a book that nobody has signed up under moves its prices, too.
    """
    on_sale = _on_sale(file.catalogue.product.code, now)
    for at, book in enumerate(file.catalogue.price_books):
        if book.steep_move is not None:
            continue
        was = on_sale.get(book.code)
        earlier = in_force_before(file.catalogue.price_books, book.effective_from)
        for move in steep_moves(book, (*earlier, *([was] if was else [])), file.catalogue.plans):
            yield file.problem(("price_books", at, *move.path), _refusal(at, move))


def note_steep_moves(catalogue: shape.Catalogue, result: LoadResult) -> None:
    """Say of each book that was just stored with a reason what it moves most."""
    stored = {*result.created, *result.updated}
    for book in catalogue.price_books:
        label = f"price book {catalogue.product.code}/{book.code}"
        if book.steep_move is None or label not in stored:
            continue
        moves = steep_moves(book, in_force_before(catalogue.price_books, book.effective_from), catalogue.plans)
        result.steep += [f"{label}: {move}; allowed (K14): {book.steep_move.reason}" for move in moves]


def _on_sale(product: str, now: datetime) -> dict[str, shape.PriceBook]:
    begun = PriceBook.objects.filter(product__code=product, effective_from__lte=timezone.localtime(now).date())
    return {row.code: shape.PriceBook.model_validate(row.data) for row in begun}


def _refusal(at: int, move: Move) -> str:
    return (
        f"{move}; at most 10 % a quarter (K14). Take smaller steps, or write why into price_books[{at}].steep_move: "
        '{reason: "…"}'
    )
