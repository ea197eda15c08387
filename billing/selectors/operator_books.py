"""The books of all tenants together, from the public copies that each check leaves behind."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Q, Sum

from tenants.models import Books, Tenant


@dataclass(frozen=True, slots=True)
class OperatorBooks:
    """Rupiah over all tenants asked for: `balances` by account, `deferred` by month, `owed` on the public rows.

    `tenants` were checked, the longest ago at `since`; `waiting` have postings that are not checked yet; `wrong` do not
    agree. `tests` are test tenants, which are left out of all of it unless they are asked for.
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


EVERYBODY = Q()


def operator_books(among: Q = EVERYBODY, *, tests: bool = False) -> OperatorBooks:
    """Summed up over the last checks of the tenants for which `among` holds; reads public rows only."""
    asked = Tenant.objects.filter(among)
    counted = asked if tests else asked.filter(is_test=False)
    ready = counted.filter(provisioning=Tenant.ProvisioningState.READY)
    checked = Books.objects.filter(tenant__in=counted)
    balances, deferred = Counter[str](), Counter[str]()
    for accounts, months in checked.values_list("balances", "deferred").iterator(chunk_size=2000):
        balances.update(accounts)
        deferred.update(months)
    when = checked.aggregate(since=Min("checked_at"), until=Max("checked_at"))
    return OperatorBooks(
        balances=dict(sorted(balances.items())),
        deferred=dict(sorted(deferred.items())),
        owed=ready.aggregate(total=Sum("balance"))["total"] or 0,
        tenants=checked.count(),
        waiting=ready.filter(books_changed=True).count(),
        wrong=checked.filter(agrees=False).count(),
        since=when["since"],
        until=when["until"],
        tests=0 if tests else asked.filter(is_test=True, provisioning=Tenant.ProvisioningState.READY).count(),
    )


def disagreeing(among: Q = EVERYBODY) -> list[Books]:
    """The last checks that found a difference, test tenants included: each is looked into."""
    wrong = Books.objects.filter(agrees=False, tenant__in=Tenant.objects.filter(among))
    return list(wrong.select_related("tenant").order_by("checked_at", "pk")[:100])
