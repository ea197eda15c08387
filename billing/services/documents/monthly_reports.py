"""A month of a tenant, from its papers and payments, for the monthly report (N15, N4). Nothing is written."""

from collections.abc import Sequence
from datetime import date, timedelta

from billing.documents.account_statement import statement_view
from billing.documents.monthly_report import MonthlyReport, Section, monthly_report
from billing.selectors.accounts import latest_subscription
from billing.selectors.statement_of_account import statement_of_account
from billing.selectors.taxing import issuer_of
from billing.services.documents.invoicing import customer_of
from plans.rules.periods import add_months
from tenants.context import inside
from tenants.models import Tenant


def months_until(first: date, today: date, most: int = 24) -> list[date]:
    """The first days of the months from one day to another, the latest first; at most so many."""
    month, found = today.replace(day=1), list[date]()
    while month >= first.replace(day=1) and len(found) < most:
        found.append(month)
        month = add_months(month, -1)
    return found


def month_of(tenant: Tenant, month: date, today: date, language: str) -> Section | None:
    """A tenant's month, the running one until today; None for a month to come or before it subscribed."""
    last = min(add_months(month, 1) - timedelta(days=1), today)
    with inside(tenant):
        subscription = latest_subscription()
        if subscription is None or month > today:
            return None
        made = statement_of_account(month, last)
        _issuer, printed = issuer_of(subscription.terms.issuer)
        return Section(made, statement_view(made, printed, customer_of(tenant, subscription), language))


def report_of(tenant: Tenant, month: date, today: date, language: str) -> MonthlyReport | None:
    """N15: documents, payments and balance of a school's month."""
    section = month_of(tenant, month, today, language)
    return None if section is None else monthly_report(tenant.name, tenant.subdomain, [section], month, language)


def consolidated_report(
    name: str, code: str, tenants: Sequence[tuple[Tenant, date]], month: date, language: str
) -> MonthlyReport | None:
    """N4, K16: the same of several tenants, each with its own today, one after the other; None where there is nothing."""
    found = (month_of(tenant, month, today, language) for tenant, today in tenants)
    sections = [section for section in found if section is not None]
    return monthly_report(name, code, sections, month, language) if sections else None
