"""Forms of the bank's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.frame.fields import DateInput
from backoffice.gateway.notices import ResolveForm
from billing.gateways.statements.models import IgnoredAs
from billing.rules.banking.layouts import LAYOUTS, guess_places
from billing.rules.banking.tables import Row
from billing.selectors.bank_accounts import Account
from billing.selectors.bank_statements import MAPPED

KINDS = [
    (IgnoredAs.FEE.value, gettext_lazy("Biaya bank")),
    (IgnoredAs.INTEREST.value, gettext_lazy("Bunga bank")),
    (IgnoredAs.OWN_TRANSFER.value, gettext_lazy("Pindahan rekening sendiri")),
    (IgnoredAs.OTHER.value, gettext_lazy("Lainnya")),
]
ORDERS = [
    ("dmy", gettext_lazy("hari, bulan, tahun")),
    ("mdy", gettext_lazy("bulan, hari, tahun")),
    ("ymd", gettext_lazy("tahun, bulan, hari")),
]
DECIMALS = [("", gettext_lazy("kenali sendiri")), (",", gettext_lazy("koma")), (".", gettext_lazy("titik"))]


class UploadForm(forms.Form):
    """Which account, which layout, which file."""

    account = forms.ChoiceField(label=gettext_lazy("Rekening"))
    layout = forms.ChoiceField(
        label=gettext_lazy("Bentuk berkas"),
        required=False,
        help_text=gettext_lazy("Kosong: seperti berkas terakhir rekening ini, atau menurut banknya."),
    )
    file = forms.FileField(
        label=gettext_lazy("Berkas CSV dari bank"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {account.number: account for account in accounts}
        choices = [(account.number, f"{account.bank} {account.number}") for account in accounts]
        layouts = [(layout.code, layout.title) for layout in LAYOUTS.values()]
        account, layout = self.fields["account"], self.fields["layout"]
        if isinstance(account, forms.ChoiceField) and isinstance(layout, forms.ChoiceField):
            account.choices = choices
            layout.choices = [
                ("", gettext_lazy("kenali sendiri")),
                *layouts,
                (MAPPED, gettext_lazy("lainnya: kolom kita tunjuk sendiri")),
            ]


class ConfirmForm(forms.Form):
    """Asked only where there are faults."""

    with_faults = forms.BooleanField(
        label=gettext_lazy("Impor tanpa baris yang tidak terbaca; saya sudah memeriksa kesalahan di atas"),
        required=False,
    )


class ColumnsForm(forms.Form):
    """Each role's column by its place; the headings are taken from the row that is named."""

    heading = forms.IntegerField(
        label=gettext_lazy("Judul kolom ada pada baris"),
        min_value=0,
        help_text=gettext_lazy("0 bila berkas ini tidak berjudul."),
    )
    date = forms.TypedChoiceField(label=gettext_lazy("Tanggal"), coerce=int, empty_value=None)
    description = forms.TypedChoiceField(label=gettext_lazy("Keterangan"), coerce=int, empty_value=None)
    more = forms.TypedChoiceField(
        label=gettext_lazy("Keterangan tambahan"), coerce=int, empty_value=None, required=False
    )
    credit = forms.TypedChoiceField(label=gettext_lazy("Uang masuk"), coerce=int, empty_value=None, required=False)
    debit = forms.TypedChoiceField(label=gettext_lazy("Uang keluar"), coerce=int, empty_value=None, required=False)
    amount = forms.TypedChoiceField(
        label=gettext_lazy("Jumlah"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Bila masuk dan keluar ada dalam satu kolom."),
    )
    mark = forms.TypedChoiceField(label=gettext_lazy("Tanda DB/CR"), coerce=int, empty_value=None, required=False)
    balance = forms.TypedChoiceField(label=gettext_lazy("Saldo"), coerce=int, empty_value=None, required=False)
    reference = forms.TypedChoiceField(
        label=gettext_lazy("Nomor referensi"), coerce=int, empty_value=None, required=False
    )
    order = forms.ChoiceField(label=gettext_lazy("Urutan tanggal"), choices=ORDERS)
    decimal = forms.ChoiceField(label=gettext_lazy("Tanda desimal"), choices=DECIMALS, required=False)

    def __init__(self, *args: Any, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        guess = _heading_row(rows)
        self.fields["heading"].initial = guess.number if guess else 0
        for role, place in guess_places(guess.cells if guess else ()).items():
            self.fields[role].initial = place
        width = max((len(row.cells) for row in rows), default=0)
        names = guess.cells if guess else ()
        choices = [
            (str(place), f"{place + 1}. {names[place].strip() if place < len(names) else ''}") for place in range(width)
        ]
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", "–"), *choices]

    def columns(self) -> dict[str, Any]:
        """As they are kept."""
        given = self.cleaned_data
        row = next((row for row in self.rows if row.number == given["heading"]), None)
        places = {
            role: [given[role]]
            for role in ("date", "credit", "debit", "amount", "mark", "balance", "reference")
            if given[role] is not None
        }
        places["description"] = [place for place in (given["description"], given["more"]) if place is not None]
        headings = list(row.cells) if row is not None else []
        return {"headings": headings, "places": places, "order": given["order"], "decimal": given["decimal"]}

    def clean_heading(self) -> int:
        """One of the rows shown."""
        number: int = self.cleaned_data["heading"]
        if number and number not in {row.number for row in self.rows}:
            raise forms.ValidationError(gettext_lazy("Baris ini tidak ada pada contoh."))
        return number


def _heading_row(rows: list[Row]) -> Row | None:
    """The first row that has as many cells as the fullest, and no digits."""
    most = max((len(row.filled) for row in rows), default=0)
    wordy = (
        row for row in rows if len(row.filled) >= max(3, most - 1) and not any(map(str.isdigit, "".join(row.cells)))
    )
    return next(wordy, None)


class AssignForm(ResolveForm):
    """A tenant by its address, a document first if wanted."""

    anyway = forms.BooleanField(
        label=gettext_lazy("Ini pembayaran lain, bukan yang sudah dibukukan dengan jumlah yang sama"), required=False
    )
    field_order = ("tenant", "number", "anyway", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenant"].required = True
        self.fields["tenant"].help_text = gettext_lazy("Misalnya sman1.")


class IgnoreForm(forms.Form):
    """What kind of money it is, and why we say so."""

    kind = forms.ChoiceField(label=gettext_lazy("Jenis"), choices=KINDS)
    reason = forms.CharField(label=gettext_lazy("Alasan"), min_length=5, max_length=300)


class PayoutForm(forms.Form):
    """The days of the gateway's report that came with this line."""

    first = forms.DateField(label=gettext_lazy("Dari tanggal settlement"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("Sampai tanggal"), required=False, widget=DateInput())
    reason = forms.CharField(label=gettext_lazy("Alasan"), min_length=5, max_length=300)

    def clean(self) -> dict[str, Any]:
        """In order."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("Tidak boleh sebelum tanggal pertama."))
        return given


class UndoForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"), min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
