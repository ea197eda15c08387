"""Movements of recurring revenue as tables, without a database."""

from datetime import date

import pytest

from reports.rules.revenue import Brought, Place, Stand, by_kind, moves

HERE = Place("klustera", "per-unit")
SINCE = date(2026, 3, 1)


def brings(yearly: int, counted: str = "200", **more: int) -> dict[str, Brought]:
    """Main charges, and others by kind."""
    found = {"main": Brought(yearly, counted)} if yearly else {}
    return found | {kind: Brought(amount, "1") for kind, amount in more.items()}


def moved(before: Stand, after: dict[str, Brought], place: Place = HERE) -> list[tuple[str, str, int, str]]:
    """(kind, charges, yearly, plan) of each movement."""
    return [(move.kind.value, move.charges, move.yearly, move.place.plan) for move in moves(before, place, after)]


@pytest.mark.parametrize(
    ("before", "first_on", "after", "expected"),
    [
        # 200 units at 3.000: 7.200.000 a year
        (brings(0), None, brings(7_200_000), [("new", "main", 7_200_000, "per-unit")]),
        (brings(0), SINCE, brings(7_200_000), [("reactivation", "main", 7_200_000, "per-unit")]),
        (brings(7_200_000), SINCE, brings(0), [("churn", "main", -7_200_000, "per-unit")]),
        (brings(7_200_000), SINCE, brings(7_200_000), []),
        # 200 → 250 units: 50 × 3.000 × 12
        (brings(7_200_000), SINCE, brings(9_000_000, "250"), [("expansion", "main", 1_800_000, "per-unit")]),
        (brings(9_000_000, "250"), SINCE, brings(7_200_000), [("contraction", "main", -1_800_000, "per-unit")]),
        # K1's cliff: 99 × 5.000 = 495.000 a month, 100 × 3.000 = 300.000
        (brings(5_940_000, "99"), SINCE, brings(3_600_000, "100"), [("contraction", "main", -2_340_000, "per-unit")]),
        # K9's offer ends: the same units, 20 % more
        (brings(5_760_000), SINCE, brings(7_200_000), [("price", "main", 1_440_000, "per-unit")]),
        # N8: an add-on beside it, and the whole leaves together
        (brings(7_200_000), SINCE, brings(7_200_000, addon=900_000), [("expansion", "addon", 900_000, "per-unit")]),
        (
            brings(7_200_000, addon=900_000),
            SINCE,
            {},
            [("churn", "main", -7_200_000, "per-unit"), ("churn", "addon", -900_000, "per-unit")],
        ),
    ],
)
def test_what_changed_is_named(
    before: dict[str, Brought],
    first_on: date | None,
    after: dict[str, Brought],
    expected: list[tuple[str, str, int, str]],
) -> None:
    assert moved(Stand(HERE, before, first_on), after) == expected


def test_an_upgrade_takes_along_what_was_paid_and_names_the_rest_c11() -> None:
    """C1: Starter 499.000 → Growth 999.000 a month: 5.988.000 goes along, 6.000.000 more."""
    starter, growth = Place("koperasi", "starter"), Place("koperasi", "growth")
    found = moved(Stand(starter, brings(5_988_000, "1"), SINCE), brings(11_988_000, "1"), growth)
    assert found == [
        ("moved", "main", -5_988_000, "starter"),
        ("moved", "main", 5_988_000, "growth"),
        ("expansion", "main", 6_000_000, "growth"),
    ]


def test_movements_of_any_life_sum_to_what_is_brought_at_its_end() -> None:
    stand, total = Stand(HERE, {}), 0
    for at, (place, charges) in enumerate(
        [
            (HERE, brings(100)),
            (HERE, brings(100, addon=7)),
            (Place("klustera", "flat"), brings(90, "1", side=3)),
            (HERE, {}),
            (HERE, brings(40)),
            (Place("klustera", "flat", "Bali"), brings(40)),
        ]
    ):
        total += sum(move.yearly for move in moves(stand, place, charges))
        stand = stand.after(place, charges, date(2026, at + 1, 1))
        assert total == stand.yearly
    assert (stand.yearly, stand.first_on) == (40, date(2026, 1, 1))


def test_charges_are_summed_by_kind_n6() -> None:
    """A platform at 6.000.000 a year and 40 seats at 120.000: 10.800.000 for one and forty."""
    found = by_kind(
        {"platform": ("main", 6_000_000, "1"), "seats": ("main", 4_800_000, "40"), "kits": ("addon", 5, "2")}
    )
    assert found == {"main": Brought(10_800_000, "1+40"), "addon": Brought(5, "2")}
