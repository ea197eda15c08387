"""C17: a cooperative gets going; customer and staff each tick off their own, and what is late is seen without its schema."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from plans.selectors.catalogue import product_of
from tenants.models import Event, Onboarding, Role, Tenant, User
from tests.conftest import make_tenant
from tests.dashboard.stages import member, text_of

ClientAt = Callable[..., Client]
D = date


def on_day(tenant: Tenant, day: date) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=day)
    tenant.refresh_from_db()


@pytest.fixture
def cooperative(db: None) -> Tenant:
    """Signed up on 1 June 2026."""
    return make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 6, 1), plan="growth")


def test_stages_are_done_in_their_days_and_the_late_ones_are_seen_c17(
    cooperative: Tenant, staff: User, client_at: ClientAt
) -> None:
    """On 9 June: kick-off done on the first, configuration (7 June) late, migration (14 June) done early."""
    owner, bizops = client_at(cooperative, member(cooperative, Role.OWNER)), client_at(None, staff)
    board, stages = "/admin/tenants/onboarding/", f"/admin/persiapan/{cooperative.pk}/"
    on_day(cooperative, D(2026, 6, 1))
    for _twice in range(2):
        assert bizops.post(stages, {"stage": "kick-off"}).status_code == 302
    assert owner.post("/persiapan/configuration/").status_code == 302  # ours, not the customer's
    row = Onboarding.objects.get(tenant=cooperative)
    assert (list(row.done), row.next_due_on) == (["kick-off"], D(2026, 6, 7))
    on_day(cooperative, D(2026, 6, 9))
    owner.post("/persiapan/migration/")
    said = text_of(owner.get("/"))
    assert "Persiapan: 2 dari 5 tahap selesai" in said
    assert "1 tahap terlambat" in said
    shown = text_of(owner.get("/persiapan/"))
    for words in ("Perkenalan", "Pengaturan", "7 Juni 2026", "Terlambat", "30 Juni 2026", "Mulai 21 Juni 2026"):
        assert words in shown, words
    listed = text_of(bizops.get(board, {"status": "terlambat"}))
    assert "Pengaturan (7 Juni 2026)" in listed
    assert "Persiapan pelanggan terlambat" in text_of(bizops.get("/admin/"))
    owner.post("/persiapan/migration/", {"done": "no"})
    for code in ("configuration", "migration", "training", "go-live"):
        bizops.post(stages, {"stage": code})
    row.refresh_from_db()
    assert row.next_due_on is None
    assert "Persiapan:" not in text_of(owner.get("/"))
    names = Event.objects.filter(tenant=cooperative, name__startswith="onboarding.").values_list("name", flat=True)
    assert list(names).count("onboarding.stage_done") == 6
    assert list(names).count("onboarding.stage_reopened") == 1


def test_others_see_nothing_and_roles_do_what_is_theirs(
    cooperative: Tenant, school: Tenant, ayu: User, citra: User, client_at: ClientAt
) -> None:
    viewer = client_at(cooperative, member(cooperative, Role.VIEWER))
    assert viewer.get("/persiapan/").status_code == 200
    assert viewer.post("/persiapan/migration/").status_code == 403
    assert client_at(cooperative, citra).get("/persiapan/").status_code == 404
    assert client_at(school, ayu).get("/persiapan/").status_code == 404  # a school has no stages
    assert client_at(cooperative, member(cooperative, Role.OWNER)).post("/persiapan/tidak-ada/").status_code == 404


def test_the_stages_are_data_of_the_catalogue(db: None) -> None:
    stages = [(stage.code, stage.from_, stage.to) for stage in product_of("koperasi").onboarding]
    assert stages == [
        *(("kick-off", 1, 1), ("configuration", 1, 7), ("migration", 7, 14), ("training", 14, 21), ("go-live", 21, 30)),
    ]
    assert product_of("xclass").onboarding == ()
