"""Writing the catalogue: loading files as a whole or not at all, and noting that a price book is in use."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from plans.errors import CatalogueError, CatalogueFileError, Problem
from plans.models import PriceBook
from plans.rules import catalogue as shape
from plans.rules.books import differences
from plans.rules.catalogue_file import CatalogueFile, read_catalogue
from plans.services.catalogue_rows import LoadResult, store_catalogue
from plans.services.experiment_rows import refuse_changed_experiments, store_experiments
from plans.services.guardrail import note_steep_moves, refuse_steep_moves
from tenants.models.jobs import Job
from tenants.services.agenda import call_product

__all__ = ["LoadResult", "load_catalogue", "mark_book_used"]

# Two loads at once would each see the catalogue before the other's; any number that nothing else locks does.
_LOCK = 7_301_552_001


def load_catalogue(*, files: Sequence[Path], now: datetime) -> LoadResult:
    """Make the catalogue what the files say; products of other files stay as they are.

    Safe to repeat. All files are read and checked before anything is written, in one transaction; whatever is wrong
    with any of them is a `CatalogueFileError` with every problem, and nothing is written. A price book that an
    agreement was made under (`first_used_at`) is neither changed nor removed (X3): such a file is refused. So is one with a
    price book that moves a price by more than 10 % a quarter without a reason (K14).
    """
    read = _read_all(files)
    with transaction.atomic():
        _lock()
        refusals = [problem for file in read for problem in _changes_of_used_books(file)]
        refusals += [problem for file in read for problem in refuse_steep_moves(file, now=now)]
        refusals += [problem for file in read for problem in refuse_changed_experiments(file, now=now)]
        if refusals:
            raise CatalogueFileError(refusals)
        result = LoadResult()
        for file in read:
            store_catalogue(file.catalogue, result, now=now)
            _tell_of_prices(file, result, now)
            store_experiments(file.catalogue, result, now=now)
            note_steep_moves(file.catalogue, result)
    return result


def _tell_of_prices(file: CatalogueFile, result: LoadResult, now: datetime) -> None:
    """Where a price book is new or another, let the reminders look at each tenant of the product: whom it concerns is told,
    at once where its announcement is late already (X4)."""
    product = file.catalogue.product.code
    moved = {f"price book {product}/{book.code}" for book in file.catalogue.price_books}
    if moved & {*result.created, *result.updated} or f"product {product}" in result.updated:
        call_product(product=product, job=Job.REMINDERS, today=timezone.localtime(now).date())


def mark_book_used(*, product: str, book: str, now: datetime) -> None:
    """Note the first agreement under a price book, which holds its prices from now on; later calls change nothing.

    Belongs in the transaction that makes the agreement. An unknown book is a `CatalogueError` on field "book".
    """
    books = PriceBook.objects.filter(product__code=product, code=book)
    if books.filter(first_used_at=None).update(first_used_at=now) or books.exists():
        return
    raise CatalogueError(
        f"Daftar harga {book} dari produk {product} tidak ada.",
        field="book",
        code="unknown_book",
        data={"en": f"There is no price book {book} of product {product}."},
    )


def _read_all(files: Sequence[Path]) -> list[CatalogueFile]:
    read: list[CatalogueFile] = []
    problems: list[Problem] = []
    for path in files:
        try:
            read.append(read_catalogue(path.read_text(encoding="utf-8-sig"), str(path)))
        except OSError as error:
            problems.append(Problem(str(path), 0, "", f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            problems.append(Problem(str(path), line, "", "this is no UTF-8 text"))
        except CatalogueFileError as error:
            problems += error.problems
    problems += _contradictions(read)
    if problems:
        raise CatalogueFileError(problems)
    return read


def _contradictions(read: Sequence[CatalogueFile]) -> Iterator[Problem]:
    """One product in two files, or one issuer described in two ways."""
    products: dict[str, CatalogueFile] = {}
    issuers: dict[str, CatalogueFile] = {}
    for file in read:
        product, issuer = file.catalogue.product.code, file.catalogue.issuer
        if (first := products.setdefault(product, file)) is not file:
            yield file.problem(("product", "code"), f"{product} is in {first.name} already")
        if (first := issuers.setdefault(issuer.code, file)).catalogue.issuer != issuer:
            yield file.problem(("issuer",), f"{issuer.code} is described differently in {first.name}")


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _changes_of_used_books(file: CatalogueFile) -> Iterator[Problem]:
    """What the file says otherwise than a book that is in use; the rows stay locked until the load is over."""
    code = file.catalogue.product.code
    places = {book.code: at for at, book in enumerate(file.catalogue.price_books)}
    stored = PriceBook.objects.select_for_update(of=("self",)).filter(product__code=code).order_by("effective_from")
    for row in stored:
        if row.first_used_at is None:
            continue
        since = f"price book {row.code} is in use since {timezone.localtime(row.first_used_at):%Y-%m-%d} and"
        if row.code not in places:
            yield file.problem(("price_books",), f"{since} cannot be removed; put it back")
            continue
        at = places[row.code]
        kept, wanted = shape.PriceBook.model_validate(row.data), file.catalogue.price_books[at]
        for found in differences(kept, wanted):
            yield file.problem(
                ("price_books", at, *found.path),
                f"{since} cannot change from {found.before} to {found.after}; put {found.before} back and add a new "
                "price book with a later effective_from",
            )
