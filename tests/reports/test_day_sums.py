"""Pages say the same whether facts are in the days' sums or not, and the sums are what the facts add up to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from billing.gateways.statements.models import GatewayFee, GatewayReport, GatewayReportRow
from partners.models import Partner, Referral
from reports.models import CashDay, CashMove, ClaimPart, CohortMonth, RevenueDay, RevenueMove
from reports.rules.cash import CashKind
from reports.rules.claim_parts import PartKind
from reports.selectors.cash import cash_in, sums_in
from reports.selectors.gateway_costs import GatewayCost, gateway_costs
from reports.selectors.retention import cohorts_of
from reports.selectors.revenue import Scope, report_of
from reports.selectors.streams import streams_of
from reports.services.day_sums import merge_days, sum_up, take_out
from reports.services.day_sums_proof import lacking, put_right
from reports.services.following import follow_events
from tenants.models import Event, Tenant
from tenants.selectors.coordinator import has_citus
from tests.reports.year import day, live_the_year

D = date
WAYS = (("midtrans", "qris"), ("midtrans", "bank_transfer"), ("manual", ""), ("withholding", ""))
WHERE: list[dict[str, Any]] = [
    {},
    {"product": "klustera"},
    {"channel": "agent"},
    {"province": "Jawa Barat"},
    {"plan": "only"},
]


@pytest.fixture
def customers(db: None) -> dict[str, Tenant]:
    """Six."""
    return fill_the_year()


def fill_the_year() -> dict[str, Tenant]:
    """The six of the year with sixty facts of money, of its parts and of fees each at random; one of them is a test."""
    made, chance = live_the_year(), Random(20261126)
    Tenant.objects.filter(pk=made["B"].pk).update(is_test=True)
    moves = CashMove.objects.bulk_create([_move(chance, tenant) for tenant in made.values() for _ in range(60)])
    ClaimPart.objects.bulk_create([_part(chance, move) for move in moves])
    report = GatewayReport.objects.create(file_name="a.csv", sha256="a", imported_at=datetime(2026, 2, 1, tzinfo=UTC))
    row = GatewayReportRow.objects.create(
        report=report, fingerprint="1", row=1, kind="payment", amount=1, fee=1, tax=0, settled_on=day(1)
    )
    money = [move for move in moves if move.kind == CashKind.COLLECTED]
    fees = GatewayFee.objects.bulk_create([_fee(chance, move.tenant, move.source, row) for move in money])
    GatewayFee.objects.bulk_create([_taken_back(fee) for fee in fees[::5]])
    return made


def _move(chance: Random, tenant: Tenant) -> CashMove:
    kind, (channel, method) = chance.choice(list(CashKind)), chance.choice(WAYS)
    return CashMove(
        id=uuid4(),
        tenant=tenant,
        source=uuid4(),
        on=_some_day(chance),
        kind=kind,
        amount=chance.randrange(-5, 9) * 1_000,
        fee=chance.choice((0, 4_000)) if channel == "midtrans" else 0,
        channel=channel,
        method=method,
        product=tenant.product_code,
        is_test=tenant.schema_name == "t_b",
    )


def _part(chance: Random, move: CashMove) -> ClaimPart:
    kind, amount = chance.choice(list(PartKind)), chance.randrange(-5, 9) * 1_000
    return ClaimPart(
        id=uuid4(), move=move, on=move.on, kind=kind, amount=amount, product=move.product, is_test=move.is_test
    )


def _fee(chance: Random, tenant: Tenant, payment: UUID, row: GatewayReportRow) -> GatewayFee:
    channel, amount = chance.choice(("midtrans", "other")), chance.randrange(9)
    return GatewayFee(
        tenant=tenant, payment=payment, channel=channel, amount=amount, settled_on=_some_day(chance), row=row
    )


def _taken_back(fee: GatewayFee) -> GatewayFee:
    """On the next day, when a later report corrects it."""
    facts = {
        "channel": fee.channel,
        "amount": -fee.amount,
        "settled_on": fee.settled_on + timedelta(days=1),
        "row": fee.row,
    }
    return GatewayFee(tenant=fee.tenant, payment=fee.payment, position=1, reverses=fee, **facts)


def _some_day(chance: Random) -> date:
    return day(1) + timedelta(days=chance.randrange(120))


def scopes() -> Iterator[Scope]:
    """A whole year and days at random, of everybody and of some, with and without tests."""
    chance = Random(7)
    yield Scope(D(2026, 1, 1), D(2026, 12, 31))
    for at, where in enumerate(WHERE):
        first = _some_day(chance)
        yield Scope(first, first + timedelta(days=chance.randrange(200)), where, tests=at % 2 == 0)


def told() -> list[Any]:
    """All that the pages of money, revenue, cohorts and economics read of the sums."""
    found: list[Any] = []
    for scope in scopes():
        report = report_of(scope, "channel")
        found.append((report.now, report.then, report.months, cohorts_of(scope)))
        if scope.where.keys() <= {"product", "province"}:
            found.append((cash_in(scope), sums_in(scope), gateway_costs(scope)))
        if scope.where.keys() <= {"product", "channel"}:
            found.append([sorted(map(repr, streams_of(scope, by))) for by in ("channel", "month")])
    return found


def test_pages_tell_the_same_of_facts_in_the_sums_and_beside_them(customers: dict[str, Tenant]) -> None:
    """None summed up, half of the customers, then all, in many rows a day and in one."""
    everybody = list(customers.values())
    take_out(everybody)
    merge_days()
    assert not any(model.objects.exists() for model in (CashDay, RevenueDay, CohortMonth))
    expected = told()
    whole = cash_in(Scope(D(2026, 1, 1), D(2026, 12, 31))).total
    facts = CashMove.objects.filter(kind="refunded", is_test=False).exclude(channel="withholding")
    assert whole.refunded == sum(facts.values_list("amount", flat=True)) != 0
    sum_up(everybody[:3])
    assert (told(), lacking()) == (expected, [])
    sum_up(everybody)
    sum_up(everybody)
    assert lacking() == []
    assert not any(model.objects.filter(summed=False).exists() for model in (CashMove, RevenueMove, GatewayFee))
    assert set(ClaimPart.objects.filter(summed=False).values_list("kind", flat=True)) == {PartKind.RECURRING}
    written = CashDay.objects.count()
    merge_days()
    merge_days()
    assert CashDay.objects.count() < written
    assert (told(), lacking()) == (expected, [])
    CashMove.objects.filter(tenant=customers["A"]).update(summed=False)
    assert any(line.startswith("CashDay") for line in lacking()), "what is in the sums and does not say so counts twice"


def test_a_fee_waits_beside_the_sums_until_a_fact_says_how_was_paid_k8(customers: dict[str, Tenant]) -> None:
    """4.440 of a payment that nobody has told yet; once it is, the fee is of QRIS, and 1 payment."""
    year, tenant, payment = Scope(D(2027, 1, 1), D(2027, 12, 31)), customers["A"], uuid4()
    fee = _fee(Random(1), tenant, payment, GatewayReportRow.objects.get())
    fee.channel, fee.amount, fee.settled_on = "midtrans", 4_440, D(2027, 2, 3)
    fee.save()
    sum_up([tenant])
    assert gateway_costs(year) == {("midtrans", ""): GatewayCost(kept=4_440, payments=1)}
    paid = _move(Random(1), tenant)
    paid.source, paid.kind, paid.channel, paid.method, paid.on = (
        payment,
        "collected",
        "midtrans",
        "qris",
        D(2026, 12, 31),
    )
    paid.save()
    for _ in range(2):
        sum_up([tenant])
        assert gateway_costs(year) == {("midtrans", "qris"): GatewayCost(kept=4_440, payments=1)}
        assert lacking() == []
    take_out([tenant])
    assert (gateway_costs(year)[("midtrans", "qris")].kept, lacking()) == (4_440, [])


def test_money_of_a_customer_goes_where_it_turns_out_to_come_from(customers: dict[str, Tenant]) -> None:
    """A came by itself, until a partner is named and its next event is followed: all of its money moves to that channel."""
    sum_up(list(customers.values()))
    year = Scope(D(2026, 1, 1), D(2026, 12, 31), {"channel": "agent"})
    assert {item.group for item in streams_of(year, "product")} == {"naikkelas"}
    agent = Partner.objects.get(kind="agent")
    Referral.objects.create(tenant=customers["A"], partner=agent, code=agent.code, referred_on=day(9))
    grown = {"it": ["main", 9_600_000, "210"]}
    Event.objects.create(
        tenant=customers["A"],
        name="subscription.changed",
        occurred_on=day(12),
        data={"plan": "only"},
        recurring=grown,
    )
    Tenant.objects.filter(pk=customers["A"].pk).update(facts_changed=True)
    follow_events()
    assert lacking() == []
    paid = sum(CashMove.objects.filter(tenant=customers["A"]).values_list("fee", flat=True))
    fees = [item.amount for item in streams_of(year, "product") if (item.what, item.group) == ("fees", "klustera")]
    assert sum(fees) == paid != 0


def test_sums_that_differ_from_the_facts_are_put_right(customers: dict[str, Tenant]) -> None:
    """A fact that was deleted past the services, and a sum that was changed: once is enough, and twice does no harm."""
    sum_up(list(customers.values()))
    CashMove.objects.filter(kind="refunded").delete()
    RevenueDay.objects.filter(kind="churn").delete()
    assert {line.split()[0] for line in lacking()} == {"CashDay", "RevenueDay"}
    put_right()
    put_right()
    assert lacking() == []


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database itself, without a flush in the end (see `tests.billing.test_races`)."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.citus
@pytest.mark.slow
def test_sums_are_written_by_a_coordinator_that_knows_the_tables(transactional_db: None) -> None:
    """Each statement that adds, takes out, merges and puts right, as Citus plans it."""
    connection.ensure_connection()
    if not has_citus(connection.connection):
        pytest.skip("the tests' database has no extension citus")
    call_command("prepare_coordinator")
    with transaction.atomic():
        everybody = list(fill_the_year().values())
        take_out(everybody)
        expected = told()
        sum_up(everybody)
        assert (told(), lacking()) == (expected, [])
        merge_days()
        RevenueDay.objects.filter(kind="churn").delete()
        put_right()
        assert (told(), lacking()) == (expected, [])
        transaction.set_rollback(True)
