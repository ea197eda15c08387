"""What a program reads beside the pages: stages (C17), referrals (K10, N10), the month (N15), the organisation (K16)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings

from partners.services.referring import refer
from plans.models import OwedOffer
from tenants.models import Organisation, Tenant
from tests.api.conftest import Api, host_of, product_secret, program, tenant_secret
from tests.billing.lives import pay
from tests.conftest import make_tenant

PassDays = Callable[[Tenant, date, date], None]
AtDay = Callable[[Tenant, date], None]
D = date
MONTH = "reports/monthly?month=2025-03"


def test_stages_are_read_and_the_customer_s_own_ticked_off_c17(db: None, at_day: AtDay, school_api: Api) -> None:
    """On 9 June: configuration (7 June) is late and ours, migration (14 June) is the customer's; a school has no stages."""
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 6, 1), plan="growth")
    at_day(tenant, D(2026, 6, 9))
    api = program(host_of(tenant), tenant_secret(tenant))
    stages = api.get("onboarding").json()["stages"]
    assert [(item["code"], item["who"], item["due_on"], item["state"], item["is_late"]) for item in stages[1:3]] == [
        ("configuration", "staff", "2026-06-07", "late", True),
        ("migration", "customer", "2026-06-14", "running", False),
    ]
    done = api.post("onboarding", {"code": "migration"}).json()["stages"][2]
    assert (done["state"], done["done_on"]) == ("done", "2026-06-09")
    assert api.post("onboarding", {"code": "migration", "done": False}).json()["stages"][2]["done_on"] is None
    refused = api.post("onboarding", {"code": "configuration"})
    assert (refused.status_code, refused.json()["code"]) == (409, "stage_of_staff")
    assert school_api.get("onboarding").json() == {"stages": []}
    assert school_api.post("onboarding", {"code": "migration"}).status_code == 404


def test_referrals_tell_days_and_rewards_and_never_who_k10(complex_: Tenant, school_api: Api) -> None:
    other = make_tenant("tetangga", "Griya Tetangga", "klustera", 50, D(2026, 2, 10))
    refer(tenant=other, code=complex_.subdomain, on=D(2026, 2, 10))
    OwedOffer.objects.create(
        tenant=complex_, code="x", terms={}, because="reward", cause=other.name, key="x", credit=9_900
    )
    answer = program(host_of(complex_), tenant_secret(complex_)).get("referrals")
    told = answer.json()
    assert (told["code"], told["link"].endswith("/harga/klustera/?ref=griya")) == ("griya", True)
    assert told["programme"]["per_year"] == 1
    assert told["brought"] == [{"on": "2026-02-10", "paid_on": None}]
    assert told["rewards"] == [{"offer": None, "credit": 9_900, "state": "owed", "given_on": None}]
    assert "etangga" not in answer.content.decode()
    assert school_api.get("referrals").json()["brought"] == []


def test_the_month_is_read_as_figures_and_printed_n15(
    school: Tenant, school_api: Api, pass_days: PassDays, at_day: AtDay
) -> None:
    """750.000 invoiced on 1 March, 500.000 paid on the 10th, 250.000 open."""
    pass_days(school, D(2025, 2, 2), D(2025, 3, 1))
    pay(school, D(2025, 3, 10), 500_000)
    at_day(school, D(2025, 3, 20))
    told = school_api.get(MONTH).json()
    assert (told["last"], told["opening"], told["charged"], told["settled"], told["closing"]) == (
        *("2025-03-20", 0, 750_000, 500_000, 250_000),
    )
    assert [(row["kind"], row["balance"]) for row in told["movements"]] == [("invoice", 750_000), ("payment", 250_000)]
    assert school_api.get("reports/monthly/pdf?month=2025-03").content.startswith(b"%PDF")
    for path in ("reports/monthly", "reports/monthly/pdf"):
        assert school_api.get(f"{path}?month=2025-04").json()["code"] == "report_not_found"
        wrong = school_api.get(f"{path}?month=2025-13")
        assert (wrong.status_code, wrong.json()["field"]) == (422, "month")


def test_a_key_sees_the_parent_s_name_and_no_sibling_k16(school: Tenant, complex_: Tenant, school_api: Api) -> None:
    assert school_api.get("organisation").json() == {"name": None}
    parent = Organisation.objects.create(name="Yayasan Bumi")
    Tenant.objects.filter(pk__in=[school.pk, complex_.pk]).update(organisation=parent)
    assert school_api.get("organisation").json() == {"name": "Yayasan Bumi"}
    unnamed = program(settings.BASE_DOMAIN, product_secret("xclass")).get("organisation")
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "tenant_missing")


@pytest.mark.parametrize("path", ["onboarding", "referrals", MONTH, MONTH.replace("?", "/pdf?"), "organisation"])
def test_no_key_of_another_opens_them(school: Tenant, complex_: Tenant, path: str) -> None:
    """Neither without a key, nor with another tenant's, nor with another product's."""
    assert program(host_of(school)).get(path).status_code == 401
    assert program(host_of(school), tenant_secret(complex_)).get(path).json()["code"] == "wrong_tenant"
    named = program(settings.BASE_DOMAIN, product_secret("xclass"), X_Tenant="griya").get(path)
    assert (named.status_code, named.json()["code"]) == (404, "tenant_not_found")
