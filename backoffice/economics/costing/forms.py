"""Which costs, one cost, and a file of them."""

from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.economics.costing.words import kind_names
from backoffice.economics.form import EconomicsForm
from backoffice.figures.form import NONE, choose, product_names
from backoffice.figures.words import CHANNELS
from billing.forms.rupiah import RupiahField
from plans.rules.periods import add_months
from reports.rules.cost_file import LARGEST
from reports.rules.costs import Entry, Key
from reports.rules.figures import months_until
from reports.selectors.costs import cost_kinds

AHEAD, MONTHS = 12, 60
OF = ("product", "channel", "kind")


class CostFilter(EconomicsForm):
    """Days whose months are meant, product, channel and kind; "-" is what is of all products, or of all channels."""

    tests = None  # type: ignore[assignment]  # Django's way to leave a field out: costs know no test tenants
    kind = forms.ChoiceField(label=gettext_lazy("Jenis biaya"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, of_all in (("product", _("untuk semua produk")), ("channel", _("untuk semua asal"))):
            field: Any = self.fields[name]
            field.choices = [*field.choices, (NONE, of_all)]
        choose(self.fields["kind"], list(kind_names().items()))


class CostForm(forms.Form):
    """One cost. Why is asked where an amount stands there already."""

    month = forms.TypedChoiceField(label=gettext_lazy("Bulan"), coerce=date.fromisoformat)
    product = forms.ChoiceField(label=gettext_lazy("Produk"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Asal pelanggan"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Jenis biaya"))
    amount = RupiahField(
        label=gettext_lazy("Jumlah (Rp)"),
        min_value=0,
        max_value=LARGEST,
        help_text=gettext_lazy("Seluruh bulan itu. 0 menghapus yang salah dicatat."),
    )
    note = forms.CharField(
        label=gettext_lazy("Keterangan"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Wajib bila mengubah yang sudah tercatat. Tersimpan dengan nama Anda."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, str(name)) for code, name in CHANNELS.items()]
        months = reversed(months_until(add_months(today, AHEAD), MONTHS))
        for name, choices in {
            "month": [(month.isoformat(), formats.date_format(month, "F Y")) for month in months],
            "product": [("", _("semua produk")), *product_names().items()],
            "channel": [("", _("semua asal")), *names],
            "kind": list(kind_names().items()),
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A kind that is not entered for the month is an error of the kind."""
        given = super().clean() or {}
        if given.get("month") and given.get("kind") and not cost_kinds().role_in(given["kind"], given["month"]):
            self.add_error("kind", _("Jenis ini tidak dipakai pada bulan itu."))
        return given

    def entry(self) -> Entry:
        """What was entered; only of a form that is valid."""
        given = self.cleaned_data
        return Entry(Key(given["month"], *(given[name] for name in OF)), given["amount"])


class CostFileForm(forms.Form):
    """A file of costs."""

    file = forms.FileField(
        label=gettext_lazy("Berkas CSV atau XLSX"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )
