"""Quantities in the API: in as a number or as its digits, out as a decimal string."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from plans.errors import CatalogueError, PricingError
from plans.rules.catalogue import Anchor
from plans.rules.money import parse_decimal, plain
from plans.rules.quantities import MOST, check_quantity
from tenants.api.fields import MESSAGES, OneOfField

QUANTITY_IN = {
    "oneOf": [
        {"type": "string", "pattern": r"^[0-9]{1,8}$"},
        {"type": "integer", "minimum": 0, "maximum": int(MOST)},
    ],
    "description": "A whole number from 0 to 10,000,000, as a decimal string or a number.",
    "examples": ["150"],
}
LARGEST_READING = Decimal(10) ** 15
READING_IN = {
    "oneOf": [
        {"type": "string", "pattern": r"^[0-9]{1,15}$"},
        {"type": "integer", "minimum": 0, "maximum": int(LARGEST_READING)},
    ],
    "description": "A whole number; at most 10,000,000 for a count, at most 15 digits for what a meter read.",
    "examples": ["150"],
}
QUANTITY_OUT = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$", "examples": ["150"]}
TEXTS = {"type": "object", "additionalProperties": True}


@extend_schema_field(QUANTITY_IN)
class QuantityField(serializers.Field[Decimal, Any, str, Any]):
    """A count of students, units and the like, judged as the catalogue judges it."""

    default_error_messages = MESSAGES

    def to_internal_value(self, data: Any) -> Decimal:
        """Errors carry the catalogue's own codes: not_a_number, negative, fraction, too_large."""
        try:
            return check_quantity(parse_decimal(data, "quantity"))
        except CatalogueError as error:
            english = (get_language() or "").startswith("en")
            raise serializers.ValidationError(error.message_en if english else error.message, error.code) from error
        except PricingError as error:
            raise serializers.ValidationError(_worded(error), error.code) from error

    def to_representation(self, value: Decimal) -> str:
        """As digits."""
        return plain(value)


@extend_schema_field(READING_IN)
class ReadingField(QuantityField):
    """What a meter read: as a quantity, but turnover in rupiah may have up to 15 digits."""

    def to_internal_value(self, data: Any) -> Decimal:
        """As a quantity, without its upper end."""
        try:
            number = parse_decimal(data, "quantity")
        except PricingError as error:
            raise serializers.ValidationError(_worded(error), error.code) from error
        if MOST < number <= LARGEST_READING and number == number.to_integral_value():
            return number
        return super().to_internal_value(data)


def _worded(error: PricingError) -> str:
    """The rules of reading speak English, to who runs `rate`; a program's answer speaks the language it asked for."""
    words = {
        "not_a_number": _("Tulis angka biasa, misalnya 150, tanpa pemisah ribuan, spasi, atau pangkat."),
        "too_many_digits": _("Angka ini terlalu panjang."),
    }
    return words.get(error.code, error.message)


def refuse_too_large(quantity: Decimal) -> None:
    """A reading that is to be a count: more than 10 million is most likely a slip."""
    try:
        check_quantity(quantity)
    except CatalogueError as error:
        english = (get_language() or "").startswith("en")
        said = serializers.ErrorDetail(error.message_en if english else error.message, code=error.code)
        raise serializers.ValidationError({"quantity": [said]}) from error


@extend_schema_field(QUANTITY_OUT)
class QuantityText(serializers.CharField):
    """A quantity or a price as a decimal string: "150", never "150.0"."""

    def to_representation(self, value: Any) -> str:
        """As digits."""
        return plain(Decimal(value))


def anchor_field() -> OneOfField:
    """Where billing periods begin, where a product leaves a choice (K5)."""
    said = "`calendar_year` bills years each January, with a first part up to then by day; `anniversary` from the first day on."
    return OneOfField([item.value for item in Anchor], required=False, help_text=said)
