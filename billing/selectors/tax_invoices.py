"""Tax invoices that cannot leave yet, and what each lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q

from billing.rules.efaktur import FACILITIES, NO_TIN, completed, missing_in
from tenants.models import TaxInvoice, TaxInvoiceState

MOST_SHOWN = 50
UNSENT = (TaxInvoiceState.PENDING, TaxInvoiceState.REJECTED)
_SUSPECT = (
    Q(facts__header__BuyerTin=NO_TIN, facts__header__BuyerDocumentNumber="")
    | Q(facts__header__BuyerAdress="")
    | Q(facts__header__TrxCode__in=sorted(FACILITIES), facts__header__AddInfo="")
    | Q(facts__header__TrxCode__in=sorted(FACILITIES), facts__header__FacilityStamp="")
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A tax invoice and what it lacks: "identity" of the buyer, "address", "facility"."""

    invoice: TaxInvoice
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LackingSome:
    """The oldest of those that lack something, and whether there are more."""

    shown: tuple[Lacking, ...]
    more: bool


def lacking_tax_invoices() -> LackingSome:
    """Those not given out that lack something which their customer's data of today lack as well."""
    found = tuple(islice(_lacking(), MOST_SHOWN + 1))
    return LackingSome(found[:MOST_SHOWN], len(found) > MOST_SHOWN)


def with_todays_data(invoice: TaxInvoice) -> dict[str, object]:
    """Its facts, what they lack taken from the customer's data of today."""
    buyer = invoice.tenant
    return completed(invoice.facts, npwp=buyer.npwp, address=buyer.address, identity=buyer.tax_identity)


def _lacking() -> Iterator[Lacking]:
    waiting = TaxInvoice.objects.filter(_SUSPECT, state__in=UNSENT, cancelled_on=None).select_related("tenant")
    for invoice in waiting.order_by("issued_on", "number").iterator(chunk_size=200):
        if missing := missing_in(with_todays_data(invoice)):
            yield Lacking(invoice, missing)
