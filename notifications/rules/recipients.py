"""Who receives a message at which address, by role and preference."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notifications.rules.audience import EMAIL, IN_APP, OWNER, Telling

_NOT_DIGITS = re.compile(r"[^0-9]")
SHORTEST_NUMBER, LONGEST_NUMBER = 9, 15


@dataclass(frozen=True, slots=True)
class Person:
    """A member and the channels this person wants; or the tenant's contact, who has neither login nor preferences."""

    name: str
    email: str
    phone: str = ""
    language: str = "id"
    role: str = ""
    user_id: int | None = None
    wants: frozenset[str] = frozenset({EMAIL})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One message to be written."""

    channel: str
    address: str
    name: str
    language: str
    user_id: int | None


def recipients_of(telling: Telling, members: Sequence[Person], contact: Person | None) -> list[Recipient]:
    """Members of the roles on the channels they want; the contact's address by e-mail if none of them has it.

    Where a message must reach somebody and nobody would get it by e-mail, the contact gets it, else the owners: a bill
    is never lost because everyone has turned mail off. One address gets it once.
    """
    chosen = [person for person in members if person.role in telling.roles]
    found = [found for channel in telling.channels for person in chosen for found in _reach(person, channel)]
    if EMAIL in telling.channels:
        known = {person.email.lower() for person in chosen}
        if contact is not None and contact.email and contact.email.lower() not in known:
            found.append(_mail(contact))
        if telling.must_reach and not any(item.channel == EMAIL for item in found):
            found += _last_resort(members, contact)
    return list({(item.channel, item.address): item for item in found}.values())


def _last_resort(members: Sequence[Person], contact: Person | None) -> list[Recipient]:
    if contact is not None and contact.email:
        return [_mail(contact)]
    return [_mail(person) for person in members if person.role == OWNER]


def _reach(person: Person, channel: str) -> Iterator[Recipient]:
    """The person's address on a channel, if the person wants it and has one."""
    if channel not in person.wants:
        return
    if channel == EMAIL:
        address = person.email.lower()
    elif channel == IN_APP:
        address = f"user:{person.user_id}" if person.user_id is not None else ""
    else:
        address = number_to_dial(person.phone)
    if address:
        yield Recipient(channel, address, person.name, person.language, person.user_id)


def _mail(person: Person) -> Recipient:
    return Recipient(EMAIL, person.email.lower(), person.name, person.language, person.user_id)


def number_to_dial(phone: str) -> str:
    """An Indonesian number with its country code and digits alone; empty for what is no number.

    "0812-3456-7890", "+62 812 3456 7890" and "812 3456 7890" → "6281234567890".
    """
    digits = _NOT_DIGITS.sub("", phone)
    if digits.startswith("0"):
        digits = f"62{digits.lstrip('0')}"
    elif digits.startswith("8"):
        digits = f"62{digits}"
    return digits if SHORTEST_NUMBER <= len(digits) <= LONGEST_NUMBER else ""
