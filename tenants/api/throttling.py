"""How often a program may call: by key, or by address without one. Counted in the cache; the rates are settings."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from tenants.api.authentication import key_of


class KeyThrottle(SimpleRateThrottle):
    """So many calls of one key; the same bucket on every host."""

    scope = "key"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """No key, no bucket: then the address counts."""
        key = key_of(request)
        return None if key is None else self.cache_format % {"scope": self.scope, "ident": key.pk}


class AddressThrottle(SimpleRateThrottle):
    """So many calls from one IP address without a key."""

    scope = "address"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Calls with a key are counted by key."""
        if key_of(request) is not None:
            return None
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SignupThrottle(AddressThrottle):
    """Sign-ups make schemas: far fewer of them from one address."""

    scope = "signup"


def address_of(request: Any) -> str:
    """The caller's IP address behind as many proxies as the settings trust."""
    return str(AddressThrottle().get_ident(request))
