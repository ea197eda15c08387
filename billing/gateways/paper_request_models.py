"""Papers that staff ask for. Public: staff work off one queue, with both people's names on each row."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, User
from tenants.models.ids import new_id

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


class PaperRequestState(models.TextChoices):
    """Only `done` is in the books."""

    REQUESTED = "requested", _("menunggu persetujuan")
    DONE = "done", _("selesai")
    REJECTED = "rejected", _("ditolak")


def states(*, done: Any) -> list[tuple[str, Any]]:
    """The states with their words; `done` is this paper's own, to be translated."""
    words: dict[str, Any] = dict(PaperRequestState.choices) | {PaperRequestState.DONE.value: done}
    return list(words.items())


class PaperRequest(models.Model):
    """A paper about a tenant's document as it was asked for; above the limit (`needs_second`) another decides.

    `amount` is what the paper takes, rupiah. `document_id` is in the tenant's schema, `number` is its number and `note` that of
    the paper. A kind adds `tenant` and `state` under its own words, and `two_people` and `queued` under its own name.
    """

    if TYPE_CHECKING:
        tenant: models.ForeignKey[Tenant | Combinable, Tenant]
        state: models.CharField[str | int | Combinable, str]

        def get_state_display(self) -> str: ...

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document_id = models.UUIDField()
    number = models.CharField(_("dokumen"), max_length=60)
    amount = models.BigIntegerField(_("jumlah"))
    reason = models.CharField(_("alasan"), max_length=300)
    needs_second = models.BooleanField(_("perlu orang kedua"))
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(_("diminta"))
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(_("disetujui"), null=True, blank=True)
    rejected_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decision = models.CharField(_("keputusan"), max_length=300, blank=True)
    note = models.CharField(_("nota"), max_length=60, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


def two_people(kind: str) -> list[models.BaseConstraint]:
    """What the database holds a kind of request to; "write_off" names `write_off_two_people`."""
    return [
        models.CheckConstraint(condition=Q(amount__gt=0), name=f"{kind}_positive"),
        models.CheckConstraint(
            condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")), name=f"{kind}_two_people"
        ),
        models.CheckConstraint(
            condition=Q(needs_second=False) | ~Q(state="done") | Q(approved_at__isnull=False),
            name=f"{kind}_approved_before_done",
        ),
        models.UniqueConstraint(fields=["document_id"], name=f"{kind}_asked_once", condition=Q(state="requested")),
    ]


def queued(kind: str) -> list[models.Index]:
    """The queue of those that wait, oldest first."""
    return [models.Index(fields=["requested_at"], name=f"{kind}_queue", condition=Q(state="requested"))]
