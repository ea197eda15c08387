"""Letters about offers: asked for with a document (K12), given, refused, taken back."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from notifications.rules.links import OFFERS, PILOT, SUBSCRIPTION
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter


def wanted(facts: Facts) -> Letter:
    """The offer of the sign-up waits for a document."""
    values = _values(facts)
    return Letter(
        subject=_("Unggah %(document)s untuk penawaran %(offer)s") % values,
        lead=_("Penawaran %(offer)s berlaku untuk %(tenant)s begitu dokumennya kami setujui.") % values,
        paragraphs=(_("Sampai hari itu tagihan terbit dengan harga biasa."),),
        button=_("Unggah dokumen"),
        path=OFFERS,
    )


def submitted(facts: Facts) -> Letter:
    """The document is there and waits for staff."""
    values = _values(facts)
    return Letter(
        subject=_("Dokumen untuk penawaran %(offer)s kami terima") % values,
        lead=_("Kami memeriksa dokumen %(tenant)s dan memberi tahu hasilnya.") % values,
        button=_("Lihat penawaran"),
        path=OFFERS,
    )


def refused(facts: Facts) -> Letter:
    """The document was refused; another may be sent."""
    values = _values(facts)
    return Letter(
        subject=_("Dokumen untuk penawaran %(offer)s belum dapat kami terima") % values,
        lead=_("Alasannya: %(reason)s") % values,
        paragraphs=(_("Anda dapat mengirim dokumen lain. Tagihan Anda tetap seperti biasa."),),
        button=_("Kirim dokumen lain"),
        path=OFFERS,
    )


def group_joined(facts: Facts) -> Letter:
    """In a group of buyers: its code to pass on, how many are missing (C7)."""
    values = _values(facts) | {"code": facts.text("group"), "until": words.day(facts.day("until"))}
    missing = facts.amount("missing")
    if not missing:
        lead = _("Kelompok %(code)s sudah lengkap: penawaran %(offer)s berlaku mulai tagihan pertama Anda.")
        return Letter(
            subject=_("Kelompok Anda lengkap") % values, lead=lead % values, button=_("Lihat penawaran"), path=OFFERS
        )
    left = ngettext("Kurang %(count)d lagi.", "Kurang %(count)d lagi.", missing) % {"count": missing}
    return Letter(
        subject=_("Ajak yang lain dengan kode %(code)s") % values,
        lead=_("Penawaran %(offer)s berlaku untuk semua begitu kelompok Anda lengkap.") % values,
        paragraphs=(left, _("Bagikan kode %(code)s; pendaftaran dengan kode ini dibuka sampai %(until)s.") % values),
        button=_("Lihat penawaran"),
        path=OFFERS,
    )


def pilot_granted(facts: Facts) -> Letter:
    """A pilot, and what it promises (C3)."""
    values = _values(facts) | {"count": facts.text("duties")}
    return Letter(
        subject=_("%(tenant)s menjadi peserta pilot") % values,
        lead=_("Sebagai peserta pilot ada %(count)s hal yang Anda janjikan, masing-masing dengan batas waktunya.")
        % values,
        button=_("Lihat daftarnya"),
        path=PILOT,
    )


def pilot_duty_late(facts: Facts) -> Letter:
    """A duty whose day has passed."""
    values = _values(facts) | {"day": words.day(facts.day("due"))}
    return Letter(
        subject=_("Terlambat: %(offer)s") % values,
        lead=_("%(offer)s seharusnya selesai paling lambat %(day)s.") % values,
        button=_("Lihat daftarnya"),
        path=PILOT,
    )


def pilot_duty_reopened(facts: Facts) -> Letter:
    """Staff opened a duty again, with a reason."""
    values = _values(facts)
    return Letter(
        subject=_("Belum selesai: %(offer)s") % values,
        lead=_("Alasannya: %(reason)s") % values,
        button=_("Lihat daftarnya"),
        path=PILOT,
    )


def given(facts: Facts) -> Letter:
    """The offer holds, and from when on."""
    values = _values(facts)
    since = _("Berlaku mulai tagihan pertama.")
    if facts.text("effective"):
        since = _("Berlaku mulai %(day)s.") % {"day": words.day(facts.day("effective"))}
    return Letter(
        subject=_("Penawaran %(offer)s untuk %(tenant)s") % values,
        lead=_why(facts) % values,
        paragraphs=(since, _("Tagihan yang sudah terbit tidak berubah.")),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def credit_given(facts: Facts) -> Letter:
    """Money for having brought somebody along (N10)."""
    values = _values(facts) | {"credit": words.money(facts.amount("credit"))}
    return Letter(
        subject=_("Kredit %(credit)s untuk %(tenant)s") % values,
        lead=_("Yang Anda ajak sudah membayar. Terima kasih: %(credit)s kami catat sebagai kredit Anda.") % values,
        paragraphs=(_("Kredit dipakai pada tagihan berikutnya."),),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def credit_taken_back(facts: Facts) -> Letter:
    """The payment that it was earned by was reversed."""
    values = _values(facts) | {"credit": words.money(facts.amount("credit"))}
    return Letter(
        subject=_("Kredit untuk %(tenant)s dibatalkan") % values,
        lead=_("Pembayaran yang Anda ajak dibatalkan, maka kredit %(credit)s ikut dibatalkan.") % values,
        paragraphs=(_("Tagihan yang sudah terbit tidak berubah."),),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def taken_back(facts: Facts) -> Letter:
    """Staff ended an offer, with a reason."""
    values = _values(facts)
    paragraphs = [_("Tagihan yang sudah terbit tidak berubah.")]
    if facts.text("effective"):
        paragraphs.insert(0, _("Mulai %(day)s berlaku harga biasa.") % {"day": words.day(facts.day("effective"))})
    return Letter(
        subject=_("Penawaran %(offer)s berakhir") % values,
        lead=_("Alasannya: %(reason)s") % values,
        paragraphs=tuple(paragraphs),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _why(facts: Facts) -> str:
    return {
        "document": _("Dokumen Anda kami setujui: %(tenant)s mendapat penawaran %(offer)s."),
        "group": _("Kelompok Anda lengkap: %(tenant)s mendapat penawaran %(offer)s."),
        "reward": _("Terima kasih sudah mengajak: %(tenant)s mendapat %(offer)s."),
    }.get(facts.text("because"), _("%(tenant)s mendapat penawaran %(offer)s."))


def _values(facts: Facts) -> dict[str, str]:
    return {
        "tenant": facts.account.tenant,
        "offer": _named(facts, "offer_name") or facts.text("offer"),
        "document": _named(facts, "document") or _("dokumen"),
        "reason": facts.text("reason"),
    }


def _named(facts: Facts, field: str) -> str:
    names = facts.data.get(field)
    language = "en" if (get_language() or "").startswith("en") else "id"
    return str(names.get(language, "")) if isinstance(names, dict) else ""
