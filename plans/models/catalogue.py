"""The catalogue as it was loaded: written by `load_catalogue` alone, read through `plans.selectors`.

`data` holds a part of the catalogue file in the shape of `plans.rules.catalogue`. Nothing in it is looked up for an
agreement that was already made: a subscription keeps its own copy.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Issuer(models.Model):
    """The legal entity that invoices; several products may share one."""

    code = models.SlugField(_("kode"), max_length=60, db_index=False)
    data = models.JSONField(_("data"))
    loaded_at = models.DateTimeField(_("dimuat pada"), help_text=_("Saat datanya terakhir berubah."))

    class Meta:
        verbose_name = _("penerbit")
        verbose_name_plural = _("penerbit")
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("code",), name="plans_issuer_code"),)

    def __str__(self) -> str:
        return self.code


class Product(models.Model):
    """What is sold. `terms` and `reminders` are lists in the file's order: they belong to the product as a whole.

    `extras` holds what is sold beside the plans: {"addons": […], "meters": […], "items": […], "offers": […]}.
    """

    code = models.SlugField(_("kode"), max_length=60, db_index=False)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="products", verbose_name=_("penerbit"))
    data = models.JSONField(_("data"))
    terms = models.JSONField(_("syarat pembayaran"))
    reminders = models.JSONField(_("rencana pengingat"))
    extras = models.JSONField(_("tambahan"), default=dict, db_default={})
    loaded_at = models.DateTimeField(_("dimuat pada"), help_text=_("Saat datanya terakhir berubah."))

    class Meta:
        verbose_name = _("produk")
        verbose_name_plural = _("produk")
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("code",), name="plans_product_code"),)

    def __str__(self) -> str:
        return self.code


class Plan(models.Model):
    """Something a tenant can be on. `position` is its place in the file, which is the order people see."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="plans", verbose_name=_("produk"))
    code = models.SlugField(_("kode"), max_length=60, db_index=False)
    position = models.PositiveSmallIntegerField(_("urutan"))
    data = models.JSONField(_("data"))

    class Meta:
        verbose_name = _("paket")
        verbose_name_plural = _("paket")
        ordering = ("product_id", "position")
        constraints = (models.UniqueConstraint(fields=("product", "code"), name="plans_plan_code"),)

    def __str__(self) -> str:
        return self.code
