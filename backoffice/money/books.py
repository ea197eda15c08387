"""The books: of one tenant with its journal, and of all of them together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backoffice.figures.page import Asked, Table, report_page
from backoffice.frame.base import page
from backoffice.money.receivables_form import TodayForm
from billing.documents.sheets import Cell
from billing.selectors.books import Journal, deferred_by_month, journal
from billing.selectors.operator_books import OperatorBooks, disagreeing, operator_books
from reports.selectors.places import customers_of
from tenants.context import inside
from tenants.models import Tenant

ACCOUNTS = {
    "receivable": gettext_lazy("Piutang"),
    "revenue": gettext_lazy("Pendapatan"),
    "deferred": gettext_lazy("Pendapatan diterima di muka"),
    "tax": gettext_lazy("Utang PPN"),
    "credit": gettext_lazy("Saldo pelanggan"),
    "late_fees": gettext_lazy("Pendapatan denda"),
    "allowances": gettext_lazy("Potongan yang diberikan"),
    "gateway_fees": gettext_lazy("Biaya gateway"),
    "withholding": gettext_lazy("PPh dipotong pelanggan"),
    "write_offs": gettext_lazy("Piutang dihapusbukukan"),
    "rounding": gettext_lazy("Pembulatan"),
}
FACTS = {
    "issue": gettext_lazy("terbit"),
    "void": gettext_lazy("batal"),
    "settlement": gettext_lazy("pelunasan"),
    "credit": gettext_lazy("saldo"),
    "recognition": gettext_lazy("pengakuan pendapatan"),
    "credit_note": gettext_lazy("nota kredit"),
    "write_off": gettext_lazy("hapus buku"),
    "fee": gettext_lazy("biaya cara bayar"),
    "gateway_fee": gettext_lazy("biaya dipotong gateway"),
}


@require_safe
def show_tenant_books(request: HttpRequest, tenant_id: UUID) -> HttpResponse:
    """Balances, what is deferred, and the journal, of one account or all, newest first."""
    tenant = get_object_or_404(Tenant, pk=tenant_id, provisioning=Tenant.ProvisioningState.READY)
    account, number = request.GET.get("akun", ""), request.GET.get("halaman", "1")
    with inside(tenant):
        found = journal(account, int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1)
        deferred = deferred_by_month()
    return page(
        request,
        "tenant_books.html",
        _("Pembukuan %(name)s") % {"name": tenant.name},
        tenant_shown=tenant,
        balances=_named(found.balances),
        deferred=_months(deferred),
        entries=_entries(found),
        account=account,
        journal=found,
    )


@report_page("books.html", gettext_lazy("Pembukuan"), TodayForm)
def show_books(asked: Asked) -> Table | dict[str, Any]:
    """All tenants together, or those of a product and a province, as their last checks left it, and who does not agree."""
    among = customers_of(replace(asked.scope, tests=True))
    total = operator_books(among, tests=asked.scope.tests)
    if asked.file:
        return Table(f"pembukuan-{asked.scope.last}", ("part", "code", "name", "amount"), _lines(total))
    return {
        "total": total,
        "balances": _named(total.balances),
        "deferred": _months(total.deferred),
        "deferred_sum": sum(total.deferred.values()),
        "wrong": disagreeing(among),
    }


def _lines(total: OperatorBooks) -> Iterator[tuple[Cell, ...]]:
    """Balances, debit above zero, then what is deferred by the month in which it is earned."""
    for account, amount in total.balances.items():
        yield "balance", account, name_of(account), amount
    for month, amount in total.deferred.items():
        yield "deferred", month, "", amount


def name_of(account: str) -> str:
    """An account as staff read it: "Kas, midtrans"."""
    if account.startswith("cash:"):
        return _("Kas, %(channel)s") % {"channel": account.removeprefix("cash:")}
    return str(ACCOUNTS.get(account, account))


def _months(deferred: dict[str, int]) -> list[tuple[date, int]]:
    """Months by their first day, for the template to name."""
    return [(date.fromisoformat(f"{month}-01"), amount) for month, amount in deferred.items()]


def _named(balances: dict[str, int]) -> list[dict[str, Any]]:
    """Debit and credit in columns of their own."""
    return [
        {"account": account, "name": name_of(account), "debit": max(0, amount), "credit": max(0, -amount)}
        for account, amount in balances.items()
    ]


def _entries(found: Journal) -> list[dict[str, Any]]:
    return [
        {
            "entry": entry,
            "fact": FACTS.get(entry.fact, entry.fact),
            "debit": name_of(entry.debit),
            "credit": name_of(entry.credit),
        }
        for entry in found.entries
    ]
