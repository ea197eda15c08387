"""One tenant's money is not another's, at the level of services."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from billing.errors import DocumentNotFound
from billing.models import Document, Payment
from billing.selectors.accounts import open_documents
from billing.services.documents.invoicing import find_document
from billing.services.payments.receiving import Received, record_payment
from tenants.context import in_public_schema, inside, writing
from tenants.models import Event, Tenant
from tests.billing.lives import books_balance, credit_of, papers, pay, standing
from tests.conftest import make_tenant

PassDays = Callable[[Tenant, date, date], None]
D = date


@pytest.fixture
def two(school: Tenant, pass_days: PassDays) -> tuple[Tenant, Tenant]:
    """Two schools of one product with an open invoice each."""
    other = make_tenant("sman2", "SMAN 2", "xclass", 200, D(2025, 2, 1))
    for tenant in (school, other):
        pass_days(tenant, D(2025, 3, 1), D(2025, 3, 1))
    return school, other


def test_each_sees_its_own_papers_and_the_numbers_are_one_series(two: tuple[Tenant, Tenant]) -> None:
    one, other = two
    assert [paper[1] for paper in papers(one)] == [750_000]
    assert [paper[1] for paper in papers(other)] == [1_000_000]
    with inside(one):
        first = Document.objects.get().number
    with inside(other):
        second = Document.objects.get().number
    assert [first, second] == ["XC/INV/2025/03/00001", "XC/INV/2025/03/00002"]


def test_anothers_invoice_number_is_unknown_here(two: tuple[Tenant, Tenant]) -> None:
    one, _ = two
    with inside(one):
        assert find_document("XC-INV-2025-03-00001").total == 750_000
        with pytest.raises(DocumentNotFound):
            find_document("XC/INV/2025/03/00002")


def test_a_payment_that_names_anothers_invoice_pays_ones_own(two: tuple[Tenant, Tenant]) -> None:
    """K16: an id of another tenant means nothing here; no rupiah crosses over."""
    one, other = two
    with inside(other):
        (foreign,) = open_documents()
    received = Received(800_000, "midtrans", "o-1", D(2025, 3, 2), documents=(foreign.pk,))
    record_payment(tenant=one, received=received)
    assert (standing(one), credit_of(one)) == (("active", True, 0), 50_000)
    assert (standing(other), credit_of(other)) == (("active", True, 1_000_000), 0)
    for tenant in two:
        books_balance(tenant, D(2025, 3, 2))


def test_the_same_reference_is_another_payment_at_another_tenant(two: tuple[Tenant, Tenant]) -> None:
    one, other = two
    for tenant in (one, other):
        record_payment(tenant=tenant, received=Received(10, "transfer", "BCA-1", D(2025, 3, 2)))
    assert standing(one)[2] == 749_990
    assert standing(other)[2] == 999_990


def test_credit_stays_with_who_paid_it(two: tuple[Tenant, Tenant]) -> None:
    one, other = two
    pay(one, D(2025, 3, 2), 5_000_000)
    assert credit_of(one) == 4_250_000
    assert credit_of(other) == 0


def test_events_are_of_their_tenant(two: tuple[Tenant, Tenant]) -> None:
    one, other = two
    assert {event.data["quantity"] for event in Event.objects.filter(tenant=one)} == {"150"}
    assert {event.data["quantity"] for event in Event.objects.filter(tenant=other)} == {"200"}


def test_an_error_inside_a_tenant_leads_back_outside(two: tuple[Tenant, Tenant]) -> None:
    """The next query must not land in the tenant's schema."""
    one, other = two

    def fail_half_way() -> None:
        with writing(one):
            Payment.objects.create(channel="x", amount=5, received_on=D(2025, 3, 2), reference="lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert in_public_schema()
    with inside(other), inside(one):
        assert Document.objects.get().total == 750_000
        assert not Payment.objects.exists()
    assert in_public_schema()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        assert cursor.fetchone() == ("public",)


def test_nesting_one_tenant_in_another_comes_back_to_the_first(two: tuple[Tenant, Tenant]) -> None:
    one, other = two
    with inside(one):
        with inside(other):
            assert Document.objects.get().total == 1_000_000
        assert Document.objects.get().total == 750_000
