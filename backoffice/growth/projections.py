"""What if: so many customers of such sizes at a price list, the years after it, and from how many units it pays."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.figures.form import product_names
from backoffice.frame.base import page, require
from backoffice.frame.fields import DateInput
from billing.forms.rupiah import RupiahField
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from plans.errors import CatalogueError
from reports.rules.figures import monthly
from reports.rules.projections import Group, Scenario, Year, break_even, scenario, year_after
from reports.selectors.price_lists import price_list

YEARS, MOST_GROUPS = 3, 20
GROUP_HEADS = ("customers", "size", "each_yearly", "yearly")
YEAR_HEADS = ("year", "kept", "new", "customers", "mrr", "arr")
_GROUP = re.compile(r"(\d{1,6})\s*[x×*]\s*(\d{1,6})", re.IGNORECASE)


class ProjectionForm(forms.Form):
    """Counts × sizes, a price list, and what may come: churn, new customers, costs."""

    product = forms.ChoiceField(label=gettext_lazy("Produk"))
    on = forms.DateField(label=gettext_lazy("Harga per tanggal"), widget=DateInput())
    groups = forms.CharField(label=gettext_lazy("Pelanggan × ukuran, misalnya 20×100, 10×200"), max_length=300)
    churn = forms.DecimalField(label=gettext_lazy("Berhenti per tahun (%)"), min_value=0, max_value=100, required=False)
    new = forms.CharField(
        label=gettext_lazy("Pelanggan baru per kuartal, misalnya 30, 40, 50, 60"), max_length=60, required=False
    )
    fixed = RupiahField(label=gettext_lazy("Biaya tetap per bulan (Rp)"), min_value=0, required=False)
    variable = RupiahField(label=gettext_lazy("Biaya per unit per bulan (Rp)"), min_value=0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(product_names().items())

    def clean_groups(self) -> list[Group]:
        """ "20×100, 10x200" as groups."""
        parts = [part.strip() for part in self.cleaned_data["groups"].split(",") if part.strip()]
        found = [_GROUP.fullmatch(part) for part in parts]
        if not found or len(found) > MOST_GROUPS or not all(found):
            raise forms.ValidationError(_("Tulis seperti 20×100, 10×200; paling banyak 20 kelompok."))
        return [Group(int(match[1]), int(match[2])) for match in found if match]

    def clean_new(self) -> tuple[int, ...]:
        """ "30, 40, 50, 60": at most four quarters."""
        parts = [part.strip() for part in self.cleaned_data["new"].split(",") if part.strip()]
        if len(parts) > 4 or not all(re.fullmatch(r"\d{1,6}", part) for part in parts):
            raise forms.ValidationError(_("Tulis paling banyak empat angka, misalnya 30, 40, 50, 60."))
        return tuple(int(part) for part in parts)

    def clean(self) -> dict[str, Any]:
        """A size that is not sold is an error of the groups."""
        given = super().clean() or {}
        if not self.errors:
            try:
                given["scenario"] = scenario(given["groups"], price_list(given["product"], given["on"]))
            except CatalogueError as error:
                english = (get_language() or "").startswith("en")
                self.add_error("groups", error.message_en if english else error.message)
        return given


@require_safe
def show_projection(request: HttpRequest) -> HttpResponseBase:
    """The form; filled in, what it would bring, as a page or (`berkas`) as a file. Nothing is kept."""
    require(request, "view")
    if "groups" not in request.GET:
        return page(
            request, "projection.html", _("Proyeksi"), form=ProjectionForm(initial={"on": timezone.localdate()})
        )
    form = ProjectionForm(request.GET)
    if not form.is_valid():
        return page(request, "projection.html", _("Proyeksi"), 422, form=form)
    kind = request.GET.get("berkas", "")
    if kind in FILES:
        return _file(kind, form.cleaned_data, by_year=request.GET.get("tabel") == "tahun")
    return page(request, "projection.html", _("Proyeksi"), form=form, **_found(request, form.cleaned_data))


def _found(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    found: Scenario = given["scenario"]
    asked = request.GET.copy()
    asked.pop("tabel", None)
    return {
        "found": found,
        "mrr": monthly(found.yearly),
        "years": _years(found, given),
        "units": _break_even(found, given),
        "link": asked.urlencode(),
        "link_years": f"{asked.urlencode()}&tabel=tahun",
    }


def _file(kind: str, given: dict[str, Any], *, by_year: bool) -> HttpResponseBase:
    found: Scenario = given["scenario"]
    name = f"proyeksi-{given['product']}-{given['on']}"
    if by_year:
        years = [(at, row.kept, row.new, row.customers, row.mrr, row.yearly) for at, row in _years(found, given)]
        return sheet(f"{name}-tahun", kind, YEAR_HEADS, years)
    groups = [(part.group.customers, part.group.size, part.each, part.yearly) for part in found.parts]
    return sheet(name, kind, GROUP_HEADS, groups)


def _years(found: Scenario, given: dict[str, Any]) -> list[tuple[int, Year]]:
    """Year by year, each at the average size and price of today's; none where nothing of it was said."""
    if not found.customers or found.unit_price is None or (given["churn"] is None and not given["new"]):
        return []
    churn = Fraction(given["churn"] or Decimal(0)) / 100
    size, unit_price = round(Fraction(found.units, found.customers)), found.unit_price
    years, before = list[tuple[int, Year]](), found.customers
    first: date = given["on"]
    for ahead in range(1, YEARS + 1):
        year = year_after(before, churn, given["new"], size, unit_price)
        years.append((first.year + ahead, year))
        before = year.customers
    return years


def _break_even(found: Scenario, given: dict[str, Any]) -> int | None:
    if given["fixed"] is None or found.unit_price is None:
        return None
    return break_even(given["fixed"], Fraction(given["variable"] or 0), found.unit_price)
