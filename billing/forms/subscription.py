"""The form of leaving."""

from django import forms
from django.utils.translation import gettext_lazy as _

REASONS = [
    ("price", _("Terlalu mahal")),
    ("unused", _("Tidak terpakai")),
    ("other_app", _("Pindah ke aplikasi lain")),
    ("closing", _("Lembaga kami tutup atau bergabung")),
    ("missing", _("Ada yang kurang")),
    ("other", _("Lainnya")),
]


class CancelForm(forms.Form):
    """Why somebody leaves (K17 counts the reasons), and in their own words if they like."""

    reason = forms.ChoiceField(
        label=_("Mengapa Anda berhenti"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pilih satu alasan."),
            "invalid_choice": _("Pilih salah satu alasan di bawah ini."),
        },
    )
    words = forms.CharField(
        label=_("Ceritakan sedikit"), max_length=250, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    # The day and the fee that were shown, so that nobody agrees to one and gets another; and the day asked for, if not the
    # earliest.
    ends_on = forms.DateField(required=False, widget=forms.HiddenInput)
    fee = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    on = forms.DateField(required=False, widget=forms.HiddenInput)

    def said(self) -> str:
        """The reason as it is kept: "Terlalu mahal: naik terus"."""
        reason = str(dict(REASONS)[self.cleaned_data["reason"]])
        words = self.cleaned_data["words"].strip()
        return f"{reason}: {words}" if words else reason


class EndDayForm(forms.Form):
    """A day on which somebody would like to end, to look at what that means."""

    on = forms.DateField(
        label=_("Tanggal"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Isi tanggal, misalnya 31/12/2026.")},
    )


class PauseForm(forms.Form):
    """Until when to pause."""

    until = forms.DateField(
        label=_("Jeda sampai"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Isi tanggal, misalnya 31/12/2026."),
            "invalid": _("Isi tanggal, misalnya 31/12/2026."),
        },
    )
