"""Who works on a task of staff, and what is noted on the way to its outcome."""

from datetime import date, datetime

from django.db import transaction

from reports.models import HealthStand, TaskNote, TaskOwner
from reports.services.health_tasks import KIND
from tenants.errors import Conflict
from tenants.models import StaffTask, User
from tenants.services.steering import finish_task


@transaction.atomic
def tend_task(*, task: StaffTask, owner: User | None, gives: bool, note: str, by: User, now: datetime) -> None:
    """Give an open task to somebody (None: to nobody) and keep a note, if there is one. A task that is done is left alone.

    Unless it `gives` the task, whoever has it by now keeps it. The same owner again changes nothing.
    """
    if StaffTask.objects.select_for_update(no_key=True).get(pk=task.pk).done_at is not None:
        raise Conflict("Tugas ini sudah selesai.", code="task_done")
    if gives:
        _give(task, owner)
    said = " ".join(note.split())[:1000]
    if said:
        TaskNote.objects.create(task=task, by=by, at=now, text=said)


def _give(task: StaffTask, owner: User | None) -> None:
    if owner is None:
        TaskOwner.objects.filter(task=task).delete()
    else:
        TaskOwner.objects.update_or_create(task=task, defaults={"owner": owner})


@transaction.atomic
def close_task(*, task: StaffTask, outcome: str, by: User, now: datetime, today: date) -> None:
    """Work a task off with what came of it; where it is about health the customer is looked at again.

    Trap: the stand comes before the task, as in the scoring, which locks both.
    """
    if task.kind == KIND:
        HealthStand.objects.filter(tenant=task.tenant_id).update(changed=True)
    finish_task(task=task, outcome=outcome, by=by, now=now, today=today)
