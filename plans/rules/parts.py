"""What every part of a catalogue is made of: codes, words in two languages, ranges, entitlements."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
# Of what is counted: short, because each report of a tenant names it, and a row that may grow long costs it a table more.
ShortCode = Annotated[Code, Field(max_length=32)]
SupportChannel = Literal["email", "whatsapp", "phone", "priority_phone", "account_manager"]


class Part(BaseModel):
    """A frozen part of a catalogue; unknown fields are errors, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """The same words in both languages; `{"id": "siswa", "en": "student"}`."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: str) -> str:
        """The words in a language; anything but English is answered in Indonesian."""
        return self.en if language.startswith("en") else self.id


class Range(Part):
    """Quantities that are taken, both ends included; `to` empty means no upper end."""

    from_: Decimal = Field(alias="from", default=Decimal(0), ge=0)
    to: Decimal | None = None
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if self.to is not None and self.to < self.from_:
            raise ValueError("to must not be below from")
        return self

    def __contains__(self, quantity: Decimal) -> bool:
        return self.from_ <= quantity and (self.to is None or quantity <= self.to)


class Entitlements(Part):
    """What the product apps may let a tenant do, and how soon help answers (C10).

    `response_hours` is the longest a question waits for its first answer: 48, 24, 8 or 2 hours by plan.
    """

    features: tuple[str, ...] = ()
    limits: Mapping[str, int] = Field(default_factory=dict)
    support: Text | None = None
    support_channels: tuple[SupportChannel, ...] = ()
    response_hours: int | None = Field(default=None, ge=1, le=24 * 14)

    def with_more(self, others: Iterable[tuple["Entitlements", int]]) -> "Entitlements":
        """Together with what add-ons bring, each so many times: features and channels are joined, limits add up, the
        shorter response time holds.

        A plan with 30 certificates and two packs of 100 more → a limit of 230.
        """
        features, channels = dict.fromkeys(self.features), dict.fromkeys(self.support_channels)
        limits, hours, support = dict(self.limits), self.response_hours, self.support
        for more, times in others:
            features |= dict.fromkeys(more.features)
            channels |= dict.fromkeys(more.support_channels)
            for name, limit in more.limits.items():
                limits[name] = limits.get(name, 0) + limit * times
            if more.response_hours is not None and (hours is None or more.response_hours < hours):
                hours, support = more.response_hours, more.support or support
        return Entitlements(
            features=tuple(features),
            limits=limits,
            support=support,
            support_channels=tuple(channels),
            response_hours=hours,
        )


class Trial(Part):
    """A calendar month (`months`, X5) or so many days (`days`, K6); no card is asked."""

    months: int = Field(default=0, ge=0, le=24)
    days: int = Field(default=0, ge=0, le=730)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.months) == bool(self.days):
            raise ValueError("give months or days, not both and not none")
        return self
