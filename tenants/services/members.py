"""Who belongs to a tenant: invitations, roles, leaving. A tenant always keeps an owner."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from tenants.context import writing
from tenants.errors import Conflict, DomainError, NotFound
from tenants.models import Invitation, Membership, Role, Tenant, User
from tenants.services.events import record_event, standing_facts
from tenants.services.residence import set_province

LIFETIME, PRESSED_TWICE = timedelta(days=7), timedelta(minutes=1)
MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class NewLogin:
    """What somebody without an account fills in to accept an invitation."""

    name: str
    password: str
    language: str = "id"


def invite_member(
    *, tenant: Tenant, email: str, role: str, user: User | None, now: datetime, today: date
) -> Invitation:
    """Offer membership to an address for seven days. Inviting an address again replaces the open invitation; within a minute,
    as the same, it is the button pressed twice: no second letter goes out, and the link of the first goes on working.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise DomainError(_("Alamat email tidak lengkap. Contoh: budi@sekolah.sch.id"), field="email") from error
    chosen = _role(role)
    with writing(tenant) as locked:
        just_made = _waiting(locked, address).filter(role=chosen, expires_at__gt=now + LIFETIME - PRESSED_TWICE).first()
        if just_made is not None:
            return just_made
        _make_room(locked, address, now)
        made = Invitation(tenant=locked, email=address, role=chosen, invited_by=user, expires_at=now + LIFETIME)
        made.token_hash = _hash(token_of(made))
        made.save(force_insert=True)
        # The link is in the event because the letter is made from it; the history page leaves it out.
        facts = {
            "email": address,
            "role": chosen.value,
            "inviter": str(user) if user else "",
            "language": locked.language,
        }
        span = {"link": f"/undangan/{token_of(made)}/", "expires": (today + LIFETIME).isoformat()}
        _record(locked, "member.invited", today, **facts, **span)
    return made


def _make_room(tenant: Tenant, address: str, now: datetime) -> None:
    """An open invitation of this address gives way to the new one; refused for a member, and where too many are open."""
    if tenant.memberships.filter(user__email__iexact=address).exists():
        raise Conflict(_("%(email)s sudah menjadi anggota.") % {"email": address}, field="email", code="already_member")
    _waiting(tenant, address).update(revoked_at=now)
    if _waiting(tenant).count() >= MOST_OPEN:
        raise Conflict(
            _("Sudah ada %(count)d undangan yang belum dijawab. Batalkan yang tidak perlu.") % {"count": MOST_OPEN},
            field="email",
            code="too_many_invitations",
        )


def _waiting(tenant: Tenant, address: str = "") -> "QuerySet[Invitation]":
    """Invitations that are not answered or taken back: all, or those of an address."""
    waiting = tenant.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    return waiting.filter(email__iexact=address) if address else waiting


def revoke_invitation(*, tenant: Tenant, invitation_id: str, now: datetime, today: date) -> None:
    """Take an unanswered invitation back; its link no longer works."""
    with writing(tenant) as locked:
        waiting = locked.invitations.filter(pk=invitation_id, accepted_at__isnull=True, revoked_at__isnull=True)
        found = waiting.first()
        if found is None:
            raise NotFound(_("Undangan itu sudah tidak ada."))
        waiting.update(revoked_at=now)
        _record(locked, "member.invitation_revoked", today, email=found.email, role=found.role)


def token_of(invitation: Invitation) -> str:
    """The secret in an invitation's link. Made from its id and the installation's key: a mail can be sent again."""
    return f"{invitation.pk.hex}{salted_hmac('tenants.invitation', invitation.pk.hex, algorithm='sha256').hexdigest()}"


def find_invitation(*, tenant: Tenant, token: str, now: datetime) -> Invitation:
    """The open invitation of a link on this tenant's host; `NotFound` if used, taken back or too old."""
    found = tenant.invitations.filter(
        token_hash=_hash(token), accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    ).first()
    if found is None or not constant_time_compare(token_of(found), token):
        raise NotFound(_("Undangan ini tidak berlaku lagi. Minta undangan baru kepada pemilik."))
    return found


def accept_invitation(
    *, tenant: Tenant, token: str, user: User | None, new_login: NewLogin | None, now: datetime, today: date
) -> Membership:
    """Join a tenant: as the login of the invited address, or with a new login made now.

    Whoever is logged in with another address is refused: a forwarded link must not open the door.
    """
    with writing(tenant) as locked:
        invitation = find_invitation(tenant=locked, token=token, now=now)
        member = user if user is not None else _new_user(invitation, new_login)
        if member.email.lower() != invitation.email.lower():
            raise Conflict(
                _("Undangan ini untuk %(invited)s; Anda masuk sebagai %(email)s.")
                % {"invited": invitation.email, "email": member.email},
                code="other_address",
            )
        membership, created = Membership.objects.get_or_create(
            user=member, tenant=locked, defaults={"role": invitation.role}
        )
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now)
        if created:
            _record(locked, "member.joined", today, email=member.email, role=membership.role)
    return membership


def change_role(*, tenant: Tenant, membership_id: str, role: str, today: date) -> Membership:
    """Give a member another role; the last owner stays owner."""
    chosen = _role(role)
    with writing(tenant) as locked:
        found = _member(locked, membership_id)
        if found.role == chosen:
            return found
        _keep_an_owner(locked, found)
        before, found.role = found.role, chosen
        found.save(update_fields=["role"])
        _record(
            locked, "member.role_changed", today, **{"email": found.user.email, "from": before, "role": chosen.value}
        )
    return found


def remove_member(*, tenant: Tenant, membership_id: str, today: date) -> None:
    """End a membership; the login stays, and its sessions on this host find no membership any more."""
    with writing(tenant) as locked:
        found = _member(locked, membership_id)
        _keep_an_owner(locked, found)
        facts = {"email": found.user.email, "role": found.role}
        found.delete()
        _record(locked, "member.removed", today, **facts)


def set_channels(*, membership: Membership, channels: Mapping[str, bool]) -> None:
    """How a member wants to be told: `{"by_email": True, "by_in_app": True, "by_whatsapp": False, "by_sms": False}`."""
    Membership.objects.filter(pk=membership.pk).update(**channels)


@transaction.atomic
def update_contact(*, tenant: Tenant, today: date, province: str = "", **values: str) -> None:
    """Write a tenant's name, contact, address and tax number, and its province where one is given; invoices already issued keep
    what they said.
    """
    before = {name: getattr(tenant, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if changed:
        Tenant.objects.filter(pk=tenant.pk).update(**changed)
        _record(tenant, "tenant.contact_changed", today, changed=sorted(changed))
    if province:
        set_province(tenant=tenant, province=province, today=today)


def _new_user(invitation: Invitation, new_login: NewLogin | None) -> User:
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Conflict(_("Email ini sudah memiliki akun. Masuk dulu untuk menerima undangan."), code="known_email")
    if new_login is None:
        raise DomainError(_("Isi nama dan kata sandi Anda."), field="name")
    return User.objects.create_user(
        invitation.email, new_login.password, first_name=new_login.name[:150], language=new_login.language
    )


def _member(tenant: Tenant, membership_id: str) -> Membership:
    found = tenant.memberships.select_related("user").filter(pk=membership_id).first()
    if found is None:
        raise NotFound(_("Anggota itu tidak ada."))
    return found


def _keep_an_owner(tenant: Tenant, member: Membership) -> None:
    if member.role == Role.OWNER and tenant.memberships.filter(role=Role.OWNER).count() == 1:
        raise Conflict(_("Pemilik terakhir tidak dapat dilepas. Jadikan orang lain pemilik dulu."), code="last_owner")


def _role(role: str) -> Role:
    if role not in Role.values:
        raise DomainError(_("Pilih peran: pemilik, keuangan, atau pembaca."), field="role")
    return Role(role)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(tenant: Tenant, name: str, today: date, **facts: Any) -> None:
    record_event(tenant=tenant, name=name, on=today, data=standing_facts(tenant) | facts)
