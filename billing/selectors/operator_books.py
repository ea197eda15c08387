"""The books of all tenants together, from the public copies that each check leaves behind."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Sum

from tenants.models import Books, Tenant


@dataclass(frozen=True, slots=True)
class OperatorBooks:
    """Rupiah over all tenants that are no tests: `balances` by account, `deferred` by month, `owed` on the public rows.

    `tenants` were checked, the longest ago at `since`; `waiting` have postings that are not checked yet; `wrong` do not
    agree. `tests` are test tenants, which are left out of all of it.
    """

    balances: dict[str, int]
    deferred: dict[str, int]
    owed: int
    tenants: int
    waiting: int
    wrong: int
    since: datetime | None
    until: datetime | None
    tests: int = 0

    @property
    def agrees(self) -> bool:
        """Whether nothing is out of balance, and what customers owe is what their public rows say, once all are checked."""
        owed_agrees = bool(self.waiting) or self.balances.get("receivable", 0) == self.owed
        return not self.wrong and sum(self.balances.values()) == 0 and owed_agrees


def operator_books() -> OperatorBooks:
    """Summed up over the tenants' last checks; reads public rows only."""
    counted = Tenant.objects.filter(is_test=False, provisioning=Tenant.ProvisioningState.READY)
    checked = Books.objects.filter(tenant__is_test=False)
    balances, deferred = Counter[str](), Counter[str]()
    for accounts, months in checked.values_list("balances", "deferred").iterator(chunk_size=2000):
        balances.update(accounts)
        deferred.update(months)
    when = checked.aggregate(since=Min("checked_at"), until=Max("checked_at"))
    return OperatorBooks(
        balances=dict(sorted(balances.items())),
        deferred=dict(sorted(deferred.items())),
        owed=counted.aggregate(total=Sum("balance"))["total"] or 0,
        tenants=checked.count(),
        waiting=counted.filter(books_changed=True).count(),
        wrong=checked.filter(agrees=False).count(),
        since=when["since"],
        until=when["until"],
        tests=Tenant.objects.filter(is_test=True, provisioning=Tenant.ProvisioningState.READY).count(),
    )


def disagreeing() -> list[Books]:
    """The last checks that found a difference, test tenants included: each is looked into."""
    return list(Books.objects.filter(agrees=False).select_related("tenant").order_by("checked_at")[:100])
