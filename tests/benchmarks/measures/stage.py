"""What a measure is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from tests.benchmarks.fleet import Member
from tests.benchmarks.results import Surroundings
from tests.benchmarks.staging import Moulds, Staging
from tests.benchmarks.web import WebServer


@dataclass(frozen=True, slots=True)
class Stage:
    """The fleet, the day on which it has work to do, its states by name, and how hard to look.

    `seconds`: how long clients knock; `more`: how many tenants provisioning adds; `numbers`: how many
    are taken at once; `postmaster`: for reading CPU.
    """

    around: Surroundings
    fleet: Sequence[Member]
    staging: Staging
    day: date
    moulds: Mapping[str, Moulds]
    workers: Sequence[int]
    repeats: int
    seconds: float
    more: int
    numbers: int
    postmaster: int | None
    web: WebServer

    @property
    def instant(self) -> datetime:
        """Ten in the morning in Jakarta on that day: in all three zones it is the same date."""
        return datetime.combine(self.day, time(3), UTC)
