"""What recurs: how much, how it moves, who stays and what one is worth."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from backoffice.boards.figure import Figure, Read
from backoffice.boards.units import Unit, Value
from backoffice.figures.behind import moves, page
from backoffice.revenue.lists import CUSTOMERS, MOVES
from reports.rules.figures import Figures, Month, share
from reports.rules.retention import Lasting
from reports.rules.revenue import LESS, MoveKind
from reports.selectors.readings import Readings
from reports.selectors.retention import CAME


def _months(of: Callable[[Month], Value]) -> Read:
    return lambda on: [of(month) for month in on.months]


def _moved(*kinds: MoveKind) -> Read:
    return _months(lambda month: sum(month.moves.get(kind, 0) for kind in kinds))


def _grown(of: Callable[[Month], int]) -> Read:
    """What was added, as a part of the end of the period before; the first period has none."""

    def read(on: Readings) -> list[Value]:
        levels = [of(month) for month in on.months]
        return [share(level - before, before) for before, level in pairwise(levels)]

    return read


def _figures(of: Callable[[Figures], Value]) -> Read:
    return lambda on: [of(on.revenue.then), of(on.revenue.now)]


def _lasting(of: Callable[[Lasting], Value]) -> Read:
    return lambda on: [of(on.lasting[1]), of(on.lasting[0])]


def _provinces(on: Readings) -> Sequence[Value]:
    """Provinces with somebody who brings something; who gave none counts nowhere."""
    pairs = [pair for name, pair in on.revenue.groups.items() if name]
    return [sum(then.closed > 0 for _now, then in pairs), sum(now.closed > 0 for now, _then in pairs)]


RECURRING: dict[str, Figure] = {
    "mrr": Figure(
        "MRR", _("berulang per bulan, akhir periode"), Unit.RUPIAH, _months(lambda m: m.mrr), page(CUSTOMERS)
    ),
    "mrr_growth": Figure(
        _("Pertumbuhan MRR"),
        _("dibanding akhir periode sebelumnya"),
        Unit.SHARE,
        _grown(lambda m: m.mrr),
        page("operator_revenue"),
    ),
    "arr": Figure(
        "ARR", _("berulang per tahun, akhir periode"), Unit.RUPIAH, _months(lambda m: m.arr), page(CUSTOMERS)
    ),
    "arr_growth": Figure(
        _("Pertumbuhan ARR"),
        _("dibanding akhir periode sebelumnya"),
        Unit.SHARE,
        _grown(lambda m: m.arr),
        page("operator_revenue"),
    ),
    "new_mrr": Figure(
        _("MRR baru"), _("dari yang mulai dan yang kembali"), Unit.RUPIAH, _moved(*CAME), moves(MOVES, *CAME)
    ),
    "expansion": Figure(
        _("MRR bertambah"),
        _("pelanggan lama mengambil lebih banyak"),
        Unit.RUPIAH,
        _moved(MoveKind.EXPANSION),
        moves(MOVES, MoveKind.EXPANSION),
    ),
    "contraction": Figure(
        _("MRR berkurang"),
        _("pelanggan lama mengambil lebih sedikit"),
        Unit.RUPIAH,
        _moved(MoveKind.CONTRACTION),
        moves(MOVES, MoveKind.CONTRACTION),
    ),
    "price": Figure(
        _("MRR karena harga"),
        _("paket dan jumlah sama, harga lain"),
        Unit.RUPIAH,
        _moved(MoveKind.PRICE),
        moves(MOVES, MoveKind.PRICE),
    ),
    "churned": Figure(
        _("MRR hilang"),
        _("dari yang berhenti"),
        Unit.RUPIAH,
        _moved(MoveKind.CHURN),
        moves(MOVES, MoveKind.CHURN),
    ),
    "customers": Figure(
        _("Pelanggan membayar"),
        _("pada hari terakhir"),
        Unit.COUNT,
        _figures(lambda found: found.customers),
        page(CUSTOMERS),
    ),
    "lost": Figure(
        _("Pelanggan berhenti"),
        _("pelanggan lama yang tidak membawa apa-apa lagi"),
        Unit.COUNT,
        lambda on: [kept.lost for kept in reversed(on.revenue.kept)],
        moves(MOVES, MoveKind.CHURN),
    ),
    "arpc": Figure(
        "ARPU / ARPC", _("MRR per pelanggan"), Unit.RUPIAH, _figures(lambda found: found.arpc), page(CUSTOMERS)
    ),
    "acv": Figure("ACV", _("ARR per pelanggan"), Unit.RUPIAH, _figures(lambda found: found.acv), page(CUSTOMERS)),
    "nrr": Figure(
        "NRR",
        _("pelanggan lama: sekarang dibanding dulu"),
        Unit.SHARE,
        _figures(lambda found: found.nrr),
        page(MOVES),
    ),
    "gross_retention": Figure(
        _("Retensi kotor"),
        _("seperti NRR, tanpa kenaikan"),
        Unit.SHARE,
        _figures(lambda found: found.gross_retention),
        moves(MOVES, *LESS),
    ),
    "quick_ratio": Figure(
        "Quick ratio",
        _("yang bertambah dibagi yang hilang"),
        Unit.TIMES,
        _figures(lambda found: found.quick_ratio),
        page(MOVES),
    ),
    "logo_churn": Figure(
        _("Churn pelanggan"),
        _("pelanggan lama yang berhenti"),
        Unit.SHARE,
        _figures(lambda found: found.logo_churn),
        moves(MOVES, MoveKind.CHURN),
    ),
    "revenue_churn": Figure(
        _("Churn pendapatan"),
        _("pendapatan lama yang hilang"),
        Unit.SHARE,
        _figures(lambda found: found.revenue_churn),
        moves(MOVES, *LESS),
    ),
    "ltv": Figure(
        "LTV",
        _("pendapatan selama masa hidup, menurut churn periode ini"),
        Unit.RUPIAH,
        _lasting(lambda found: found.ltv),
        page("operator_retention"),
    ),
    "lifetime": Figure(
        _("Masa hidup"),
        _("pelanggan lama dibagi yang berhenti per bulan"),
        Unit.MONTHS,
        _lasting(lambda found: found.lifetime),
        page("operator_retention"),
    ),
    "renewed": Figure(
        _("Diperpanjang"),
        _("dari masa dua bulan ke atas yang berakhir dan sudah jelas"),
        Unit.SHARE,
        lambda on: [on.terms[1].rate, on.terms[0].rate],
        page("operator_terms"),
    ),
    "provinces": Figure(
        _("Provinsi terlayani"),
        _("dengan pelanggan membayar, dari 38"),
        Unit.COUNT,
        _provinces,
        page("operator_revenue", "#op-groups", by="province"),
    ),
}
# The same of any days: the level before them stands at no end of a month.
OF_DAYS: dict[str, Figure] = {
    "mrr": replace(RECURRING["mrr"], read=_figures(lambda found: found.mrr)),
    "arr": replace(RECURRING["arr"], read=_figures(lambda found: found.arr)),
    **{
        code: RECURRING[code]
        for code in (
            "customers",
            "arpc",
            "acv",
            "nrr",
            "gross_retention",
            "quick_ratio",
            "logo_churn",
            "revenue_churn",
        )
    },
}
