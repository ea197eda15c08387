"""Claims that staff ask to give up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.gateways.paper_request_models import PaperRequest, PaperRequestState, queued, states, two_people
from tenants.models import Tenant


class WriteOff(PaperRequest):
    """What was open of a tenant's document when staff asked to give it up."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="write_offs")
    state = models.CharField(
        "status", max_length=9, choices=states(done=_("dihapusbukukan")), default=PaperRequestState.REQUESTED
    )

    class Meta:
        verbose_name = _("hapus buku")
        verbose_name_plural = _("hapus buku")
        constraints = two_people("write_off")
        indexes = queued("write_off")
