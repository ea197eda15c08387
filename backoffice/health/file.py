"""A file of health figures: a line for each tenant and date, a column for each measure; faults by line and column (C12)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.health.words import health_fault
from billing.forms.count_file import FileRefused, Row, at_cell, read_rows, shortened
from plans.errors import PricingError
from plans.rules.money import parse_decimal
from reports.rules.health_reports import REPORTED, Fact, fault_of
from reports.rules.health_table import Measure
from reports.services.health_reports import Said
from tenants.context import local_today
from tenants.models import Domain, Tenant

MOST_ROWS = 5000
TENANT, DAY = "tenant", "on"
# How people head their columns. Spaces, dots and underscores make no difference.
HEADINGS = {
    **dict.fromkeys(("tenant", "subdomain", "subdomen", "alamat", "pelanggan"), TENANT),
    **dict.fromkeys(("on", "date", "day", "tanggal", "per"), DAY),
    **dict.fromkeys(("usage", "pemakaian", "hariaktif", "haripemakaian"), Measure.USAGE.value),
    **dict.fromkeys(("adoption", "adopsi", "fitur", "fituryangdipakai"), Measure.ADOPTION.value),
    **dict.fromkeys(("tickets", "tiket", "tiketbantuan"), Measure.TICKETS.value),
    **dict.fromkeys(("nps", "skornps"), Measure.NPS.value),
}
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S")


@dataclass(slots=True)
class Reading:
    """What was read so far: where each column stands and how it is headed, the facts, and what is wrong."""

    columns: Mapping[str, tuple[int, str]]
    tenants: Mapping[str, Tenant]
    now: datetime
    said: list[Said] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    places: dict[object, int] = field(default_factory=dict)

    def cell(self, row: Row, column: str) -> str:
        """What stands in a column; empty where it is not in the file, or the line is too short."""
        place = self.columns.get(column, (len(row), ""))[0]
        return row[place] if place < len(row) else ""

    def complain(self, at: int, column: str, reason: str) -> None:
        """Name line and column."""
        said = _("Baris %(row)d, kolom “%(column)s”: %(reason)s")
        self.problems.append(said % (at_cell(at, self.columns[column][1]) | {"reason": reason}))

    def take(self, at: int, row: Row) -> None:
        """The facts of a line."""
        tenant = self.tenants.get(subdomain_of(self.cell(row, TENANT)))
        day = _day(self.cell(row, DAY))
        if tenant is None:
            return self.complain(at, TENANT, _("tidak ada tenant dengan alamat ini."))
        if day is None:
            return self.complain(at, DAY, _("tulis tanggal seperti 2026-11-20 atau 20/11/2026."))
        given = [measure for measure in REPORTED if self.cell(row, measure.value)]
        if not given:
            self.problems.append(_("Baris %(row)d: belum ada nilai.") % {"row": at})
        for measure in given:
            self._take_fact(at, tenant, measure, self.cell(row, measure.value), day)
        return None

    def _take_fact(self, at: int, tenant: Tenant, measure: Measure, text: str, day: date) -> None:
        try:
            fact = Fact(measure, parse_decimal(text.replace(",", "."), "value"), day)
        except PricingError:
            return self.complain(at, measure.value, _("“%(said)s” bukan angka.") % {"said": text[:40]})
        where, code = fault_of(fact, local_today(tenant, self.now))
        said = Said(tenant.pk, fact)
        if code:
            self.complain(at, DAY if where == "on" else measure.value, health_fault(code, measure))
        elif said.place in self.places:
            self.complain(at, measure.value, _("sudah ada di baris %(first)d.") % {"first": self.places[said.place]})
        self.places.setdefault(said.place, at)
        self.said.append(said)
        return None


def read_health(name: str, content: bytes, now: datetime) -> list[Said]:
    """The facts of a file; `FileRefused` with what is wrong with it, by line and column, where anything is."""
    rows = [(at, row) for at, row in enumerate(_bounded(read_rows(name, content)), start=1) if any(row)]
    if not rows:
        raise FileRefused([_("Berkas ini kosong.")])
    columns, body = _columns(rows[0][1]), rows[1:]
    if not body:
        raise FileRefused([_("Di bawah judul kolom belum ada baris.")])
    place = columns[TENANT][0]
    reading = Reading(columns, _tenants([row[place] for _at, row in body if place < len(row)]), now)
    for at, row in body:
        reading.take(at, row)
    if reading.problems:
        raise FileRefused(shortened(reading.problems))
    return reading.said


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for at, row in enumerate(rows):
        if at > MOST_ROWS:
            raise FileRefused([_("Lebih dari %(most)d baris. Bagi menjadi beberapa berkas.") % {"most": MOST_ROWS}])
        yield row


def _columns(head: Row) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for place, heading in enumerate(head):
        known = HEADINGS.get(re.sub(r"\W|_", "", heading.lower()))
        if known is not None:
            found.setdefault(known, (place, heading))
    if not {TENANT, DAY} <= set(found) or not set(found) & {measure.value for measure in REPORTED}:
        said = _(
            "Baris 1: kolom “tenant”, “tanggal”, dan paling sedikit satu dari pemakaian, fitur, tiket, nps diperlukan."
        )
        raise FileRefused([said])
    return found


def subdomain_of(text: str) -> str:
    """ "SMAN1.langganan.id" → "sman1"."""
    return text.strip().lower().removesuffix(f".{settings.BASE_DOMAIN}")


def _tenants(names: Sequence[str]) -> dict[str, Tenant]:
    hosts = {f"{subdomain_of(name)}.{settings.BASE_DOMAIN}" for name in names}
    rows = Domain.objects.filter(domain__in=hosts).select_related("tenant")
    return {subdomain_of(row.domain): row.tenant for row in rows}


def _day(text: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    return None
