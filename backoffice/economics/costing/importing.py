"""Importing costs from a file: all of it or, with any fault, nothing; what it changes is looked at first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.economics.costing.forms import AHEAD, CostFileForm
from backoffice.economics.costing.words import kind_names, lines, tell_fault
from backoffice.figures.form import product_names
from backoffice.figures.words import CHANNELS, rupiah
from backoffice.frame.base import page, require, staff_of
from billing.forms.count_file import FileRefused, read_rows
from billing.services.files.uploads import plain_name, read_upload
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from plans.rules.periods import add_months
from reports.rules.cost_file import COLUMNS, Known, Reading, read_costs
from reports.rules.costs import Entry, Key, Planned, total
from reports.selectors.costs import cost_kinds, planned
from reports.services.costs import keep_costs
from tenants.errors import DomainError
from tenants.forms.refusals import put_error

SUBJECT, SECONDS, SHOWN = "operator-cost-file", 24 * 60 * 60, 200


@require_http_methods(["GET", "HEAD", "POST"])
def import_costs(request: HttpRequest) -> HttpResponse:
    """The form; a file, and what it would change or every fault of it; the button under that, and it is written."""
    require(request, "enter_costs")
    if "token" in request.POST:
        return _confirmed(request)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CostFileForm(*given)
    if not form.is_bound or not form.is_valid():
        return _show(request, form)
    name, reading = plain_name(form.cleaned_data["file"].name), _read(form)
    if reading is None or reading.faults:
        return _show(request, form, faults=[tell_fault(fault) for fault in reading.faults] if reading else [])
    return _show(request, form, **_preview(name, planned(reading.entries)))


def _read(form: CostFileForm) -> Reading | None:
    """What the file says; None, and an error of the form, where it cannot be opened."""
    file = form.cleaned_data["file"]
    try:
        rows = list(read_rows(file.name, read_upload(file, DomainError, "costs")))
    except FileRefused as error:
        form.add_error("file", " ".join(error.messages))
        return None
    except DomainError as error:
        put_error(form, error)
        return None
    return read_costs(rows, _known(timezone.localdate()))


def _known(today: date) -> Known:
    products, channels = product_names(), {code: str(name) for code, name in CHANNELS.items()}
    return Known(_spelled(products), _spelled(channels), cost_kinds(), add_months(today.replace(day=1), AHEAD))


def _spelled(names: dict[str, str]) -> dict[str, str]:
    """By code and by name, in small letters."""
    return {spelling.lower(): code for code, name in names.items() for spelling in (name, code)}


def _preview(name: str, found: Sequence[Planned]) -> dict[str, Any]:
    changed = [item for item in found if not item.is_same]
    return {
        "name": name,
        "counts": {
            "new": sum(item.before is None for item in found),
            "changed": sum(item.before is not None for item in changed),
            "same": len(found) - len(changed),
        },
        "more": rupiah(total(found)),
        "lines": lines(changed[:SHOWN], product_names()),
        "left": max(0, len(changed) - SHOWN),
        "token": signing.dumps({"name": name, "rows": list(map(_packed, found))}, salt=SUBJECT, compress=True),
    }


def _packed(item: Planned) -> list[Any]:
    month, *rest = item.entry.key
    return [month.isoformat(), *rest, item.entry.amount, item.before]


def _unpacked(row: Sequence[Any]) -> Planned:
    month, product, channel, kind, amount, before = row
    return Planned(Entry(Key(date.fromisoformat(month), product, channel, kind), amount), before)


def _confirmed(request: HttpRequest) -> HttpResponse:
    """What the preview showed, and nothing else."""
    try:
        said = signing.loads(request.POST["token"], salt=SUBJECT, max_age=SECONDS)
        shown = [_unpacked(row) for row in said["rows"]]
        done = keep_costs(shown=shown, by=staff_of(request), now=timezone.now(), note=said["name"])
    except signing.BadSignature:
        messages.warning(request, _("Pratinjau ini sudah terlalu lama. Unggah berkasnya sekali lagi."))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        words = _("%(new)d biaya baru, %(changed)d diubah, %(same)d tetap.")
        messages.success(request, words % {"new": done.new, "changed": done.changed, "same": done.same})
        return HttpResponseRedirect(reverse("operator_costs"))
    return HttpResponseRedirect(request.path)


def _show(request: HttpRequest, form: CostFileForm, **more: Any) -> HttpResponse:
    wrong = bool(form.errors or more.get("faults"))
    codes = ((_("Jenis biaya"), kind_names()), (_("Produk"), product_names()), (_("Asal pelanggan"), CHANNELS))
    named = [(title, list(names.items())) for title, names in codes]
    return page(request, "cost_import.html", _("Impor biaya"), 422 if wrong else 200, form=form, codes=named, **more)


@require_safe
def download_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The headings, and a line to be written over that is of nothing."""
    require(request, "view")
    if kind not in FILES:
        raise Http404(kind)
    return sheet("templat-biaya", kind, COLUMNS, ())
