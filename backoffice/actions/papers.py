"""Taking a document back in part, and giving it up."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, Facts
from backoffice.actions.money import DOCUMENTS, DocumentForm
from billing.forms.rupiah import RupiahField
from billing.gateways.models import PaperRequest, PaperRequestState
from billing.models import DocumentKind, DocumentStatus
from billing.rules.refunds import needs_second_person
from billing.selectors.credit_notes import lines_left
from billing.services.corrections.credit_notes import issue_credit_note, would_take, write_off
from billing.services.corrections.credit_requests import needs_second, request_credit_note, waiting_credit_note
from billing.services.corrections.write_offs import request_write_off, waiting_write_off
from billing.templatetags.langganan import rupiah
from tenants.context import inside
from tenants.models import User


class CreditNoteForm(DocumentForm):
    """All that is left, an amount, or an amount of single lines; before tax."""

    amount = RupiahField(
        label=gettext_lazy("Jumlah yang dikreditkan"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("Sebelum pajak, dibagi ke semua baris. Kosong: seluruh sisanya."),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        if facts.document is not None:
            for position, label, most in _lines(facts):
                self.fields[f"line_{position}"] = RupiahField(
                    label=_("Hanya baris: %(line)s") % {"line": label},
                    min_value=1,
                    max_value=most,
                    required=False,
                    help_text=_("Paling banyak %(most)s.") % {"most": rupiah(most)},
                )
        self.order_fields([name for name in self.fields if name != "reason"])

    def by_line(self) -> dict[int, int]:
        """What was typed beside single lines: {position: net}."""
        given = self.cleaned_data.items()
        return {int(name.removeprefix("line_")): net for name, net in given if name.startswith("line_") and net}

    def given(self) -> dict[str, Any]:
        """With the lines in one place."""
        return self.cleaned_data | {"by_line": self.by_line()}

    def clean(self) -> dict[str, Any]:
        """An amount for all or for single lines, not both."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("amount") and self.by_line():
            self.add_error("amount", _("Isi jumlah untuk semua baris, atau untuk baris tertentu, tidak keduanya."))
        return cleaned


def _lines(facts: Facts) -> list[tuple[int, str, int]]:
    """(position, text, net left) of the lines something is left of; nothing where there is only one."""
    if facts.document is None:
        return []
    with inside(facts.tenant):
        texts = dict(facts.document.lines.values_list("position", "description"))
        found = [(line.position, texts[line.position], line.net) for line in lines_left(facts.document) if line.net]
    return found if len(found) > 1 else []


def _wanted(given: dict[str, Any]) -> dict[str, Any]:
    """Of which invoice how much is to be taken back."""
    return {key: given[key] for key in ("number", "amount", "by_line")}


def _told_waiting(waiting: PaperRequest) -> str:
    """Nobody asks twice: the first is decided before another amount is asked for."""
    return _("Sudah diminta %(amount)s untuk dokumen ini dan menunggu persetujuan orang kedua.") % {
        "amount": rupiah(waiting.amount)
    }


class IssueCreditNote(Action):
    """A credit note."""

    slug, permission, form = "nota-kredit", "issue_credit_note", CreditNoteForm
    title, group, on_document = gettext_lazy("Terbitkan nota kredit"), DOCUMENTS, True
    lead = gettext_lazy(
        "Mengurangi tagihan. Yang sudah dibayar melebihi sisanya menjadi saldo pelanggan. Di atas batas, orang lain harus "
        "menyetujuinya."
    )

    def refusal(self, facts: Facts) -> str:
        """Only an invoice of which something is left."""
        document = facts.document
        if document is None or document.kind != DocumentKind.INVOICE or document.status == DocumentStatus.VOID:
            return _("Pilih tagihan yang belum batal.")
        if (waiting := waiting_credit_note(document)) is not None:
            return _told_waiting(waiting)
        return _("Tagihan ini sudah dikreditkan seluruhnya.") if document.credited == document.total else ""

    def needs_second(self, facts: Facts, given: dict[str, Any]) -> bool:
        """Above the limit, with what notes of the invoice took before."""
        return needs_second(tenant=facts.tenant, **_wanted(given))

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the amount."""
        amount = sum(given["by_line"].values()) or given["amount"]
        if self.needs_second(facts, given):
            with inside(facts.tenant):
                total = would_take(**_wanted(given))
            return _("Minta nota kredit %(amount)s untuk %(number)s") % {
                "amount": rupiah(total),
                "number": given["number"],
            }
        if amount:
            return _("Kreditkan %(amount)s dari %(number)s") % {"amount": rupiah(amount), "number": given["number"]}
        return _("Kreditkan seluruh sisa %(number)s") % {"number": given["number"]}

    def try_out(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """The note itself, whoever has to agree to it."""
        note = issue_credit_note(tenant=facts.tenant, reason=given["reason"], today=facts.today, **_wanted(given))
        return str(note.number)

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Issue it, or ask somebody else to agree."""
        made = request_credit_note(
            tenant=facts.tenant,
            reason=given["reason"],
            staff=user,
            now=facts.now,
            **_wanted(given),
        )
        if made.state == PaperRequestState.REQUESTED:
            return _("Nota kredit untuk %(number)s menunggu persetujuan orang kedua.") % {"number": made.number}
        return _("Nota kredit %(number)s terbit, %(amount)s.") % {"number": made.note, "amount": rupiah(made.amount)}


class WriteOff(Action):
    """Give up what nobody will pay."""

    slug, permission, form = "hapus-buku", "write_off", DocumentForm
    title, group = gettext_lazy("Hapus buku"), DOCUMENTS
    lead = gettext_lazy(
        "Sisanya menjadi kerugian, kecuali yang belum dilayani, dan dokumen ditutup. Akses yang ditangguhkan tetap tertutup. "
        "Di atas batas, orang lain harus menyetujuinya."
    )
    on_document, quiet = True, True

    def refusal(self, facts: Facts) -> str:
        """Only what is still open."""
        document = facts.document
        if document is None or document.status != DocumentStatus.OPEN:
            return _("Pilih tagihan atau denda yang masih terbuka.")
        waiting = waiting_write_off(document)
        return _told_waiting(waiting) if waiting is not None else ""

    def needs_second(self, facts: Facts, given: dict[str, Any]) -> bool:
        """Above the limit."""
        left = facts.document.outstanding if facts.document else 0
        return needs_second_person(left, settings.WRITE_OFF_APPROVAL_LIMIT)

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With number and amount."""
        left = facts.document.outstanding if facts.document else 0
        second = self.needs_second(facts, given)
        words = _("Minta hapus buku %(number)s (%(amount)s)") if second else _("Hapus buku %(number)s (%(amount)s)")
        return words % {"number": given["number"], "amount": rupiah(left)}

    def try_out(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """The write-off itself, whoever has to agree to it."""
        gone = write_off(tenant=facts.tenant, number=given["number"], reason=given["reason"], today=facts.today)
        return str(gone.number)

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Close it, or ask somebody else to agree."""
        made = request_write_off(
            tenant=facts.tenant, number=given["number"], reason=given["reason"], staff=user, now=facts.now
        )
        if made.state == PaperRequestState.REQUESTED:
            return _("Hapus buku %(number)s menunggu persetujuan orang kedua.") % {"number": made.number}
        return _("%(number)s dihapusbukukan.") % {"number": made.number}
