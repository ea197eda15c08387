"""GET /entitlements: cheap, true at once, and asked again by its ETag."""

from collections.abc import Callable
from datetime import date

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.services.payments.receiving import Received, record_payment
from tenants.models import Tenant
from tests.api.conftest import Api

PassDays = Callable[[Tenant, date, date], None]


def queries(api: Api) -> int:
    """How many queries one check costs."""
    with CaptureQueriesContext(connection) as seen:
        assert api.get("entitlements").status_code == 200
    # Naming the schema goes with the next query; it reads nothing.
    return len([query for query in seen if not query["sql"].startswith("SET search_path")])


def test_a_school_on_trial_may_work(school_api: Api) -> None:
    answer = school_api.get("entitlements")
    assert answer.json() == {
        "tenant": "sman1",
        "has_access": True,
        "status": "trialing",
        "product": "xclass",
        "plan": "standard",
        "quantity": "150",
        "features": ["basic", "advanced-reports"],
        "limits": {},
        "support": "Bantuan lewat email",
        "support_channels": [],
        "response_hours": None,
    }
    assert answer.headers["Cache-Control"] == "private, max-age=30"


def test_it_costs_one_query(school_api: Api, product_api: Api) -> None:
    """The key brings its tenant's row and says whether the host is its; now and then the note that the key was used."""
    assert [queries(school_api), queries(school_api)] == [2, 1]  # the first notes the key's use
    assert [queries(product_api), queries(product_api)] == [3, 2]


def test_it_reads_no_table_of_the_tenant(school_api: Api, product_api: Api) -> None:
    """Not even the path leads there."""
    for api in (school_api, product_api):
        with CaptureQueriesContext(connection) as seen:
            assert api.get("entitlements").status_code == 200
        said = " ".join(query["sql"] for query in seen)
        assert "t_sman1" not in said.replace("'t_sman1'", "")
        assert not [model for model in tenant_tables() if f'"{model}"' in said]


def tenant_tables() -> list[str]:
    """Every table that lies in tenants' schemas."""
    labels = settings.TENANT_APPS
    return [model._meta.db_table for label in labels for model in apps.get_app_config(label).get_models()]


def test_it_is_asked_again_by_its_etag(school: Tenant, school_api: Api) -> None:
    tag = school_api.get("entitlements").headers["ETag"]
    again = school_api.get("entitlements", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    Tenant.objects.filter(pk=school.pk).update(has_access=False)
    assert school_api.get("entitlements", If_None_Match=tag).status_code == 200


def test_access_closes_on_day_thirty_and_opens_with_the_payment(
    school: Tenant, school_api: Api, pass_days: PassDays
) -> None:
    """X7, X10."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 30))
    assert school_api.get("entitlements").json()["has_access"] is True
    pass_days(school, date(2025, 3, 31), date(2025, 3, 31))
    assert school_api.get("entitlements").json()["has_access"] is False
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", date(2025, 4, 2)))
    assert school_api.get("entitlements").json()["has_access"] is True
