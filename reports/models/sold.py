"""Whose a fact is: what all figures can be asked by."""

from django.db import models


class Sold(models.Model):
    """The product and the province of a customer, and whether it is a test."""

    product = models.CharField("produk", max_length=60)
    province = models.CharField("provinsi", max_length=60, blank=True)
    is_test = models.BooleanField("tenant uji", default=False)

    class Meta:
        abstract = True
