"""What a file says of itself above and below its table: "Saldo Awal", "Mutasi Kredit", "Ending Balance"."""

from contextlib import suppress

from billing.rules.banking.figures import Unreadable, read_amount
from billing.rules.banking.layouts import squeeze
from billing.rules.banking.tables import Row
from billing.rules.banking.values import Totals

OPENING = frozenset({"saldoawal", "startingbalance", "openingbalance", "beginningbalance"})
CLOSING = frozenset({"saldoakhir", "endingbalance", "closingbalance", "closebalance"})
TOTAL_IN = frozenset({"mutasikredit", "totalkredit", "totalmutasikredit", "kredit", "credit", "totalcredit", "cr"})
TOTAL_OUT = frozenset(
    {"mutasidebet", "mutasidebit", "totaldebet", "totaldebit", "totalmutasidebet", "debet", "debit", "db"}
)
LABELS = {
    **dict.fromkeys(OPENING, "opening"),
    **dict.fromkeys(CLOSING, "closing"),
    **dict.fromkeys(TOTAL_IN, "incoming"),
    **dict.fromkeys(TOTAL_OUT, "outgoing"),
}


def take_total(row: Row, totals: Totals) -> bool:
    """Take a row such as "Saldo Akhir : 1.750.137,00"; False if it is none."""
    first, *others = row.filled
    word, _, rest = first.partition(":")
    role = LABELS.get(squeeze(word.partition("=")[0]))
    if role is None:
        return False
    said = [cell.strip(" :='") for cell in (rest, *others)]
    said = [cell for cell in said if cell]
    # Nobody quotes these: "Saldo Akhir : 1,750,137.00" comes in three cells, and a count of bookings may follow.
    for length in range(len(said), 0, -1):
        with suppress(Unreadable):
            figure = read_amount(",".join(said[:length]))
            negative = figure.side == "out" and role in {"opening", "closing"}
            setattr(totals, role, -figure.sen if negative else figure.sen)
            return True
    return False
