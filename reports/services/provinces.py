"""Editions of the provinces' totals: once a month, all of them from the same facts (C14, decision 60)."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from reports.models import ProvinceBasis, ProvinceEdition
from reports.rules.provinces import Counted, Edition, Part, compose
from reports.selectors.provinces import counted_now, earlier_editions


def publish_provinces(*, today: date, tests: bool = False) -> int:
    """This month's edition of every province with customers; returns how many came out with something new.

    The first run of a month makes all of them, any other none: figures of another day would tell what happened since. A
    province whose edition says nothing gets an empty row. Safe to repeat and to run twice at once: one of both fails whole.
    """
    month = today.replace(day=1)
    if ProvinceEdition.objects.filter(month=month).exists():
        return 0
    with transaction.atomic():
        made = [_publish(name, counted, today) for name, counted in sorted(counted_now(tests=tests).items())]
    return sum(edition.total is not None for edition in made)


def _publish(province: str, counted: Counted, today: date) -> ProvinceEdition:
    said = compose(counted, earlier_editions(province))
    edition = ProvinceEdition.objects.create(
        province=province, month=today.replace(day=1), made_on=today, total=said.total, **_breakdowns(said)
    )
    if said.total is not None:
        kept = {key: [member.product, member.standing, member.units] for key, member in counted.items()}
        ProvinceBasis.objects.create(edition=edition, counted=kept)
    return edition


def _breakdowns(edition: Edition) -> dict[str, Any]:
    return {"products": _stored(edition.products), "standings": _stored(edition.standings)}


def _stored(parts: tuple[Part, ...] | None) -> list[dict[str, Any]] | None:
    return None if parts is None else [asdict(part) for part in parts]
