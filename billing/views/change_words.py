"""A change of plan in words: what changes in money and dates, what follows, how to undo it (C11)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from billing.rules.change_verdicts import Outcome
from billing.selectors.change_choices import Choice
from billing.selectors.changes import ChangePreview
from billing.services.subscriptions.changes import Changed
from billing.views.wording import per_interval, said, spelled
from plans.rules.money import format_rupiah


def _name(choice: Choice) -> str:
    return said(choice.plan.name)


def _price(choice: Choice) -> str:
    return f"{format_rupiah(choice.price)} {per_interval(choice.agreement)}" if choice.price else _("Gratis")


def changes_in(made: ChangePreview) -> list[dict[str, str]]:
    """The rows of `components/preview.html`: plan, price, day, what is dropped, today's invoice and the next one."""
    rows = []
    if made.old.place.plan != made.new.place.plan:
        rows.append({"label": _("Paket"), "before": _name(made.old), "after": _name(made.new)})
    if made.old.place != made.new.place:
        rows += [
            {"label": _("Harga"), "before": _price(made.old), "after": _price(made.new)},
            {"label": _("Berlaku mulai"), "after": spelled(made.on)},
        ]
    if made.dropped is not None and made.outcome is not Outcome.UNCHANGED:
        waited = _("%(plan)s mulai %(day)s") % {"plan": said(made.dropped.plan.name), "day": spelled(made.dropped.on)}
        rows.append({"label": _("Perubahan yang dijadwalkan"), "before": waited, "after": _("Batal")})
    return [*rows, *_money(made)]


def _money(made: ChangePreview) -> list[dict[str, str]]:
    rows = [{"label": _("Tagihan hari ini"), "after": _("Tidak ada")}]
    if made.draft is not None:
        rows = [
            {"label": _("Tagihan hari ini"), "after": format_rupiah(made.draft.total)},
            {"label": _("Jatuh tempo"), "after": spelled(made.draft.due_on)},
        ]
    before, after = (format_rupiah(draft.total) if draft else _("Gratis") for draft in (made.before, made.upcoming))
    if made.upcoming is not None:
        rows.append({"label": _("Tagihan berikutnya"), "after": spelled(made.upcoming.issued_on)})
    return [*rows, {"label": _("Perkiraannya"), "before": before, "after": after}]


def label_of(made: ChangePreview) -> str:
    """The words on the button that does it: "Ganti ke Pro per bulan sekarang"."""
    names = {"plan": f"{_name(made.new)} {per_interval(made.new.agreement)}", "day": spelled(made.on)}
    if made.outcome is Outcome.KEPT:
        return _("Tetap di %(plan)s") % names
    if made.outcome is Outcome.PERIOD_END:
        return _("Ganti ke %(plan)s mulai %(day)s") % names
    return _("Ganti ke %(plan)s sekarang") % names


def why_unchanged(made: ChangePreview) -> str:
    """There is nothing to confirm."""
    if made.dropped is not None:
        return _("Perubahan ini sudah dijadwalkan untuk %(day)s.") % {"day": spelled(made.on)}
    return _("Ini paket Anda sekarang. Tidak ada yang berubah.")


def what_follows(made: ChangePreview) -> str:
    """What happens next, by the outcome of C11."""
    day = {"day": spelled(made.on - timedelta(days=1))}
    sentences = {
        Outcome.TRIAL: _("Berlaku saat itu juga dan tetap gratis sampai masa percobaan berakhir."),
        Outcome.NOW: _("Berlaku saat itu juga. Untuk sisa masa ini tidak ada tambahan biaya."),
        Outcome.NEW_TERM: _("Paket gratis berakhir: masa langganan baru dimulai hari ini."),
        Outcome.PERIOD_END: _("Sampai %(day)s paket Anda yang sekarang tetap berlaku.") % day,
        Outcome.KEPT: _("Paket Anda berjalan terus seperti sekarang."),
    }
    if made.outcome is Outcome.NOW and made.draft is not None:
        return _("Berlaku saat itu juga. Yang ditagih hanya selisih harga untuk sisa hari masa ini.")
    return sentences.get(made.outcome, "")


def how_to_undo(made: ChangePreview) -> str:
    """How to take it back, or that an invoice is not."""
    if made.outcome is Outcome.PERIOD_END:
        return _("Sampai hari itu Anda dapat membatalkannya di halaman Langganan.")
    if made.draft is not None:
        return _("Tagihan yang sudah terbit tidak dikembalikan bila Anda kembali ke paket yang lebih murah.")
    return ""


def what_was_done(made: Changed) -> str:
    """What happened, in one line."""
    names = {"plan": _name(made.preview.new), "day": spelled(made.preview.on)}
    if made.preview.outcome is Outcome.KEPT:
        return _("Perubahan paket dibatalkan. Paket Anda tetap seperti sekarang.")
    if made.preview.outcome is Outcome.PERIOD_END:
        return _("Paket %(plan)s berlaku mulai %(day)s. Sebelum itu Anda dapat membatalkannya.") % names
    text = _("Paket Anda sekarang %(plan)s.") % names
    if made.document is not None:
        text += " " + _("Tagihan %(number)s terbit.") % {"number": made.document.number}
    return text
