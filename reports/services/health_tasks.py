"""Open the tasks of staff that follow from a customer's health: red is due in 48 hours, yellow in a week (C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from reports.models import HealthMove
from reports.rules.health import Health, newly_due
from reports.rules.health_table import Colour, Measure
from reports.selectors.health_table import health_table
from tenants.models import StaffTask, Tenant

KIND = "health"
TITLES = {Colour.RED: "Pelanggan berisiko: {name}", Colour.YELLOW: "Pelanggan perlu perhatian: {name}"}
NAMES = {
    Measure.USAGE: "pemakaian",
    Measure.ADOPTION: "fitur dipakai",
    Measure.TICKETS: "tiket bantuan",
    Measure.PAYMENT: "pembayaran",
    Measure.NPS: "NPS",
}
COLOURS = {Colour.RED: "merah", Colour.YELLOW: "kuning", Colour.GREEN: "hijau"}


@dataclass(frozen=True, slots=True)
class Turn:
    """How a customer does after it was looked at, and the change that this is."""

    tenant: Tenant
    move: HealthMove
    health: Health
    before: Health


def open_tasks(turns: Sequence[Turn]) -> None:
    """A task for everybody whose colour became worse; who has one open keeps it, told anew, due earlier where that is sooner.

    One a day and colour for each customer, whenever the job runs. Who stays red after its task is done gets no second one
    until it turns anew.
    """
    due = [(turn, day) for turn in turns if (day := _due(turn)) is not None]
    open_ones = _open([turn.tenant.pk for turn, _ in due])
    new = [_made(turn, day) for turn, day in due if turn.tenant.pk not in open_ones]
    StaffTask.objects.bulk_create(new, ignore_conflicts=True)
    again = [(open_ones[turn.tenant.pk], _made(turn, day)) for turn, day in due if turn.tenant.pk in open_ones]
    changed = [_sharpened(task, made) for task, made in again]
    StaffTask.objects.bulk_update(changed, ["title", "note", "due_on"])


def _due(turn: Turn) -> date | None:
    rules = health_table().on(turn.tenant.product_code, turn.move.on)
    return newly_due(rules, turn.health, turn.before, turn.move.on) if rules else None


def _open(tenants: Sequence[UUID]) -> dict[UUID, StaffTask]:
    """The open tasks, locked: one that is being finished meanwhile is waited for, and then another is opened."""
    if not tenants:
        return {}
    rows = StaffTask.objects.filter(tenant__in=tenants, kind=KIND, done_at__isnull=True).order_by("pk")
    return {task.tenant_id: task for task in rows.select_for_update(no_key=True)}


def _made(turn: Turn, due: date) -> StaffTask:
    colour = turn.health.colour or Colour.GREEN
    return StaffTask(
        tenant=turn.tenant,
        kind=KIND,
        key=f"health:{turn.move.on}:{colour.value}",
        title=TITLES.get(colour, "{name}").format(name=turn.tenant.name)[:200],
        note=_note(turn)[:1000],
        due_on=due,
    )


def _note(turn: Turn) -> str:
    """ "Skor 48 (sebelumnya 90): pemakaian merah, pembayaran kuning." """
    bad = [part for part in turn.health.parts if part.colour is not Colour.GREEN]
    parts = ", ".join(f"{NAMES[part.measure]} {COLOURS[part.colour]}" for part in bad)
    before = turn.move.score_before
    was = "" if before is None else f" (sebelumnya {before})"
    return f"Skor {turn.health.score}{was}: {parts}. {turn.tenant.contact_phone}".strip()


def _sharpened(task: StaffTask, made: StaffTask) -> StaffTask:
    task.title, task.note, task.due_on = made.title, made.note, min(made.due_on, task.due_on)
    return task
