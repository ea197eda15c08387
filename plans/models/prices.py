"""Price books: prices that hold for sign-ups from a day on (X2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.catalogue import Product


class PriceBook(models.Model):
    """One book. Once `first_used_at` is set, its prices and its day never change again: a new book is added instead.

    `fingerprint` is of the day and the charges; `first_used_at` is set by the first agreement made under the book.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="price_books", verbose_name=_("produk"))
    code = models.SlugField(_("kode"), max_length=60, db_index=False)
    effective_from = models.DateField(_("berlaku mulai"))
    data = models.JSONField(_("data"))
    fingerprint = models.CharField(_("sidik jari"), max_length=64)
    first_used_at = models.DateTimeField(_("pertama dipakai pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("daftar harga")
        verbose_name_plural = _("daftar harga")
        ordering = ("product_id", "effective_from")
        constraints = (
            models.UniqueConstraint(fields=("product", "code"), name="plans_pricebook_code"),
            # deferred: one file may exchange the days of two books that nobody uses yet
            models.UniqueConstraint(
                fields=("product", "effective_from"),
                name="plans_pricebook_effective_from",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return self.code
