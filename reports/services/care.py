"""Who works on a task of staff, and what is noted on the way to its outcome."""

from datetime import datetime

from django.db import transaction

from reports.models import HealthStand, TaskNote, TaskOwner
from reports.services.health_tasks import KIND
from tenants.errors import Conflict
from tenants.models import StaffTask, User


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


def look_again(*, task: StaffTask) -> None:
    """Have the customer of a task about health scored anew. Before the task is finished, in the same transaction.

    Trap: the stand comes before the task, as in the scoring, which locks both.
    """
    if task.kind == KIND:
        HealthStand.objects.filter(tenant=task.tenant_id).update(changed=True)
