"""All actions, and which of them a member of staff is offered."""

from dataclasses import dataclass
from typing import Any

from backoffice.actions.access import Impersonate, Park, Release, RetryProvisioning
from backoffice.actions.auto_debit import StopAutoDebit
from backoffice.actions.base import Action, Facts
from backoffice.actions.contracts import AgreePrice, ReachMilestone, SignContract
from backoffice.actions.discounts import GrantOffer, TakeBackOffer
from backoffice.actions.extras import ChangeAddon, SellItem
from backoffice.actions.life import (
    CancelSubscription,
    ChangeTerms,
    ExtendTrial,
    GrantPilot,
    KeepSubscription,
    MoveClock,
    ReportQuantity,
)
from backoffice.actions.money import ChangeDates, IssueOneOff, RecordPayment, VoidInvoice, WaiveFee
from backoffice.actions.papers import IssueCreditNote, WriteOff
from backoffice.actions.pausing import PauseSubscription, ResumeSubscription
from backoffice.actions.pilots import FinishDuty, ReopenDuty
from backoffice.actions.places import SetProvince
from backoffice.actions.plan import ChangePlan, WithdrawChange
from backoffice.actions.promises import NeverSuspend, PromiseToPay
from backoffice.actions.refunds import RecordChargeback, RequestRefund
from backoffice.actions.renewing import RenewEarly
from backoffice.actions.slips import ReceiveSlip
from backoffice.actions.tax import SetTax
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
