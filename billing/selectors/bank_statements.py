"""A statement as it would be imported: new lines, known ones, what is certain, and its faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.gateways.statements.models import PLACED, BankLine, BankStatement, StatementForm
from billing.rules.banking.checks import check_sums, fingerprints, in_order
from billing.rules.banking.figures import SEN
from billing.rules.banking.layouts import LAYOUTS, ChosenColumns, Layout
from billing.rules.banking.matching import Money, Verdict
from billing.rules.banking.statement import read_statement
from billing.rules.banking.tables import Row, decode, widest_table
from billing.rules.banking.values import Fault, Line
from billing.selectors.bank_ground import ground_for, rivals_of

MAPPED = "mapped"


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of a file: known from an earlier one, or new; `verdict` for money that comes in."""

    line: Line
    fingerprint: str
    known: bool
    fits: bool
    verdict: Verdict[UUID] | None = None

    @property
    def amount(self) -> int:
        """Whole rupiah."""
        return self.line.sen // SEN

    @property
    def sen(self) -> int:
        """What is beside the whole rupiah: interest has some, a payment rarely."""
        return self.line.sen % SEN

    @property
    def certain(self) -> bool:
        """Whether it would be booked by itself."""
        return self.fits and not self.sen and self.verdict is not None and self.verdict.certain is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """All of a file, oldest line first."""

    lines: tuple[Seen, ...]
    faults: tuple[Fault, ...]
    account: str
    pending: int

    @property
    def new(self) -> list[Seen]:
        """Lines no earlier file had."""
        return [seen for seen in self.lines if not seen.known]

    def counts(self) -> dict[str, int]:
        """How many lines there are, new, known, money out, certain, with a suggestion, and with nothing to go by."""
        incoming = [seen for seen in self.new if seen.line.incoming]
        certain = sum(seen.certain for seen in incoming)
        suggested = sum(bool(seen.verdict and seen.verdict.suggestions) for seen in incoming) - certain
        return {
            "all": len(self.lines),
            "new": len(self.new),
            "known": len(self.lines) - len(self.new),
            "outgoing": len(self.new) - len(incoming),
            "certain": certain,
            "suggested": suggested,
            "unknown": len(incoming) - certain - suggested,
        }


def layout_of(statement: BankStatement) -> Layout | ChosenColumns | None:
    """How the statement is to be read; None while nobody has named its columns."""
    if statement.layout != MAPPED:
        return LAYOUTS[statement.layout]
    return chosen_columns(statement.columns) if statement.columns else None


def chosen_columns(columns: Mapping[str, Any]) -> ChosenColumns:
    """The mapping as kept, as the rules take it."""
    places = {role: tuple(found) for role, found in columns["places"].items() if found}
    return ChosenColumns(tuple(columns["headings"]), places, columns["order"], columns["decimal"])


def kept_form(account: str) -> StatementForm | None:
    """What was chosen for the account's last file."""
    return StatementForm.objects.filter(account=account).first()


def sen_of_payments(statement: BankStatement) -> int:
    """Sen beside the payments that were booked from a file: rounding, as the journal has whole rupiah."""
    return sum(BankLine.objects.filter(statement=statement, state__in=PLACED, sen__gt=0).values_list("sen", flat=True))


def raw_bytes(statement: BankStatement) -> bytes:
    """The file as it came."""
    with statement.file.open("rb") as file:
        return bytes(file.read())


def sample_rows(statement: BankStatement) -> list[Row]:
    """The first rows, for staff to name the columns by."""
    return widest_table(decode(raw_bytes(statement)))[:40]


def read_file(statement: BankStatement) -> Reading:
    """Parse, check sums, look up what is known, and judge what is new. Writes nothing."""
    layout = layout_of(statement)
    if layout is None:
        return Reading((), (Fault(0, "header"),), "", 0)
    found = read_statement(raw_bytes(statement), layout)
    faults = (*found.faults, *check_sums(found.lines, found.totals), *_wrong_account(statement, found.account))
    lines = in_order(found.lines, found.totals.opening)
    # Numbered in the order of the days, so that a file printed the other way round knows its lines again.
    keys = fingerprints(statement.account, lines)
    known = set(BankLine.objects.filter(fingerprint__in=keys).values_list("fingerprint", flat=True))
    jumps = {fault.row for fault in faults if fault.code == "balance"}
    pairs = [(line, key) for line, key in zip(lines, keys, strict=True)]
    verdicts = _judge(statement.account, [line for line, key in pairs if key not in known and line.incoming])
    seen = tuple(Seen(line, key, key in known, line.row not in jumps, verdicts.get(line.row)) for line, key in pairs)
    return Reading(seen, faults, found.account, found.pending)


def _wrong_account(statement: BankStatement, named: str) -> list[Fault]:
    """The file's own account, where it names one; banks hide digits, so only what differs in full is a fault."""
    wanted = "".join(letter for letter in statement.account if letter.isdigit())
    differs = bool(named) and len(named) >= len(wanted) and named.lstrip("0") != wanted.lstrip("0")
    return [Fault(0, "account", found=named)] if differs else []


def _judge(account: str, lines: list[Line]) -> dict[int, Verdict[UUID]]:
    moneys = [Money(line.on, line.sen // SEN, f"{line.description} {line.reference}") for line in lines]
    ground, rivals = ground_for(account, moneys), rivals_of(account, moneys)
    return {line.row: ground.judge(moneys[at], rivals[at]) for at, line in enumerate(lines)}
