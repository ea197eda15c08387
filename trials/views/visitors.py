"""Visitors of the public pages: a random name in a signed cookie, so that an experiment shows the same on every page (K13).

The cookie holds nothing about a person and belongs to the public host alone. There is none while nothing is tried out.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from plans.rules.catalogue import Catalogue
from plans.rules.variants import vary
from plans.selectors.experiments import Taken, running_experiments, variants_of, variants_shown, visitor_key
from plans.services.experiments import expose
from tenants.models import User

COOKIE = "visitor"
# Exposures are remembered a little longer, so that nobody is counted twice.
COOKIE_AGE = timedelta(days=180)
SHOWN_AGE = timedelta(days=1)
SALT, SHOWN_SALT = "trials.visitor", "trials.shown"
# Machines see the list price and are not counted; those that hide it are few beside those that say so.
MACHINE = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """A catalogue as this visitor sees it, and the variants that are in it."""

    catalogue: Catalogue
    taken: tuple[Taken, ...] = ()

    def token(self) -> str:
        """What was shown, signed: whoever signs up from a page is billed by it, also when the experiment ended since."""
        shown = {item.assigned.experiment: [item.assigned.variant.code, item.visitor.hex] for item in self.taken}
        return signing.dumps(shown, salt=SHOWN_SALT)


@dataclass
class Visitor:
    """Who looks. Without a `name` (a machine, or a fragment asked for out of the blue) everything is as in the price list.

    `counted` are the experiments this visitor has been counted in; `changed` says that the cookie must be written.
    """

    name: str | None
    user: User | None = None
    counted: set[int] = field(default_factory=set)
    changed: bool = False

    def look_at(self, catalogue: Catalogue, on: date, *, counts: bool) -> Look:
        """The catalogue in this visitor's variants of the experiments that run on a day; `counts`: they see its prices."""
        rows = running_experiments(catalogue, on) if self.name else []
        if not rows or self.name is None:
            return Look(catalogue)
        key = visitor_key(self.name)
        taken = variants_of(rows, key, self.user)
        self.changed |= not self.counted
        if counts:
            # who is in a variant through a tenant was counted when that signed up
            new = [item for item in taken if item.visitor == key and item.experiment_id not in self.counted]
            expose(taken=new, on=on)
            self.changed |= bool(new)
            self.counted |= {item.experiment_id for item in new}
        return _looking(catalogue, taken)

    def keep(self, response: HttpResponse) -> HttpResponse:
        """Write the cookie where there is something to keep; what a visitor sees is for no shared cache."""
        if self.name is not None and self.changed:
            value = signing.dumps([self.name, sorted(self.counted)], salt=SALT)
            response.set_cookie(
                COOKIE,
                value,
                max_age=int(COOKIE_AGE.total_seconds()),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        patch_cache_control(response, private=True)
        patch_vary_headers(response, ["Cookie"])
        return response


def is_machine(request: HttpRequest) -> bool:
    """Whether a program says that it asks, not a person."""
    return MACHINE.search(request.headers.get("User-Agent", "")) is not None


def visitor_of(request: HttpRequest, *, may_begin: bool = True) -> Visitor:
    """The visitor of a request: known by the cookie, or new where a page `may_begin` a visit; machines have no name."""
    if is_machine(request):
        return Visitor(None)
    user = request.user if isinstance(request.user, User) else None
    try:
        name, counted = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
        return Visitor(str(name), user, {int(number) for number in counted})
    except (signing.BadSignature, ValueError, TypeError):  # none, a stranger's, or one of an older shape
        return Visitor(secrets.token_urlsafe(16) if may_begin else None, user)


def look_as_shown(token: str, catalogue: Catalogue) -> Look | None:
    """The catalogue as a page showed it that carries this token; None for a stranger's token and for one of yesterday."""
    try:
        shown = signing.loads(token, salt=SHOWN_SALT, max_age=SHOWN_AGE)
    except signing.BadSignature:
        return None
    seen = {str(code): (str(variant), UUID(visitor)) for code, (variant, visitor) in shown.items()}
    return _looking(catalogue, variants_shown(catalogue, seen))


def _looking(catalogue: Catalogue, taken: tuple[Taken, ...]) -> Look:
    return Look(vary(catalogue, (item.assigned for item in taken)), taken)
