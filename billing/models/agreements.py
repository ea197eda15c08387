"""The column that holds an agreement."""

from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTransform

from billing.rules.agreement import Agreement


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Agreement:
    """Tenants of one plan and price book agreed to the same text: it is parsed once, and the value is frozen."""
    return Agreement.model_validate_json(text)


class AgreementField(models.JSONField):
    """An `Agreement` as JSON; what is read back is the value itself, shared by all who agreed to the same."""

    def deconstruct(self) -> Any:
        """For migrations it is a JSON column."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """From the column's text; a part of it, asked for by its path, stays plain JSON."""
        if isinstance(expression, KeyTransform):
            return super().from_db_value(value, expression, connection)
        return _parsed(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As JSON with the names that catalogue files use."""
        if isinstance(value, Agreement):
            value = value.model_dump(mode="json", by_alias=True)
        return super().get_db_prep_value(value, connection, prepared)
