"""How many may be asked for: at all, and of a plan, an add-on or an item."""

from decimal import Decimal

from plans.errors import CatalogueError
from plans.rules.money import format_number
from plans.rules.parts import Range, Text
from plans.rules.refusals import refusal

MOST = Decimal(10_000_000)


def check_quantity(quantity: Decimal) -> Decimal:
    """The quantity itself, unless it is negative, a fraction or more than 10 million (most likely a slip)."""
    if not quantity.is_finite():
        raise _refused("not_a_number", "Jumlah harus berupa angka.", "The quantity must be a number.")
    if quantity < 0:
        raise _refused("negative", "Jumlah tidak boleh kurang dari nol.", "The quantity must not be below zero.")
    if quantity > MOST:
        most = format_number(MOST)
        raise _refused(
            "too_large",
            f"Jumlah paling banyak {most}. Periksa kembali angkanya.",
            f"The quantity is at most {most}. Please check the number.",
        )
    if quantity != quantity.to_integral_value():
        raise _refused("fraction", "Jumlah harus bilangan bulat.", "The quantity must be a whole number.")
    return quantity


def check_range(taken: Range, quantity: Decimal, name: Text, unit: Text) -> None:
    """Refuse a quantity outside a plan's, an add-on's or an item's bounds, and say which they are.

    N7: "Kelas kontrak untuk 30 sampai 50 siswa, bukan 25."
    """
    if quantity in taken:
        return
    low, size = format_number(taken.from_), format_number(quantity)
    if taken.to is None:
        bounds_id, bounds_en = f"paling sedikit {low}", f"at least {low}"
    elif taken.to == taken.from_:
        bounds_id = bounds_en = low
    else:
        bounds_id, bounds_en = f"{low} sampai {format_number(taken.to)}", f"{low} to {format_number(taken.to)}"
    raise refusal(
        "quantity_out_of_bounds",
        "quantity",
        f"{name.id} untuk {bounds_id} {unit.id}, bukan {size}.",
        f"{name.en} is for {bounds_en} {unit.en}, not {size}.",
    )


def _refused(why: str, text_id: str, text_en: str) -> CatalogueError:
    return refusal(f"quantity_{why}", "quantity", text_id, text_en)
