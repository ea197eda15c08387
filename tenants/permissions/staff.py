"""What the operator's staff may do."""

from enum import StrEnum
from typing import Any


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
    "set_province": _CARE,
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
        names = {group.name for group in user.groups.all()}
        known = frozenset(role for role in StaffRole if role.value in names)
        user._staff_roles = known  # the user's own cache, as Django's _perm_cache
    return known


def staff_may(user: Any, action: str) -> bool:
    """Whether a member of staff may do an action of the table; superusers may do all of them."""
    roles = STAFF_ACTIONS[action]
    if user.is_authenticated and user.is_active and user.is_superuser:
        return bool(user.is_staff)
    return bool(roles & staff_roles(user))
