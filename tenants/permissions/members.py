"""What a tenant's members may do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from tenants.models import Membership, Role, Tenant
from tenants.permissions.visiting import AnyView, PersonRequest, to_login

_MEMBERS = frozenset(Role)
_PAYERS = frozenset({Role.OWNER, Role.FINANCE})
_OWNER = frozenset({Role.OWNER})

MEMBER_ACTIONS: dict[str, frozenset[Role]] = {
    "overview.view": _MEMBERS,
    "quantity.view": _MEMBERS,
    "quantity.report": _PAYERS,
    "invoices.view": _MEMBERS,
    "invoices.pay": _PAYERS,
    "slips.send": _PAYERS,
    "auto_debit.view": _MEMBERS,
    "auto_debit.agree": _PAYERS,
    "auto_debit.stop": _PAYERS,
    "subscription.view": _MEMBERS,
    "subscription.change": _OWNER,
    "subscription.cancel": _OWNER,
    "subscription.pause": _OWNER,
    "subscription.renew": _OWNER,
    "subscription.restart": _OWNER,
    "extras.view": _MEMBERS,
    "extras.buy": _PAYERS,
    "referrals.view": _MEMBERS,
    "pilot.view": _MEMBERS,
    "pilot.report": _PAYERS,
    "offers.view": _MEMBERS,
    "offers.claim": _PAYERS,
    "data.export": _PAYERS,
    "clock.move": _OWNER,  # the demo's test clock
    "messages.view": _MEMBERS,
    "history.view": _MEMBERS,
    "members.view": _MEMBERS,
    "members.manage": _OWNER,
    "keys.view": _OWNER,
    "keys.manage": _OWNER,
    "profile.view": _MEMBERS,
    "profile.manage": _OWNER,
    "onboarding.view": _MEMBERS,
    "onboarding.work": _OWNER,
    "organisation.answer": _OWNER,  # join one that asks, or leave it
}
# What outlasts a stay: staff who act as a member for half an hour leave no key and no member of theirs behind, and
# agree to nothing in the name of a customer.
CLOSED_TO_STAFF = frozenset({"members.manage", "keys.manage", "auto_debit.agree"})
P = ParamSpec("P")


class MemberRequest(PersonRequest):
    """A request that has passed `permitted`: the tenant of the host and this person's place in it are known."""

    tenant: Tenant
    membership: Membership


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponse]


def member_may(membership: Membership | None, action: str) -> bool:
    """Whether a member may do an action of the table; nobody else may anything."""
    return membership is not None and membership.role in MEMBER_ACTIONS[action]


def permitted(action: str) -> Callable[[MemberView[P]], AnyView[P]]:
    """Let a view be reached by members whose role the table names for `action`.

    Nobody logged in → the login page. Not a member → 404, as if there were nothing. Another role → a 403 page that says
    who may, and whom to ask; staff acting as a member → 403 for what lasts. What passes is never cached by anybody.
    """
    MEMBER_ACTIONS[action]  # a misspelt action fails at start, not at the first visit

    def guard(view: MemberView[P]) -> AnyView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            asked = cast(MemberRequest, request)
            if not request.user.is_authenticated:
                return to_login(request)
            if getattr(request, "tenant", None) is None or asked.membership is None:
                raise Http404
            if not member_may(asked.membership, action):
                return _refuse(asked, action)
            if action in CLOSED_TO_STAFF and getattr(request, "impersonation", None) is not None:
                raise PermissionDenied(
                    "Anggota, kunci API, dan persetujuan auto-debit hanya diatur oleh pelanggan sendiri."
                )
            response = view(asked, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        guarded.action = action  # type: ignore[attr-defined]  # read by the test that walks all addresses
        return cast(AnyView[P], guarded)

    return guard


def _refuse(request: MemberRequest, action: str) -> HttpResponse:
    may = [role.label for role in Role if role in MEMBER_ACTIONS[action]]
    reason = _(
        "Ini hanya untuk %(roles)s. Peran Anda: %(role)s. Mintalah pemilik akun mengubah peran Anda di Anggota."
    ) % {
        "roles": _(" dan ").join(str(label) for label in may),
        "role": request.membership.get_role_display(),
    }
    return render(request, "403.html", {"reason": reason}, status=403)
