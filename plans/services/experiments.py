"""Switching experiments on and off, and noting who saw and who took which variant (K13)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import Enrolment, Experiment, ExperimentSwitch, Exposure
from plans.rules.experiments import touches
from plans.rules.offer import choose_book
from plans.selectors.catalogue import catalogue_of
from plans.selectors.experiments import Taken, value_of
from tenants.errors import Conflict, DomainError
from tenants.models import Tenant, User
from tenants.services.steering import check_reason

# Longer than the visitor's cookie lives, so that nobody is counted twice.
REMEMBERED_FOR = timedelta(days=200)


@transaction.atomic
def switch_on(
    *, experiment: Experiment, first_day: date, last_day: date, reason: str, by: User, now: datetime
) -> Experiment:
    """Let an experiment run from one day to another, both included; it shows from then on and stops by itself.

    Refused: days in the past or backwards, a price book that is not on sale then, one that left the file, and another
    experiment of the product in that time which touches the same price, trial or plan.
    """
    said, today = check_reason(reason), timezone.localtime(now).date()
    rows = {row.pk: row for row in _siblings(experiment)}
    row, until = rows.pop(experiment.pk), last_day + timedelta(days=1)
    _check_days(row, first_day, last_day, today)
    _check_alone(row, [other for other in rows.values() if _meets(other, first_day, until)])
    row.runs_from, row.runs_until = first_day, until
    row.first_on = row.first_on if row.first_on is not None and row.first_on <= today else first_day
    row.save(update_fields=["runs_from", "runs_until", "first_on"])
    _note(row, is_on=True, reason=said, by=by, now=now)
    return row


@transaction.atomic
def switch_off(*, experiment: Experiment, reason: str, by: User, now: datetime) -> Experiment:
    """Stop an experiment now: new visitors see the list price; tenants keep what they signed up for. Once is enough."""
    said, today = check_reason(reason), timezone.localtime(now).date()
    row = next(found for found in _siblings(experiment) if found.pk == experiment.pk)
    if row.runs_from is None or row.runs_until is None or row.runs_until <= today:
        raise Conflict(_("Eksperimen ini sudah tidak berjalan."), code="not_running")
    if row.runs_from > today:  # it never began: it may still change
        row.runs_from = row.runs_until = None
        row.first_on = row.first_on if row.first_on is not None and row.first_on <= today else None
    else:
        row.runs_until = today
    row.save(update_fields=["runs_from", "runs_until", "first_on"])
    _note(row, is_on=False, reason=said, by=by, now=now)
    return row


def expose(*, taken: Iterable[Taken], on: date) -> None:
    """Note that a visitor saw these variants; a second time changes nothing."""
    seen = [
        Exposure(
            experiment_id=item.experiment_id, visitor=item.visitor, variant=item.assigned.variant.code, first_on=on
        )
        for item in taken
    ]
    Exposure.objects.bulk_create(seen, ignore_conflicts=True)


def enrol(*, tenant: Tenant, taken: Iterable[Taken], interval_months: int, on: date) -> None:
    """Note that a tenant signed up in these variants, in the transaction that makes it."""
    taken = tuple(taken)
    expose(taken=taken, on=on)
    Enrolment.objects.bulk_create(
        Enrolment(
            tenant=tenant,
            experiment_id=item.experiment_id,
            variant=item.assigned.variant.code,
            visitor=item.visitor,
            interval_months=interval_months,
            signed_up_on=on,
        )
        for item in taken
    )


def forget_visitors(*, now: datetime) -> int:
    """Drop exposures older than their time and keep their number; returns how many. Safe to repeat.

    Nothing but a sum is left of a visitor then; who signed up lies in the enrolments and counts as before.
    """
    limit, dropped = timezone.localtime(now).date() - REMEMBERED_FOR, 0
    for experiment in Experiment.objects.filter(exposures__first_on__lt=limit).distinct():
        dropped += _forget(experiment, limit)
    return dropped


@transaction.atomic
def _forget(experiment: Experiment, limit: date) -> int:
    row = Experiment.objects.select_for_update().get(pk=experiment.pk)
    dropped = 0
    for variant in value_of(row).variants:
        old = Exposure.objects.filter(experiment=row, variant=variant.code, first_on__lt=limit)
        count = old.delete()[0]
        row.past_visitors[variant.code] = int(row.past_visitors.get(variant.code, 0)) + count
        dropped += count
    row.save(update_fields=["past_visitors"])
    return dropped


def _siblings(experiment: Experiment) -> Iterable[Experiment]:
    """All experiments of the product, locked: two that touch the same cannot be switched on side by side."""
    same = Experiment.objects.filter(product_id=experiment.product_id).select_related("product").order_by("pk")
    return same.select_for_update(of=("self",))


def _check_days(row: Experiment, first_day: date, last_day: date, today: date) -> None:
    if not row.in_file:
        raise Conflict(_("Eksperimen ini tidak ada lagi di daftar harga."), code="not_in_file")
    if row.runs_from is not None and row.runs_until is not None and row.runs_from <= today < row.runs_until:
        raise Conflict(_("Eksperimen ini sedang berjalan."), code="running_already")
    if first_day < today:
        raise DomainError(_("Hari pertama tidak boleh sudah lewat."), field="first_day", code="day_in_the_past")
    if last_day < first_day:
        raise DomainError(_("Hari terakhir harus setelah hari pertama."), field="last_day", code="days_backwards")
    book = choose_book(catalogue_of(row.product.code), first_day).code
    if book != row.data["price_book"]:
        raise DomainError(
            _("Pada hari itu yang berlaku daftar harga %(book)s, bukan %(wanted)s dari eksperimen ini.")
            % {"book": book, "wanted": row.data["price_book"]},
            field="first_day",
            code="other_price_book",
        )


def _meets(other: Experiment, first_day: date, until: date) -> bool:
    runs = other.in_file and other.runs_from is not None and other.runs_until is not None
    return runs and other.runs_from < until and first_day < other.runs_until  # type: ignore[operator]  # both are set


def _check_alone(row: Experiment, others: Iterable[Experiment]) -> None:
    mine = touches(value_of(row))
    for other in others:
        if shared := mine & touches(value_of(other)):
            raise Conflict(
                _("%(other)s berjalan pada waktu yang sama dan mengubah hal yang sama (%(what)s).")
                % {"other": other.code, "what": ", ".join(sorted(shared))},
                field="first_day",
                code="experiments_collide",
            )


def _note(row: Experiment, *, is_on: bool, reason: str, by: User, now: datetime) -> None:
    ExperimentSwitch.objects.create(
        experiment=row,
        at=now,
        by=by,
        is_on=is_on,
        runs_from=row.runs_from,
        runs_until=row.runs_until,
        reason=reason[:300],
    )
