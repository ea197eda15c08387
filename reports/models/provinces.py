"""Totals of a province as they were published for its officials (C14); in what they read no customer stands."""

from django.db import models

from tenants.models import new_id


class ProvinceEdition(models.Model):
    """What may be read of a province from a month on; frozen. Empty (`total` None) where nothing could be told or was new.

    `products` and `standings` are lists of `{"name", "customers", "units"}`; None where a breakdown was not published.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    province = models.CharField("provinsi", max_length=60)
    month = models.DateField("bulan")
    made_on = models.DateField("tanggal")
    total = models.PositiveIntegerField("pelanggan", null=True)
    products = models.JSONField(null=True)
    standings = models.JSONField(null=True)

    class Meta:
        verbose_name = "angka provinsi"
        verbose_name_plural = "angka provinsi"
        constraints = [models.UniqueConstraint(fields=["province", "month"], name="province_edition_once")]

    def __str__(self) -> str:
        return f"{self.province} {self.month}"


class ProvinceBasis(models.Model):
    """Whom an edition counted, to compare the next with: `{tenant: [product, standing, units]}`. No page reads it."""

    edition = models.OneToOneField(ProvinceEdition, models.CASCADE, related_name="basis", primary_key=True)
    counted = models.JSONField()

    class Meta:
        verbose_name = "dasar angka provinsi"
        verbose_name_plural = "dasar angka provinsi"

    def __str__(self) -> str:
        return str(self.edition_id)
