"""Everything a tenant owns with the files that billing has stored for it: prints of its documents, proofs of its transfers,
documents of its offers, slips of tax withheld, proofs of refunds."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from billing.gateways.models import BankTransfer, Refund, SentSlip
from billing.models import Document
from plans.models import OfferClaim
from tenants.models import Tenant
from tenants.services.archives import Entry
from tenants.services.exporting import export_tenant


def export_everything(*, tenant: Tenant, into: Path, now: datetime) -> tuple[list[str], list[Entry]]:
    """Write the archive (`tenants.services.exporting`); returns (files that the storage has lost, what is in it)."""
    return export_tenant(tenant=tenant, into=into, now=now, stored=partial(_stored, tenant))


def _stored(tenant: Tenant) -> Iterator[str]:
    """Inside the tenant's schema."""
    for prints in Document.papers.order_by("pk").values_list("pdf", flat=True):
        yield from _paths(prints)
    yield from given_files(tenant)
    sent = Refund.objects.filter(tenant=tenant).exclude(proof="").order_by("pk")
    yield from sent.values_list("proof", flat=True)


def given_files(tenant: Tenant) -> Iterator[str]:
    """Files that the tenant gave us: proofs of its transfers, documents of its offers, slips of tax it withheld."""
    proofs = BankTransfer.objects.filter(tenant=tenant).exclude(proof="").order_by("pk")
    yield from proofs.values_list("proof", flat=True)
    papers = OfferClaim.objects.filter(tenant=tenant).exclude(document="").order_by("pk")
    yield from papers.values_list("document", flat=True)
    yield from SentSlip.objects.filter(tenant=tenant).order_by("pk").values_list("paper", flat=True)


def _paths(prints: Mapping[str, Any]) -> Iterator[str]:
    """Of {"id": {"path": "invoices/…", …}, "replaced": [{"path": …}, …]}."""
    for entry in prints.values():
        for one in entry if isinstance(entry, list) else [entry]:
            yield one["path"]
