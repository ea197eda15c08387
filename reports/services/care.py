"""Who works on a task of staff, and what is noted on the way to its outcome."""

from datetime import datetime

from django.db import transaction

from reports.models import TaskNote, TaskOwner
from tenants.errors import Conflict
from tenants.models import StaffTask, User


@transaction.atomic
def tend_task(*, task: StaffTask, owner: User | None, note: str, by: User, now: datetime) -> None:
    """Give an open task to somebody (None: to nobody) and keep a note, if there is one. A task that is done is left alone.

    The same owner again changes nothing.
    """
    if StaffTask.objects.select_for_update(no_key=True).get(pk=task.pk).done_at is not None:
        raise Conflict("Tugas ini sudah selesai.", code="task_done")
    if owner is None:
        TaskOwner.objects.filter(task=task).delete()
    else:
        TaskOwner.objects.update_or_create(task=task, defaults={"owner": owner})
    said = " ".join(note.split())[:1000]
    if said:
        TaskNote.objects.create(task=task, by=by, at=now, text=said)
