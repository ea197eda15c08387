"""All that dashboards read of a period: each selector is asked once, and only where a figure needs it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from reports.rules.ageing import Aged
from reports.rules.cash import Paid, Sums
from reports.rules.figures import Month, each
from reports.rules.growth import Funnel, pipeline
from reports.rules.outlook import Outlook
from reports.rules.renewals import Renewals, together
from reports.rules.retention import Lasting, lasting
from reports.selectors.cash import ageing_now, deferred_now, outlook, paid_in, sums_in
from reports.selectors.economics import Group, in_periods
from reports.selectors.growth import growth_of, growth_over, on_trial
from reports.selectors.health import Of, by_colour
from reports.selectors.renewals import AtRisk, at_risk, ended_in
from reports.selectors.retention import months_in
from reports.selectors.revenue import Report, Scope, report_of

QUARTER = timedelta(days=90)  # with the last day 91 days, thirteen weeks


@dataclass(frozen=True)
class Readings:
    """Of the scope's days, of as many just before, and of the periods that begin on `starts` (the last one is the scope's;
    none: the months up to its last day).

    What has no past is of `today`: who tries, what is owed, expected and at risk. `by` is what revenue is divided by.
    """

    scope: Scope
    starts: Sequence[date]
    today: date
    by: str = "product"

    @cached_property
    def revenue(self) -> Report:
        """Two queries."""
        return report_of(self.scope, self.by, starts=self.starts)

    @property
    def months(self) -> list[Month]:
        """What recurred at the end of each period, and what moved in it."""
        return self.revenue.months

    @cached_property
    def lasting(self) -> tuple[Lasting, Lasting]:
        """Churn a month, lifetime and LTV of these days and of those before."""
        scopes = (self.scope, self.scope.before)
        now, then = (lasting(kept, months_in(days)) for kept, days in zip(self.revenue.kept, scopes, strict=True))
        return now, then

    @cached_property
    def economics(self) -> tuple[Group | None, Group | None]:
        """Revenue beside costs of these days and of those before; of whole months. Three queries."""
        return in_periods(self.scope, self.revenue.kept)

    @cached_property
    def signups(self) -> list[Funnel]:
        """Those who signed up in each period, as far as they came by now; one query."""
        return growth_over(self.scope, self.starts)

    @cached_property
    def lately(self) -> tuple[Funnel, Funnel]:
        """Those who signed up in the thirteen weeks up to the last day, and up to the last day before these; two queries."""
        now, then = (growth_of(thirteen_weeks(days), "product")[0] for days in (self.scope, self.scope.before))
        return now, then

    @cached_property
    def trying(self) -> dict[str, int]:
        """How many try now, by product; one query."""
        return on_trial(self.scope)

    @property
    def pipeline(self) -> int:
        """Rupiah a month; revenue must be divided by product."""
        if self.by != "product":
            raise ValueError("a pipeline is worth what each product's customers bring")
        brought = {code: each(now.after, now.closed * 12) for code, (now, _then) in self.revenue.groups.items()}
        return pipeline(self.trying, brought)

    @cached_property
    def at_risk(self) -> list[AtRisk]:
        """Three queries."""
        return at_risk(self.today, self.scope)

    @cached_property
    def money(self) -> tuple[Sums, Sums]:
        """Of these days and of those before; one query."""
        return sums_in(self.scope)

    @cached_property
    def paid(self) -> tuple[Paid | None, Paid | None]:
        """Two queries."""
        return paid_in(self.scope)[0], paid_in(self.scope.before)[0]

    @cached_property
    def ageing(self) -> Aged:
        """One query."""
        return ageing_now(self.today, self.scope)

    @cached_property
    def deferred(self) -> int | None:
        """One query."""
        return deferred_now(self.scope)

    @cached_property
    def outlook(self) -> Outlook:
        """Three queries."""
        return outlook(self.today, self.scope)

    @cached_property
    def health(self) -> dict[str, int]:
        """Customers of each colour today; one query."""
        where = self.scope.where
        province = where.get("province")
        return by_colour(
            Of(where.get("product", ""), "-" if province == "" else province or "", tests=self.scope.tests)
        )

    @cached_property
    def terms(self) -> tuple[Renewals, Renewals]:
        """Terms that ended in these days and in those before; two queries."""
        return together(ended_in(self.scope)), together(ended_in(self.scope.before))


def thirteen_weeks(scope: Scope) -> Scope:
    """The ninety-one days up to its last."""
    return replace(scope, first=scope.last - QUARTER)
