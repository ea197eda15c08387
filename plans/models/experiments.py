"""Experiments as they were loaded, when they run, and who has seen and taken which variant (K13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.catalogue import Product
from tenants.models import Tenant, User


class Experiment(models.Model):
    """One experiment of a product. `data` is as in the file, frozen from the first day it runs.

    It runs from `runs_from` up to, not including, `runs_until`; both are written by staff through the service alone.
    `first_on` is the first day it ever ran. `past_visitors` counts by variant those whose exposure was dropped after its
    time. `in_file`: still in the catalogue file; what has left it keeps its results and never runs again.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="experiments", verbose_name=_("produk"))
    code = models.SlugField(_("kode"), max_length=60, db_index=False)
    position = models.PositiveSmallIntegerField(_("urutan"))
    data = models.JSONField(_("data"))
    runs_from = models.DateField(_("berjalan mulai"), null=True, blank=True)
    runs_until = models.DateField(_("berjalan sebelum"), null=True, blank=True)
    first_on = models.DateField(_("pertama berjalan"), null=True, blank=True)
    past_visitors = models.JSONField(_("pengunjung lama"), default=dict)
    in_file = models.BooleanField(_("ada di daftar harga"), default=True)

    class Meta:
        verbose_name = _("eksperimen")
        verbose_name_plural = _("eksperimen")
        ordering = ("product_id", "position", "code")
        constraints = (
            models.UniqueConstraint(fields=("product", "code"), name="plans_experiment_code"),
            models.CheckConstraint(
                condition=models.Q(runs_from__isnull=True, runs_until__isnull=True)
                | models.Q(runs_until__gte=models.F("runs_from")),
                name="plans_experiment_runs_forwards",
            ),
        )

    def __str__(self) -> str:
        return self.code


class ExperimentSwitch(models.Model):
    """That staff switched an experiment on or off: append-only. `from` and `until` are as of then, empty where off."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="switches", verbose_name=_("eksperimen"))
    at = models.DateTimeField(_("saat"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("oleh"))
    is_on = models.BooleanField(_("dinyalakan"))
    runs_from = models.DateField(_("mulai"), null=True)
    runs_until = models.DateField(_("sebelum"), null=True)
    reason = models.CharField(_("alasan"), max_length=300)

    class Meta:
        verbose_name = _("saklar eksperimen")
        verbose_name_plural = _("saklar eksperimen")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.experiment}: {'on' if self.is_on else 'off'}"


class Exposure(models.Model):
    """That a visitor saw a variant for the first time on a day; dropped after its time, and counted then.

    `visitor` is a keyed hash that leads back to nobody. Nothing but key, variant and day: a row is some 50 bytes.
    """

    pk = models.CompositePrimaryKey("experiment_id", "visitor")
    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="exposures", db_index=False)
    visitor = models.UUIDField()
    variant = models.SlugField(max_length=60, db_index=False)
    first_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.experiment_id}: {self.variant}"


class Enrolment(models.Model):
    """That a tenant signed up in a variant. It stays with the tenant; what it pays lies in its own agreement."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="enrolments")
    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="enrolments")
    variant = models.SlugField(max_length=60, db_index=False)
    visitor = models.UUIDField()
    interval_months = models.PositiveSmallIntegerField()
    signed_up_on = models.DateField()

    class Meta:
        verbose_name = _("tenant dalam eksperimen")
        verbose_name_plural = _("tenant dalam eksperimen")
        constraints = (models.UniqueConstraint(fields=("tenant", "experiment"), name="plans_enrolment_once"),)

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.variant}"
