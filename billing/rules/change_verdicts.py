"""Changes of plan and interval: what one is, when it holds, and what stands in its way (C11)."""

from dataclasses import dataclass
from enum import StrEnum

from billing.rules.lifecycle import Status
from plans.rules.plan_changes import ChangeKind, ChangeRule, ChangeRules, ChangeWhen


class Outcome(StrEnum):
    """What becomes of a wanted change."""

    UNCHANGED = "unchanged"  # it is so already, or scheduled already
    KEPT = "kept"  # it is so already, and the change that was scheduled is dropped
    TRIAL = "trial"  # holds at once; nothing is billed before the trial's end
    NOW = "now"  # holds at once, billed as the catalogue says
    NEW_TERM = "new_term"  # from a plan that costs nothing: a new term begins today
    PERIOD_END = "period_end"  # holds from the next period on


class Refusal(StrEnum):
    """Why a change is not possible now."""

    QUANTITY_DECIDES = "quantity_decides"
    NOT_OFFERED = "change_not_offered"
    PAY_FIRST = "pay_first"
    KEEP_FIRST = "take_cancellation_back_first"
    RESUME_FIRST = "resume_first"
    RENEWED = "renewed_early"
    BEHIND = "billing_behind"


WRITES = frozenset({Outcome.KEPT, Outcome.TRIAL, Outcome.NOW, Outcome.NEW_TERM, Outcome.PERIOD_END})
PAYING = frozenset({Status.ACTIVE, Status.PAST_DUE, Status.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Place:
    """A plan, and every how many months it is billed."""

    plan: str
    interval_months: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What a verdict needs to know of a subscription.

    `overdue`: something should have been paid before today. `behind`: today's billing has not been done yet. `scheduled`:
    where a change that was asked for earlier leads to. `renewed`: the next term was billed ahead (X4).
    """

    status: Status
    cancelling: bool = False
    overdue: bool = False
    behind: bool = False
    scheduled: Place | None = None
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, or why not. `kind` and `rule` are what the catalogue declares the change to be."""

    outcome: Outcome | None
    refusal: Refusal | None = None
    kind: ChangeKind | None = None
    rule: ChangeRule | None = None


def judge(rules: ChangeRules, old: Place, new: Place, situation: Situation, *, free: bool = False) -> Verdict:
    """Judge a wanted change; `free`: the wanted plan costs nothing.

    C11: starter → growth is an upgrade, at once, pro rata; growth → starter a downgrade, from the next period on. A change
    of plan and interval together waits for the next period, because another interval begins with one.
    """
    if new == old:
        return Verdict(Outcome.UNCHANGED if situation.scheduled is None else Outcome.KEPT)
    if new == situation.scheduled:
        return Verdict(Outcome.UNCHANGED)
    refusal = hindrance(situation)
    if refusal is not None:
        return Verdict(None, refusal)
    declared = _declared(rules, old, new)
    if declared is None:
        return Verdict(None, Refusal.NOT_OFFERED)
    kind, rule = declared
    return Verdict(_outcome(rule, old, new, situation.status, free), None, kind, rule)


def hindrance(situation: Situation) -> Refusal | None:
    """What stands in the way of any change: money that is overdue, an end that is scheduled, billing that is not done."""
    if situation.status in {Status.PAST_DUE, Status.SUSPENDED}:
        return Refusal.PAY_FIRST
    if situation.status is Status.PAUSED:
        return Refusal.RESUME_FIRST
    if situation.cancelling:
        return Refusal.KEEP_FIRST
    if situation.overdue and situation.status in PAYING:
        return Refusal.PAY_FIRST
    if situation.renewed:
        return Refusal.RENEWED
    return Refusal.BEHIND if situation.behind else None


def judge_contract(old: Place, new: Place, situation: Situation, rule: ChangeRule) -> Verdict:
    """Judge going onto a plan sold by contract, or to another price there: staff say when it holds, and whatever stands in the
    way of any other change stands in its way, too (C1)."""
    refusal = hindrance(situation)
    if refusal is not None:
        return Verdict(None, refusal)
    return Verdict(_outcome(rule, old, new, situation.status, free=False), None, ChangeKind.SWITCH, rule)


def _declared(rules: ChangeRules, old: Place, new: Place) -> tuple[ChangeKind, ChangeRule] | None:
    """The kind and its rule; of a change of plan and interval both must be offered, and the plan's kind names it."""
    kinds: list[ChangeKind | None] = []
    if new.plan != old.plan:
        kinds.append(rules.kind_between(old.plan, new.plan))
    if new.interval_months != old.interval_months:
        longer = new.interval_months > old.interval_months
        kinds.append(ChangeKind.LONGER if longer else ChangeKind.SHORTER)
    found = [(kind, rules.rule_of(kind)) for kind in kinds if kind is not None]
    offered = [(kind, rule) for kind, rule in found if rule is not None]
    return offered[0] if offered and len(offered) == len(kinds) else None


def _outcome(rule: ChangeRule, old: Place, new: Place, status: Status, free: bool) -> Outcome:
    if status is Status.TRIALING:
        return Outcome.TRIAL
    if status is Status.FREE:
        return Outcome.NOW if free else Outcome.NEW_TERM
    waits = rule.when is ChangeWhen.PERIOD_END or new.interval_months != old.interval_months
    return Outcome.PERIOD_END if waits else Outcome.NOW
