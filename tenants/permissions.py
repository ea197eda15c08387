"""Who may do what: one table for a tenant's members and one for the operator's staff.

Views and buttons ask it; tests walk every action and role.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from tenants.models import Membership, OrganisationMember, OrganisationRole, Role, Tenant, User

# --- members of a tenant ---------------------------------------------------------------------------------------------

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


class MemberRequest(HttpRequest):
    """A request that has passed `permitted`: the tenant of the host and this person's place in it are known."""

    tenant: Tenant
    membership: Membership
    user: User
    htmx: HtmxDetails
    request_id: str


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponse]


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
                return _to_login(asked)
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


def _to_login(request: MemberRequest) -> HttpResponse:
    """A fragment cannot log anybody in: HTMX is told to leave the page."""
    answer = redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else request.path)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _refuse(request: MemberRequest, action: str) -> HttpResponse:
    may = [role.label for role in Role if role in MEMBER_ACTIONS[action]]
    reason = _(
        "Ini hanya untuk %(roles)s. Peran Anda: %(role)s. Mintalah pemilik akun mengubah peran Anda di Anggota."
    ) % {
        "roles": _(" dan ").join(str(label) for label in may),
        "role": request.membership.get_role_display(),
    }
    return render(request, "403.html", {"reason": reason}, status=403)


# --- those who look after an organisation -------------------------------------------------------------------------------

_MANAGERS = frozenset({OrganisationRole.MANAGER})
ORGANISATION_ACTIONS: dict[str, frozenset[OrganisationRole]] = {
    "organisation.view": frozenset(OrganisationRole),
    "organisation.pay": _MANAGERS,
    "organisation.manage": _MANAGERS,
}


class OrganisationRequest(HttpRequest):
    """A request that has passed `organisation_permitted`: `place` is this person's in the organisation of the address."""

    place: OrganisationMember
    user: User
    htmx: HtmxDetails
    request_id: str


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
                return _to_login(cast(MemberRequest, request))
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

        guarded.organisation_action = action  # type: ignore[attr-defined]  # read by the test that walks all addresses
        return cast(AnyView[Concatenate[UUID, P]], guarded)

    return guard


# --- officials of a province: the totals of their own, and nothing else (C14) ---
PROVINCE_ACTIONS = frozenset({"province.view"})

# --- the operator's staff ---------------------------------------------------------------------------------------------


class StaffRole(StrEnum):
    """A role of the operator's staff; each is a group of the same name, made by `manage.py make_staff_roles`."""

    BIZOPS = "bizops"
    FINANCE = "finance"
    SUPPORT = "support"
    READ_ONLY = "read-only"


_EVERYBODY = frozenset(StaffRole)
_BIZOPS = frozenset({StaffRole.BIZOPS})
_MONEY = frozenset({StaffRole.BIZOPS, StaffRole.FINANCE})
_CARE = frozenset({StaffRole.BIZOPS, StaffRole.SUPPORT})
_HANDS = frozenset({StaffRole.BIZOPS, StaffRole.FINANCE, StaffRole.SUPPORT})

STAFF_ACTIONS: dict[str, frozenset[StaffRole]] = {
    "view": _EVERYBODY,
    "choose_digests": _EVERYBODY,
    "extend_trial": _BIZOPS,
    "grant_pilot": _BIZOPS,
    "grant_offer": _BIZOPS,
    "take_back_offer": _BIZOPS,
    "work_duty": _CARE,
    "decide_claim": _BIZOPS,
    "manage_partner": _BIZOPS,
    "pay_partner": _MONEY,
    "issue_one_off": _MONEY,
    "sell_item": _MONEY,
    "sign_contract": _BIZOPS,
    "reach_milestone": _BIZOPS,
    "change_addon": _MONEY,
    "void_invoice": _MONEY,
    "waive_fee": _MONEY,
    "issue_credit_note": _MONEY,
    "decide_credit_note": _MONEY,
    "write_off": _MONEY,
    "decide_write_off": _MONEY,
    "change_dates": _MONEY,
    "change_terms": _BIZOPS,
    "change_plan": _BIZOPS,
    "withdraw_change": _BIZOPS,
    "agree_price": _BIZOPS,
    "renew_early": _MONEY,
    "record_payment": _MONEY,
    "stop_auto_debit": _HANDS,
    "decide_transfer": _MONEY,
    "request_refund": _MONEY,
    "decide_refund": _MONEY,
    "record_chargeback": _MONEY,
    "import_statement": _MONEY,
    "work_bank_line": _MONEY,
    "resolve_notice": _MONEY,
    "import_gateway_report": _MONEY,
    "work_difference": _MONEY,
    "decide_dispute": _MONEY,
    "set_tax_identity": _MONEY,
    "receive_slip": _MONEY,
    "decide_slip": _MONEY,
    "enter_costs": _MONEY,
    "export_books": _MONEY,
    "export_tax_invoices": _MONEY,
    "promise_to_pay": _HANDS,
    "set_never_suspend": _BIZOPS,
    "report_quantity": _CARE,
    "report_health": _CARE,
    "cancel_subscription": _CARE,
    "pause_subscription": _CARE,
    "resume_subscription": _CARE,
    "keep_subscription": _CARE,
    "move_clock": _HANDS,
    "park": _CARE,
    "release": _CARE,
    "retry_provisioning": _CARE,
    "impersonate": _CARE,
    "work_task": _HANDS,
    "work_onboarding": _CARE,
    "run_experiment": _BIZOPS,
    "manage_viewer": _BIZOPS,
    "manage_staff": frozenset(),  # superusers alone
}


def staff_roles(user: Any) -> frozenset[StaffRole]:
    """The roles of a member of staff, read once for each request's user; none for anybody else."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return frozenset()
    known: frozenset[StaffRole] | None = getattr(user, "_staff_roles", None)
    if known is None:
        names = set(user.groups.values_list("name", flat=True))
        known = frozenset(role for role in StaffRole if role.value in names)
        user._staff_roles = known  # the user's own cache, as Django's _perm_cache
    return known


def staff_may(user: Any, action: str) -> bool:
    """Whether a member of staff may do an action of the table; superusers may do all of them."""
    roles = STAFF_ACTIONS[action]
    if user.is_authenticated and user.is_active and user.is_superuser:
        return bool(user.is_staff)
    return bool(roles & staff_roles(user))
