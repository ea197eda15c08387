"""Open the tasks of staff that follow from a customer's health: red is due in 48 hours, yellow in a week (C12)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from reports.models import HealthMove
from reports.rules.health import Health, asked_again, newly_due, task_due
from reports.rules.health_table import Colour, HealthRules, Measure
from reports.selectors.health_table import health_table
from tenants.models import Event, StaffTask, Tenant

KIND = "health"
FINISHED = "staff.task_done"
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


@dataclass(frozen=True, slots=True)
class Done:
    """The day on which the last task was finished, by the customer's own clock, what came of it, and the event of it."""

    on: date
    outcome: str
    event: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff were asked of some customers: the task that is open; of who has none, what was finished last."""

    open: Mapping[UUID, StaffTask]
    done: Mapping[UUID, Done]

    def due(self, turn: Turn) -> date | None:
        """Until when a task is due that is opened now, of who turned worse or was not asked about for a whole period; None of
        everybody else.
        """
        rules, again = _rules_of(turn), self._again_on(turn)
        if again is not None and again <= turn.move.on:
            return _period(turn)
        return newly_due(rules, turn.health, turn.before, turn.move.on) if rules else None

    def look_on(self, turn: Turn) -> date | None:
        """When it is looked at again to ask about it again, if it stays as it is; None where a task is open, or opened now."""
        return None if self.due(turn) is not None else self._again_on(turn)

    def _again_on(self, turn: Turn) -> date | None:
        rules, done = _rules_of(turn), self.done.get(turn.tenant.pk)
        return asked_again(rules, turn.health, done.on) if rules and done else None


def asked_of(turns: Sequence[Turn]) -> Asked:
    """What staff were asked of those somebody has to look after; two queries. The stands are locked by then, so that no
    task of theirs is opened or finished meanwhile.
    """
    keys = {turn.tenant.pk for turn in turns if _period(turn) is not None}
    found = _open(keys)
    return Asked(found, _done(keys - found.keys()))


def open_tasks(turns: Sequence[Turn], asked: Asked) -> None:
    """A task for everybody whose colour became worse; who has one open keeps it, told anew, due earlier where that is sooner.

    Who stays red or yellow after a task was finished gets the next one when its period has passed once more. One a day, colour
    and outcome before it for each customer, whenever the job runs.
    """
    due = [(turn, day) for turn in turns if (day := asked.due(turn)) is not None]
    made = [_made(turn, day, asked.done.get(turn.tenant.pk)) for turn, day in due]
    StaffTask.objects.bulk_create([task for task in made if task.tenant_id not in asked.open], ignore_conflicts=True)
    changed = [_sharpened(asked.open[task.tenant_id], task) for task in made if task.tenant_id in asked.open]
    StaffTask.objects.bulk_update(changed, ["title", "note", "due_on"])


def _rules_of(turn: Turn) -> HealthRules | None:
    return health_table().on(turn.tenant.product_code, turn.move.on)


def _period(turn: Turn) -> date | None:
    """Until when staff would have to look after it, if they were asked today."""
    rules = _rules_of(turn)
    return task_due(rules, turn.health.colour, turn.health.known, turn.move.on) if rules else None


def _open(tenants: Collection[UUID]) -> dict[UUID, StaffTask]:
    """The open tasks, locked: one that is being finished meanwhile is waited for, and then another is opened."""
    if not tenants:
        return {}
    rows = StaffTask.objects.filter(tenant__in=tenants, kind=KIND, done_at__isnull=True).order_by("pk")
    return {task.tenant_id: task for task in rows.select_for_update(no_key=True)}


def _done(tenants: Collection[UUID]) -> dict[UUID, Done]:
    """By the event of the outcome: it is of the customer's own day, where the instant knows no test clock."""
    if not tenants:
        return {}
    rows = Event.objects.filter(tenant__in=tenants, name=FINISHED, data__kind=KIND).order_by("tenant_id", "-id")
    last = rows.distinct("tenant_id").values_list("tenant_id", "occurred_on", "cause", "pk")
    return {key: Done(on, outcome, event) for key, on, outcome, event in last}


def _made(turn: Turn, due: date, done: Done | None) -> StaffTask:
    colour = turn.health.colour or Colour.GREEN
    again = done is not None and turn.health.colour is turn.before.colour
    return StaffTask(
        tenant=turn.tenant,
        kind=KIND,
        key=f"health:{turn.move.on}:{colour.value}{f':{done.event}' if done else ''}",
        title=TITLES.get(colour, "{name}").format(name=turn.tenant.name)[:200],
        note=(f"{_again(colour, done)} {_note(turn)}" if again and done else _note(turn))[:1000],
        due_on=due,
    )


def _again(colour: Colour, done: Done) -> str:
    """ "Masih merah setelah tugas yang selesai 04/03/2026: Akan dilatih."""
    return f"Masih {COLOURS[colour]} setelah tugas yang selesai {done.on:%d/%m/%Y}: {done.outcome}"


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
