"""The price lists of the documents, as the charges that `rate` takes."""

from collections.abc import Iterable

Charge = dict[str, object]


def tiers(*steps: tuple[int | None, str], field: str = "unit_price") -> list[object]:
    """Rows of a price list: (up to, price)."""
    return [{"up_to": up_to, field: price} for up_to, price in steps]


def volume(*steps: tuple[int | None, str]) -> Charge:
    """The whole quantity at the tier it falls in."""
    return {"model": "volume", "tiers": tiers(*steps)}


def stairstep(*steps: tuple[int | None, str]) -> Charge:
    """A flat fee by size."""
    return {"model": "stairstep", "tiers": tiers(*steps, field="flat_fee")}


def school_book(paid: str, large: str) -> Charge:
    """X1, X2: free below 50, then two paid tiers, cut at 500."""
    return volume((49, "0"), (500, paid), (None, large))


XCLASS_2025 = school_book("5000", "4000")
XCLASS_2026 = school_book("7500", "6000")
XCLASS_2027 = school_book("10000", "8000")
XCLASS_2028 = volume((49, "0"), (200, "12000"), (500, "10000"), (None, "8000"))

KLUSTERA_PER_UNIT = volume((99, "5000"), (500, "3000"), (None, "2000"))
KLUSTERA_PER_UNIT_YEAR = volume((99, "50000"), (500, "30000"), (None, "20000"))
KLUSTERA_FLAT = stairstep((99, "500000"), (500, "1500000"), (None, "3000000"))
KLUSTERA_FLAT_YEAR = stairstep((99, "5400000"), (500, "16200000"), (None, "32400000"))

Row = tuple[str, Charge, int, int]


def rows(name: str, charge: Charge, amounts: dict[int, int]) -> Iterable[Row]:
    """(list, charge, quantity, amount) for each pair."""
    return [(name, charge, quantity, amount) for quantity, amount in amounts.items()]


DOCUMENTED: list[Row] = [
    *rows(
        "X1 2025",
        XCLASS_2025,
        {
            0: 0,
            1: 0,
            49: 0,
            50: 250_000,
            51: 255_000,
            100: 500_000,
            150: 750_000,
            499: 2_495_000,
            500: 2_500_000,
            501: 2_004_000,
            1000: 4_000_000,
        },
    ),
    *rows("X2 2026", XCLASS_2026, {49: 0, 50: 375_000, 500: 3_750_000, 501: 3_006_000, 1000: 6_000_000}),
    *rows("X2 2027", XCLASS_2027, {49: 0, 50: 500_000, 500: 5_000_000, 501: 4_008_000, 1000: 8_000_000}),
    *rows(
        "X2 2028",
        XCLASS_2028,
        {49: 0, 50: 600_000, 200: 2_400_000, 201: 2_010_000, 500: 5_000_000, 501: 4_008_000, 1000: 8_000_000},
    ),
    *rows(
        "K1 per unit and month",
        KLUSTERA_PER_UNIT,
        {
            0: 0,
            1: 5_000,
            50: 250_000,
            99: 495_000,
            100: 300_000,
            200: 600_000,
            499: 1_497_000,
            500: 1_500_000,
            501: 1_002_000,
            1000: 2_000_000,
        },
    ),
    *rows(
        "K2 per unit, a year for ten months",
        KLUSTERA_PER_UNIT_YEAR,
        {99: 4_950_000, 100: 3_000_000, 500: 15_000_000, 501: 10_020_000},
    ),
    *rows(
        "K2 flat by the month",
        KLUSTERA_FLAT,
        {0: 500_000, 50: 500_000, 99: 500_000, 100: 1_500_000, 200: 1_500_000, 500: 1_500_000, 501: 3_000_000},
    ),
    *rows(
        "K2 flat by the year",
        KLUSTERA_FLAT_YEAR,
        {99: 5_400_000, 100: 16_200_000, 500: 16_200_000, 501: 32_400_000, 1000: 32_400_000},
    ),
]
