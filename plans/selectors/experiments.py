"""Which experiments run, which variant somebody is in, and how they go (K13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.crypto import salted_hmac

from plans.models import Enrolment, Experiment
from plans.rules.catalogue import Catalogue
from plans.rules.catalogue import Experiment as ExperimentValue
from plans.rules.experiments import Assigned, assign, named
from plans.rules.offer import choose_book
from plans.rules.proportions import Share
from tenants.models import Event, User


@dataclass(frozen=True, slots=True)
class Taken:
    """A variant that a visitor is in. `visitor` is the key it is counted under."""

    experiment_id: int
    assigned: Assigned
    visitor: UUID


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a variant's visitors signed up, chose to pay by the year, and paid. Each visitor counts once."""

    code: str
    visitors: int
    signups: int
    yearly: int
    paid: int

    def share(self, metric: str) -> Share:
        """What a metric compares: of 200 visitors 12 paid; of 20 signed up 12 paid; of 20 signed up 5 pay by the year."""
        hits = {"signup": self.signups, "paid": self.paid, "trial_to_paid": self.paid, "yearly": self.yearly}[metric]
        of = self.visitors if metric in {"signup", "paid"} else self.signups
        return Share(hits, max(of, hits))


def value_of(row: Experiment) -> ExperimentValue:
    """The experiment as the rules take it."""
    return ExperimentValue.model_validate(row.data)


def visitor_key(name: str) -> UUID:
    """The key of a visitor: a keyed hash of the name, so that not even an e-mail address given by mistake is kept."""
    return UUID(bytes=salted_hmac("plans.experiments", name, algorithm="sha256").digest()[:16])


def running_experiments(catalogue: Catalogue, on: date) -> list[Experiment]:
    """The experiments of a product that run on a day under the price book of that day, in the file's order."""
    rows = Experiment.objects.filter(
        product__code=catalogue.product.code, in_file=True, runs_from__lte=on, runs_until__gt=on
    )
    book = choose_book(catalogue, on).code
    return [row for row in rows if row.data["price_book"] == book]


def variants_of(rows: Sequence[Experiment], visitor: UUID, user: User | None = None) -> tuple[Taken, ...]:
    """The variant of a visitor in each experiment, by the hash; for an owner whose tenant signed up in one, that one."""
    kept = _kept(rows, user) if user is not None and rows else {}
    return tuple(kept.get(row.pk) or Taken(row.pk, assign(value_of(row), str(visitor)), visitor) for row in rows)


def variants_shown(catalogue: Catalogue, shown: Mapping[str, tuple[str, UUID]]) -> tuple[Taken, ...]:
    """The variants that a page is known to have shown, {experiment: (variant, visitor)}, whether they still run or not."""
    if not shown:
        return ()
    rows = Experiment.objects.filter(product__code=catalogue.product.code, code__in=shown)
    found = ((row, named(value_of(row), shown[row.code][0])) for row in rows)
    return tuple(Taken(row.pk, taken, shown[row.code][1]) for row, taken in found if taken is not None)


def _kept(rows: Iterable[Experiment], user: User) -> dict[int, Taken]:
    """By experiment, what the first of a person's tenants signed up in."""
    values = {row.pk: value_of(row) for row in rows}
    mine = Enrolment.objects.filter(experiment__in=values, tenant__memberships__user=user).order_by("-pk")
    found = {}
    for enrolment in mine:
        assigned = named(values[enrolment.experiment_id], enrolment.variant)
        if assigned is not None:
            found[enrolment.experiment_id] = Taken(enrolment.experiment_id, assigned, enrolment.visitor)
    return found


def tallies(row: Experiment, *, with_tests: bool) -> tuple[Tally, ...]:
    """The counts of each variant, in the file's order. Test tenants count only in the demo, where all are.

    Paid is who has paid anything. A visitor with several tenants counts once, so no share is above one.
    """
    seen = dict(row.exposures.values_list("variant").annotate(n=Count("visitor")))
    tenants = row.enrolments.all() if with_tests else row.enrolments.filter(tenant__is_test=False)
    paid = Exists(Event.objects.filter(tenant_id=OuterRef("tenant_id"), name="payment.received"))
    signed_up = {
        found["variant"]: found
        for found in tenants.annotate(has_paid=paid)
        .values("variant")
        .annotate(
            signups=Count("visitor", distinct=True),
            yearly=Count("visitor", distinct=True, filter=Q(interval_months=12)),
            paid=Count("visitor", distinct=True, filter=Q(has_paid=True)),
        )
    }
    return tuple(_tally(variant.code, row, seen, signed_up.get(variant.code, {})) for variant in value_of(row).variants)


def _tally(code: str, row: Experiment, seen: Mapping[str, int], counts: Mapping[str, Any]) -> Tally:
    visitors = int(row.past_visitors.get(code, 0)) + seen.get(code, 0)
    signups = counts.get("signups", 0)
    # who took part was counted as a visitor before; a row lost by hand must not make a share of more than all
    return Tally(code, max(visitors, signups), signups, counts.get("yearly", 0), counts.get("paid", 0))
