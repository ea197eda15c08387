"""Evidence of a dispute: the form that adds files, and the files, to those who may decide."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backoffice.frame.base import require
from backoffice.frame.papers import served
from billing.gateways.statements.models import Dispute, DisputeFile
from billing.services.disputes.evidence import add_evidence
from tenants.errors import DomainError
from tenants.models import User


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files; each is judged by the service."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """One or more."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(item, initial) for item in given or [None]]


class EvidenceForm(forms.Form):
    """Files and what they show."""

    papers = FilesField(
        label=gettext_lazy("Berkas bukti"),
        help_text=gettext_lazy("JPEG, PNG, WebP, atau PDF, masing-masing paling besar 5 MB; boleh beberapa sekaligus."),
        widget=FilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Yang ditunjukkan"), min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


def added(request: HttpRequest, dispute: Dispute, form: EvidenceForm) -> bool:
    """Keep what was sent; what is refused is said at its field."""
    user, given = request.user, form.cleaned_data
    if not isinstance(user, User):
        raise Http404
    try:
        add_evidence(dispute=dispute, files=given["papers"], note=given["note"], staff=user, now=timezone.now())
    except DomainError as error:
        field = "note" if error.field == "reason" else error.field
        form.add_error(field if field in form.fields else None, error.message)
        return False
    return True


@require_safe
def show_evidence(request: HttpRequest, dispute_id: UUID, file_id: UUID) -> HttpResponse | FileResponse:
    """A file, to those who may decide the dispute."""
    require(request, "decide_dispute")
    found = get_object_or_404(DisputeFile, pk=file_id, dispute=dispute_id)
    return served(found.file, found.content_type, found.name or "bukti")
