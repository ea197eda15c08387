"""Actions on the tenant as such: jobs, provisioning, acting as a member."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.frame.wording import JOBS
from tenants.errors import Conflict
from tenants.models import Membership, ParkedJob, Tenant, User
from tenants.models.jobs import Job
from tenants.selectors.addresses import tenant_address
from tenants.services.handoff import make_handoff
from tenants.services.steering import park_tenant, release_tenant, start_impersonation
from trials.services.steering import retry_provisioning

ACCESS = gettext_lazy("Akses dan pekerjaan")


class JobForm(ActionForm):
    """One of the daily jobs."""

    job = forms.ChoiceField(label=gettext_lazy("Pekerjaan"), widget=forms.RadioSelect, choices=list(JOBS.items()))


class Park(Action):
    """Hold a tenant back."""

    slug, permission, form = "sisihkan", "park", JobForm
    title, group, rehearsed = gettext_lazy("Sisihkan dari pekerjaan harian"), ACCESS, False
    lead = gettext_lazy("Tenant tidak dikerjakan sampai dilepaskan lagi oleh staf. Yang tertunda kemudian disusul.")
    quiet = True

    def refusal(self, facts: Facts) -> str:
        """Only what has a schema is visited at all."""
        ready = facts.tenant.provisioning == Tenant.ProvisioningState.READY
        return "" if ready else _("Tenant ini belum siap.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the job."""
        return _("Sisihkan dari %(job)s") % {"job": JOBS[given["job"]]}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Park it."""
        park_tenant(
            tenant=facts.tenant, job=Job(given["job"]), reason=given["reason"], now=facts.now, today=facts.today
        )
        return _("Disisihkan dari %(job)s.") % {"job": JOBS[given["job"]]}


class ReleaseForm(JobForm):
    """Only jobs it is set aside from."""

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        field, held = self.fields["job"], ParkedJob.objects.filter(tenant=facts.tenant)
        if isinstance(field, forms.ChoiceField):
            field.choices = [(item.job, f"{JOBS[item.job]}: {item.reason}") for item in held]


class Release(Action):
    """Let the next run try again."""

    slug, permission, form = "lepaskan", "release", ReleaseForm
    title, group, rehearsed = gettext_lazy("Lepaskan ke pekerjaan harian"), ACCESS, False
    lead = gettext_lazy("Dicoba lagi pada jalannya pekerjaan berikut, paling lambat dalam sejam.")

    def refusal(self, facts: Facts) -> str:
        """Only what is set aside."""
        held = ParkedJob.objects.filter(tenant=facts.tenant).exists()
        return "" if held else _("Tenant ini tidak sedang disisihkan.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the job."""
        return _("Lepaskan ke %(job)s") % {"job": JOBS[given["job"]]}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Release it."""
        release_tenant(tenant=facts.tenant, job=Job(given["job"]), reason=given["reason"], today=facts.today)
        return _("Dilepaskan ke %(job)s.") % {"job": JOBS[given["job"]]}


class RetryProvisioning(Action):
    """Make a failed sign-up's schema again."""

    slug, permission = "ulangi-penyiapan", "retry_provisioning"
    title, group, rehearsed = gettext_lazy("Ulangi penyiapan"), ACCESS, False
    lead = gettext_lazy("Skema dibuat lagi sekarang juga. Bila gagal, sebabnya muncul di sini.")

    def refusal(self, facts: Facts) -> str:
        """Only what failed."""
        failed = facts.tenant.provisioning == Tenant.ProvisioningState.FAILED
        return "" if failed else _("Penyiapan tenant ini tidak gagal.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Try, and say what came of it."""
        made = retry_provisioning(tenant=facts.tenant, reason=given["reason"], now=facts.now, today=facts.today)
        if made.provisioning == Tenant.ProvisioningState.FAILED:
            raise Conflict(_("Gagal lagi: %(error)s") % {"error": made.provisioning_error}, code="failed_again")
        return _("Tenant siap dipakai.")


class ImpersonateForm(ActionForm):
    """Which member."""

    member = forms.ModelChoiceField(
        label=gettext_lazy("Sebagai"), queryset=Membership.objects.none(), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        field = self.fields["member"]
        if isinstance(field, forms.ModelChoiceField):
            members = facts.tenant.memberships.filter(user__is_active=True).select_related("user", "tenant")
            field.queryset = members.order_by("created_at", "pk")
            self.initial["member"] = field.queryset.first()
            field.choices = [(item.pk, f"{item.user} · {item.get_role_display()}") for item in field.queryset]


class Impersonate(Action):
    """Look at the tenant's pages as one of its members."""

    slug, permission, form = "wakili", "impersonate", ImpersonateForm
    title, group, rehearsed = gettext_lazy("Buka sebagai anggota"), ACCESS, False
    lead = gettext_lazy(
        "Anda melihat dan bertindak seperti anggota itu, paling lama 30 menit. "
        "Setiap tindakan tercatat atas nama Anda berdua."
    )

    def refusal(self, facts: Facts) -> str:
        """A ready tenant with somebody in it."""
        if facts.tenant.provisioning != Tenant.ProvisioningState.READY:
            return _("Tenant ini belum siap.")
        return "" if facts.tenant.memberships.exists() else _("Tenant ini belum memiliki anggota.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the name."""
        return _("Buka sebagai %(member)s") % {"member": given["member"].user}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Note it, and go there with a token."""
        member: Membership = given["member"]
        start_impersonation(
            tenant=facts.tenant, member=member, reason=given["reason"], now=facts.now, today=facts.today
        )
        token = make_handoff(member.user, facts.tenant, facts.now, impersonator=user)
        return tenant_address(facts.tenant, f"/masuk-dengan/{token}/")
