"""Which days, and whose revenue: the filter that the dashboard and the lists behind it share."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.frame.fields import DateInput
from plans.models import Product
from reports.rules.figures import months_until
from reports.selectors.revenue import Scope, provinces

FILTERS = ("product", "plan", "province", "channel", "variant", "cohort")
NONE = "-"
YEARS = range(2000, 2101)


class RevenueForm(forms.Form):
    """Days, product, province; what else a link filters by comes along unseen."""

    first = forms.DateField(label=gettext_lazy("Dari"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("Sampai"), widget=DateInput())
    product = forms.ChoiceField(label=gettext_lazy("Produk"), required=False)
    province = forms.ChoiceField(label=gettext_lazy("Provinsi"), required=False)
    plan = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
    channel = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    variant = forms.CharField(required=False, max_length=130, widget=forms.HiddenInput())
    cohort = forms.DateField(required=False, widget=forms.HiddenInput())
    tests = forms.BooleanField(label=gettext_lazy("termasuk tenant uji"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["product"], [(code, name) for code, name in product_names().items()])
        if "province" in self.fields:
            named = [(name, name) for name in provinces()]
            choose(self.fields["province"], [*named, (NONE, _("tidak diketahui"))])

    @property
    def names(self) -> dict[str, str]:
        """Each product's code and name, as the filter has them: nothing is read again."""
        field: Any = self.fields["product"]
        return {code: str(name) for code, name in field.choices if code not in ("", NONE)}

    def clean(self) -> dict[str, Any]:
        """The days in order, of years that can be meant: a date typed in haste is of the year 26."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        for name, day in (("first", first), ("last", last)):
            if day and day.year not in YEARS:
                self.add_error(name, _("Periksa tahunnya."))
        if first and last and last < first:
            self.add_error("last", _("Hari terakhir sebelum hari pertama."))
        return given

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last; only of a form that is valid."""
        return self.cleaned_data["first"], self.cleaned_data["last"]

    def scope(self) -> Scope:
        """What was asked for; only of a form that is valid."""
        given = self.cleaned_data
        where = {name: "" if given[name] == NONE else given[name] for name in FILTERS if given.get(name)}
        return Scope(*self.days, where, bool(given.get("tests")))


def choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    """These, or all of them."""
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", _("semua")), *choices]


def product_names() -> dict[str, str]:
    """Each product's code and name."""
    return {row.code: str(row.data["name"]) for row in Product.objects.order_by("code")}


def asked(request: HttpRequest, form: type[RevenueForm] = RevenueForm, months: int = 1) -> RevenueForm:
    """The form as it was filled in; what is left out is so many months up to today. A demo has test tenants alone."""
    today = timezone.localdate()
    given = request.GET.dict()
    if not given.keys() & {"first", "last", "period", "chosen"} and settings.DEMO:
        given.setdefault("tests", "on")
    return form({**_last_months(today, months), **given})


def _last_months(today: date, months: int) -> dict[str, str]:
    return {"first": months_until(today, months)[0].isoformat(), "last": today.isoformat()}
