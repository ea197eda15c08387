"""Which days, product and channel are asked for: the filter of revenue beside costs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from backoffice.figures.form import RevenueForm, choose
from backoffice.figures.words import CHANNELS


class EconomicsForm(RevenueForm):
    """Costs are kept by product and channel, by nothing else."""

    province = plan = variant = cohort = None  # type: ignore[assignment]  # Django's way to leave fields out
    channel = forms.ChoiceField(  # type: ignore[assignment]  # asked for here, not only kept in links
        label=gettext_lazy("Asal pelanggan"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["channel"], [(code, str(name)) for code, name in CHANNELS.items()])
        self.order_fields(["first", "last", "product", "channel", "tests"])
