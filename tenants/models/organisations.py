"""Who looks after an organisation, and which tenants it has asked to join (K16). Public rows alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.ids import new_id
from tenants.models.people import User
from tenants.models.tenant import Organisation, Tenant


class OrganisationRole(models.TextChoices):
    """What somebody may do for an organisation; `tenants.permissions` says it exactly. It opens no tenant's own pages."""

    MANAGER = "manager", _("pengelola")
    VIEWER = "viewer", _("pembaca")


class OrganisationMember(models.Model):
    """A person's place in an organisation: a manager pays for its tenants, a viewer sees how they stand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="organisations")
    role = models.CharField(_("peran"), max_length=10, choices=OrganisationRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("pengelola organisasi")
        verbose_name_plural = _("pengelola organisasi")
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="organisation_member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


class OrganisationInvite(models.Model):
    """A tenant is asked to join; its owner says yes or no, and the row is gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invites")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="organisation_invites")
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "tenant"], name="organisation_invite_once")]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.tenant}"
