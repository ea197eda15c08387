"""Two colleagues on one line, a proof approved while the file is imported: on real connections, money is booked once."""

from collections.abc import Iterator
from datetime import date

import pytest

from billing.errors import LineClosed, PerhapsBooked
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, BankLineStep, BankStatement, StatementForm
from billing.services.banking.lines import Target, assign_line, ignore_line, undo_line
from billing.services.banking.matching import match_all
from billing.services.banking.statements import import_statement
from billing.services.banking.transfers import announce_transfer, approve_transfer
from tenants.models import Tenant, User
from tests.banking.conftest import BCA, NOBODY, TODAY, Entry, csv_of, draft
from tests.conftest import make_user
from tests.gateways.conftest import Sandbox
from tests.payments.conftest import account, moment
from tests.payments.test_races import _drop, _owing, committed, together

pytestmark = pytest.mark.slow


@pytest.fixture
def owing(sandbox: Sandbox) -> Iterator[list[Tenant]]:
    """Two committed schools that owe 750.000 each, and a colleague."""
    tenants = committed(lambda: [_owing("balapan"), _owing("lomba")])
    yield tenants
    committed(lambda: _forget(tenants))


def _forget(tenants: list[Tenant]) -> None:
    BankLineStep.objects.all().delete()
    for model in (BankLine, BankStatement, StatementForm):
        model.objects.filter(account=BCA.number).delete()
    _drop(tenants)


@pytest.fixture
def dewi(owing: list[Tenant]) -> User:
    return committed(lambda: make_user("dewi@balapan.test", "Dewi", is_staff=True))


def imported(dewi: User, *entries: Entry) -> BankLine:
    """A line that everybody sees, not matched yet."""

    def stored() -> BankLine:
        statement = draft(csv_of([*entries]), dewi)
        import_statement(statement=statement, with_faults=False, staff=dewi, now=moment())
        return BankLine.objects.order_by("row")[0]

    return committed(stored)


def assign(line: BankLine, target: Target, staff: User) -> BankLine:
    return assign_line(
        line=line, target=target, reason="Menurut slip setoran", staff=staff, now=moment(), gateway=NOBODY
    )


def received(*tenants: Tenant) -> int:
    return committed(lambda: sum(account(tenant).received for tenant in tenants))


def test_two_colleagues_give_one_line_to_two_tenants(owing: list[Tenant], dewi: User) -> None:
    line = imported(dewi, Entry(500_000, "SETORAN"))
    results = together(*[lambda tenant=tenant: assign(line, Target(tenant), dewi) for tenant in owing * 2])
    assert len([result for result in results if isinstance(result, LineClosed)]) == 2, results
    assert received(*owing) == 500_000


def test_one_books_a_line_while_the_other_marks_it_as_no_payment(owing: list[Tenant], dewi: User) -> None:
    line = imported(dewi, Entry(500_000, "SETORAN"))
    results = together(
        lambda: assign(line, Target(owing[0]), dewi).state,
        lambda: ignore_line(line=line, kind="other", reason="Uang titipan", staff=dewi, now=moment()).state,  # type: ignore[arg-type]
    )
    assert len([result for result in results if isinstance(result, LineClosed)]) == 1, results
    state = committed(lambda: BankLine.objects.get().state)
    assert received(*owing) == (500_000 if state == "booked" else 0)


def test_a_line_is_undone_twice_at_once(owing: list[Tenant], dewi: User) -> None:
    line = imported(dewi, Entry(500_000, "SETORAN"))
    committed(lambda: assign(line, Target(owing[0]), dewi))
    undo = lambda: undo_line(line=line, reason="Salah tenant", staff=dewi, now=moment()).state  # noqa: E731
    assert together(undo, undo, undo) == ["waiting"] * 3
    assert received(*owing) == 0
    assert committed(lambda: BankLine.objects.get().rounds) == 1


def test_a_proof_is_approved_while_the_bank_s_file_is_matched(owing: list[Tenant], dewi: User) -> None:
    transfer: BankTransfer = committed(
        lambda: announce_transfer(tenant=owing[0], documents=None, now=moment(), today=TODAY)
    )
    imported(dewi, Entry(transfer.asked, "TRSF"))
    results = together(
        lambda: (
            approve_transfer(
                transfer=transfer, received=transfer.asked, staff=dewi, today=TODAY, now=moment(), gateway=NOBODY
            ).state
        ),
        lambda: match_all(now=moment(), gateway=NOBODY),
        lambda: match_all(now=moment(), gateway=NOBODY),
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    committed(lambda: match_all(now=moment(), gateway=NOBODY))
    assert received(*owing) == transfer.asked
    assert committed(lambda: BankLine.objects.get().state) in {"booked", "settled"}


def test_a_proof_is_approved_while_its_line_is_given_to_somebody_else(owing: list[Tenant], dewi: User) -> None:
    """Whoever comes second is asked whether it is other money; nobody is asked to wait for ever."""
    transfer: BankTransfer = committed(
        lambda: announce_transfer(tenant=owing[0], documents=None, now=moment(), today=TODAY)
    )
    line = imported(dewi, Entry(transfer.asked, "TRSF"))
    results = together(
        lambda: (
            approve_transfer(
                transfer=transfer, received=transfer.asked, staff=dewi, today=TODAY, now=moment(), gateway=NOBODY
            ).state
        ),
        lambda: assign(line, Target(owing[1]), dewi).state,
    )
    assert len([result for result in results if isinstance(result, PerhapsBooked)]) == 1, results
    assert received(*owing) == transfer.asked


def test_one_file_is_confirmed_twice_and_an_overlapping_one_beside_it(owing: list[Tenant], dewi: User) -> None:
    entries = [Entry(100_000 + number, "SETORAN", date(2025, 3, 10)) for number in range(50)]
    first = committed(lambda: draft(csv_of(entries[:40]), dewi))
    second = committed(lambda: draft(csv_of(entries), dewi))

    def confirm(statement: BankStatement) -> str:
        return import_statement(statement=statement, with_faults=False, staff=dewi, now=moment()).state

    results = together(lambda: confirm(first), lambda: confirm(second), lambda: confirm(first))
    assert results == ["imported"] * 3
    assert committed(BankLine.objects.count) == 50
