"""Addresses nobody was given: they lead nowhere, and never to an error page."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from billing.models import Document
from billing.selectors.documents import public_path
from tenants.context import inside
from tenants.models import Tenant, User
from tests.billing.lives import live_through

ClientAt = Callable[..., Client]


@pytest.mark.parametrize("order_id", ["\x00", "LGN-\x00", "٣", "' OR 1=1", "x" * 400])
def test_what_is_no_order_id_is_not_there(client_at: ClientAt, school: Tenant, ayu: User, order_id: str) -> None:
    live_through(school, date(2025, 3, 1), date(2025, 3, 1))
    with inside(school):
        page = public_path(Document.objects.get())
    asked = {"order_id": order_id}
    assert client_at(school, ayu).get("/bayar/selesai/", asked).status_code == 404
    assert client_at(school, ayu).get("/bayar/selesai/status/", asked).status_code == 404
    assert client_at(school).get(page, asked).status_code == 200
    assert client_at(school).get(f"{page}status/", asked).status_code == 404


@pytest.mark.parametrize("before", ["²", "٣", "\x00", "9" * 40, "-1"])
def test_a_place_in_the_history_that_is_no_number_is_its_beginning(
    client_at: ClientAt, school: Tenant, ayu: User, before: str
) -> None:
    assert client_at(school, ayu).get("/riwayat/", {"sebelum": before}).status_code == 200
