"""Records of the daily work: runs, tenants set aside, tasks for people, number series."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.ids import new_id
from tenants.models.people import User
from tenants.models.tenant import Tenant


class Job(models.TextChoices):
    """The daily jobs; each has its own agenda column."""

    BILLING = "billing", _("penagihan")
    REMINDERS = "reminders", _("pengingat")
    SUSPENSIONS = "suspensions", _("penangguhan")
    RECOGNITION = "recognition", _("pengakuan pendapatan")


class JobRun(models.Model):
    """One run of a daily job, with its outcome."""

    job = models.CharField(_("pekerjaan"), max_length=20, choices=Job.choices)
    on = models.DateField(
        _("untuk tanggal"), null=True, blank=True, help_text=_("Kosong: hari ini di zona tiap tenant.")
    )
    trigger = models.CharField(_("pemicu"), max_length=20, default="beat")
    started_at = models.DateTimeField(_("mulai"))
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    done = models.PositiveIntegerField(_("selesai dikerjakan"), default=0)
    failed = models.PositiveIntegerField(_("disisihkan"), default=0)
    error = models.CharField(_("kesalahan"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("jalannya pekerjaan")
        verbose_name_plural = _("jalannya pekerjaan")
        indexes = [models.Index(fields=["-started_at"], name="job_run_recent")]

    def __str__(self) -> str:
        return f"{self.get_job_display()} {self.started_at:%Y-%m-%d %H:%M}"


class ParkedJob(models.Model):
    """A tenant set aside by a job, with the reason; tried again at `retry_at`, sooner when staff release it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="parked_jobs")
    job = models.CharField(_("pekerjaan"), max_length=20, choices=Job.choices)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=1)
    reason = models.CharField(_("sebab"), max_length=500)
    detail = models.TextField(_("rincian"), blank=True)
    by_staff = models.BooleanField(_("disisihkan staf"), default=False)
    parked_at = models.DateTimeField(_("sejak"))
    retry_at = models.DateTimeField(_("dicoba lagi"), null=True, blank=True, help_text=_("Kosong: menunggu staf."))

    class Meta:
        verbose_name = _("tenant disisihkan")
        verbose_name_plural = _("tenant disisihkan")
        constraints = [models.UniqueConstraint(fields=["tenant", "job"], name="parked_once")]

    def __str__(self) -> str:
        return f"{self.tenant}: {self.reason}"


class StaffTask(models.Model):
    """Something a person of the operator has to do, such as a phone call before a trial ends (X6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="staff_tasks")
    kind = models.CharField(_("jenis"), max_length=20, default="call")
    title = models.CharField(_("tugas"), max_length=200)
    note = models.CharField(_("keterangan"), max_length=1000, blank=True)
    due_on = models.DateField(_("batas"))
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)
    done_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(_("hasil"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("tugas staf")
        verbose_name_plural = _("tugas staf")
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="staff_task_once")]

    def __str__(self) -> str:
        return self.title


class NumberSeries(models.Model):
    """The last number given in a series. The row is locked by the issuing transaction, so no number is lost or given twice."""

    series = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "kind", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.series}/{self.kind}/{self.year}: {self.last}"
