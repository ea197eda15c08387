"""Who asks: a program with its tenant's key, and a member who is logged in; for up to a thousand tenants."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from billing.gateways.notifications import signature_for
from tenants.middleware import SESSION_TENANT
from tenants.models import ApiKey, Membership, Role, Tenant, User
from tenants.services.keys import create_key
from tests.benchmarks.clients import request
from tests.benchmarks.fleet import Member

MOST = 1000
EMAIL = "tolok-ukur@example.test"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A tenant's host, its program's secret and its member's session."""

    host: str
    secret: str
    session: str

    def program(self, path: str) -> bytes:
        """A call of the API."""
        return request(path, self.host, f"Authorization: Bearer {self.secret}")

    def member(self, path: str) -> bytes:
        """A page of the dashboard."""
        return request(path, self.host, f"Cookie: {settings.SESSION_COOKIE_NAME}={self.session}")


def make_visitors(fleet: Sequence[Member], today: date) -> list[Visitor]:
    """Keys and sessions of tenants spread evenly over the fleet; those of an earlier run are removed."""
    ApiKey.objects.all().delete()
    Session.objects.all().delete()
    step = max(len(fleet) // MOST, 1)
    chosen = fleet[::step][:MOST]
    user = User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, secrets.token_urlsafe())
    joined = [Membership(user=user, tenant_id=one.id, role=Role.OWNER) for one in chosen]
    Membership.objects.bulk_create(joined, ignore_conflicts=True)
    tenants = Tenant.objects.in_bulk([one.id for one in chosen])
    return [Visitor(one.host, _secret(tenants[one.id], today), _session(user, one)) for one in chosen]


def _secret(tenant: Tenant, today: date) -> str:
    return create_key(name="Tolok ukur", user=None, today=today, tenant=tenant)[1]


def _session(user: User, member: Member) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SESSION_TENANT] = str(member.id)
    session.save()
    return str(session.session_key)


def notices(count: int) -> list[bytes]:
    """Signed notifications of payments, each of an order of its own."""
    return [request("/webhooks/midtrans/", settings.BASE_DOMAIN, method="POST", body=_notice(n)) for n in range(count)]


def _notice(number: int) -> bytes:
    order, code, amount = f"TOLOK-{number:08}", "200", "750000.00"
    told = {
        "order_id": order,
        "transaction_id": f"00000000-0000-4000-8000-{number:012}",
        "transaction_status": "settlement",
        "status_code": code,
        "gross_amount": amount,
        "payment_type": "bank_transfer",
        "fraud_status": "accept",
        "merchant_id": settings.MIDTRANS_MERCHANT_ID,
        "signature_key": signature_for(order, code, amount, settings.MIDTRANS_SIGNATURE_KEY),
    }
    return json.dumps(told).encode()
