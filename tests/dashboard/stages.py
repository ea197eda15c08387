"""How far a tenant's life has come when a test begins, and who looks at it."""

import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
from django.test import Client

from billing.models import Document
from tenants.context import inside
from tenants.models import Membership, Role, Tenant, User
from tests.conftest import make_user
from trials.services.clock import move_clock

START = date(2025, 2, 1)
ISSUED, OVERDUE, SUSPENDED, ENDED = date(2025, 3, 1), date(2025, 3, 18), date(2025, 3, 31), date(2025, 6, 29)


def at_day(tenant: Tenant, day: date, start: date = START) -> Tenant:
    """Let a tenant live from `start` until `day` on a test clock; each day is lived by the real jobs."""
    if tenant.clock_on is None:
        Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=start)
        tenant.refresh_from_db()
    if tenant.clock_on is not None and day > tenant.clock_on:
        move_clock(tenant=tenant, to=day)
    tenant.refresh_from_db()
    return tenant


def only_invoice(tenant: Tenant) -> Document:
    """The one document a tenant has."""
    with inside(tenant):
        return Document.objects.get()


def member(tenant: Tenant, role: Role) -> User:
    """Somebody with a role in a tenant."""
    user = make_user(f"{role.value}@{tenant.subdomain}.test", role.value.title())
    Membership.objects.create(user=user, tenant=tenant, role=role)
    return user


def text_of(answer: Any) -> str:
    """A page's words without its markup's line breaks and without what keeps an amount on one line."""
    return re.sub(r'<span class="money">(.*?)</span>', r"\1", " ".join(answer.content.decode().split()))


def xlsx(rows: list[list[Any]]) -> bytes:
    """A workbook with one sheet."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def csv_in(archive: bytes, name: str) -> str:
    """A file of the export."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name).decode("utf-8-sig")


def preview_token(client: Client, quantity: str) -> str:
    """The token a preview offers for confirming."""
    answer = client.post("/jumlah/pratinjau/", {"quantity": quantity})
    assert answer.status_code == 200, answer.content
    return str(answer.context["token"])
