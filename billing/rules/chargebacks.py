"""What a payer's bank asks for beyond what was decided before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# The gateway repeats a notice after 2, 10, 30, 90 and 210 minutes, then never: what comes later is another one.
REPEATED_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Decided:
    """A dispute that was decided: `amount` rupiah, `parts` are the gateway's ids of what it was about, where it named any.

    `returned`: it was won, and the gateway has said since that the money is ours again.
    """

    amount: int
    won: bool
    returned: bool = False
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the gateway says is taken back: `total` rupiah of `gross`; `parts` by their ids where it is a part of it."""

    gross: int
    total: int
    parts: Mapping[str, int] | None = None


def asked_beyond(asked: Asked, decided: Sequence[Decided], *, again: bool = False) -> int:
    """Rupiah that nothing decided is about; 0: no news. `again`: told so late that it cannot be an old notice.

    750.000, of which 200.000 were decided, now all of it → 550.000. The whole, won, and the gateway said that it was ours
    again → 750.000. A part that was won, with another id → that part; told of once more with nothing new → the part again if it
    came back in between or is told `again`.
    """
    beyond = _beyond(asked, decided)
    if beyond > 0 or not decided or not decided[-1].won or not (again or decided[-1].returned):
        return max(beyond, 0)
    return max(min(asked.gross if asked.parts is None else decided[-1].amount, asked.gross - _lost(decided)), 0)


def _beyond(asked: Asked, decided: Sequence[Decided]) -> int:
    if asked.parts is None:
        return asked.total - sum(one.amount for one in decided if not one.returned)
    named = all(asked.parts) and all(one.parts for one in decided)
    if not named:
        return asked.total - sum(one.amount for one in decided)
    known = {part for one in decided for part in one.parts}
    fresh = sum(amount for part, amount in asked.parts.items() if part not in known)
    return min(fresh, asked.gross - _lost(decided))


def _lost(decided: Sequence[Decided]) -> int:
    return sum(one.amount for one in decided if not one.won)


def is_told_again(told_at: datetime | None, decided_at: datetime | None) -> bool:
    """Whether a notice came too late after a decision to be one of before: at 6 hours it may be, after them it is not."""
    return told_at is not None and decided_at is not None and told_at > decided_at + REPEATED_FOR
