"""Who calls: a program with a key in `Authorization: Bearer …`."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from tenants.models import ApiKey
from tenants.services.keys import USED_EVERY, note_use, shown_key

_NOT_ASKED: Any = object()


class KeyAuthentication(BaseAuthentication):
    """Finds the key; `request.auth` is then an `ApiKey`. A revoked one is refused even where none is needed."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        """No header: nobody. Any other header than a living key's: 401."""
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        # On a tenant's host the key was found together with it (`tenants.middleware`).
        key = getattr(request, "shown_key", _NOT_ASKED)
        if key is _NOT_ASKED:
            key = shown_key(header)
        if key is None:
            raise AuthenticationFailed
        now = timezone.now()
        if key.last_used_at is None or key.last_used_at < now - USED_EVERY:
            note_use(key=key, now=now)
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="Langganan"'


class HasKey(BasePermission):
    """Only with a key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether authentication found one."""
        return isinstance(request.auth, ApiKey)


def key_of(request: Any) -> ApiKey | None:
    """The caller's key, if it showed one."""
    return request.auth if isinstance(request.auth, ApiKey) else None
