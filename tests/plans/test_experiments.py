"""K13 in the database: loading and freezing, the switch, who saw and who took what, and forgetting."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from plans.errors import CatalogueFileError
from plans.models import Enrolment, Experiment, ExperimentSwitch, Exposure
from plans.selectors.catalogue import catalogue_of
from plans.selectors.experiments import Taken, running_experiments, tallies, value_of, variants_of, visitor_key
from plans.services.catalogue import load_catalogue
from plans.services.experiments import enrol, expose, forget_visitors, switch_off, switch_on
from tenants.errors import Conflict, DomainError
from tenants.models import Event, Tenant, User
from tests.plans.clinic import CLINIC

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
TODAY = date(2025, 9, 1)
CHEAPER = """\
experiments:
  - code: cheaper
    name: {id: Lebih murah, en: Cheaper}
    price_book: clinic-2025
    variants:
      - {code: list, name: {id: Daftar, en: List}}
      - code: less
        name: {id: Kurang, en: Less}
        charges:
          - {code: doctors, interval_months: 3, pricing: {model: per_unit, unit_price: "250000"}}
  - code: longer
    name: {id: Lebih lama, en: Longer}
    price_book: clinic-2025
    metric: trial_to_paid
    variants:
      - {code: short, name: {id: Pendek, en: Short}}
      - {code: long, name: {id: Panjang, en: Long}, trial: {days: 28}}
"""
Load = Callable[..., Any]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load the clinic with these experiments, none unless named."""

    def load_text(experiments: str = "", now: datetime = NOW) -> Any:
        path = tmp_path / "clinic.yaml"
        path.write_text(CLINIC + experiments, encoding="utf-8")
        return load_catalogue(files=[path], now=now)

    return load_text


@pytest.fixture
def cheaper(load: Load) -> Experiment:
    """The experiment on the clinic's price, off."""
    load(CHEAPER)
    return Experiment.objects.get(code="cheaper")


def begin(experiment: Experiment, by: User, first: date = TODAY, last: date | None = None, now: datetime = NOW) -> None:
    switch_on(
        experiment=experiment,
        first_day=first,
        last_day=last or first + timedelta(days=29),
        reason="Uji harga",
        by=by,
        now=now,
    )
    experiment.refresh_from_db()


def codes(on: date) -> list[str]:
    return [row.code for row in running_experiments(catalogue_of("clinic"), on)]


def test_a_loaded_experiment_waits_for_the_switch(cheaper: Experiment, load: Load) -> None:
    """K13: staff decide when it runs; loading again changes nothing."""
    assert codes(TODAY) == []
    assert cheaper.runs_from is None
    again = load(CHEAPER)
    assert (again.created, again.updated) == ([], [])


def test_it_runs_from_its_first_day_to_its_last(cheaper: Experiment, staff: User) -> None:
    """K13: 10 to 12 September, both included; who switched it and why is kept."""
    begin(cheaper, staff, date(2025, 9, 10), date(2025, 9, 12))
    running = [codes(date(2025, 9, day)) for day in (9, 10, 12, 13)]
    assert running == [[], ["cheaper"], ["cheaper"], []]
    (switch,) = ExperimentSwitch.objects.all()
    assert (switch.is_on, switch.by, switch.reason, switch.at) == (True, staff, "Uji harga", NOW)


def test_off_means_off_at_once_and_it_may_be_switched_on_again(cheaper: Experiment, staff: User) -> None:
    """K13."""
    begin(cheaper, staff)
    assert codes(TODAY) == ["cheaper"]
    switch_off(experiment=cheaper, reason="Terlalu mahal", by=staff, now=NOW)
    assert codes(TODAY) == []
    with pytest.raises(Conflict):
        switch_off(experiment=cheaper, reason="Sekali lagi", by=staff, now=NOW)
    begin(cheaper, staff)
    assert codes(TODAY) == ["cheaper"]
    assert cheaper.first_on == TODAY
    assert [switch.is_on for switch in cheaper.switches.all()] == [True, False, True]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"first_day": date(2025, 8, 31)}, "first_day", "day_in_the_past"),
        ({"first_day": TODAY, "last_day": date(2025, 8, 31)}, "last_day", "days_backwards"),
        ({"reason": " x  "}, "reason", "reason_missing"),
    ],
)
def test_days_and_reason_are_checked(
    cheaper: Experiment, staff: User, given: dict[str, Any], field: str, code: str
) -> None:
    """K13."""
    asked: dict[str, Any] = {"first_day": TODAY, "last_day": date(2025, 9, 30), "reason": "Uji harga"} | given
    with pytest.raises(DomainError) as refused:
        switch_on(experiment=cheaper, by=staff, now=NOW, **asked)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not ExperimentSwitch.objects.exists()


def test_two_that_touch_the_same_price_do_not_run_together(staff: User) -> None:
    """K13: price points and the annual discount both change the yearly price; the trial's length goes with either."""
    klustera = {row.code: row for row in Experiment.objects.filter(product__code="klustera")}
    begin(klustera["price-points"], staff)
    begin(klustera["trial-length"], staff)
    with pytest.raises(Conflict, match="units/12"):
        begin(klustera["annual-discount"], staff, date(2025, 9, 30))
    begin(klustera["annual-discount"], staff, date(2025, 10, 1))


def test_it_is_not_switched_on_under_another_price_book_and_rests_when_one_follows(
    cheaper: Experiment, staff: User, load: Load
) -> None:
    """K13, X2: its prices are those of one book."""
    later = CLINIC[CLINIC.index("  - code: clinic-2025") :].replace("clinic-2025", "clinic-next")
    load(later.replace("2025-07-01", "2025-09-15") + CHEAPER)
    with pytest.raises(DomainError) as refused:
        begin(cheaper, staff, date(2025, 9, 15))
    assert refused.value.code == "other_price_book"
    begin(cheaper, staff)
    assert (codes(date(2025, 9, 14)), codes(date(2025, 9, 15))) == (["cheaper"], [])


def test_once_begun_it_never_changes_but_in_its_words(cheaper: Experiment, staff: User, load: Load) -> None:
    """K13: what was measured stays what it was."""
    begin(cheaper, staff, date(2025, 9, 2))
    other = CHEAPER.replace('"250000"', '"240000"')
    assert load(other).updated == ["experiment clinic/cheaper"]  # not begun yet
    late = NOW + timedelta(days=1)
    with pytest.raises(CatalogueFileError, match=r"experiments\[0\]: experiment cheaper has run since 2025-09-02"):
        load(CHEAPER, now=late)
    assert load(other.replace("Lebih murah", "Harga baru"), now=late).updated == ["experiment clinic/cheaper"]
    with pytest.raises(CatalogueFileError, match="experiment cheaper runs and cannot be removed"):
        load(now=late)


def test_an_ended_one_may_leave_the_file_and_keeps_its_results(cheaper: Experiment, staff: User, load: Load) -> None:
    """K13."""
    begin(cheaper, staff)
    expose(taken=_taken(cheaper, "a"), on=TODAY)
    switch_off(experiment=cheaper, reason="Selesai", by=staff, now=NOW)
    assert sorted(load().removed) == ["experiment clinic/cheaper", "experiment clinic/longer"]
    cheaper.refresh_from_db()
    assert not cheaper.in_file
    assert sum(tally.visitors for tally in tallies(cheaper, with_tests=False)) == 1
    assert not Experiment.objects.filter(code="longer").exists()
    with pytest.raises(Conflict):
        begin(cheaper, staff)
    assert load().removed == []


def _taken(experiment: Experiment, name: str) -> tuple[Taken, ...]:
    return variants_of([experiment], visitor_key(name))


def _visitor_in(experiment: Experiment, variant: str, number: int = 0) -> tuple[Taken, ...]:
    """The number-th visitor that falls into a variant."""
    found = (_taken(experiment, f"visitor {count}") for count in range(1000))
    return [taken for taken in found if taken[0].assigned.variant.code == variant][number]


def test_a_visitor_is_counted_once(cheaper: Experiment) -> None:
    """K13."""
    for _again in range(3):
        expose(taken=_taken(cheaper, "a"), on=TODAY)
    expose(taken=_taken(cheaper, "b"), on=TODAY)
    assert sum(tally.visitors for tally in tallies(cheaper, with_tests=False)) == 2


def test_the_key_leads_back_to_nobody(cheaper: Experiment) -> None:
    """K13: what is kept of a visitor is a keyed hash."""
    expose(taken=_taken(cheaper, "ayu@example.test"), on=TODAY)
    kept = Exposure.objects.get()
    assert isinstance(kept.visitor, UUID)
    assert {field.attname for field in Exposure._meta.concrete_fields} == {
        "experiment_id",
        "visitor",
        "variant",
        "first_on",
    }


def test_visitors_signups_and_payers_are_counted_by_variant(
    cheaper: Experiment, school: Tenant, complex_: Tenant, citra: User
) -> None:
    """K13: of two visitors in `less` one signs up two tenants and pays for both, one looks on; in `list` one looks on."""
    payer, onlooker = _visitor_in(cheaper, "less"), _visitor_in(cheaper, "less", 1)
    expose(taken=[*onlooker, *_visitor_in(cheaper, "list")], on=TODAY)
    for tenant in (school, complex_):
        enrol(tenant=tenant, taken=payer, interval_months=12, on=TODAY)
        Event.objects.create(tenant=tenant, name="payment.received", occurred_on=TODAY)
    listed, less = tallies(cheaper, with_tests=False)
    assert (listed.visitors, listed.signups, listed.paid) == (1, 0, 0)
    assert (less.visitors, less.signups, less.yearly, less.paid) == (2, 1, 1, 1)
    assert (less.share("paid").hits, less.share("paid").of) == (1, 2)
    assert (less.share("trial_to_paid").hits, less.share("trial_to_paid").of) == (1, 1)
    assert listed.share("yearly").rate is None


def test_test_tenants_count_in_the_demo_alone(cheaper: Experiment, school: Tenant) -> None:
    """K13."""
    enrol(tenant=school, taken=_taken(cheaper, "a"), interval_months=12, on=TODAY)
    Tenant.objects.filter(pk=school.pk).update(is_test=True)
    assert sum(tally.signups for tally in tallies(cheaper, with_tests=False)) == 0
    assert sum(tally.signups for tally in tallies(cheaper, with_tests=True)) == 1


def test_a_tenant_is_enrolled_once(cheaper: Experiment, school: Tenant) -> None:
    """K13: the database holds it."""
    enrol(tenant=school, taken=_taken(cheaper, "a"), interval_months=12, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        enrol(tenant=school, taken=_taken(cheaper, "b"), interval_months=12, on=TODAY)
    assert Enrolment.objects.count() == 1


def test_an_owner_stays_in_the_variant_of_the_first_tenant_on_any_device(
    cheaper: Experiment, school: Tenant, ayu: User
) -> None:
    """K13, K16: a developer adds a second complex from another computer and sees the price of the first."""
    first, elsewhere = _visitor_in(cheaper, "less"), _visitor_in(cheaper, "list")
    enrol(tenant=school, taken=first, interval_months=12, on=TODAY)
    assert variants_of([cheaper], elsewhere[0].visitor)[0].assigned.variant.code == "list"
    assert variants_of([cheaper], elsewhere[0].visitor, ayu) == first


def test_old_exposures_become_a_number(cheaper: Experiment) -> None:
    """K13: after 200 days nothing but a sum is left of a visitor; twice is as good as once."""
    old, new = TODAY, TODAY + timedelta(days=1)
    expose(taken=[*_visitor_in(cheaper, "less"), *_visitor_in(cheaper, "less", 1)], on=old)
    expose(taken=_visitor_in(cheaper, "list"), on=new)
    before = tallies(cheaper, with_tests=False)
    assert forget_visitors(now=NOW + timedelta(days=200)) == 0
    assert forget_visitors(now=NOW + timedelta(days=201)) == 2
    assert forget_visitors(now=NOW + timedelta(days=201)) == 0
    cheaper.refresh_from_db()
    assert (Exposure.objects.count(), cheaper.past_visitors) == (1, {"list": 0, "less": 2})
    assert tallies(cheaper, with_tests=False) == before


def test_the_value_comes_back_as_it_was_loaded(cheaper: Experiment) -> None:
    """K13."""
    assert [variant.code for variant in value_of(cheaper).variants] == ["list", "less"]
