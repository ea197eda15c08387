"""Officials who see the totals of a province (C14): staff give them the view and take it back, each with a reason."""

import smtplib
from typing import Any
from uuid import UUID

import structlog
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, key_of, page, require, staff_of
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import ProvinceViewer
from tenants.permissions import staff_may
from tenants.rules.provinces import PROVINCES
from tenants.selectors.addresses import public_address
from tenants.services.province_viewers import Official, give_view, take_view

log = structlog.get_logger(__name__)


@admin.register(ProvinceViewer)
class ProvinceViewerAdmin(OperatorAdmin):
    """Who may see which province, and who might once; newest first."""

    list_display = ("user", "province", "office", "given_at", "given_by", "ended_at")
    list_filter = ("province", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "given_by")
    search_fields = ("user__email", "user__first_name", "office", "province")
    ordering = ("-given_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To its page."""
        return HttpResponseRedirect(reverse("operator_viewer", kwargs={"viewer_id": key_of(object_id)}))


class OfficialForm(forms.Form):
    """An official, and why."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Nama"), min_length=2, max_length=150)
    office = forms.CharField(
        label=gettext_lazy("Instansi"),
        max_length=200,
        help_text=gettext_lazy("Misalnya Dinas Koperasi Provinsi Jawa Barat."),
    )
    province = forms.ChoiceField(
        label=gettext_lazy("Provinsi"), choices=[("", "–"), *((name, name) for name in PROVINCES)]
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan"), max_length=300, help_text=gettext_lazy("Misalnya nomor perjanjian kerja sama.")
    )


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(label=gettext_lazy("Alasan"), max_length=300)


@require_http_methods(["GET", "HEAD", "POST"])
def add_viewer(request: HttpRequest) -> HttpResponse:
    """Give a person one province; a letter says how to get in."""
    require(request, "manage_viewer")
    form = OfficialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        official = Official(given["email"], given["name"], given["office"], given["province"])
        try:
            viewer = give_view(official=official, reason=given["reason"], staff=staff_of(request), now=timezone.now())
        except DomainError as error:
            put_error(form, error)
        else:
            _write_to(request, viewer)
            return HttpResponseRedirect(reverse("operator_viewer", kwargs={"viewer_id": viewer.pk}))
    return page(request, "viewer_new.html", _("Pemantau provinsi baru"), 422 if form.errors else 200, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def show_viewer(request: HttpRequest, viewer_id: UUID) -> HttpResponse:
    """Who it is, what was given and why; taking it back."""
    viewer = get_object_or_404(ProvinceViewer.objects.select_related("user", "given_by", "ended_by"), pk=viewer_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request, "manage_viewer")
        if form.is_valid() and _taken(request, viewer, form):
            return HttpResponseRedirect(request.path)
    may = staff_may(request.user, "manage_viewer")
    status = 422 if form.errors else 200
    return page(request, "viewer.html", str(viewer.user), status, viewer=viewer, form=form, may_manage=may)


def _taken(request: HttpRequest, viewer: ProvinceViewer, form: EndForm) -> bool:
    """Whether it has ended; where not, the form says why."""
    reason = form.cleaned_data["reason"]
    try:
        take_view(viewer_id=viewer.pk, reason=reason, staff=staff_of(request), now=timezone.now())
    except DomainError as error:
        put_error(form, error)
        return False
    messages.success(request, _("Akses dicabut; berlaku seketika."))
    return True


def _write_to(request: HttpRequest, viewer: ProvinceViewer) -> None:
    """How to choose a password and where the figures are; that a letter is lost takes nothing back."""
    links = {
        "viewer": viewer,
        "password_url": public_address(reverse("account_reset_password", urlconf="config.urls_public")),
        "province_url": public_address(reverse("province", urlconf="config.urls_public")),
    }
    subject = _("Angka pelanggan %(province)s") % {"province": viewer.province}
    text = render_to_string("province/letter.txt", links)
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [viewer.user.email])
    except (OSError, smtplib.SMTPException):
        log.exception("letter_not_sent", viewer=str(viewer.pk))
        messages.warning(request, _("Akses diberikan, tetapi suratnya tidak terkirim. Beri tahu orangnya sendiri."))
    else:
        messages.success(request, _("Akses diberikan; surat dengan cara masuk sudah dikirim."))
