"""Does a statement add up, and is a line known already?"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from billing.rules.banking.values import Fault, Line, Totals


def check_sums(lines: Sequence[Line], totals: Totals) -> tuple[Fault, ...]:
    """Faults where the running balance jumps, or where the file's own totals are not the sums of its lines.

    1.000.000, then 750.137 in with a balance of 1.750.000: the third line's fault is `balance`.
    """
    ordered = in_order(lines, totals.opening)
    faults = [*_jumps(ordered, totals.opening), *_sums(lines, totals)]
    last = ordered[-1].balance if ordered else totals.opening
    if totals.closing is not None and last is not None and totals.closing != last:
        faults.append(Fault(0, "closing", found=str(totals.closing)))
    return tuple(faults)


def in_order(lines: Sequence[Line], opening: int | None = None) -> list[Line]:
    """Oldest first: some banks print the newest on top, which shows in the balances, or else in the days."""
    forward, backward = list(lines), list(reversed(lines))
    jumps = len(list(_jumps(forward, opening))), len(list(_jumps(backward, opening)))
    if jumps[0] != jumps[1]:
        return forward if jumps[0] < jumps[1] else backward
    return backward if lines and lines[0].on > lines[-1].on else forward


def _jumps(lines: Sequence[Line], opening: int | None) -> Iterator[Fault]:
    first = lines[0] if lines else None
    if first is not None and opening is not None and first.balance not in {None, opening + _signed(first)}:
        yield Fault(first.row, "balance", found=str(first.balance))
    for before, line in pairwise(lines):
        if before.balance is not None and line.balance not in {None, before.balance + _signed(line)}:
            yield Fault(line.row, "balance", found=str(line.balance))


def _signed(line: Line) -> int:
    return line.sen if line.incoming else -line.sen


def _sums(lines: Sequence[Line], totals: Totals) -> Iterator[Fault]:
    for code, said, incoming in (("incoming", totals.incoming, True), ("outgoing", totals.outgoing, False)):
        if said is not None and said != sum(line.sen for line in lines if line.incoming is incoming):
            yield Fault(0, code, found=str(said))


def fingerprints(account: str, lines: Sequence[Line]) -> list[str]:
    """What makes each line itself, in any file of the account that contains it.

    Day, side, amount, text, reference and balance. Lines alike in all of these (two payers, one text, no balance in the
    file) are told apart by their number among themselves: the second of a day stays the second in every file that has the
    day from its beginning.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        text = "".join(letter for letter in line.description.upper() if letter.isalnum())
        parts = (account, line.on.isoformat(), line.incoming, line.sen, text, line.reference, line.balance)
        key = "|".join(str(part) for part in parts)
        seen[key] += 1
        found.append(hashlib.sha256(f"{key}|{seen[key]}".encode()).hexdigest())
    return found
