"""Events and states as staff say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.documents.numbers import number
from billing.templatetags.langganan import rupiah, tanggal
from tenants.models import Event
from tenants.models.jobs import Job

STATUS_WORDS = {
    "": gettext_lazy("belum ada"),
    "free": gettext_lazy("Gratis"),
    "trialing": gettext_lazy("Masa percobaan"),
    "active": gettext_lazy("Aktif"),
    "past_due": gettext_lazy("Lewat jatuh tempo"),
    "suspended": gettext_lazy("Ditangguhkan"),
    "paused": gettext_lazy("Dijeda"),
    "cancelled": gettext_lazy("Berhenti di akhir masa"),
    "ended": gettext_lazy("Berakhir"),
}
EVENT_WORDS = {
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
    "subscription.cancel_scheduled": gettext_lazy("Penghentian dijadwalkan"),
    "subscription.cancelled": gettext_lazy("Langganan berhenti"),
    "invoice.issued": gettext_lazy("Tagihan terbit"),
    "invoice.voided": gettext_lazy("Dokumen dibatalkan"),
    "invoice.paid": gettext_lazy("Dokumen lunas"),
    "invoice.written_off": gettext_lazy("Tagihan dihapusbukukan"),
    "invoice.overdue": gettext_lazy("Tagihan lewat jatuh tempo"),
    "invoice.skipped": gettext_lazy("Tidak ada yang ditagih"),
    "late_fee.charged": gettext_lazy("Denda terbit"),
    "payment.received": gettext_lazy("Pembayaran diterima"),
    "payment.reversed": gettext_lazy("Pembukuan pembayaran dibatalkan"),
    "payment.refunded": gettext_lazy("Pembayaran dikembalikan"),
    "payment.dispute_lost": gettext_lazy("Sengketa kalah, tidak ada yang dibukukan"),
    "payment.dispute_won": gettext_lazy("Sengketa dimenangkan"),
    "payment.disputed": gettext_lazy("Pembayaran disengketakan"),
    "credit_note.issued": gettext_lazy("Nota kredit terbit"),
    "reminder.sent": gettext_lazy("Pengingat"),
    "quantity.reported": gettext_lazy("Jumlah dilaporkan"),
    "usage.reported": gettext_lazy("Pemakaian dilaporkan"),
    "purchase.made": gettext_lazy("Pembelian"),
    "document.pdf_replaced": gettext_lazy("Berkas PDF dibuat ulang"),
    "transfer.announced": gettext_lazy("Transfer diumumkan"),
    "transfer.submitted": gettext_lazy("Bukti transfer dikirim"),
    "transfer.rejected": gettext_lazy("Transfer ditolak"),
    "transfer.cancelled": gettext_lazy("Transfer dibatalkan"),
    "transfer.expired": gettext_lazy("Kode unik transfer berakhir"),
    "slip.submitted": gettext_lazy("Bukti potong dikirim"),
    "slip.accepted": gettext_lazy("Bukti potong diterima"),
    "slip.refused": gettext_lazy("Bukti potong ditolak"),
    "slip.withdrawn": gettext_lazy("Bukti potong dibatalkan"),
    "member.invited": gettext_lazy("Anggota diundang"),
    "member.invitation_revoked": gettext_lazy("Undangan ditarik"),
    "tenant.contact_changed": gettext_lazy("Data kontak diubah"),
    "tenant.province_changed": gettext_lazy("Provinsi diubah"),
    "member.joined": gettext_lazy("Anggota bergabung"),
    "member.removed": gettext_lazy("Anggota dikeluarkan"),
    "member.role_changed": gettext_lazy("Peran anggota diubah"),
    "key.created": gettext_lazy("Kunci API dibuat"),
    "key.revoked": gettext_lazy("Kunci API dicabut"),
    "staff.parked": gettext_lazy("Disisihkan oleh staf"),
    "staff.released": gettext_lazy("Dilepaskan oleh staf"),
    "staff.task_done": gettext_lazy("Tugas selesai"),
    "staff.impersonation_started": gettext_lazy("Staf mulai mewakili anggota"),
    "staff.impersonation_ended": gettext_lazy("Staf berhenti mewakili anggota"),
    "staff.clock_moved": gettext_lazy("Jam uji dimajukan"),
    "staff.provisioning_retried": gettext_lazy("Penyiapan diulangi"),
}
CHANGES = {
    "free": gettext_lazy("menjadi gratis"),
    "paid": gettext_lazy("menjadi berbayar"),
    "kept": gettext_lazy("penghentian ditarik kembali"),
    "dates": gettext_lazy("tanggal diundur"),
    "terms": gettext_lazy("syarat pembayaran"),
    "trial_extended": gettext_lazy("masa percobaan diperpanjang"),
    "plan": gettext_lazy("paket diganti"),
    "plan_scheduled": gettext_lazy("ganti paket dijadwalkan"),
    "plan_withdrawn": gettext_lazy("ganti paket dibatalkan"),
    "addon": gettext_lazy("tambahan"),
    "offer": gettext_lazy("penawaran diberikan"),
    "credit": gettext_lazy("kredit diberikan"),
    "credit_taken_back": gettext_lazy("kredit dibatalkan"),
}
CHANNELS = {
    "email": gettext_lazy("email"),
    "in_app": gettext_lazy("dalam aplikasi"),
    "call": gettext_lazy("telepon"),
    "sms": "SMS",
    "whatsapp": "WhatsApp",
}
OF_THE_PAPER = {("invoice.written_off", "due")}  # the day of the write-off itself, no day to pay by
JOBS = {
    Job.BILLING.value: gettext_lazy("penagihan"),
    Job.REMINDERS.value: gettext_lazy("pengingat"),
    Job.SUSPENSIONS.value: gettext_lazy("penangguhan"),
    Job.RECOGNITION.value: gettext_lazy("pengakuan pendapatan"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event for a person: what happened, its facts in a line, and who did it and why."""

    id: int
    name: str
    title: str
    facts: str
    on: date
    event: Event


def tell(event: Event) -> Told:
    """An event in words: "Tagihan terbit · XC/INV/2025/03/00001 · Rp 750.000 · jatuh tempo 17 Maret 2025"."""
    title = str(EVENT_WORDS.get(event.name, event.name))
    return Told(event.pk, event.name, title, " · ".join(_facts(event.name, event.data)), event.occurred_on, event)


def _facts(name: str, data: Mapping[str, Any]) -> list[str]:
    found = [str(CHANGES.get(data["change"], data["change"]))] if "change" in data else []
    if name == "quantity.reported":
        found.append(f"{data.get('previous', '')} → {data.get('quantity', '')}")
    if "addon" in data:
        found.append(f"{data['addon']}: {data.get('before', '')} → {data.get('held', '')}")
    if name == "usage.reported":
        found.append(f"{data.get('meter', '')}: {number(Decimal(data.get('read', '0')))}")
    if name == "purchase.made":
        found.append(f"{data.get('count', '')} × {data.get('item', '')}")
    if name == "reminder.sent":
        found.append(str(CHANNELS.get(data.get("channel", ""), data.get("channel", ""))))
    found += [data[key] for key in ("invoice", "member", "email", "name", "title") if data.get(key)]
    if data.get("job"):
        found.append(str(JOBS.get(data["job"], data["job"])))
    if data.get("amount"):
        found.append(rupiah(data["amount"]))
    found += [words % {"fee": rupiah(data[key])} for key, words in _fees().items() if data.get(key)]
    days = {key: words for key, words in _days().items() if (name, key) not in OF_THE_PAPER}
    found += [words % {"day": _day(data[key])} for key, words in days.items() if data.get(key)]
    return found


def _fees() -> dict[str, str]:
    return {"exit_fee": _("biaya berhenti %(fee)s"), "waived_fee": _("tanpa biaya berhenti %(fee)s")}


def _days() -> dict[str, str]:
    return {
        "due": _("jatuh tempo %(day)s"),
        "suspend": _("ditangguhkan %(day)s"),
        "to": _("menjadi %(day)s"),
        "effective": _("berlaku %(day)s"),
        "ends": _("berakhir %(day)s"),
        "trial_ends": _("sampai %(day)s"),
        "target": _("untuk %(day)s"),
    }


def _day(value: Any) -> str:
    """A day in words; codes (of payment terms) stay as they are."""
    try:
        return tanggal(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
