"""Input that means what it says: no text for numbers, no numbers for text, no unknown names."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

MESSAGES: dict[str, Any] = {
    "required": _("Bidang ini wajib diisi."),
    "null": _("Bidang ini tidak boleh kosong."),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = 10**9
# Days of a subscription; far ones would run off the calendar when periods are added to them.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class Input(serializers.Serializer[Any]):
    """A request's body or query. A name it does not know is an error, so that a misspelt one is noticed."""

    def to_internal_value(self, data: Any) -> Any:
        """Known fields by the framework; unknown ones are added to what it finds wrong."""
        unknown = {
            str(name)[:60]: [ErrorDetail(str(_("Bidang ini tidak dikenal.")), code="unknown_field")]
            for name in (data if isinstance(data, Mapping) else ())  # an item of a list may be anything
            if name not in self.fields
        }
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            detail = error.detail if isinstance(error.detail, dict) else {}
            raise serializers.ValidationError({**detail, **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


class Output(serializers.Serializer[Any]):
    """The shape of an answer."""


class TextField(serializers.CharField):
    """Text; a number is not taken for text."""

    default_error_messages = MESSAGES | {
        "invalid": _("Tulis sebagai teks."),
        "blank": _("Bidang ini tidak boleh kosong."),
        "max_length": _("Paling banyak {max_length} huruf."),
        "min_length": _("Paling sedikit {min_length} huruf."),
    }

    def to_internal_value(self, data: Any) -> str:
        """Only text is text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """true or false, nothing that looks like it."""

    default_error_messages = MESSAGES | {"invalid": _("Tulis true atau false.")}

    def to_internal_value(self, data: Any) -> bool:
        """Only a JSON boolean."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class WholeNumberField(serializers.IntegerField):
    """A JSON number without a fraction."""

    default_error_messages = MESSAGES | {
        "invalid": _("Tulis sebagai bilangan bulat."),
        "max_value": _("Paling banyak {max_value}."),
        "min_value": _("Paling sedikit {min_value}."),
    }

    def to_internal_value(self, data: Any) -> int:
        """Only a number; true is none. 1E+999999 is a number too, and must not be written out."""
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("invalid")
        if not -LARGEST <= data <= LARGEST or data != int(data):
            self.fail("invalid")
        return int(data)


class DayField(serializers.DateField):
    """A day as YYYY-MM-DD, between 2000 and 2100."""

    default_error_messages = MESSAGES | {
        "invalid": _("Tulis tanggal sebagai YYYY-MM-DD, misalnya 2025-03-01."),
        "out_of_range": _("Tanggal harus antara tahun 2000 dan 2100."),
    }

    def to_internal_value(self, value: Any) -> date:
        """Nothing but the one form."""
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        day = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("out_of_range")
        return day


class OneOfField(serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = MESSAGES | {"invalid_choice": _("Pilihannya: {choices}.")}

    def to_internal_value(self, data: Any) -> Any:
        """The error names the choices."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", choices=", ".join(map(str, self.choices)))
        return super().to_internal_value(data)


def read(serializer: type[Input], data: Any) -> dict[str, Any]:
    """Validated input; a `ValidationError` names every field that is wrong."""
    if not isinstance(data, Mapping):
        raise serializers.ValidationError(_("Isi permintaan harus sebuah objek JSON."), code="not_an_object")
    bound = serializer(data=data)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


def read_query(serializer: type[Input], params: Any) -> dict[str, Any]:
    """Validated query; a name given twice is an error, not the last one."""
    twice = {name: [_("Bidang ini diberikan dua kali.")] for name in params if len(params.getlist(name)) > 1}
    if twice:
        raise serializers.ValidationError(twice, code="repeated")
    return read(serializer, params.dict())
