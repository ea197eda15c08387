"""Answers to what a product asks at sign-up, as they are kept."""

from collections.abc import Iterable, Mapping

from plans.rules.catalogue import RegistrationField
from tenants.rules.provinces import province_named


def answer_to(item: RegistrationField, written: str) -> str:
    """What is kept of an answer: "jabar" → "Jawa Barat" where provinces are asked for; empty for none of the choices."""
    return province_named(written) if item.choices == "provinces" else written.strip()


def answers_to(asked: Iterable[RegistrationField], written: Mapping[str, str]) -> dict[str, str]:
    """All that was answered of what is asked, by name; what was left empty is not there."""
    found = {item.name: answer_to(item, written.get(item.name, "")) for item in asked}
    return {name: value for name, value in found.items() if value}
