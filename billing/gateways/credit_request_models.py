"""Credit notes that staff ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.gateways.paper_request_models import PaperRequest, PaperRequestState, queued, states, two_people
from tenants.models import Tenant


class CreditRequest(PaperRequest):
    """A credit note as it was asked for; `amount` is what it takes back with its tax.

    Asked for is all that is left (`net` empty), a net amount for all lines, or of single ones (`by_line`: {"1": 250000}).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="credit_requests")
    net = models.BigIntegerField(_("sebelum pajak"), null=True, blank=True)
    by_line = models.JSONField(_("per baris"), default=dict, blank=True)
    state = models.CharField(
        "status", max_length=9, choices=states(done=_("diterbitkan")), default=PaperRequestState.REQUESTED
    )

    class Meta:
        verbose_name = _("nota kredit yang diminta")
        verbose_name_plural = _("nota kredit yang diminta")
        constraints = two_people("credit_request")
        indexes = queued("credit_request")
