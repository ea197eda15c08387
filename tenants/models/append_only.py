"""Rows that stay as they were written: what corrects one is a row of its own.

Held by code, not by triggers: a tenant's schema has none (decision 26). The models refuse, so does the writer of the daily
jobs' batches, and the suite watches every statement for it (`tests.watching`).
"""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)
EVERYTHING = frozenset({"*"})


class ChangeRefused(TypeError):
    """A program would change or delete what is append-only: a fault of the program, never of who uses it."""


class AppendOnlySet(models.QuerySet[Row]):
    """Rows that may be added to and read."""

    def update(self, **values: Any) -> int:
        """ChangeRefused unless only what may change is meant."""
        refuse_change(self.model, values)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """ChangeRefused. A tenant that is deleted takes its rows with it by its own way, past this."""
        raise ChangeRefused(f"{self.model.__name__} is append-only.")


class AppendOnly(models.Model):
    """`MAY_CHANGE` names the fields that are no part of the fact, such as whether it was told."""

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset()

    objects = AppendOnlySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Write a new row; ChangeRefused for one that is there."""
        if not self._state.adding:
            refuse_change(type(self), options.get("update_fields") or EVERYTHING)
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> tuple[int, dict[str, int]]:
        """ChangeRefused."""
        raise ChangeRefused(f"{type(self).__name__} is append-only.")


def refuse_change(model: type[models.Model], names: Iterable[str]) -> None:
    """ChangeRefused where one of these fields of an append-only model would be written anew."""
    fixed = set(names) - model.MAY_CHANGE if issubclass(model, AppendOnly) else set()
    if fixed:
        raise ChangeRefused(f"{model.__name__} is append-only: {', '.join(sorted(fixed))}")
