"""A tenant of the cast that is put back is the one that the services would make at that moment."""

import json
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tenants.models import Tenant
from tests.cast import Cast, Rows, rows_of
from tests.conftest import make_tenant, make_user

SCHOOL = partial(make_tenant, "sman1", "SMAN 1", "xclass", 150, date(2025, 2, 1))
GRIYA = partial(make_tenant, "griya", "Griya Asri", "klustera", 200, date(2026, 1, 30))
# An id as it stands in a row: "0190…" of a UUID, 17 of a sequence.
_ID = re.compile(r'(?<="id": )\d+|"[0-9a-f]{8}-[0-9a-f-]{27}"')
LATER = "2031-05-05T05:00:00Z"


def added(act: Callable[[], object]) -> Rows:
    """What `act` adds to the public and the cast's tables, each id as the name of its row; then it is undone."""
    schemas = ["public", "t_sman1", "t_griya"]
    here = transaction.savepoint()
    before = rows_of(schemas)
    act()
    after = rows_of(schemas)
    transaction.savepoint_rollback(here)
    assert not any(before[table] - after[table] for table in after)
    rows = {table: after[table] - before[table] for table in after if after[table] - before[table]}
    names = dict(_named(table, json.loads(text)) for table, texts in rows.items() for text in texts)
    return {table: {_ID.sub(lambda found: names[found[0]], text) for text in texts} for table, texts in rows.items()}


def _named(table: tuple[str, str], row: dict[str, Any]) -> tuple[str, str]:
    return json.dumps(row.get("id")), json.dumps(row.get("schema_name", table))


def on_stage(cast: Cast, request: pytest.FixtureRequest, act: Callable[[], object]) -> Rows:
    with cast.staged(request):
        return added(act)


def test_what_is_put_back_is_what_would_be_made_now(db: None, request: pytest.FixtureRequest) -> None:
    cast = Cast()

    def both() -> tuple[Tenant, Tenant]:
        return cast.play("sman1", SCHOOL), cast.play("griya", GRIYA)

    on_stage(cast, request, both)
    assert all(cast.kept[scene] for scene in [("sman1",), ("sman1", "griya")])
    with time_machine.travel(LATER, tick=False):
        put_back, made = on_stage(cast, request, both), added(lambda: (SCHOOL(), GRIYA()))
    assert put_back == made
    assert {table for _schema, table in made} >= {"tenants_tenant", "tenants_event", "billing_subscription"}


def test_two_tests_get_the_tenant_under_ids_of_their_own(db: None, request: pytest.FixtureRequest) -> None:
    cast, seen = Cast(), list[Tenant]()
    for _ in range(3):
        on_stage(cast, request, lambda: seen.append(cast.play("sman1", SCHOOL)))
    assert len({tenant.pk for tenant in seen}) == 3
    assert [(tenant.schema_name, tenant.status) for tenant in seen] == [("t_sman1", "trialing")] * 3


def test_a_tenant_is_made_anew_where_something_was_written_before(db: None, request: pytest.FixtureRequest) -> None:
    cast, made = Cast(), list[int]()

    def make() -> Tenant:
        made.append(1)
        return SCHOOL()

    def after_a_write() -> None:
        Tenant.objects.create(schema_name="t_lebih_dulu", name="Lebih Dulu", product_code="xclass")
        cast.play("sman1", make)

    def after_a_login() -> None:
        make_user("lebih@dulu.test", "Lebih")
        cast.play("sman1", make)

    for act in (after_a_login, after_a_login, after_a_write, after_a_login):
        on_stage(cast, request, act)
    assert len(made) == 2  # at first, and after the write


def test_a_tenant_is_made_anew_where_settings_or_code_may_be_others(
    db: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, made = Cast(), list[Tenant]()

    def make() -> Tenant:
        made.append(SCHOOL())
        return made[-1]

    for _ in range(2):
        on_stage(cast, request, lambda: cast.play("sman1", make))
    assert len(made) == 2
    assert not cast.kept
