"""The rows of experiments when a catalogue is loaded: new ones wait, those that have begun never change (K13)."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from plans.errors import Problem
from plans.models import Experiment, Product
from plans.rules import catalogue as shape
from plans.rules.catalogue_file import CatalogueFile
from plans.services.catalogue_rows import LoadResult


def refuse_changed_experiments(file: CatalogueFile, *, now: datetime) -> Iterator[Problem]:
    """A problem for each experiment that has begun and is otherwise in the file, or runs and is gone from it.

    What was measured would be neither the old price nor the new one, and a visitor would change sides. Words may change.
    The rows stay locked until the load is over.
    """
    today, places = _today(now), {item.code: at for at, item in enumerate(file.catalogue.experiments)}
    stored = Experiment.objects.select_for_update(of=("self",)).filter(product__code=file.catalogue.product.code)
    for row in stored.filter(first_on__lte=today):
        at = places.get(row.code)
        if at is None:
            if _may_run(row, today):
                said = f"experiment {row.code} runs and cannot be removed; switch it off first"
                yield file.problem(("experiments",), said)
        elif _measured(file.catalogue.experiments[at]) != _measured(shape.Experiment.model_validate(row.data)):
            said = f"experiment {row.code} has run since {row.first_on} and cannot change; add another with a new code"
            yield file.problem(("experiments", at), said)


def store_experiments(catalogue: shape.Catalogue, result: LoadResult, *, now: datetime) -> None:
    """Make the rows of a product's experiments what the file says; whether that is allowed was decided before.

    What left the file is removed if it never ran, else kept for its results. Belongs in the caller's transaction.
    """
    product = Product.objects.get(code=catalogue.product.code)
    rows = {row.code: row for row in Experiment.objects.filter(product=product)}
    for position, item in enumerate(catalogue.experiments):
        label = f"experiment {product.code}/{item.code}"
        values = {"position": position, "data": json.loads(item.model_dump_json()), "in_file": True}
        _put(rows.pop(item.code, None), product, item.code, values, result, label)
    for row in rows.values():
        _retire(row, result, _today(now))


def _put(
    row: Experiment | None, product: Product, code: str, values: dict[str, Any], result: LoadResult, label: str
) -> None:
    if row is None:
        Experiment.objects.create(product=product, code=code, **values)
        result.created.append(label)
    elif all(getattr(row, name) == value for name, value in values.items()):
        result.unchanged.append(label)
    else:
        Experiment.objects.filter(pk=row.pk).update(**values)
        result.updated.append(label)


def _retire(row: Experiment, result: LoadResult, today: date) -> None:
    if row.first_on is None or row.first_on > today:
        row.delete()
    elif row.in_file:
        Experiment.objects.filter(pk=row.pk).update(in_file=False)
    else:
        return
    result.removed.append(f"experiment {row.product.code}/{row.code}")


def _may_run(row: Experiment, today: date) -> bool:
    return row.in_file and row.runs_until is not None and row.runs_until > today


def _measured(experiment: shape.Experiment) -> dict[str, Any]:
    """What decides who pays what: everything but names."""
    data: dict[str, Any] = experiment.model_dump(mode="json", include={"price_book", "variants"})
    for variant in data["variants"]:
        del variant["name"]
    return data


def _today(now: datetime) -> date:
    return timezone.localtime(now).date()
