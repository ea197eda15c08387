"""How a wish that the catalogue has nothing for is refused: in Indonesian and English, with the field and what would do."""

from collections.abc import Iterable

from plans.errors import CatalogueError


def refusal(code: str, field: str, text_id: str, text_en: str, choices: Iterable[object] = ()) -> CatalogueError:
    """What the catalogue has nothing for, in both languages; `choices` are what would do."""
    data: dict[str, object] = {"en": text_en}
    if there := list(choices):
        data["choices"] = there
    return CatalogueError(text_id, field=field, code=code, data=data)


def unknown(field: str, code: str, choices: Iterable[str], what_id: str, what_en: str) -> CatalogueError:
    """A code that is not there, with those that are."""
    there = tuple(choices)
    shown = ", ".join(there)
    return refusal(
        f"unknown_{field}",
        field,
        f"{what_id} “{code[:60]}” tidak ada. Pilihannya: {shown}.",
        f"There is no {what_en} “{code[:60]}”. There is: {shown}.",
        there,
    )
