"""Shares of counts with what is not known about them: Wilson's interval, Newcombe's for a difference, and sample sizes.

Floats, for these are estimates and no money. Nothing here divides by zero: of nobody every share is possible.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

CONFIDENCE, POWER = 0.95, 0.80


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both shares (or differences of shares)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`: 12 of 200 visitors. Never more hits than there are."""

    hits: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of:
            raise ValueError(f"{self.hits} of {self.of} is no share")

    @property
    def rate(self) -> float | None:
        """12 of 200: 0.06. None of nobody."""
        return self.hits / self.of if self.of else None


def wilson(share: Share, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of a share; of nobody it is everything from 0 to 1.

    81 of 263 → 0.2553 to 0.3662; 0 of 20 → 0 to 0.1611 (Newcombe 1998).
    """
    if not share.of:
        return Interval(0.0, 1.0)
    z, n, p = _z((1 + confidence) / 2), share.of, share.hits / share.of
    middle, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return Interval(
        0.0 if share.hits == 0 else (middle - spread) / whole, 1.0 if share.hits == n else (middle + spread) / whole
    )


def difference(one: Share, other: Share, confidence: float = CONFIDENCE) -> Interval:
    """What the second share is above the first, by Newcombe's hybrid score method; of nobody from -1 to 1.

    48 of 80 and 56 of 70 → 0.0524 to 0.3339 (Newcombe 1998, method 10).
    """
    if one.rate is None or other.rate is None:
        return Interval(-1.0, 1.0)
    first, second = wilson(one, confidence), wilson(other, confidence)
    gap = other.rate - one.rate
    return Interval(
        gap - sqrt((other.rate - second.low) ** 2 + (first.high - one.rate) ** 2),
        gap + sqrt((second.high - other.rate) ** 2 + (one.rate - first.low) ** 2),
    )


def sample_size(base: float, gap: float, confidence: float = CONFIDENCE, power: float = POWER) -> int:
    """How many each variant needs so that a difference of `gap` from the rate `base` is found with the given power.

    From 10 % to 15 % → 686 each (Fleiss, two-sided, without correction). Where `base` + `gap` would be more than everybody,
    the difference is looked for below. `gap` lies above 0 and up to 1.
    """
    if not (0 <= base <= 1 and 0 < gap <= 1):
        raise ValueError(f"no sample finds a difference of {gap} from {base}")
    other = base + gap if base + gap <= 1 else max(0.0, base - gap)
    mean = (base + other) / 2
    spread = _z((1 + confidence) / 2) * sqrt(2 * mean * (1 - mean))
    spread += _z(power) * sqrt(base * (1 - base) + other * (1 - other))
    return ceil((spread / (other - base)) ** 2)


def _z(share: float) -> float:
    return NormalDist().inv_cdf(share)
