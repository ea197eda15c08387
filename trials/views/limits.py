"""How often one address may sign up: enough for a developer of complexes, too little for a machine."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = timedelta(hours=1)


def client_address(request: HttpRequest) -> str:
    """The visitor's address: the peer's, or the one that the last of our own proxies saw."""
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    # Only as many entries as there are proxies of ours can be believed; a visitor writes the others as he likes.
    return seen[-proxies] if 0 < proxies <= len(seen) else str(request.META.get("REMOTE_ADDR", ""))


def signup_allowed(request: HttpRequest) -> bool:
    """Count one attempt; False when this address has had its share of the hour."""
    key = f"signups:{client_address(request)}"
    if cache.add(key, 1, timeout=int(WINDOW.total_seconds())):
        return True
    try:
        return cache.incr(key) <= settings.SIGNUPS_PER_HOUR
    except ValueError:  # it ran out between the two lines
        return True
