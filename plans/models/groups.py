"""Buying together (C7): which tenants signed up with one group code, and whether they are enough."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, new_id


class OfferGroup(models.Model):
    """A group that the first member opened. `terms` is the offer as it was then, `code` what the others sign up with.

    `formed_on` is the day on which so many as are `needed` had joined; who joins later, until `closes_on`, has the offer at
    once. The row is locked by who joins, so that two at the same instant are counted one after the other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product_code = models.CharField(_("produk"), max_length=60)
    offer_code = models.CharField(_("penawaran"), max_length=32)
    code = models.CharField(_("kode kelompok"), max_length=40, unique=True)
    terms = models.JSONField(editable=False)
    needed = models.PositiveSmallIntegerField(_("anggota yang diperlukan"))
    opened_on = models.DateField(_("dibuka"))
    closes_on = models.DateField(_("dapat diikuti sampai"))
    formed_on = models.DateField(_("lengkap sejak"), null=True, blank=True)
    is_test = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    class Meta:
        verbose_name = _("kelompok pembeli")
        verbose_name_plural = _("kelompok pembeli")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(closes_on__gte=F("opened_on")), name="plans_group_closes_later"),
        )

    def __str__(self) -> str:
        return self.code


class GroupMember(models.Model):
    """A tenant that signed up with a group's code."""

    group = models.ForeignKey(OfferGroup, models.CASCADE, related_name="members", verbose_name=_("kelompok"))
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="groups", verbose_name=_("tenant"))
    joined_on = models.DateField(_("ikut sejak"))

    class Meta:
        verbose_name = _("anggota kelompok")
        verbose_name_plural = _("anggota kelompok")
        constraints = (models.UniqueConstraint(fields=("group", "tenant"), name="plans_group_member_once"),)

    def __str__(self) -> str:
        return f"{self.group}: {self.tenant}"
