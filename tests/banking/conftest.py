"""An account of the issuer and files of its bank, a school and two more that owe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, BankStatement
from billing.selectors.bank_accounts import Account
from billing.services.banking.matching import Matched, match_lines
from billing.services.banking.statements import draft_statement, import_statement
from billing.services.banking.transfers import announce_transfer
from tenants.models import Tenant, User
from tests.conftest import make_tenant
from tests.gateways.conftest import config_for
from tests.payments import conftest as payments
from tests.payments.conftest import moment, on_day

BCA = Account("BCA", "5270301001", "PT Contoh Nusantara")
TODAY = date(2025, 3, 10)
NOBODY = MidtransClient(config_for("http://127.0.0.1:9", 0.2))
HEAD = "Date,Description,Branch,Amount,,Balance\n"
PassDays = Callable[[Tenant, date, date], None]


@dataclass(frozen=True)
class Entry:
    """A line of the bank: rupiah, what it says, the day, and whether it came in."""

    amount: int
    text: str
    on: date = TODAY
    incoming: bool = True


def csv_of(entries: Sequence[Entry], opening: int = 10_000_000) -> bytes:
    """A KlikBCA file with a running balance."""
    rows, balance = [], opening
    for entry in entries:
        balance += entry.amount if entry.incoming else -entry.amount
        side = "CR" if entry.incoming else "DB"
        rows.append(f"'{entry.on:%d/%m/%Y},{entry.text},'0000,{entry.amount}.00,{side},{balance}.00\n")
    return (HEAD + "".join(rows)).encode()


def draft(raw: bytes, staff: User, layout: str = "bca", account: Account = BCA) -> BankStatement:
    """A file as staff upload it."""
    file = SimpleUploadedFile("mutasi.csv", raw)
    return draft_statement(account=account, layout=layout, file=file, staff=staff, now=moment())


def take_in(raw: bytes, staff: User, *, with_faults: bool = False) -> Matched:
    """Upload, confirm, and book what is certain."""
    statement = draft(raw, staff)
    import_statement(statement=statement, with_faults=with_faults, staff=staff, now=moment())
    return match_lines(account=statement.account, staff=staff, now=moment(), gateway=NOBODY)


def announce(tenant: Tenant, today: date = TODAY) -> BankTransfer:
    """What the tenant owes, with a code."""
    return announce_transfer(tenant=tenant, documents=None, now=moment(), today=today)


def only_line(**found: object) -> BankLine:
    """The one line like this."""
    return BankLine.objects.get(**found)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Files of a test lie in its own folder."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def owing(subdomain: str, name: str, quantity: int, pass_days: PassDays) -> Tenant:
    """A school that owes 5.000 a student since 2025-03-01 and lives on 2025-03-10."""
    tenant = make_tenant(subdomain, name, "xclass", quantity, date(2025, 2, 1))
    pass_days(tenant, date(2025, 2, 2), date(2025, 3, 1))
    return on_day(tenant, TODAY)


@pytest.fixture
def billed(db: None, pass_days: PassDays) -> Tenant:
    """SMAN 1 owes 750.000."""
    return owing("sman1", "SMAN 1 Bekasi", 150, pass_days)


@pytest.fixture
def harapan(db: None, pass_days: PassDays) -> Tenant:
    """SMA Harapan owes 500.000."""
    return owing("lain", "SMA Harapan Bangsa", 100, pass_days)


sandbox = payments.sandbox
sandbox_server = payments.sandbox_server
webhook = payments.webhook
gateway = payments.gateway
till = payments.till
