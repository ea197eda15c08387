"""What a change of plan is, as a catalogue declares it: an upgrade or a downgrade is never guessed from the price (C11)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from plans.rules.parts import Code, Part


class ChangeKind(StrEnum):
    """What a change is: to a higher or a lower plan, to one beside it, or to a longer or a shorter interval."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    SWITCH = "switch"
    LONGER = "longer"
    SHORTER = "shorter"


class ChangeWhen(StrEnum):
    """When a change takes effect. The day of a change belongs to the new state."""

    NOW = "now"
    PERIOD_END = "period_end"


class ChangeBilling(StrEnum):
    """What a change that takes effect within a period is billed."""

    PRO_RATA = "pro_rata"  # the difference for the days that are left, invoiced at once
    NEXT_INVOICE = "next_invoice"  # nothing for the days that are left; the next invoice has the new price


class ChangeRule(Part):
    """When one kind of change takes effect and what is billed. `rule` is the id in the product's documents."""

    when: ChangeWhen
    billing: ChangeBilling = ChangeBilling.NEXT_INVOICE
    rule: str = Field(default="", max_length=20)

    @model_validator(mode="after")
    def _pro_rata_needs_days(self) -> Self:
        if self.when is ChangeWhen.PERIOD_END and self.billing is ChangeBilling.PRO_RATA:
            raise ValueError("at the end of a period nothing is left to bill pro rata")
        return self


class ChangePair(Part):
    """One direction between two plans, where the order does not say what it is."""

    from_: Code = Field(alias="from")
    to: Code
    kind: Literal[ChangeKind.UPGRADE, ChangeKind.DOWNGRADE, ChangeKind.SWITCH]
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ChangeRules(Part):
    """Which changes a product allows. What is not declared here is not for sale as a change.

    `order` names plans from the lowest to the highest; `pairs` come before it. Another interval always begins with a new
    period, so `longer` and `shorter` take effect at the end of the running one.
    """

    order: tuple[Code, ...] = ()
    pairs: tuple[ChangePair, ...] = ()
    upgrade: ChangeRule | None = None
    downgrade: ChangeRule | None = None
    switch: ChangeRule | None = None
    longer: ChangeRule | None = None
    shorter: ChangeRule | None = None

    @model_validator(mode="after")
    def _intervals_wait(self) -> Self:
        for name in (ChangeKind.LONGER, ChangeKind.SHORTER):
            rule = self.rule_of(name)
            if rule is not None and rule.when is ChangeWhen.NOW:
                raise ValueError(f"{name}: another interval begins at the end of the period; say when: period_end")
        return self

    def rule_of(self, kind: ChangeKind) -> ChangeRule | None:
        """The rule of a kind; None where the catalogue does not offer it."""
        rules: Mapping[ChangeKind, ChangeRule | None] = {
            ChangeKind.UPGRADE: self.upgrade,
            ChangeKind.DOWNGRADE: self.downgrade,
            ChangeKind.SWITCH: self.switch,
            ChangeKind.LONGER: self.longer,
            ChangeKind.SHORTER: self.shorter,
        }
        return rules[kind]

    def kind_between(self, old: str, new: str) -> ChangeKind | None:
        """What going from one plan to another is: C11, starter → growth is an upgrade; None where nothing is declared."""
        for pair in self.pairs:
            if (pair.from_, pair.to) == (old, new):
                return ChangeKind(pair.kind)
        if old in self.order and new in self.order:
            higher = self.order.index(new) > self.order.index(old)
            return ChangeKind.UPGRADE if higher else ChangeKind.DOWNGRADE
        return None
