"""What the last check of a tenant's books found, for the operator's totals."""

from django.db import models

from tenants.models.tenant import Tenant


class Books(models.Model):
    """Balances copied from the tenant's ledger when it was checked; written by the check alone.

    `balances` maps an account to debits less credits, `deferred` a month to what is earned in it, both in rupiah;
    `differences` lists {"account", "booked", "expected"} of what did not agree. `sealed` is the journal as it was then, as
    posted up to an instant: {"until": …, "months": {"2025-03": "2920000:4:<fingerprint>"}}. It has to be there the next time.
    """

    tenant = models.OneToOneField(Tenant, primary_key=True, on_delete=models.CASCADE, related_name="books")
    balances = models.JSONField(default=dict)
    deferred = models.JSONField(default=dict)
    differences = models.JSONField(default=list)
    sealed = models.JSONField(default=dict)
    agrees = models.BooleanField("cocok")
    checked_at = models.DateTimeField("diperiksa")

    class Meta:
        verbose_name = "pembukuan"
        verbose_name_plural = "pembukuan"
        indexes = [models.Index(fields=["tenant"], name="books_disagree", condition=models.Q(agrees=False))]

    def __str__(self) -> str:
        return f"{self.tenant}: {'cocok' if self.agrees else 'tidak cocok'}"
