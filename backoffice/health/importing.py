"""Health figures from a file: what would become of them is shown first, then all are kept, or none."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import page, require, staff_of
from backoffice.health.file import read_health
from backoffice.health.words import MEASURES
from billing.forms.count_file import MAX_BYTES, FileRefused
from reports.rules.health_reports import Fact, Outcome, TooManyVersions
from reports.rules.health_table import Measure
from reports.services.health_reports import Said, Source, foresee_reports, keep_reports
from tenants.models import Tenant
from tenants.permissions import staff_may

SHOWN, AN_HOUR = 20, 3600


class HealthFileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Berkas CSV atau XLSX"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_health(request: HttpRequest) -> HttpResponse:
    """The form; a file, and what would become of it; then the button that keeps what was shown."""
    require(request, "report_health")
    if "shown" in request.POST:
        return _kept(request)
    form = HealthFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    found = _read(form) if form.is_bound and form.is_valid() else []
    return _page(request, form, found)


def _read(form: HealthFileForm) -> list[tuple[Said, Outcome]]:
    """The figures of the file, each with what would become of it; none, and an error of the form, where it is refused."""
    file = form.cleaned_data["file"]
    if file.size > MAX_BYTES:
        form.add_error("file", _("Berkas terlalu besar."))
        return []
    try:
        said = read_health(file.name, file.read(), timezone.now())
        return list(zip(said, foresee_reports(said), strict=True))
    except FileRefused as error:
        form.add_error("file", [forms.ValidationError(message) for message in error.messages])
    except TooManyVersions:
        form.add_error("file", _too_many())
    return []


def _page(request: HttpRequest, form: HealthFileForm, found: Sequence[tuple[Said, Outcome]]) -> HttpResponse:
    shown: dict[str, Any] = {}
    if found:
        said, counts = [item for item, _outcome in found], Counter(outcome for _item, outcome in found)
        shown = {
            "counts": [(label, counts[outcome]) for outcome, label in _outcomes().items()],
            "rows": _rows(said[:SHOWN]),
            "more": max(0, len(said) - SHOWN),
            "sealed": signing.dumps(_plain(said), salt=_salt(request), compress=True),
        }
    status = 422 if form.errors else 200
    may_import = staff_may(request.user, "report_health")
    return page(
        request, "health_import.html", _("Impor angka kesehatan"), status, form=form, may_import=may_import, **shown
    )


def _outcomes() -> dict[Outcome, str]:
    return {
        Outcome.RECORDED: _("baru"),
        Outcome.CORRECTED: _("mengganti nilai lama"),
        Outcome.REPEATED: _("sudah ada"),
    }


def _rows(said: Sequence[Said]) -> list[tuple[str, str, date, Decimal]]:
    names = dict(Tenant.objects.filter(pk__in=[item.tenant for item in said]).values_list("pk", "name"))
    return [(names[item.tenant], str(MEASURES[item.fact.measure]), item.fact.on, item.fact.value) for item in said]


def _kept(request: HttpRequest) -> HttpResponse:
    """What the page was sealed with, for an hour and for who saw it."""
    try:
        said = _said(signing.loads(request.POST["shown"], salt=_salt(request), max_age=AN_HOUR))
        outcomes = keep_reports(said=said, source=Source("file", str(staff_of(request)), timezone.now()))
    except signing.BadSignature:
        messages.error(request, _("Pratinjau ini sudah kedaluwarsa. Unggah berkasnya lagi."))
        return HttpResponseRedirect(reverse("operator_health_import"))
    except TooManyVersions:
        messages.error(request, _too_many())
        return HttpResponseRedirect(reverse("operator_health_import"))
    new = sum(outcome is not Outcome.REPEATED for outcome in outcomes)
    messages.success(request, _("%(count)d angka disimpan. Skor dihitung ulang dalam satu jam.") % {"count": new})
    return HttpResponseRedirect(reverse("operator_health"))


def _too_many() -> str:
    return _("Nilai hari ini sudah terlalu sering diperbaiki.")


def _salt(request: HttpRequest) -> str:
    return f"health-import:{staff_of(request).pk}"


def _plain(said: Sequence[Said]) -> list[list[str]]:
    return [
        [str(item.tenant), item.fact.measure.value, str(item.fact.value), item.fact.on.isoformat()] for item in said
    ]


def _said(rows: Sequence[Sequence[str]]) -> list[Said]:
    return [
        Said(UUID(tenant), Fact(Measure(measure), Decimal(value), date.fromisoformat(on)))
        for tenant, measure, value, on in rows
    ]
