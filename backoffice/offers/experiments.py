"""Experiments: which run, how they go, and the switch."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, page, require, staff_of
from backoffice.frame.fields import DateInput
from backoffice.offers.experiment_text import METRICS, rows, verdicts, who
from billing.templatetags.langganan import tanggal
from plans.models import Experiment, ExperimentSwitch
from plans.selectors.experiments import tallies, value_of
from plans.services.experiments import switch_off, switch_on
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may


@admin.register(Experiment)
class ExperimentAdmin(OperatorAdmin):
    """All experiments of the catalogue files."""

    list_display = ("name", "product", "compares", "state")
    list_filter = ("product",)
    list_select_related = ("product",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Results and switch have a page of their own."""
        if not object_id.isdecimal():
            raise Http404(object_id)
        return HttpResponseRedirect(reverse("operator_experiment", kwargs={"experiment_id": int(object_id)}))

    @admin.display(description=gettext_lazy("eksperimen"))
    def name(self, experiment: Experiment) -> SafeString:
        """In the language of the reader; it leads to the results, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', value_of(experiment).name.of(get_language() or "id"))

    @admin.display(description=gettext_lazy("membandingkan"))
    def compares(self, experiment: Experiment) -> str:
        """What is measured."""
        return str(METRICS[value_of(experiment).metric])

    @admin.display(description=gettext_lazy("keadaan"))
    def state(self, experiment: Experiment) -> str:
        """Whether it runs, and from when to when."""
        return describe_state(experiment, timezone.localdate())


class SwitchForm(forms.Form):
    """The reason is always asked."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Tercatat dengan nama Anda."),
    )


class SwitchOnForm(SwitchForm):
    """From when to when, both days included."""

    first_day = forms.DateField(label=gettext_lazy("Hari pertama"), widget=DateInput())
    last_day = forms.DateField(label=gettext_lazy("Hari terakhir"), widget=DateInput())
    field_order = ("first_day", "last_day", "reason")


def describe_state(experiment: Experiment, today: date) -> str:
    """ "berjalan sampai 31 Maret 2026", "mulai …", "berakhir …", "belum pernah berjalan"."""
    first, until = experiment.runs_from, experiment.runs_until
    if first is None or until is None:
        return _("belum berjalan")
    last = tanggal(until - timedelta(days=1))
    if until <= today:
        return _("sudah berakhir %(day)s") % {"day": last if until > first else tanggal(first)}
    if first > today:
        return _("berjalan mulai %(day)s sampai %(last)s") % {"day": tanggal(first), "last": last}
    return _("berjalan sampai %(last)s") % {"last": last}


def _days(switch: ExperimentSwitch) -> str:
    """ "1 Maret 2026 – 31 Maret 2026"; nothing where it was switched off."""
    if not switch.is_on or switch.runs_from is None or switch.runs_until is None:
        return ""
    return f"{tanggal(switch.runs_from)} – {tanggal(switch.runs_until - timedelta(days=1))}"


def _is_on(experiment: Experiment, today: date) -> bool:
    return experiment.runs_until is not None and experiment.runs_until > today


@require_http_methods(["GET", "HEAD", "POST"])
def show_experiment(request: HttpRequest, experiment_id: int) -> HttpResponse:
    """The table of its variants, what it means in sentences, the switch, and who switched it when."""
    experiment = get_object_or_404(Experiment.objects.select_related("product"), pk=experiment_id)
    today = timezone.localdate()
    form = _form(experiment, today, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request, "run_experiment")
        if form.is_valid() and _switched(request, experiment, form):
            return HttpResponseRedirect(request.path)
    value, counted = value_of(experiment), tallies(experiment, with_tests=settings.DEMO)
    return page(
        request,
        "experiment.html",
        value.name.of(get_language() or "id"),
        422 if form.errors else 200,
        experiment=experiment,
        value=value,
        metric=METRICS[value.metric],
        who=who(value.metric),
        state=describe_state(experiment, today),
        is_on=_is_on(experiment, today),
        rows=rows(value, counted),
        verdicts=verdicts(value, counted),
        form=form,
        may_switch=staff_may(request.user, "run_experiment") and experiment.in_file,
        switches=[(switch, _days(switch)) for switch in experiment.switches.select_related("by")],
    )


def _form(experiment: Experiment, today: date, data: Any) -> SwitchForm:
    if _is_on(experiment, today):
        return SwitchForm(data)
    return SwitchOnForm(data, initial={"first_day": today, "last_day": today + timedelta(days=59)})


def _switched(request: HttpRequest, experiment: Experiment, form: SwitchForm) -> bool:
    user, now, given = staff_of(request), timezone.now(), form.cleaned_data
    try:
        if isinstance(form, SwitchOnForm):
            switch_on(experiment=experiment, by=user, now=now, **given)
            messages.success(request, _("Eksperimen dinyalakan."))
        else:
            switch_off(experiment=experiment, by=user, now=now, reason=given["reason"])
            messages.success(request, _("Eksperimen dimatikan; pengunjung melihat daftar harga lagi."))
    except DomainError as error:
        put_error(form, error)
        return False
    return True
