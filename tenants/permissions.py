"""Who may do what: one table for the operator's staff. Views and buttons ask it; a test walks every action and role."""

from enum import StrEnum
from typing import Any

# --- the operator's staff ----------------------------------------------------------------------------------------------


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
    "extend_trial": _BIZOPS,
    "issue_one_off": _MONEY,
    "void_invoice": _MONEY,
    "waive_fee": _MONEY,
    "change_dates": _MONEY,
    "change_terms": _BIZOPS,
    "record_payment": _MONEY,
    "decide_transfer": _MONEY,
    "resolve_notice": _MONEY,
    "report_quantity": _CARE,
    "cancel_subscription": _CARE,
    "keep_subscription": _CARE,
    "move_clock": _HANDS,
    "park": _CARE,
    "release": _CARE,
    "retry_provisioning": _CARE,
    "impersonate": _CARE,
    "work_task": _HANDS,
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
        user._staff_roles = known  # noqa: SLF001 - the user's own cache, as Django's _perm_cache
    return known


def staff_may(user: Any, action: str) -> bool:
    """Whether a member of staff may do an action of the table; superusers may do all of them."""
    roles = STAFF_ACTIONS[action]
    if user.is_authenticated and user.is_active and user.is_superuser:
        return bool(user.is_staff)
    return bool(roles & staff_roles(user))
