"""Who comes: sign-ups, trials, customers won, what is in sight, and what may be lost."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from backoffice.boards.figure import Figure, Read
from backoffice.boards.units import Unit, Value
from backoffice.figures.behind import health, moves, page, thirteen_weeks, trying
from backoffice.revenue.lists import MOVES
from reports.rules.growth import Funnel
from reports.rules.health_table import Colour
from reports.selectors.retention import CAME

SIGNUPS = "operator_growth_customers"


def _funnels(of: Callable[[Funnel], Value]) -> Read:
    return lambda on: [of(found) for found in on.signups]


def _lately(of: Callable[[Funnel], Value]) -> Read:
    return lambda on: [of(on.lately[1]), of(on.lately[0])]


def _coloured(colour: Colour) -> Read:
    return lambda on: [on.health.get(colour.value, 0)]


SALES: dict[str, Figure] = {
    "signups": Figure(
        _("Pendaftar baru"), _("mendaftar dalam periode"), Unit.COUNT, _funnels(lambda f: f.signups), page(SIGNUPS)
    ),
    "tried": Figure(
        _("Mencoba"),
        _("pendaftar periode ini yang mendapat masa percobaan"),
        Unit.COUNT,
        _funnels(lambda f: f.tried),
        page(SIGNUPS, step="tried"),
    ),
    "won": Figure(
        _("Pelanggan didapat"),
        _("mulai atau kembali menjadi pelanggan berbayar"),
        Unit.COUNT,
        lambda on: [kept.won for kept in reversed(on.revenue.kept)],
        moves(MOVES, *CAME),
    ),
    "conversion": Figure(
        _("Konversi"),
        _("pendaftar 13 minggu terakhir yang sudah membayar"),
        Unit.SHARE,
        _lately(lambda f: f.conversion),
        thirteen_weeks("operator_growth"),
    ),
    "trial_to_paid": Figure(
        _("Percobaan → bayar"),
        _("pencoba 13 minggu terakhir yang sudah membayar"),
        Unit.SHARE,
        _lately(lambda f: f.trial_to_paid),
        thirteen_weeks(SIGNUPS, step="tried_paid"),
    ),
    "sales_cycle": Figure(
        _("Siklus penjualan"),
        _("median dari mendaftar sampai bayar, 13 minggu"),
        Unit.DAYS,
        _lately(lambda f: f.cycle),
        thirteen_weeks(SIGNUPS, step="paid"),
    ),
    "trying": Figure(_("Sedang mencoba"), _("hari ini"), Unit.COUNT, lambda on: [sum(on.trying.values())], trying),
    "pipeline": Figure(
        _("Nilai pipeline"),
        _("sedang mencoba × MRR rata-rata produknya, hari ini"),
        Unit.RUPIAH,
        lambda on: [on.pipeline],
        trying,
    ),
    "red": Figure(
        _("Pelanggan merah"),
        _("skor kesehatan terburuk, hari ini"),
        Unit.COUNT,
        _coloured(Colour.RED),
        health(colour=Colour.RED.value),
    ),
    "yellow": Figure(
        _("Pelanggan kuning"),
        _("perlu perhatian, hari ini"),
        Unit.COUNT,
        _coloured(Colour.YELLOW),
        health(colour=Colour.YELLOW.value),
    ),
    "at_risk": Figure(
        _("Perpanjangan berisiko"),
        _("berakhir dalam 90 hari ke depan"),
        Unit.COUNT,
        lambda on: [len(on.at_risk)],
        page("operator_renewals", "#op-risk"),
    ),
    "at_risk_yearly": Figure(
        _("Nilai yang berisiko"),
        _("yang dibawa mereka setahun"),
        Unit.RUPIAH,
        lambda on: [sum(item.yearly for item in on.at_risk)],
        page("operator_renewals", "#op-risk"),
    ),
}
