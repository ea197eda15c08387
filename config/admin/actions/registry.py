"""All actions, and which of them a member of staff is offered."""

from dataclasses import dataclass
from typing import Any

from config.admin.actions.access import Impersonate, Park, Release, RetryProvisioning
from config.admin.actions.auto_debit import StopAutoDebit
from config.admin.actions.base import Action, Facts
from config.admin.actions.contracts import AgreePrice, ReachMilestone, SignContract
from config.admin.actions.discounts import GrantOffer, TakeBackOffer
from config.admin.actions.extras import ChangeAddon, SellItem
from config.admin.actions.life import (
    CancelSubscription,
    ChangeTerms,
    ExtendTrial,
    GrantPilot,
    KeepSubscription,
    MoveClock,
    ReportQuantity,
)
from config.admin.actions.money import ChangeDates, IssueOneOff, RecordPayment, VoidInvoice, WaiveFee
from config.admin.actions.papers import IssueCreditNote, WriteOff
from config.admin.actions.pausing import PauseSubscription, ResumeSubscription
from config.admin.actions.pilots import FinishDuty, ReopenDuty
from config.admin.actions.places import SetProvince
from config.admin.actions.plan import ChangePlan, WithdrawChange
from config.admin.actions.promises import NeverSuspend, PromiseToPay
from config.admin.actions.refunds import RecordChargeback, RequestRefund
from config.admin.actions.renewing import RenewEarly
from config.admin.actions.slips import ReceiveSlip
from config.admin.actions.tax import SetTax
from tenants.permissions import staff_may

ACTIONS: dict[str, Action] = {
    action.slug: action
    for action in (
        RecordPayment(),
        RequestRefund(),
        RecordChargeback(),
        IssueOneOff(),
        SellItem(),
        SignContract(),
        ReachMilestone(),
        ChangeAddon(),
        VoidInvoice(),
        WaiveFee(),
        IssueCreditNote(),
        WriteOff(),
        ChangeDates(),
        PromiseToPay(),
        NeverSuspend(),
        StopAutoDebit(),
        ReceiveSlip(),
        SetTax(),
        SetProvince(),
        ReportQuantity(),
        ExtendTrial(),
        GrantPilot(),
        GrantOffer(),
        TakeBackOffer(),
        FinishDuty(),
        ReopenDuty(),
        ChangePlan(),
        WithdrawChange(),
        AgreePrice(),
        ChangeTerms(),
        RenewEarly(),
        PauseSubscription(),
        ResumeSubscription(),
        KeepSubscription(),
        CancelSubscription(),
        MoveClock(),
        Impersonate(),
        Release(),
        Park(),
        RetryProvisioning(),
    )
}


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that belong together, under a heading."""

    title: str
    actions: list[Action]


def offered(user: Any, facts: Facts) -> list[Group]:
    """What this member of staff may do to the tenant now, apart from what is done to a single document."""
    groups: dict[str, list[Action]] = {}
    for action in ACTIONS.values():
        if not action.on_document and staff_may(user, action.permission) and not action.refusal(facts):
            groups.setdefault(str(action.group), []).append(action)
    return [Group(title, actions) for title, actions in groups.items()]


def document_permissions(user: Any) -> dict[str, bool]:
    """Which of the actions on a document this member of staff may do, by permission."""
    return {action.permission: staff_may(user, action.permission) for action in ACTIONS.values() if action.on_document}
