"""The rows of a catalogue: made, brought up to date, or left alone where nothing changed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from pydantic import BaseModel

from plans.models import Issuer, Plan, PriceBook, Product
from plans.rules.books import book_to_dict, fingerprint
from plans.rules.catalogue import Catalogue

Row = TypeVar("Row", bound=Model)
EXTRAS = ("addons", "meters", "items", "offers", "referrals", "partners")


@dataclass
class LoadResult:
    """What a load did, as labels like "price book xclass/xclass-2026"; `steep` says which new prices move far, and why."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    steep: list[str] = field(default_factory=list)


def store_catalogue(catalogue: Catalogue, result: LoadResult, *, now: datetime) -> None:
    """Make the rows of one product what the catalogue says, and note in `result` what was done.

    Whether that is allowed was decided before. Rows are changed in place, so that a book keeps its identity while
    somebody signs up under it. Belongs in the caller's transaction.
    """
    product = _store_product(catalogue, result, now)
    for position, plan in enumerate(catalogue.plans):
        values = {"position": position, "data": _plain(plan)}
        _put(Plan, {"product": product, "code": plan.code}, values, result, f"plan {product.code}/{plan.code}")
    for book in catalogue.price_books:
        values = {"effective_from": book.effective_from, "data": book_to_dict(book), "fingerprint": fingerprint(book)}
        label = f"price book {product.code}/{book.code}"
        _put(PriceBook, {"product": product, "code": book.code}, values, result, label)
    _remove(Plan.objects.filter(product=product), {plan.code for plan in catalogue.plans}, result, "plan")
    _remove(PriceBook.objects.filter(product=product), {it.code for it in catalogue.price_books}, result, "price book")


def _store_product(catalogue: Catalogue, result: LoadResult, now: datetime) -> Product:
    code = catalogue.issuer.code
    issuer = _put(Issuer, {"code": code}, {"data": _plain(catalogue.issuer)}, result, f"issuer {code}", loaded_at=now)
    values = {
        "issuer_id": issuer.pk,
        "data": _plain(catalogue.product),
        "terms": [_plain(item) for item in catalogue.terms],
        "reminders": [_plain(item) for item in catalogue.reminders],
        "extras": {name: [_plain(item) for item in getattr(catalogue, name)] for name in EXTRAS},
    }
    code = catalogue.product.code
    return _put(Product, {"code": code}, values, result, f"product {code}", loaded_at=now)


def _put(
    kind: type[Row],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    result: LoadResult,
    label: str,
    **stamp: datetime,
) -> Row:
    """The row with this key and these values; `stamp` is written with a change but is none by itself."""
    row = kind._default_manager.filter(**key).first()
    if row is None:
        result.created.append(label)
        return kind._default_manager.create(**key, **values, **stamp)
    if all(getattr(row, name) == value for name, value in values.items()):
        result.unchanged.append(label)
        return row
    for name, value in {**values, **stamp}.items():
        setattr(row, name, value)
    # only what was loaded: the row's first_used_at may be written by a sign-up at this moment
    row.save(update_fields=[*values, *stamp])
    result.updated.append(label)
    return row


def _remove(rows: "QuerySet[Plan] | QuerySet[PriceBook]", kept: Collection[str], result: LoadResult, what: str) -> None:
    for row in rows.exclude(code__in=kept).select_related("product"):
        result.removed.append(f"{what} {row.product.code}/{row.code}")
        row.delete()


def _plain(part: BaseModel) -> Any:
    return json.loads(part.model_dump_json(by_alias=True))
