"""What a payer asks to pay: open documents with the late fees that belong to them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.errors import AlreadyPaid, DocumentNotFound, NothingToPay
from billing.models import Document, DocumentStatus
from billing.selectors.accounts import open_documents


def payable_documents(chosen: Sequence[UUID] | None) -> list[Document]:
    """The chosen open documents of this tenant and the open late fees of the chosen invoices; None: everything open.

    Oldest due date first. DocumentNotFound for an id of somebody else, AlreadyPaid for one that is settled or void (a
    late fee of a paid invoice is chosen by its own id), NothingToPay where nothing is left.
    """
    if chosen is None:
        found = open_documents()
    else:
        listed = Document.objects.filter(Q(pk__in=chosen) | Q(parent_id__in=chosen)).order_by("due_on", "number")
        by_id = {document.pk: document for document in listed}
        _check_chosen(by_id, chosen)
        found = [document for document in by_id.values() if document.status == DocumentStatus.OPEN]
    if not found:
        raise NothingToPay(_("Tidak ada tagihan yang perlu dibayar."), field="documents")
    return found


def _check_chosen(by_id: dict[UUID, Document], chosen: Sequence[UUID]) -> None:
    for key in chosen:
        if key not in by_id:
            raise DocumentNotFound(_("Tagihan ini tidak ada."), field="documents")
        if by_id[key].status != DocumentStatus.OPEN:
            number = by_id[key].number
            raise AlreadyPaid(_("Tagihan %(number)s sudah lunas atau batal.") % {"number": number}, field="documents")
