"""What may be said of an experiment, for any counts (K13): too few are never more than a look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.offers.experiment_text import verdicts
from plans.rules.evidence import Verdict, missing, needed, weigh
from plans.rules.experiments import Experiment
from plans.rules.proportions import Share
from plans.selectors.experiments import Tally

SHARES = st.integers(0, 3000).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("first", "other", "detect", "verdict", "lacking"),
    [
        ((0, 0), (3, 10), 5, Verdict.NOBODY, 686),
        ((0, 400), (0, 0), 5, Verdict.NOBODY, 152),
        ((35, 350), (70, 350), 5, Verdict.EARLY, 336),
        ((70, 700), (68, 680), 5, Verdict.EARLY, 6),
        ((70, 700), (105, 700), 5, Verdict.HIGHER, 0),
        ((105, 1000), (60, 1000), 5, Verdict.LOWER, 0),
        ((70, 700), (74, 700), 5, Verdict.SAME, 0),
        ((70, 700), (93, 700), 5, Verdict.OPEN, 0),
        ((0, 20), (20, 20), 50, Verdict.HIGHER, 0),
        ((10, 10), (10, 10), 50, Verdict.EARLY, 1),
    ],
)
def test_the_verdict_waits_for_the_number_needed(
    first: tuple[int, int], other: tuple[int, int], detect: int, verdict: Verdict, lacking: int
) -> None:
    """K13: 10 % → 686 visitors for 5 points; of nobody 10 % is supposed."""
    found = weigh(Share(*first), Share(*other), detect)
    assert (found.verdict, found.missing) == (verdict, lacking)


@pytest.mark.parametrize(("there", "still"), [(0, 686), (400, 286), (686, 0), (900, 0)])
def test_how_many_are_to_come_yet(there: int, still: int) -> None:
    """K13: never below zero."""
    assert missing(Share(0, there), needed(Share(70, 700), 5)) == still


@given(SHARES, SHARES, st.integers(1, 50))
def test_no_counts_are_too_odd_to_be_judged(first: Share, other: Share, detect: int) -> None:
    """K13: nothing divides by zero, and a winner is named only of enough visitors and with zero outside of the range."""
    found = weigh(first, other, detect)
    settled = found.verdict in {Verdict.HIGHER, Verdict.LOWER}
    assert not (settled and found.missing)
    assert settled <= (found.range.low > 0 or found.range.high < 0)
    assert (found.verdict is Verdict.NOBODY) is (not first.of or not other.of)


def _two_trials() -> Experiment:
    names = [{"id": "30 hari", "en": "30 days"}, {"id": "60 hari", "en": "60 days"}]
    variants = [{"code": f"v{at}", "name": name} for at, name in enumerate(names)]
    given = {"code": "trial", "name": names[0], "price_book": "b", "metric": "trial_to_paid", "variants": variants}
    return Experiment.model_validate(given)


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        (105, "60 hari lebih tinggi daripada 30 hari: selisih +5,0 poin (95 %: +1,5 sampai +8,5)."),
        (35, "60 hari lebih rendah daripada 30 hari: selisih −5,0 poin (95 %: −7,8 sampai −2,3)."),
        (74, "60 hari dan 30 hari tidak berbeda 5 poin atau lebih: selisih +0,6 poin (95 %: −2,6 sampai +3,8)."),
        (93, "60 hari dan 30 hari belum dapat dibedakan: selisih +3,3 poin (95 %: −0,1 sampai +6,7)."),
    ],
)
def test_the_verdict_in_words_and_of_whom(paid: int, said: str) -> None:
    """K13: of 700 signed up 70 pay after 30 days of trial."""
    first, needs = verdicts(_two_trials(), (Tally("v0", 5000, 700, 0, 70), Tally("v1", 5000, 700, 0, paid)))
    assert first == said
    assert needs.endswith("686 pendaftar per varian; varian terkecil punya 700. Jumlah itu tercapai.")
