"""Every page opens in every state, and says what the account says."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tenants.models import Tenant, User
from tests.dashboard.stages import at_day

PAGES = ["/", "/jumlah/", "/tagihan/", "/bayar/", "/bayar/bersama/", "/bayar/transfer/", "/langganan/", "/ekspor/"]


@pytest.mark.parametrize("day", [date(2025, 2, 1), date(2025, 3, 1), date(2025, 3, 20)])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_while_the_tenant_has_access(
    page: str, day: date, school: Tenant, ayu: User, client_at: Callable[..., Client]
) -> None:
    at_day(school, day)
    answer = client_at(school, ayu).get(page)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
