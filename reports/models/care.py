"""Who works on a task, and what was noted on the way to its outcome."""

from django.db import models

from tenants.models import StaffTask, User, new_id


class TaskOwner(models.Model):
    """The member of staff who looks after a task; a task without one is anybody's."""

    task = models.OneToOneField(StaffTask, models.CASCADE, related_name="care", primary_key=True)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "pemilik tugas"
        verbose_name_plural = "pemilik tugas"

    def __str__(self) -> str:
        return str(self.owner)


class TaskNote(models.Model):
    """What somebody wrote about a task before it was done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(StaffTask, models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField("waktu")
    text = models.CharField("catatan", max_length=1000)

    class Meta:
        verbose_name = "catatan tugas"
        verbose_name_plural = "catatan tugas"

    def __str__(self) -> str:
        return self.text[:80]
