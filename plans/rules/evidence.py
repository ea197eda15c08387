"""What may be said of an experiment by now: how many more it takes, and which variant is better, if any (K13)."""

from dataclasses import dataclass
from enum import StrEnum

from plans.rules.proportions import Interval, Share, difference, sample_size

# What is supposed of a variant nobody has seen yet, to say how many visitors will be needed.
SUPPOSED = 0.1


class Verdict(StrEnum):
    """What can be said of a variant beside the first one."""

    NOBODY = "nobody"  # one of them was seen by nobody
    EARLY = "early"  # fewer than needed: whatever it looks like may be chance
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"  # if they differ, then by less than is worth finding
    OPEN = "open"  # as many as needed, and still neither a difference nor its absence is shown


@dataclass(frozen=True, slots=True)
class Evidence:
    """A variant beside the first one: `gap` and `range` (95 %) are differences of shares, `missing` those to come yet."""

    verdict: Verdict
    gap: float | None
    range: Interval
    missing: int


def needed(first: Share, detect: int) -> int:
    """How many each variant needs to find `detect` percentage points (two-sided 5 %, power 80 %).

    From the rate of the first: 10 % and 5 points → 686. Of nobody 10 % is supposed.
    """
    return sample_size(SUPPOSED if first.rate is None else first.rate, detect / 100)


def missing(share: Share, need: int) -> int:
    """How many are to come yet: of 686 needed 400 were there → 286; never below zero."""
    return max(0, need - share.of)


def weigh(first: Share, other: Share, detect: int) -> Evidence:
    """What may be said of a variant, honest about too few: an early look finds differences where there are none.

    70 of 700 and 105 of 700 pay, 5 points are worth finding: 686 are needed, the second is higher by 5 points (1,5 to 8,5).
    70 of 700 and 74 of 700: the difference lies between −2,6 and 3,8 points, so none of 5 is there: the same. 35 of 350 and
    70 of 350 look clear (+10 points) and are 336 short each: early.
    """
    need = needed(first, detect)
    lacking = max(missing(first, need), missing(other, need))
    within = difference(first, other)
    gap = None if first.rate is None or other.rate is None else other.rate - first.rate
    return Evidence(_verdict(gap, within, lacking, detect / 100), gap, within, lacking)


def _verdict(gap: float | None, within: Interval, lacking: int, detect: float) -> Verdict:
    if gap is None:
        return Verdict.NOBODY
    if lacking:
        return Verdict.EARLY
    if within.low > 0:
        return Verdict.HIGHER
    if within.high < 0:
        return Verdict.LOWER
    return Verdict.SAME if -detect < within.low and within.high < detect else Verdict.OPEN
