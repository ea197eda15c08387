"""Which digests come to one's own address; and the page that a digest leads to where somebody has had enough."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from backoffice.boards.catalogue import BOARDS
from backoffice.boards.letter import read_token
from backoffice.frame.base import page, require, staff_of
from reports.rules.lookbacks import Cadence
from reports.selectors.digests import wishes_of
from reports.services.digests import choose_digests, stop_digest
from tenants.models import User

DAYS = {
    Cadence.WEEKLY: gettext_lazy("setiap Senin"),
    Cadence.MONTHLY: gettext_lazy("hari kerja pertama tiap bulan"),
    Cadence.QUARTERLY: gettext_lazy("hari kerja pertama tiap triwulan"),
}


class DigestForm(forms.Form):
    """One tick for each."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kirimkan ke email saya"), required=False, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["kinds"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(kind.value, f"{board.title}, {DAYS[kind]}") for kind, board in BOARDS.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def show_digests(request: HttpRequest) -> HttpResponse:
    """One's own: nobody chooses for somebody else."""
    require(request, "choose_digests")
    user = staff_of(request)
    if request.method != "POST":
        form = DigestForm(initial={"kinds": [kind.value for kind in wishes_of(user)]})
        return page(request, "digests.html", _("Ringkasan lewat email"), form=form)
    form = DigestForm(request.POST)
    if not form.is_valid():
        return page(request, "digests.html", _("Ringkasan lewat email"), 422, form=form)
    choose_digests(user=user, kinds=[Cadence(kind) for kind in form.cleaned_data["kinds"]])
    messages.success(request, _("Tersimpan."))
    return HttpResponseRedirect(reverse("operator_digests"))


@require_http_methods(["GET", "HEAD", "POST"])
def show_stop(request: HttpRequest, token: str) -> HttpResponse:
    """From a digest, without logging in, in its language. Looking changes nothing: mail programs open links by themselves."""
    found = read_token(token)
    if found is None:
        raise Http404
    user_id, kind = found
    if request.method == "POST":
        stop_digest(user_id=user_id, kind=kind)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or _language(user_id)
    with override(chosen):
        context = {"title": BOARDS[kind].title, "stopped": request.method == "POST"}
        return render(request, "operator/digest_stop.html", context)


def _language(user_id: int) -> str:
    return User.objects.filter(pk=user_id).values_list("language", flat=True).first() or settings.LANGUAGE_CODE
