"""What an official may read of a province (C14): totals of five customers or more, and nothing by which fewer could be told.

Figures are published in editions. A breakdown is published whole or not at all; each of its parts has at least five customers,
and since every earlier edition either nobody or at least five of them have changed. So neither a part, nor what is left
of the whole, nor the difference of two editions tells of one to four customers (decision 60).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations

FEWEST = 5
REST = ""


class Standing(StrEnum):
    """How a customer stands, as far as a province is told; what it owes is not part of it."""

    USING = "using"
    TRYING = "trying"
    STOPPED = "stopped"


STANDINGS = {
    "free": Standing.USING,
    "active": Standing.USING,
    "past_due": Standing.USING,
    "cancelled": Standing.USING,
    "trialing": Standing.TRYING,
    "suspended": Standing.STOPPED,
    "paused": Standing.STOPPED,
}


@dataclass(frozen=True, slots=True)
class Member:
    """A customer as it is counted: `units` are its students, dwellings, members; None where it reported none."""

    product: str
    standing: str
    units: int | None = None


Counted = Mapping[str, Member]
Named = Callable[[Member], str]
Groups = tuple[frozenset[str], ...]
NAMED: dict[str, Named] = {"products": lambda member: member.product, "standings": lambda member: member.standing}


@dataclass(frozen=True, slots=True)
class Part:
    """So many customers of a group; `REST` names those of all groups that are too small to be told apart."""

    name: str
    customers: int
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """What is published: each breakdown adds up to `total`; None where it may not be told now."""

    total: int | None = None
    products: tuple[Part, ...] | None = None
    standings: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An edition that was published, and whom it counted."""

    edition: Edition
    counted: Counted


def compose(counted: Counted, earlier: Iterable[Earlier]) -> Edition:
    """The edition that may follow those that are out.

    Twelve members in one product, nothing out yet: 12. A month later thirteen: nothing, for 13 − 12 would tell of one. Another
    month on seventeen: 17, five more than ever shown. Nine of one product and three of another: 12, in one breakdown of 12.

    An edition that would say nothing new does not come out: who gets none cannot tell whether nobody changed, or a few did.
    """
    before = [item for item in earlier if item.edition.total is not None]
    if not _may_follow(counted, [item.counted for item in before]):
        return Edition()
    made = Edition(len(counted), _breakdown("products", counted, before), _breakdown("standings", counted, before))
    return made if laid_over(out := shown(item.edition for item in before), made) != out else Edition()


def follows_from(edition: Edition, counted: Counted) -> bool:
    """Whether all that was told is what those who were counted come to: the total, each part by its name, `REST` of all others.

    Which parts may be told is not asked again: that rule has grown stricter, and what is out is out. Of 12 members, 9 of a
    and 3 of b, 9 and REST 3 follow, and 10 and 2 do not.
    """
    told = ((by, getattr(edition, by)) for by in NAMED)
    return edition.total == len(counted) and all(
        parts is None or _parts_follow(parts, counted, NAMED[by]) for by, parts in told
    )


def _parts_follow(parts: Sequence[Part], counted: Counted, named: Named) -> bool:
    own = {part.name for part in parts}
    members: dict[str, list[Member]] = {name: [] for name in own}
    for member in counted.values():
        name = named(member)
        members.setdefault(name if name in own else REST, []).append(member)
    return len(own) == len(parts) == len(members) and all(_part_follows(part, members[part.name]) for part in parts)


def _part_follows(part: Part, members: Sequence[Member]) -> bool:
    served = sum(member.units or 0 for member in members)
    return part.customers == len(members) and part.units in (None, served)


def shown(editions: Iterable[Edition]) -> Edition:
    """What can be read after these came out, the oldest first: of each breakdown the latest that was published."""
    found = Edition()
    for edition in editions:
        found = laid_over(found, edition)
    return found


def laid_over(old: Edition, new: Edition) -> Edition:
    """What is told anew in the place of what was told before."""
    return Edition(
        old.total if new.total is None else new.total,
        old.products if new.products is None else new.products,
        old.standings if new.standings is None else new.standings,
    )


def grouped(counts: Mapping[str, int]) -> Groups:
    """Groups that may be told apart: those of five or more alone, the smaller together with so many others as make five.

    9, 3 and 2 → 9 and 5. 9, 7 and 3 → 9 and 10: alone the three would be what is left. 9 and 3 → 12. Nobody is in a group of 0.
    """
    sizes = sorted((count, name) for name, count in counts.items() if count)
    small = [name for count, name in sizes if count < FEWEST]
    large = [name for count, name in sizes if count >= FEWEST]
    while small and large and sum(counts[name] for name in small) < FEWEST:
        small.append(large.pop(0))
    alone = [frozenset({name}) for name in large]
    return (*alone, frozenset(small)) if small else tuple(alone)


def _breakdown(by: str, counted: Counted, before: Iterable[Earlier]) -> tuple[Part, ...] | None:
    named = NAMED[by]
    groups = grouped(Counter(named(member) for member in counted.values()))
    with_units = by == "products"
    for item in before:
        parts = getattr(item.edition, by)
        if parts is not None and not _parts_may_follow(counted, item.counted, named, groups, with_units=with_units):
            return None
    return tuple(_part(group, counted, named, with_units=with_units) for group in groups)


def _parts_may_follow(now: Counted, then: Counted, named: Named, groups: Groups, *, with_units: bool) -> bool:
    """Each group of now, and each of then, looked at in both; what a group of several serves is never told.

    Nor may a sum of groups as told then differ from one as told now by fewer than five: 10 of b and c, later 7 of b, whom
    a has left as the larger, is 3 of c.
    """
    old = grouped(Counter(named(member) for member in then.values()))
    alike = all(
        _changed_enough(_only(now, named, group), _only(then, named, group), with_units=with_units and len(group) == 1)
        for group in {*groups, *old}
    )
    return alike and not _differ_by_few(
        [frozenset(_only(then, named, group)) for group in old],
        [frozenset(_only(now, named, group)) for group in groups],
    )


def _differ_by_few(then: Sequence[frozenset[str]], now: Sequence[frozenset[str]]) -> bool:
    """Whether any sum of groups of then counts the same as one of groups of now, but for one to four customers.

    Of a sum of then each group of now is either in the other sum, and differs by who is new in it, or is not, and differs
    by who was counted: what can come of these choices is followed as long as it is fewer than five.
    """
    for some in chain.from_iterable(combinations(then, size + 1) for size in range(len(then))):
        counted = set[str]().union(*some)
        differ = {len(counted.difference(*now))}
        for group in now:
            choices = len(group - counted), len(group & counted)
            differ = {few + more for few in differ if few < FEWEST for more in choices}
        if any(0 < few < FEWEST for few in differ):
            return True
    return False


def _may_follow(now: Counted, earlier: Iterable[Counted]) -> bool:
    """In all, whatever they serve."""
    return len(now) >= FEWEST and all(_changed_enough(now, then, with_units=False) for then in earlier)


def _changed_enough(now: Counted, then: Counted, *, with_units: bool) -> bool:
    """Nobody came or went, or five did; with units, too, what they serve is not another number by one to four of them.

    Five come, of whom one reports 300 and four nothing: five customers more, but 300 more would be what the one serves.
    """
    came_or_went = len(now.keys() ^ then.keys())
    differ = sum(_served(now, key) != _served(then, key) for key in {*now, *then}) if with_units else 0
    return not any(0 < count < FEWEST for count in (came_or_went, differ))


def _served(counted: Counted, key: str) -> int:
    """What a customer adds to a sum; nothing where it is not there or has not reported."""
    return (counted[key].units or 0) if key in counted else 0


def _only(counted: Counted, named: Named, group: frozenset[str]) -> Counted:
    return {key: member for key, member in counted.items() if named(member) in group}


def _part(group: frozenset[str], counted: Counted, named: Named, *, with_units: bool) -> Part:
    members = _only(counted, named, group).values()
    name = next(iter(group)) if len(group) == 1 else REST
    units = sum_of([member.units for member in members]) if with_units and name else None
    return Part(name, len(members), units)


def sum_of(units: Iterable[int | None]) -> int | None:
    """What they serve together; None of fewer than five that report, and where one alone has more than half of it.

    100, 120, 90, 80 and 110 → 500. 100, 120, 90, 80 and 2.000 → None: the sum would be little else than the largest.
    """
    known = [count for count in units if count]
    whole = sum(known)
    return whole if len(known) >= FEWEST and 2 * max(known) <= whole else None
