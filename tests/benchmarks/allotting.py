"""A worker process that takes numbers of documents, as services that issue them do: in transactions, some of them rolled back.

Loaded by the fork server, so the project is set up here, before anything else is imported.
"""

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - models need the settings first

from tests.benchmarks import doors  # noqa: E402

KINDS = ("invoice", "late_fee", "credit", "write_off", "receipt")
YEARS = (2026, 2027)
ROLLED_BACK = 0.1
Series = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """The numbers of one worker that were committed, by series, kind and year; transactions given up; begin and end."""

    numbers: dict[Series, list[int]]
    given_back: int
    began: float
    ended: float


class _GivenUp(Exception):
    """A document that could not be issued after all."""


def allot(pipe: Connection, series: Sequence[str], count: int, seed: int) -> None:
    """Connect, say so, wait for the word, take `count` numbers or one more, and report them."""
    chance = random.Random(seed)
    connection.ensure_connection()
    pipe.send("ready")
    pipe.recv()
    numbers: dict[Series, list[int]] = defaultdict(list)
    taken, given_back, began = 0, 0, time.monotonic()
    while taken < count:
        try:
            for one, number in _issued(chance, chance.choice(series)):
                numbers[one].append(number)
                taken += 1
        except _GivenUp:
            given_back += 1
    pipe.send(Taken(dict(numbers), given_back, began, time.monotonic()))


def _issued(chance: random.Random, series: str) -> list[tuple[Series, int]]:
    """One transaction: a paper, or two of different kinds in either order, such as an invoice and its late fee."""
    kinds, year = chance.sample(KINDS, chance.choice((1, 2))), chance.choice(YEARS)
    with transaction.atomic():
        papers = [((series, kind, year), doors.take_number(series=series, kind=kind, year=year)) for kind in kinds]
        if chance.random() < ROLLED_BACK:
            raise _GivenUp
    return papers
