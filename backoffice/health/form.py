"""Whose health is asked for: product, province, colour, and whether it changed within a week."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.form import NONE, choose, product_names
from backoffice.health.words import COLOURS
from reports.selectors.health import BETTER, UNKNOWN, WORSE, Of, provinces

CHANGES = {WORSE: gettext_lazy("turun sejak minggu lalu"), BETTER: gettext_lazy("naik sejak minggu lalu")}


class HealthForm(forms.Form):
    """All of it; what is left empty asks for everybody."""

    product = forms.ChoiceField(label=gettext_lazy("Produk"), required=False)
    province = forms.ChoiceField(label=gettext_lazy("Provinsi"), required=False)
    colour = forms.ChoiceField(label=gettext_lazy("Warna"), required=False)
    change = forms.ChoiceField(label=gettext_lazy("Perubahan"), required=False)
    tests = forms.BooleanField(label=gettext_lazy("termasuk tenant uji"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = product_names()
        choices = {
            "product": list(self.products.items()),
            "province": [*((name, name) for name in provinces()), (NONE, _("tidak diketahui"))],
            "colour": [*((code.value, str(word)) for code, word in COLOURS.items()), (UNKNOWN, _("belum ada data"))],
            "change": [(code, str(word)) for code, word in CHANGES.items()],
        }
        for name, offered in choices.items():
            choose(self.fields[name], offered)

    def of(self) -> Of:
        """What was asked for; only of a form that is valid."""
        return Of(**self.cleaned_data)


def asked_health(request: HttpRequest) -> HealthForm:
    """The form as it was filled in; a demo has test tenants alone."""
    return HealthForm({"tests": "on"} if settings.DEMO and not request.GET else request.GET)
