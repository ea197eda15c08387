"""The monthly report: what was charged, paid and is open, of one tenant (N15) or of several under one parent (N4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from billing.documents.account_statement import RowView, StatementView
from billing.documents.words import Words, language_of, words_in
from billing.rules.account_statement import AccountStatement
from plans.rules.money import format_rupiah
from plans.rules.periods import add_months
from plans.rules.spelling import spell_day, spell_month

TITLES = {"id": "Laporan Bulanan", "en": "Monthly Report"}
ALL = {"id": "Semua lembaga", "en": "All tenants"}
TENANT = {"id": "Lembaga", "en": "Tenant"}
UNTIL = {"id": "sampai {day}", "en": "until {day}"}


@dataclass(frozen=True, slots=True)
class Section:
    """One tenant's month: its statement, and the same made up for print."""

    statement: AccountStatement
    view: StatementView

    @property
    def rows(self) -> tuple[RowView, ...]:
        """What happened, with the balance after each."""
        return self.view.rows


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """A month in one language. `addressee` is whom it is for: the tenant, or the organisation with all of its tenants.

    `until` says the last day it tells of where the month is not over; else it is empty.
    """

    template: ClassVar[str] = "documents/monthly_report.html"
    language: str
    words: Words
    title: str
    slug: str
    month: str
    until: str
    issued_date: date
    addressee: str
    sections: tuple[Section, ...]
    all_name: str
    tenant_name: str
    opening: str
    charged: str
    settled: str
    closing: str

    @property
    def issuers(self) -> tuple[StatementView, ...]:
        """Whose papers it tells of, each once: tenants of one parent may have several."""
        return tuple({section.view.issuer_name: section.view for section in self.sections}.values())

    @property
    def in_credit(self) -> bool:
        """Whether a balance in it is below zero, which is explained then."""
        return any(section.view.in_credit for section in self.sections)

    @property
    def is_consolidated(self) -> bool:
        """Whether it sums up several tenants."""
        return len(self.sections) > 1


def monthly_report(addressee: str, code: str, sections: Sequence[Section], month: date, language: str) -> MonthlyReport:
    """Make a month up; `code` names the file. Sums are those of the sections: 600.000 + 240.000 charged are 840.000."""
    language = language_of(language)
    made = [section.statement for section in sections]
    last = max(item.last for item in made)
    is_over = last >= add_months(month, 1) - timedelta(days=1)
    return MonthlyReport(
        language=language,
        words=words_in(language),
        title=TITLES[language],
        slug=f"{code}-{month:%Y-%m}",
        month=spell_month(month, language),
        until="" if is_over else UNTIL[language].format(day=spell_day(last, language)),
        issued_date=last,
        addressee=addressee,
        sections=tuple(sections),
        all_name=ALL[language],
        tenant_name=TENANT[language],
        opening=format_rupiah(sum(item.opening for item in made)),
        charged=format_rupiah(sum(item.charged for item in made)),
        settled=format_rupiah(sum(item.settled for item in made)),
        closing=format_rupiah(sum(item.closing for item in made)),
    )
