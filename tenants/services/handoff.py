"""From one host to another without logging in again.

Session cookies belong to one host, so a signed token carries the login. It holds for one tenant,
one person, 60 seconds, and once.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.cache import cache
from django.db.models import QuerySet

from tenants.errors import NotAllowed
from tenants.models import Tenant, User
from tenants.permissions import staff_may

LIFETIME = timedelta(seconds=60)
SALT = "tenants.handoff"


@dataclass(frozen=True, slots=True)
class Handoff:
    """Who comes in; `impersonator` is the member of staff who acts as `user`."""

    user: User
    impersonator: User | None = None


def make_handoff(user: User, tenant: Tenant | None, now: datetime, impersonator: User | None = None) -> str:
    """A token that logs `user` in on the tenant's host once, within 60 seconds of `now`."""
    return signing.dumps(
        {
            "user": user.pk,
            "tenant": _place(tenant),
            "at": now.timestamp(),
            "once": secrets.token_urlsafe(16),
            "staff": impersonator.pk if impersonator else None,
        },
        salt=SALT,
    )


def redeem_handoff(token: str, tenant: Tenant | None, now: datetime) -> Handoff:
    """The person a token speaks for; `NotAllowed` if it is forged, used, too old or no longer right."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise _refused() from error
    age = now.timestamp() - said["at"]
    if said["tenant"] != _place(tenant) or not 0 <= age <= LIFETIME.total_seconds():
        raise _refused()
    if not cache.add(f"handoff:{said['once']}", 1, timeout=2 * int(LIFETIME.total_seconds())):
        raise _refused()
    user = _persons(tenant).filter(pk=said["user"]).first()
    impersonator = User.objects.filter(pk=said["staff"]).first() if said["staff"] else None
    if user is None or (said["staff"] and (impersonator is None or not staff_may(impersonator, "impersonate"))):
        raise _refused()
    return Handoff(user, impersonator)


def _place(tenant: Tenant | None) -> str:
    return "public" if tenant is None else str(tenant.pk)


def _persons(tenant: Tenant | None) -> "QuerySet[User]":
    """Who may arrive: a tenant's members; on the public host anybody but staff, who log in there."""
    people = User.objects.filter(is_active=True)
    return people.filter(is_staff=False) if tenant is None else people.filter(memberships__tenant=tenant)


def _refused() -> NotAllowed:
    return NotAllowed("Tautan masuk ini tidak berlaku lagi. Buka kembali dari halaman asalnya.", code="handoff_refused")
