"""How often a program may call: by key, or by address without one. Counted in the cache; the rates are settings."""

from math import ceil
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from tenants.api.authentication import key_of
from tenants.backend.cache import asked


class WindowThrottle(SimpleRateThrottle):
    """So many calls in any window of the rate's length, counted in one trip; with the cache down nobody is held up.

    Two fixed windows stand for the sliding one: of the calls of the window before, the share that the sliding one still covers
    counts. At 600 a minute, 15 s into a minute: three quarters of the minute before, and all of this one.
    """

    num_requests: int
    duration: int
    _wait = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether this call still fits; a refused one counts as well, so who does not pause stays out."""
        if self.rate is None or not self.num_requests or not self.duration:
            return True
        key = self.get_cache_key(request, view)
        if key is None:
            return True
        now, length = self.timer(), self.duration
        window, passed = divmod(now, length)
        names = f"{key}:{window:.0f}", f"{key}:{window - 1:.0f}"
        calls, before = asked(lambda cache: cache.count(*names, length), (0, 0))
        self._wait = length - passed
        return bool(calls + before * (1 - passed / length) <= self.num_requests)

    def wait(self) -> float:
        """Seconds until the next window: then the calls of this one count less and less."""
        return float(ceil(self._wait))


class KeyThrottle(WindowThrottle):
    """So many calls of one key; the same bucket on every host."""

    scope = "key"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """No key, no bucket: then the address counts."""
        key = key_of(request)
        return None if key is None else self.cache_format % {"scope": self.scope, "ident": key.pk}


class AddressThrottle(WindowThrottle):
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
