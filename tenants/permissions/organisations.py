"""What those may do who look after an organisation."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from tenants.models import OrganisationMember, OrganisationRole
from tenants.permissions.visiting import AnyView, PersonRequest, to_login

_MANAGERS = frozenset({OrganisationRole.MANAGER})
P = ParamSpec("P")
ORGANISATION_ACTIONS: dict[str, frozenset[OrganisationRole]] = {
    "organisation.view": frozenset(OrganisationRole),
    "organisation.pay": _MANAGERS,
    "organisation.manage": _MANAGERS,
}


class OrganisationRequest(PersonRequest):
    """A request that has passed `organisation_permitted`: `place` is this person's in the organisation of the address."""

    place: OrganisationMember


OrganisationView = Callable[Concatenate[OrganisationRequest, P], HttpResponse]


def place_may(place: OrganisationMember, action: str) -> bool:
    """Whether somebody may do an action of the table for an organisation."""
    return place.role in ORGANISATION_ACTIONS[action]


def organisation_permitted(action: str) -> Callable[[OrganisationView[P]], AnyView[Concatenate[UUID, P]]]:
    """Let a view on the public host be reached by those whom the table names; its first argument is the organisation's id.

    Nobody logged in → the login page. No place in it → 404, also for a member of one of its tenants. Another role → 403.
    """
    ORGANISATION_ACTIONS[action]

    def guard(view: OrganisationView[P]) -> AnyView[Concatenate[UUID, P]]:
        @wraps(view)
        def guarded(request: HttpRequest, organisation_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            asked = cast(OrganisationRequest, request)
            if not request.user.is_authenticated:
                return to_login(request)
            places = OrganisationMember.objects.select_related("organisation")
            place = places.filter(organisation_id=organisation_id, user=request.user.pk).first()
            if place is None:
                raise Http404
            if not place_may(place, action):
                raise PermissionDenied(_("Ini hanya untuk pengelola organisasi."))
            asked.place = place
            response = view(asked, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return cast(AnyView[Concatenate[UUID, P]], guarded)

    return guard
