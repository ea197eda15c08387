"""A tenant's history in words a person understands, read from its events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tenants.models import Event, Tenant

PAGE = 30
# What every event says about the tenant, and secrets: neither is a detail of what happened.
NOT_SHOWN = frozenset({"status", "access", "product", "link", "language", "key", "explanation"})
KINDS = (
    ("", gettext_lazy("Semua")),
    ("tagihan", gettext_lazy("Tagihan")),
    ("langganan", gettext_lazy("Langganan")),
    ("orang", gettext_lazy("Orang")),
)
OF_KIND = {
    "tagihan": (
        "invoice.",
        "payment.",
        "late_fee.",
        "credit_note.",
        "transfer.",
        "slip.",
        "checkout.",
        "debit.",
        "promise.",
    ),
    "langganan": ("subscription.", "trial.", "quantity.", "usage.", "purchase.", "offer.", "onboarding.", "pilot."),
    "orang": ("member.", "key.", "tenant.", "staff.", "organisation."),
}
SENTENCES: Mapping[str, Any] = {
    "trial.started": gettext_lazy("Masa percobaan dimulai"),
    "trial.will_end": gettext_lazy("Masa percobaan segera berakhir"),
    "trial.ended": gettext_lazy("Masa percobaan berakhir"),
    "subscription.activated": gettext_lazy("Langganan aktif"),
    "subscription.changed": gettext_lazy("Langganan berubah"),
    "subscription.renewed": gettext_lazy("Langganan diperpanjang"),
    "subscription.past_due": gettext_lazy("Lewat jatuh tempo"),
    "subscription.suspended": gettext_lazy("Akses ditangguhkan"),
    "subscription.reactivated": gettext_lazy("Akses dibuka kembali"),
    "contract.signed": gettext_lazy("Kontrak ditandatangani"),
    "milestone.reached": gettext_lazy("Termin tercapai"),
    "price.announced": gettext_lazy("Harga baru diberitahukan"),
    "subscription.paused": gettext_lazy("Langganan dijeda"),
    "subscription.resumed": gettext_lazy("Langganan diaktifkan lagi"),
    "subscription.cancel_scheduled": gettext_lazy("Langganan akan berhenti"),
    "subscription.cancel_scheduled:waived": gettext_lazy("Langganan akan berhenti, tanpa biaya %(waived_fee)s"),
    "subscription.cancelled": gettext_lazy("Langganan berakhir"),
    "subscription.changed:plan": gettext_lazy("Paket diganti dari %(from_name)s ke %(to_name)s"),
    "subscription.changed:plan_scheduled": gettext_lazy("Paket %(to_name)s dijadwalkan mulai %(effective)s"),
    "subscription.changed:plan_withdrawn": gettext_lazy("Perubahan ke paket %(to_name)s dibatalkan"),
    "subscription.changed:offer": gettext_lazy("Penawaran %(offer_name)s diberikan"),
    "subscription.changed:offer_taken_back": gettext_lazy("Penawaran %(offer_name)s diakhiri"),
    "offer.group_joined": gettext_lazy("Ikut kelompok %(group)s untuk penawaran %(offer_name)s"),
    "pilot.granted": gettext_lazy("Menjadi peserta pilot"),
    "pilot.duty_done": gettext_lazy("Kewajiban pilot selesai: %(offer_name)s"),
    "pilot.duty_reopened": gettext_lazy("Kewajiban pilot dibuka lagi: %(offer_name)s"),
    "pilot.duty_late": gettext_lazy("Kewajiban pilot terlambat: %(offer_name)s"),
    "offer.wanted": gettext_lazy("Penawaran %(offer_name)s menunggu dokumen"),
    "offer.submitted": gettext_lazy("Dokumen untuk penawaran %(offer_name)s dikirim"),
    "offer.refused": gettext_lazy("Dokumen untuk penawaran %(offer_name)s ditolak"),
    "offer.withdrawn": gettext_lazy("Permintaan penawaran %(offer_name)s dibatalkan"),
    "invoice.issued": gettext_lazy("Tagihan %(invoice)s terbit, %(amount)s"),
    "invoice.voided": gettext_lazy("Tagihan %(invoice)s dibatalkan"),
    "invoice.paid": gettext_lazy("Tagihan %(invoice)s lunas"),
    "invoice.written_off": gettext_lazy("Tagihan %(invoice)s ditutup"),
    "invoice.overdue": gettext_lazy("Tagihan %(invoice)s lewat jatuh tempo"),
    "invoice.skipped": gettext_lazy("Tidak ada yang ditagih untuk masa ini"),
    "late_fee.charged": gettext_lazy("Denda %(invoice)s, %(amount)s"),
    "payment.received": gettext_lazy("Pembayaran %(amount)s diterima"),
    "payment.reversed": gettext_lazy("Pembukuan %(amount)s dibatalkan"),
    "payment.refunded": gettext_lazy("Pembayaran %(amount)s dikembalikan"),
    "debit.enabled": gettext_lazy("Auto-debit diaktifkan"),
    "debit.disabled": gettext_lazy("Auto-debit dihentikan"),
    "debit.announced": gettext_lazy("Auto-debit %(amount)s untuk %(invoice)s diberitahukan"),
    "debit.failed": gettext_lazy("Auto-debit %(amount)s untuk %(invoice)s belum berhasil"),
    "credit_note.issued": gettext_lazy("Nota kredit %(amount)s terbit"),
    "late_fee.waived": gettext_lazy("Denda dihapus"),
    "payment.dispute_lost": gettext_lazy("Sengketa atas pembayaran %(amount)s kalah; uangnya sudah kembali sebelumnya"),
    "payment.dispute_won": gettext_lazy("Sengketa atas pembayaran %(amount)s dimenangkan"),
    "payment.disputed": gettext_lazy("Pembayaran %(amount)s disengketakan"),
    "slip.submitted": gettext_lazy("Bukti potong %(slip)s untuk tagihan %(invoice)s dikirim"),
    "slip.accepted": gettext_lazy("Bukti potong %(slip)s untuk tagihan %(invoice)s diterima"),
    "slip.refused": gettext_lazy("Bukti potong %(slip)s untuk tagihan %(invoice)s ditolak"),
    "slip.withdrawn": gettext_lazy("Bukti potong %(slip)s untuk tagihan %(invoice)s dibatalkan"),
    "transfer.announced": gettext_lazy("Transfer bank dipilih, menunggu bukti"),
    "transfer.cancelled": gettext_lazy("Transfer dibatalkan"),
    "transfer.expired": gettext_lazy("Kode unik transfer berakhir"),
    "transfer.submitted": gettext_lazy("Bukti transfer dikirim"),
    "transfer.rejected": gettext_lazy("Bukti transfer ditolak"),
    "transfer.approved": gettext_lazy("Transfer diterima"),
    "reminder.sent": gettext_lazy("Pengingat dikirim"),
    "quantity.reported": gettext_lazy("Jumlah dilaporkan: %(quantity)s"),
    "usage.reported": gettext_lazy("Pemakaian dilaporkan: %(read)s"),
    "purchase.made": gettext_lazy("Pembelian %(item)s, %(amount)s"),
    "member.invited": gettext_lazy("%(email)s diundang"),
    "member.invitation_revoked": gettext_lazy("Undangan untuk %(email)s dibatalkan"),
    "member.joined": gettext_lazy("%(email)s menjadi anggota"),
    "member.removed": gettext_lazy("%(email)s bukan anggota lagi"),
    "member.role_changed": gettext_lazy("Peran %(email)s diubah"),
    "key.created": gettext_lazy("Kunci API “%(name)s” dibuat"),
    "key.revoked": gettext_lazy("Kunci API “%(name)s” dicabut"),
    "onboarding.stage_done": gettext_lazy("Tahap persiapan selesai: %(stage)s"),
    "onboarding.stage_reopened": gettext_lazy("Tahap persiapan dibuka lagi: %(stage)s"),
    "organisation.invited": gettext_lazy("Diajak bergabung dengan %(organisation)s"),
    "organisation.joined": gettext_lazy("Bergabung dengan %(organisation)s"),
    "organisation.declined": gettext_lazy("Ajakan %(organisation)s ditolak"),
    "organisation.left": gettext_lazy("Keluar dari %(organisation)s"),
    "promise.made": gettext_lazy("Janji bayar %(invoice)s: %(promised)s"),
    "promise.broken": gettext_lazy("Janji bayar %(invoice)s tidak ditepati"),
    "subscription.changed:never_suspend": gettext_lazy("Aturan penangguhan diubah"),
    "tenant.tax_changed": gettext_lazy("Data pajak diubah"),
    "tenant.contact_changed": gettext_lazy("Data lembaga diubah"),
    "tenant.province_changed": gettext_lazy("Provinsi: %(after)s"),
    "staff.parked": gettext_lazy("Disisihkan oleh staf"),
    "staff.released": gettext_lazy("Dilanjutkan oleh staf"),
    "staff.impersonation_started": gettext_lazy("Staf mulai melihat atas nama anggota"),
    "staff.impersonation_ended": gettext_lazy("Staf selesai melihat"),
    "staff.clock_moved": gettext_lazy("Jam uji dimajukan"),
    "staff.provisioning_retried": gettext_lazy("Penyiapan diulangi oleh staf"),
    "staff.task_done": gettext_lazy("Tugas staf selesai"),
}
LABELS: Mapping[str, Any] = {
    "invoice": gettext_lazy("Nomor"),
    "amount": gettext_lazy("Jumlah uang"),
    "balance": gettext_lazy("Tagihan terbuka sesudahnya"),
    "quantity": pgettext_lazy("banyaknya", "Jumlah"),
    "previous": gettext_lazy("Jumlah sebelumnya"),
    "addon": gettext_lazy("Tambahan"),
    "held": gettext_lazy("Jumlah tambahan"),
    "item": gettext_lazy("Yang dibeli"),
    "meter": gettext_lazy("Pemakaian"),
    "read": gettext_lazy("Terbaca"),
    "due": gettext_lazy("Jatuh tempo"),
    "plan": gettext_lazy("Paket"),
    "role": gettext_lazy("Peran"),
    "from": gettext_lazy("Dari"),
    "to": gettext_lazy("Menjadi"),
    "effective": gettext_lazy("Berlaku mulai"),
    "price_before": gettext_lazy("Harga sebelumnya"),
    "price_after": gettext_lazy("Harga sesudahnya"),
    "ends": gettext_lazy("Berakhir"),
    "exit_fee": gettext_lazy("Biaya berhenti lebih awal"),
    "expires": gettext_lazy("Berlaku sampai"),
    "trial_ends": gettext_lazy("Percobaan berakhir"),
    "method": gettext_lazy("Cara bayar"),
    "channel": gettext_lazy("Lewat"),
    "about": gettext_lazy("Tentang"),
    "days": gettext_lazy("Hari sebelumnya"),
    "prefix": gettext_lazy("Awalan kunci"),
    "reason": gettext_lazy("Alasan"),
    "inviter": gettext_lazy("Diundang oleh"),
    "organisation": gettext_lazy("Organisasi"),
}
ROLES = {"owner": gettext_lazy("pemilik"), "finance": gettext_lazy("keuangan"), "viewer": gettext_lazy("pembaca")}
MONEY = frozenset({"amount", "balance", "price_before", "price_after", "exit_fee", "waived_fee"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `on` is the tenant's own day, `at` the instant it was written."""

    what: str
    who: str
    on: date
    at: datetime
    cause: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries, newest first, and the id before which the next page begins (0 on the last)."""

    entries: Sequence[Entry]
    next_before: int
    kind: str
    kinds: Sequence[tuple[str, str]]


def history_of(tenant: Tenant, *, before: str = "", kind: str = "", size: int = PAGE) -> HistoryPage:
    """A page of a tenant's history; reminders of what was sent are among messages, not here."""
    kind = kind if kind in OF_KIND else ""
    found = _of_kind(Event.objects.filter(tenant=tenant).exclude(name="reminder.sent"), kind).order_by("-id")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(id__lt=int(before))
    events = list(found[: size + 1])
    following = events[size - 1].pk if len(events) > size else 0
    return HistoryPage(
        [entry_of(event) for event in events[:size]], following, kind, [(code, str(label)) for code, label in KINDS]
    )


def entry_of(event: Event) -> Entry:
    """An event in words; one without a sentence of its own shows its name."""
    return Entry(
        what=_sentence(event),
        who=_who(event),
        on=event.occurred_on,
        at=event.recorded_at,
        cause=event.cause,
        details=tuple(_details(event.data)),
    )


def _of_kind(events: "QuerySet[Event]", kind: str) -> "QuerySet[Event]":
    wanted = Q()
    for prefix in OF_KIND.get(kind, ()):
        wanted |= Q(name__startswith=prefix)
    return events.filter(wanted)


class _Facts(dict[str, str]):
    """A sentence may name a fact that an old event lacks."""

    def __missing__(self, key: str) -> str:
        return "–"


def _sentence(event: Event) -> str:
    change = f"{event.name}:{'waived' if 'waived_fee' in event.data else event.data.get('change')}"
    words = str(SENTENCES.get(change) or SENTENCES.get(event.name, event.name))
    facts = _Facts(
        {name: _value(name, value) for name, value in event.data.items() if not isinstance(value, dict | list)}
    )
    facts |= {
        name: _in_language(event.data[name]) for name in ("from_name", "to_name", "offer_name") if name in event.data
    }
    facts["name"] = str(event.data.get("key", ""))
    return words % facts


def _in_language(text: Mapping[str, str]) -> str:
    """A name of the catalogue, as the event has it in both languages."""
    return text["en" if (get_language() or "").startswith("en") else "id"]


def _who(event: Event) -> str:
    if event.actor_kind == "system":
        return _("Sistem")
    if event.actor_kind == "gateway":
        return _("Gerbang pembayaran")
    return event.actor or _("Tidak diketahui")


def _details(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(LABELS[name]), _value(name, value))
        for name, value in data.items()
        if name in LABELS
        and name not in NOT_SHOWN
        and value not in (None, "", [], {})
        and not isinstance(value, dict | list)
    ]


def _value(name: str, value: Any) -> str:
    if name in MONEY and isinstance(value, int):
        return f"Rp {value:,}".replace(",", ".")
    if name in {"role", "from", "to"} and value in ROLES:
        return str(ROLES[value])
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date_format(date.fromisoformat(text), "j F Y")
        except ValueError:
            return text
    return text
