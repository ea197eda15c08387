"""A line of the bank for a tenant in another database: line, transfer and payment in one transaction all the same."""

from collections.abc import Iterator
from datetime import date

import pytest

from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, BankLineStep, BankStatement, StatementForm
from billing.services.banking.lines import undo_line
from billing.services.payments.reversing import reverse_payment
from tenants.models import Tenant, User
from tests.banking import conftest
from tests.banking.conftest import TODAY, Entry, announce, csv_of, take_in
from tests.conftest import make_user
from tests.payments.conftest import account, moment, on_day
from tests.tenants import test_cells as cells
from trials.services.daily import live_day

cell = cells.cell
distant = cells.distant
media = conftest.media


@pytest.fixture
def dewi(distant: Tenant) -> Iterator[User]:
    """A colleague; what she leaves goes before the tenant."""
    user = make_user("dewi@jauh.test", "Dewi", is_staff=True)
    yield user
    BankLineStep.objects.all().delete()
    for model in (BankLine, BankStatement, StatementForm, BankTransfer):
        model.objects.all().delete()
    user.delete()


@pytest.mark.slow
def test_a_line_is_booked_and_undone_over_two_databases(
    distant: Tenant, dewi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_day(distant, date(2025, 3, 1))
    on_day(distant, TODAY)
    transfer = announce(distant)
    assert take_in(csv_of([Entry(transfer.asked, "TRSF")]), dewi).placed == 1
    line = BankLine.objects.get()
    assert (line.state, account(distant).open, account(distant).credit) == ("booked", 0, transfer.code)

    def broken(**given: object) -> None:
        reverse_payment(**given)  # type: ignore[arg-type]
        raise ValueError("the machine stops after the payment was reversed")

    with monkeypatch.context() as patched:
        patched.setattr("billing.services.banking.lines.reverse_payment", broken)
        with pytest.raises(ValueError, match="the machine stops"):
            undo_line(line=line, reason="Salah tenant", staff=dewi, now=moment())
    assert (BankLine.objects.get().state, account(distant).received) == ("booked", transfer.asked)
    undo_line(line=line, reason="Salah tenant", staff=dewi, now=moment())
    assert (BankLine.objects.get().state, account(distant).open, account(distant).received) == ("waiting", 750_000, 0)
    assert cells.promises() == []
