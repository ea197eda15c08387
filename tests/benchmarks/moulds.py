"""How a tenant stands before a measure: lived by one real tenant of each product, its rows then taken as a mould.

Nothing about a state is written by hand: sign-up, invoice, payment and reminders are the product's own, up to the day before.
The real tenant is gone afterwards; `staging` casts its rows, with other ids, into every tenant of the benchmark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from tenants.models import Domain, Tenant
from tests.benchmarks import doors
from tests.benchmarks.database import MOULD, connect

PRODUCTS = {"klustera": Decimal(200), "xclass": Decimal(150)}
# Whose row it is, not how it stands.
IDENTITY = frozenset(
    {"id", "schema_name", "name", "organisation_id", "product_code", "created_at", "database_alias", "schema_version"}
    | {"signup", "registration", "is_test", "clock_on", "timezone", "language", "address", "npwp"}
    | {"contact_name", "contact_email", "contact_phone"}
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A state in which one job is due for everybody on the same day.

    `before`: how long before that day each product's tenant signs up; `paid`: whether its invoices are paid at once.
    """

    name: str
    job: str
    column: str
    before: dict[str, relativedelta]
    paid: bool


SCENARIOS = {
    "due": Scenario(
        "due",
        "billing",
        "billing_due_on",
        {"klustera": relativedelta(months=1), "xclass": relativedelta(years=1)},
        paid=True,
    ),
    # K3: 45 days after issue; X7: 30.
    "overdue": Scenario(
        "overdue",
        "suspensions",
        "suspension_due_on",
        {"klustera": relativedelta(days=45), "xclass": relativedelta(days=30)},
        paid=False,
    ),
    # Due 14 and 16 days after issue; reminded 3 and 7 days before that.
    "remind": Scenario(
        "remind",
        "reminders",
        "reminder_due_on",
        {"klustera": relativedelta(days=11), "xclass": relativedelta(days=9)},
        paid=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Mould:
    """The rows of one tenant in a state, every value as PostgreSQL's text: table → columns and rows; its public columns;
    its events without their ids; and what has to differ from tenant to tenant (ids, document numbers, its own name)."""

    schema: str
    tables: dict[str, tuple[list[str], list[tuple[str | None, ...]]]]
    standing: dict[str, str | None]
    events: tuple[list[str], list[tuple[str | None, ...]]]
    ids: list[str]
    numbers: list[str]
    tenant_id: str


def day_of_work(now: date) -> date:
    """The first of the next month: what is due is due then, and today lies in a paid period."""
    return now.replace(day=1) + relativedelta(months=1)


def tenant_tables() -> list[str]:
    """The tables of a tenant's schema, those referred to before those that refer."""
    labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    waiting: list[type[Model]] = [model for model in apps.get_models() if model._meta.app_label in labels]
    placed: list[type[Model]] = []
    while waiting:
        ready = [model for model in waiting if not (_referred(model) - {model}) & set(waiting)]
        placed += ready
        waiting = [model for model in waiting if model not in ready]
    return [model._meta.db_table for model in placed]


def _referred(model: type[Model]) -> set[Any]:
    return {field.related_model for field in model._meta.get_fields() if field.many_to_one}


def make_mould(scenario: Scenario, product: str, day: date) -> Mould:
    """Live a tenant up to the day before `day`, take its rows, and remove it."""
    tenant = _live(scenario, product, day)
    try:
        due = getattr(tenant, scenario.column)
        if due != day:
            raise RuntimeError(f"{scenario.name}/{product}: {scenario.job} is due on {due}, not on {day}.")
        return _taken(tenant)
    finally:
        doors.drop_schema(tenant=tenant)
        tenant.delete()


def _live(scenario: Scenario, product: str, day: date) -> Tenant:
    signup = day - scenario.before[product]
    tenant = Tenant.objects.create(
        schema_name=f"{MOULD}{scenario.name}_{product}",
        name="Tenant Tolok Ukur",
        product_code=product,
        contact_name="Ayu Lestari",
        contact_email="ayu@example.test",
        contact_phone="+6281200000001",
        provisioning=Tenant.ProvisioningState.READY,
    )
    Domain.objects.create(domain=f"mould-{scenario.name}-{product}.{settings.BASE_DOMAIN}", tenant=tenant)
    doors.create_schema(tenant=tenant)
    doors.begin_subscription(tenant=tenant, wish=doors.Wish(product, PRODUCTS[product], signup), with_trial=False)
    tenant.refresh_from_db()
    if scenario.paid:
        doors.record_payment(tenant=tenant, received=doors.Received(tenant.balance, "transfer", "benchmark", signup))
    for lived in _days_of(tenant, signup, day):
        doors.live_day(tenant, lived)
    tenant.refresh_from_db()
    return tenant


def _days_of(tenant: Tenant, first: date, end: date) -> Iterator[date]:
    """The days before `end` that the agenda names, as far as the tenant has come."""
    day = first + timedelta(days=1)
    while day < end:
        yield day
        tenant.refresh_from_db()
        agenda = (tenant.billing_due_on, tenant.suspension_due_on, tenant.reminder_due_on)
        day = max(day + timedelta(days=1), min([*(on for on in agenda if on is not None), end]))


def _taken(tenant: Tenant) -> Mould:
    with connect(autocommit=True) as connection:
        tables = {}
        for table in tenant_tables():
            name = f'"{tenant.schema_name}"."{table}"'
            columns = columns_of(connection, name)
            tables[table] = (columns, read_as_text(connection, name, columns))
        columns = columns_of(connection, "tenants_tenant")
        public = read_as_text(connection, "tenants_tenant", columns, "id = %s", [tenant.pk])
        event_columns = columns_of(connection, "tenants_event")
        events = read_as_text(
            connection, "tenants_event", event_columns, "tenant_id = %s ORDER BY tenants_event.id", [tenant.pk]
        )
    standing = {name: value for name, value in zip(columns, public[0], strict=True) if name not in IDENTITY}
    keys = [row[columns.index("id")] for columns, found in tables.values() for row in found]
    documents, papers = tables["billing_document"]
    return Mould(
        schema=tenant.schema_name,
        tables=tables,
        standing=standing,
        events=(event_columns[1:], [row[1:] for row in events]),
        ids=[key for key in keys if key],
        numbers=[number for row in papers if (number := row[documents.index("number")])],
        tenant_id=str(tenant.pk),
    )


def columns_of(connection: Any, table: str) -> list[str]:
    """The names of a table's columns, `id` first."""
    columns = [item.name for item in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]
    return sorted(columns, key=lambda name: name != "id")


def read_as_text(
    connection: Any, table: str, columns: Sequence[str], where: str = "true", parameters: Sequence[object] = ()
) -> list[tuple[str | None, ...]]:
    """The rows of a table, these columns in this order, with every value as text.

    Trap: in ORDER BY a bare name means the text that is selected, and "10" comes before "9": name the table.
    """
    cast = ", ".join(f'"{name}"::text' for name in columns)
    found: list[tuple[str | None, ...]] = connection.execute(
        f"SELECT {cast} FROM {table} WHERE {where}", parameters
    ).fetchall()
    return found


def remove_leftovers() -> None:
    """Tenants of a run that was ended in the middle of making a mould."""
    for tenant in Tenant.objects.filter(schema_name__startswith=MOULD):
        doors.drop_schema(tenant=tenant)
        tenant.delete()
