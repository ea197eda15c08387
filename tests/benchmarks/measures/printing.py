"""Printing invoices, in one process."""

import time
from collections.abc import Callable, Sequence

from billing.documents.invoice_pdf import pdf_available
from tenants.models import Tenant
from tests.benchmarks import doors
from tests.benchmarks.database import let_go
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.results import tell

PRINTS = 30


def measure_pdf(on: Stage) -> None:
    """Invoices a second by one process; beside an empty page by the same printer."""
    if not pdf_available():
        tell(on.around, "pdf", "PDF/s", [], reason="WeasyPrint's libraries are missing on this machine")
        return
    on.staging.put(on.moulds["due"])
    chosen = Tenant.objects.filter(pk__in=[one.id for one in on.fleet[:PRINTS]])
    views = [doors.view_of_first_document(tenant) for tenant in chosen]
    let_go()
    invoices: list[Callable[[], object]] = [lambda view=view: doors.print_document(view) for view in views]  # type: ignore[misc]
    rates = [_rate(invoices) for _ in range(on.repeats)]
    floor = _rate([doors.print_nothing] * len(views))
    tell(on.around, "pdf", "PDF/s", rates, prints=len(views), floors={"empty_page": round(floor, 1)})


def _rate(prints: Sequence[Callable[[], object]]) -> float:
    prints[0]()  # fonts are looked up once
    began = time.monotonic()
    for make in prints:
        make()
    return len(prints) / (time.monotonic() - began)
