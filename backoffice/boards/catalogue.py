"""Which dashboard shows what, and how far back its trend goes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from reports.rules.lookbacks import Cadence


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard as data: figures and tables by name; `chart` is the figure drawn large, `by` what revenue is divided by."""

    cadence: Cadence
    title: str | Promise
    figures: tuple[str, ...]
    tables: tuple[str, ...]
    chart: str
    by: str
    periods: int

    @property
    def address(self) -> str:
        """The name of its page's address."""
        return f"operator_board_{self.cadence}"


BOARDS = {
    board.cadence: board
    for board in (
        Board(
            Cadence.WEEKLY,
            gettext_lazy("Penjualan mingguan"),
            figures=(
                "signups",
                "tried",
                "won",
                "new_mrr",
                "conversion",
                "trial_to_paid",
                "sales_cycle",
                "trying",
                "pipeline",
                "at_risk",
                "at_risk_yearly",
                "red",
                "yellow",
            ),
            tables=("at_risk",),
            chart="new_mrr",
            by="product",
            periods=13,
        ),
        Board(
            Cadence.MONTHLY,
            gettext_lazy("Manajemen bulanan"),
            figures=(
                "mrr",
                "mrr_growth",
                "new_mrr",
                "expansion",
                "contraction",
                "price",
                "churned",
                "customers",
                "won",
                "lost",
                "arpc",
                "nrr",
                "gross_retention",
                "logo_churn",
                "revenue_churn",
                "ltv",
                "costs",
                "result",
                "gross_margin",
                "cac",
                "payback",
                "red",
                "yellow",
                "claimed",
                "collected",
                "refunded",
                "days_to_pay",
                "overdue",
                "deferred",
                "expected",
            ),
            tables=("reasons", "ageing"),
            chart="mrr",
            by="product",
            periods=13,
        ),
        Board(
            Cadence.QUARTERLY,
            gettext_lazy("Dewan triwulan"),
            figures=(
                "arr",
                "arr_growth",
                "customers",
                "won",
                "lost",
                "acv",
                "quick_ratio",
                "nrr",
                "gross_retention",
                "logo_churn",
                "ltv",
                "lifetime",
                "costs",
                "result",
                "gross_margin",
                "cac",
                "payback",
                "ltv_to_cac",
                "renewed",
                "provinces",
                "collected",
            ),
            tables=("cohorts", "provinces"),
            chart="arr",
            by="province",
            periods=9,
        ),
    )
}
