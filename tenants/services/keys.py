"""Keys of programs: made once, shown once, kept as a hash."""

import hashlib
import re
import secrets
import string
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef
from django.utils.translation import gettext as _

from tenants.errors import Conflict, DomainError
from tenants.models import ApiKey, Domain, Tenant, User
from tenants.services.events import record_event, standing_facts

LIVE, TEST = "lg_live_", "lg_test_"
ALPHABET = string.ascii_letters + string.digits
# The prefix names the key in lists; the rest has 32 characters of 62, about 190 bits.
SHOWN, HIDDEN = 8, 32
PREFIX_LENGTH = len(LIVE) + SHOWN
USED_EVERY = timedelta(minutes=1)
# Where a call's own values stand in the statement that finds its key.
_SECRET, _HOST = "<secret>", "<host>"
_BEARER = re.compile(r"Bearer +([A-Za-z0-9_-]{16,80}) *", re.IGNORECASE)
MOST_KEYS = 20
# One statement, so that the setting holds for its own commit alone.
_USED = """
    UPDATE public.tenants_apikey SET last_used_at = %s
      FROM (SELECT set_config('synchronous_commit', 'off', true) AS set) AS quickly
     WHERE id = %s AND (last_used_at IS NULL OR last_used_at < %s) AND quickly.set = 'off'
"""


@transaction.atomic
def create_key(
    *, name: str, user: User | None, today: date, tenant: Tenant | None = None, product_code: str = ""
) -> tuple[ApiKey, str]:
    """A new key for one tenant, or for one product; returns it with its secret, which is never to be had again.

    A test tenant's key begins with `lg_test_`, so that nobody mistakes it for a real one.
    """
    said = " ".join(name.split())
    if not 2 <= len(said) <= 80:
        raise DomainError(_("Beri kunci ini nama, 2 sampai 80 huruf, misalnya “Aplikasi rapor”."), field="name")
    if tenant is not None and tenant.api_keys.filter(revoked_at__isnull=True).count() >= MOST_KEYS:
        said = _("Paling banyak %(count)d kunci. Cabut yang tidak dipakai lagi.") % {"count": MOST_KEYS}
        raise Conflict(said, field="name", code="too_many_keys")
    secret = (TEST if tenant is not None and tenant.is_test else LIVE) + _random(SHOWN + HIDDEN)
    key = ApiKey.objects.create(
        name=said,
        prefix=secret[:PREFIX_LENGTH],
        secret_hash=_hash(secret),
        tenant=tenant,
        product_code=product_code,
        created_by=user,
    )
    _record(key, "key.created", today)
    return key, secret


@transaction.atomic
def revoke_key(*, key: ApiKey, now: datetime, today: date) -> None:
    """End a key for good; programs that use it are refused from the next request on. Safe to repeat."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
        _record(key, "key.revoked", today)


def shown_key(header: str, host: str = "") -> ApiKey | None:
    """The valid key that an `Authorization: Bearer …` shows, found as `find_key` does; None for any other header."""
    given = _BEARER.fullmatch(header)
    return find_key(given[1], host) if given else None


def find_key(secret: str, host: str = "") -> ApiKey | None:
    """The valid key of a secret with its tenant's row, or None; `at_home` says whether `host` is one of that tenant's.

    Found by the hash of the whole secret: what the index compares cannot be steered by who guesses, so the time it takes says
    nothing about the keys that exist.
    """
    question, values = _question()
    asked = {_SECRET: _hash(secret), _HOST: host}
    with connection.cursor() as cursor:
        cursor.execute(question, [asked.get(value, value) for value in values])
        row = cursor.fetchone()
    return None if row is None else _key_of(row)


@lru_cache(maxsize=1)
def _question() -> tuple[str, tuple[Any, ...]]:
    """The ORM's own statement, put together once: each call of a program asks it, and putting it together costs more."""
    own = Exists(Domain.objects.filter(tenant=OuterRef("tenant"), domain=_HOST))
    found = ApiKey.objects.select_related("tenant").annotate(own_host=own)
    question, values = found.filter(secret_hash=_SECRET, revoked_at__isnull=True).query.sql_with_params()
    return str(question), tuple(values)


def _key_of(row: Sequence[Any]) -> ApiKey:
    width = len(ApiKey._meta.concrete_fields)
    key: ApiKey = _read(ApiKey, row[:width])
    key.at_home = row[width]
    key.tenant = _read(Tenant, row[width + 1 :]) if key.tenant_id else None
    return key


def _read(model: type[Model], values: Sequence[Any]) -> Any:
    """An instance from the columns as they came."""
    fields = model._meta.concrete_fields
    converted = [_value(field, value) for field, value in zip(fields, values, strict=True)]
    return model.from_db(connection.alias, [field.attname for field in fields], converted)


def _value(field: Any, value: Any) -> Any:
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Remember when a key was last used, at most once a minute: a busy program must not cost a write for each request.

    The caller does not wait for the disk: a minute of this that a crash loses is no loss.
    """
    before = now - USED_EVERY
    with connection.cursor() as cursor:
        cursor.execute(_USED, [now, key.pk, before])


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _hash(secret: str) -> str:
    # Keys are random and long: a plain hash cannot be guessed back, and each request needs it quickly.
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(key: ApiKey, name: str, today: date) -> None:
    if key.tenant is not None:
        facts: dict[str, Any] = {"key": key.name, "prefix": key.prefix}
        record_event(tenant=key.tenant, name=name, on=today, data=standing_facts(key.tenant) | facts)
