"""The catalogue in the admin: readable, and not to be changed there."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin import site
from django.db.models import Model
from django.test import RequestFactory
from django.utils import translation

from plans.admin import PriceBookAdmin
from plans.management.commands.load_catalogue import CATALOGUES
from plans.models import Issuer, Plan, PriceBook, Product
from plans.services.catalogue import load_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_catalogue(files=sorted(CATALOGUES.glob("*.yaml")), now=datetime(2025, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("model", [Issuer, Product, Plan, PriceBook])
def test_nobody_changes_the_catalogue_in_the_admin(model: type[Model]) -> None:
    page = site._registry[model]
    request = RequestFactory().get("/")
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


def test_a_book_shows_its_tiers_as_a_person_reads_them() -> None:
    page = PriceBookAdmin(PriceBook, site)
    with translation.override("id"):
        shown = page.prices(PriceBook.objects.get(code="xclass-2028"))
    assert "Langganan XClass per siswa per tahun" in shown
    assert "setiap 12 bulan" in shown
    assert "<tr><th>50–200 siswa</th><td>sampai: 200 · harga satuan: 12.000</td></tr>" in shown


def test_every_delivered_book_can_be_shown() -> None:
    page = PriceBookAdmin(PriceBook, site)
    assert all("<table>" in page.prices(book) for book in PriceBook.objects.all())
