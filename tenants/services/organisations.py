"""Several tenants of one owner (K16): founding an organisation, joining, leaving, and who looks after it.

A tenant joins only if its owner says so. What its organisation's people see of it is its public row: name, status, quantity,
what is owed and when. Each write says so in the tenant's own history.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.context import writing
from tenants.errors import Conflict, DomainError, NotFound
from tenants.models import (
    Membership,
    Organisation,
    OrganisationInvite,
    OrganisationMember,
    OrganisationRole,
    Role,
    Tenant,
    User,
)
from tenants.services.events import record_event, standing_facts

LONGEST_NAME = 200
MOST_INVITES = 100


def found_organisation(*, name: str, user: User, tenants: Sequence[Tenant], today: date) -> Organisation:
    """An organisation of some of a person's own tenants, with this person as its manager.

    `DomainError` on "name" or "tenants": each must be owned by this person and be in no organisation yet.
    """
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME:
        raise DomainError(_("Isi nama organisasi, paling banyak 200 huruf."), field="name")
    for tenant in tenants:
        _check_owner(tenant, user)
        _check_alone(tenant)
    with transaction.atomic():
        organisation = Organisation.objects.create(name=said)
        OrganisationMember.objects.create(organisation=organisation, user=user, role=OrganisationRole.MANAGER)
    for tenant in tenants:  # each under its own lock, in a transaction of its own
        _join(tenant, organisation, today)
    return organisation


def invite_tenant(*, organisation: Organisation, subdomain: str, user: User, today: date) -> bool:
    """Ask a tenant to join; True where it has joined at once because this person owns it, too. Asking twice asks once."""
    name = subdomain.strip().lower().partition(".")[0]
    tenant = Tenant.objects.filter(schema_name=f"t_{name.replace('-', '_')}").first()
    if tenant is None:
        raise DomainError(_("Tidak ada lembaga dengan alamat itu."), field="subdomain", code="unknown_tenant")
    if tenant.organisation_id == organisation.pk:
        raise Conflict(_("Lembaga ini sudah bergabung."), field="subdomain", code="already_joined")
    if Membership.objects.filter(user=user, tenant=tenant, role=Role.OWNER).exists():
        _join(tenant, organisation, today)
        return True
    if organisation.invites.count() >= MOST_INVITES:
        raise Conflict(_("Terlalu banyak ajakan yang belum dijawab."), field="subdomain", code="too_many_invitations")
    with writing(tenant) as locked:
        _invite, created = OrganisationInvite.objects.get_or_create(
            organisation=organisation, tenant=locked, defaults={"invited_by": user}
        )
        if created:
            _record(locked, "organisation.invited", today, organisation)
    return False


def answer_invite(*, tenant: Tenant, invite_id: UUID, accept: bool, today: date) -> None:
    """The owner of a tenant joins an organisation that asks, or says no."""
    with writing(tenant) as locked:
        found = locked.organisation_invites.select_related("organisation").filter(pk=invite_id).first()
        if found is None:
            raise NotFound(_("Ajakan itu sudah tidak ada."))
        if not accept:
            found.delete()
            _record(locked, "organisation.declined", today, found.organisation)
            return
    _join(tenant, found.organisation, today)


def leave_organisation(*, tenant: Tenant, today: date) -> None:
    """A tenant goes on by itself; nothing about its prices, invoices or offers changes. Leaving twice leaves once."""
    with writing(tenant) as locked:
        organisation = locked.organisation
        if organisation is None:
            return
        Tenant.objects.filter(pk=locked.pk).update(organisation=None)
        _record(locked, "organisation.left", today, organisation)


def add_manager(*, organisation: Organisation, email: str, role: str) -> OrganisationMember:
    """Give somebody who has a login a place, or another role."""
    if role not in OrganisationRole.values:
        raise DomainError(_("Pilih peran: pengelola atau pembaca."), field="role")
    user = User.objects.filter(email__iexact=email.strip(), is_active=True, is_staff=False).first()
    if user is None:
        raise DomainError(_("Belum ada akun dengan email itu."), field="email", code="unknown_user")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if role != OrganisationRole.MANAGER:
            _keep_a_manager(organisation, without=user)
        place, _created = OrganisationMember.objects.update_or_create(
            organisation=organisation, user=user, defaults={"role": role}
        )
    return place


def remove_manager(*, organisation: Organisation, place_id: UUID) -> None:
    """End somebody's place; the last manager stays."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        place = organisation.members.select_related("user").filter(pk=place_id).first()
        if place is None:
            raise NotFound(_("Orang itu sudah tidak ada di organisasi ini."))
        _keep_a_manager(organisation, without=place.user)
        place.delete()


def _keep_a_manager(organisation: Organisation, *, without: User) -> None:
    managers = organisation.members.filter(role=OrganisationRole.MANAGER)
    if managers.filter(user=without).exists() and managers.count() == 1:
        raise Conflict(_("Pengelola terakhir tidak dapat dilepas."), code="last_manager", field="role")


def _check_owner(tenant: Tenant, user: User) -> None:
    if not Membership.objects.filter(user=user, tenant=tenant, role=Role.OWNER).exists():
        raise DomainError(_("Hanya pemilik yang dapat memasukkan sebuah lembaga."), field="tenants", code="not_owner")


def _check_alone(tenant: Tenant) -> None:
    if tenant.organisation_id is not None:
        said = _("%(tenant)s sudah bergabung dengan organisasi lain.") % {"tenant": tenant.name}
        raise Conflict(said, field="tenants", code="in_another_organisation")


def _join(tenant: Tenant, organisation: Organisation, today: date) -> None:
    with writing(tenant) as locked:
        if locked.organisation_id == organisation.pk:
            return
        _check_alone(locked)
        Tenant.objects.filter(pk=locked.pk).update(organisation=organisation)
        locked.organisation_invites.filter(organisation=organisation).delete()
        _record(locked, "organisation.joined", today, organisation)


def _record(tenant: Tenant, name: str, today: date, organisation: Organisation) -> None:
    record_event(tenant=tenant, name=name, on=today, data=standing_facts(tenant) | {"organisation": organisation.name})
