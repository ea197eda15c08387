"""Officials see the totals of one province (C14): staff give them the view and take it back, always with a reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tenants.errors import Conflict, DomainError, NotFound
from tenants.models import ProvinceViewer, User
from tenants.rules.provinces import PROVINCES


@dataclass(frozen=True, slots=True)
class Official:
    """Who gets the view: the address to log in with, the person's name and office, and the province."""

    email: str
    name: str
    office: str
    province: str


def give_view(*, official: Official, reason: str, staff: User, now: datetime) -> ProvinceViewer:
    """One province to one person, who chooses a password by mail; without a login of that address one is made.

    A login that is there loses its password and its sessions: nobody proves an address at sign-up, so who chose them need
    not be who reads its mail.

    `DomainError` on "email", "province" or "reason"; `Conflict` for staff, and for who has a province already: that one is
    taken back first, so that the trail tells both.
    """
    address = official.email.strip().lower()
    _check(address, official, reason)
    with transaction.atomic():
        user = User.objects.filter(email__iexact=address).first() or _new_login(address, official.name)
        user = User.objects.select_for_update().get(pk=user.pk)
        _check_free(user)
        user.set_unusable_password()
        user.save(update_fields=["password"])
        return ProvinceViewer.objects.create(
            user=user,
            province=official.province,
            office=official.office,
            given_at=now,
            given_by=staff,
            reason=reason,
        )


def take_view(*, viewer_id: UUID, reason: str, staff: User, now: datetime) -> ProvinceViewer:
    """End somebody's view at once; the row stays. `DomainError` on "reason", `NotFound` where it has ended already."""
    _check_reason(reason)
    with transaction.atomic():
        viewer = ProvinceViewer.objects.select_for_update(of=("self",)).filter(pk=viewer_id, ended_at=None).first()
        if viewer is None:
            raise NotFound(_("Akses itu sudah dicabut."))
        viewer.ended_at, viewer.ended_by, viewer.ended_reason = now, staff, reason
        viewer.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    return viewer


def _check(address: str, official: Official, reason: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise DomainError(_("Alamat email tidak lengkap."), field="email") from error
    if official.province not in PROVINCES:
        raise DomainError(_("Pilih salah satu provinsi."), field="province")
    _check_reason(reason)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Tulis alasannya."), field="reason")


def _check_free(user: User) -> None:
    if user.is_staff:
        raise Conflict(_("Ini akun staf, yang melihat data pelanggan."), field="email", code="is_staff")
    held = user.provinces.filter(ended_at__isnull=True).first()
    if held is not None:
        said = _("Akun ini sudah memantau %(province)s. Cabut akses itu dahulu.") % {"province": held.province}
        raise Conflict(said, field="email", code="has_province")


def _new_login(address: str, name: str) -> User:
    return User.objects.create_user(address, None, first_name=name[:150])
