"""Many tenants at once, for load tests and demonstrations: each as a sign-up would have made it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from threading import Event
from typing import Any

from django.db import connection, transaction

from tenants.models import Domain, Tenant
from tenants.services.pipeline import retire
from tenants.services.schema_sql import creation_script
from trials.errors import SignupRefused
from trials.selectors.quotes import Wish, quote
from trials.services.provisioning import provision_tenant
from trials.services.signups import SUBDOMAIN, host_of

# A backend that has made more schemas than this gets slower with each.
PER_CONNECTION = 100
MADE_BY = "make_tenants"
State = Tenant.ProvisioningState


@dataclass(frozen=True, slots=True)
class Wanted:
    """`count` tenants named `prefix`-00001 and so on, each with this quantity, signed up on this day."""

    count: int
    product: str
    quantity: Decimal
    on: date
    prefix: str = "uji"
    workers: int = 2
    is_test: bool = False

    def names(self) -> list[str]:
        """The sub-domains, in order: ["uji-00001", …]."""
        return [f"{self.prefix}-{number:05}" for number in range(1, self.count + 1)]


@dataclass(slots=True)
class Made:
    """What a run did: tenants made, those that were there already, and what went wrong ({"uji-00007": "…"})."""

    made: int = 0
    known: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    stopped: bool = False


def make_tenants(
    *, wanted: Wanted, now: datetime, progress: Callable[[str], None] | None = None, stop: Event | None = None
) -> Made:
    """Make what is missing of the wanted tenants; safe to repeat, it goes on where it stopped.

    A prefix or quantity that is not to be had is refused before anything is made. `progress` is told each name that is settled,
    those that were there at once, from any thread.
    """
    _check(wanted)
    creation_script()  # made here, once, before any thread asks for it
    ready = _ready(wanted)
    missing = [name for name in wanted.names() if _schema_of(name) not in ready]
    run = _Run(wanted, now, progress or (lambda _: None), stop or Event())
    parts = [missing[at : at + PER_CONNECTION] for at in range(0, len(missing), PER_CONNECTION)]
    outcome = Made(known=wanted.count - len(missing))
    for name in wanted.names():
        if _schema_of(name) in ready:
            run.progress(name)
    with ThreadPoolExecutor(wanted.workers, thread_name_prefix="make") as pool:
        for part in pool.map(run.part, parts):
            outcome.made += part.made
            outcome.failed |= part.failed
    outcome.stopped = run.stop.is_set()
    return outcome


def _check(wanted: Wanted) -> None:
    if not SUBDOMAIN.fullmatch(wanted.names()[-1]) or wanted.count > 99_999:
        raise SignupRefused(
            f"{wanted.prefix!r} is no prefix of an address, or {wanted.count} too many.", field="prefix"
        )
    quote(Wish(wanted.product, wanted.quantity, wanted.on))


def _ready(wanted: Wanted) -> set[str]:
    rows = Tenant.objects.filter(
        provisioning=State.READY, schema_name__startswith=_schema_of(f"{wanted.prefix}-"), signup__made_by=MADE_BY
    )
    return set(rows.values_list("schema_name", flat=True))


def _schema_of(name: str) -> str:
    return f"t_{name.replace('-', '_')}"


@dataclass(frozen=True, slots=True)
class _Run:
    wanted: Wanted
    now: datetime
    progress: Callable[[str], None]
    stop: Event

    def part(self, names: Sequence[str]) -> Made:
        """One after the other on a connection of this thread, which is then given up."""
        made = Made()
        try:
            if not self.stop.is_set():
                self._reserve(names)
            for name in names:
                if self.stop.is_set():
                    break
                self._one(name, made)
        finally:
            retire(connection)
        return made

    def _reserve(self, names: Sequence[str]) -> None:
        """Rows and hosts of those that have none yet; whoever has a name already keeps it."""
        with transaction.atomic():
            Tenant.objects.bulk_create([self._row(name) for name in names], ignore_conflicts=True)
            rows = Tenant.objects.filter(schema_name__in=[_schema_of(name) for name in names], signup__made_by=MADE_BY)
            hosts = [Domain(domain=host_of(tenant.subdomain), tenant=tenant, is_primary=True) for tenant in rows]
            Domain.objects.bulk_create(hosts, ignore_conflicts=True)

    def _row(self, name: str) -> Tenant:
        asked: dict[str, Any] = {"quantity": str(self.wanted.quantity), "plan": None, "interval_months": None}
        return Tenant(
            schema_name=_schema_of(name),
            name=name.replace("-", " ").title(),
            product_code=self.wanted.product,
            contact_name="Uji Beban",
            contact_email=f"{name}@tenant.invalid",
            signup=asked | {"on": self.wanted.on.isoformat(), "made_by": MADE_BY},
            provisioning_step=1,
            is_test=self.wanted.is_test,
        )

    def _one(self, name: str, made: Made) -> None:
        tenant = Tenant.objects.get(schema_name=_schema_of(name))
        if tenant.signup.get("made_by") != MADE_BY:
            made.failed[name] = "The address belongs to somebody else."
        elif provision_tenant(tenant=tenant, now=self.now).provisioning == State.READY:
            made.made += 1
        else:
            made.failed[name] = tenant.provisioning_error or "Another worker is at it."
        self.progress(name)
