"""Who came how far: the filter of the list behind the funnel."""

from django import forms
from django.utils.translation import gettext_lazy

from backoffice.figures.form import RevenueForm
from reports.selectors.growth import WON

STEPS = {
    "": gettext_lazy("semua yang mendaftar"),
    "tried": gettext_lazy("yang mencoba"),
    "paid": gettext_lazy("yang membayar"),
    "tried_paid": gettext_lazy("yang mencoba lalu membayar"),
    WON: gettext_lazy("yang pertama kali membayar dalam hari-hari ini"),
}


class GrowthForm(RevenueForm):
    """Days of sign-up, product, province, and how far they came."""

    step = forms.ChoiceField(label=gettext_lazy("Sampai langkah"), required=False, choices=list(STEPS.items()))
