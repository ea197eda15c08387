"""Reading JSON bodies strictly: no float, no name given twice, nothing that PostgreSQL could not store."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MOST_BYTES = 256 * 1024


class StrictJSONParser(BaseParser):
    """JSON in UTF-8. Numbers with a point become `Decimal`; NaN, repeated names, NUL, lone surrogates are refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body as Python values; `ParseError` (400) for what is no such JSON."""
        try:
            text = _limited(stream).decode("utf-8")
            read = json.loads(text, parse_float=_decimal, parse_constant=_refuse, object_pairs_hook=_object)
            if "\\u" in text:
                json.dumps(read, ensure_ascii=False, default=str).encode("utf-8")
                _refuse_nul(text)
        except RecursionError as error:
            raise ParseError(_("JSON ini bersarang terlalu dalam.")) from error
        except ValueError as error:  # also what is no UTF-8, and numbers with thousands of digits
            raise ParseError(_("Isi permintaan bukan JSON yang benar: %(why)s") % {"why": _why(error)}) from error
        return read


def _limited(stream: IO[Any]) -> bytes:
    """The framework hands the open stream over, past Django's own limit."""
    body: bytes = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise RequestDataTooBig
    return body


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text[:40]) from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:60]}” ×2")
    return read


def _refuse_nul(text: str) -> None:
    if "\\u0000" in text:
        raise ValueError("\\u0000")


def _why(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, {error.lineno}:{error.colno}"
    return "UTF-8" if isinstance(error, UnicodeError) else str(error)[:100]
