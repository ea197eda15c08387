"""The JSON-lines dialect of the `rate` command: one case in, one answer out; a bad line is answered too.

Numbers keep the spelling they were sent in until `parse_decimal` has judged it: a float in between would lose
digits, and an exponent would no longer be seen.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, localcontext

from plans.errors import PricingError
from plans.rules.fields import Fields
from plans.rules.money import EXACT, plain
from plans.rules.periods import Period
from plans.rules.rating import Part, Proration, Rated, rate
from plans.rules.terms import parse_charge

# case > charge > tiers > tier: nothing that is meant goes deeper
_DEPTH = 8
_ID_LENGTH = 200


class JsonNumber(str):
    """A JSON number as it was written."""

    __slots__ = ()


class JsonObject(dict[str, object]):
    """A JSON object that remembers a name that was given twice (json would keep the last and say nothing)."""

    repeated: str | None = None


def answer(line: str | bytes, line_number: int) -> str:
    """Rate one line. The answer is ASCII JSON without a line break; whatever is wrong is in its `error`.

    A line that is no JSON object, or has no usable id, is answered with id null and its line number.
    """
    case_id: str | int | None = None
    try:
        case = _read(line)
        case_id = _id_of(case)
        _refuse_repeated(case, "", 1)
        reply: dict[str, object] = {"id": case_id} | _answer_of(_rate_case(case))
    except PricingError as error:
        reply = {"id": case_id} if case_id is not None else {"id": None, "line": line_number}
        reply["error"] = {"code": error.code, "field": error.field, "message": error.message}
    return json.dumps(reply)


def _read(line: str | bytes) -> JsonObject:
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line
        case = json.loads(
            text,
            parse_int=JsonNumber,
            parse_float=JsonNumber,
            parse_constant=JsonNumber,  # NaN and Infinity: refused later, by the field they stand in
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise PricingError("too_deep", "", "nested too deeply") from None
    except ValueError as error:  # also what is no UTF-8
        raise PricingError("not_json", "", _reason(error)) from None
    if not isinstance(case, JsonObject):
        raise PricingError("not_an_object", "", "each line is one JSON object")
    return case


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"this line is no JSON: {error.msg} at character {error.pos + 1}"
    return "this line is no UTF-8 text"


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    read = JsonObject()
    for name, value in pairs:
        if name in read:
            read.repeated = name
        read[name] = value
    return read


def _refuse_repeated(value: object, path: str, depth: int) -> None:
    if depth > _DEPTH:
        raise PricingError("too_deep", path, "nested too deeply")
    if isinstance(value, JsonObject):
        if value.repeated is not None:
            raise PricingError("repeated", _join(path, value.repeated), "this field is given twice")
        for name, inner in value.items():
            _refuse_repeated(inner, _join(path, name), depth + 1)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _refuse_repeated(inner, f"{path}[{at}]", depth + 1)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _id_of(case: Mapping[str, object]) -> str | int:
    """The id as it came: text, or a whole number."""
    value = case.get("id")
    if value is None:
        raise PricingError("missing", "id", "this field is needed")
    if isinstance(value, JsonNumber) and len(value) <= 18 and value.removeprefix("-").isdigit():
        return int(value)
    if type(value) is not str or len(value) > _ID_LENGTH:
        raise PricingError("bad_id", "id", f"text of up to {_ID_LENGTH} characters or a whole number is needed")
    return value


def _rate_case(case: JsonObject) -> Rated:
    fields = Fields(case, "", {"id", "charge", "quantity", "usage", "events", "proration"})
    charge = parse_charge(fields.value("charge"))
    return rate(
        charge,
        _used(fields) if fields.has("usage") else fields.number("quantity"),
        events=fields.number_or_zero("events"),
        proration=_proration(fields.value("proration")) if fields.has("proration") else None,
    )


def _used(fields: Fields) -> Decimal:
    """What a meter read, in place of a quantity: the sum of its reports, each id once, each as its last correction says (C15).

    10.000.000 under the id a1, 2.000.000, then a1 corrected to 12.000.000: 14.000.000.
    """
    if fields.has("quantity"):
        raise PricingError("unexpected", "usage", "give quantity or usage, not both")
    seen, stands = set[str](), dict[str, Decimal]()
    for at, data in enumerate(fields.sequence("usage")):
        report = Fields(data, f"usage[{at}]", {"id", "quantity", "corrects"})
        key, corrects, quantity = _named(report, "id"), _named(report, "corrects"), report.number("quantity")
        if corrects and corrects not in stands:
            raise PricingError("unknown_report", report.at("corrects"), "there is no report with this id before it")
        if not key or key not in seen:
            stands[corrects or key or f"usage[{at}]"] = quantity
            seen.add(key)
    with localcontext(EXACT):
        return sum(stands.values(), Decimal(0))


def _named(report: Fields, name: str) -> str:
    return report.text(name) if report.has(name) else ""


def _proration(data: object) -> Proration:
    fields = Fields(data, "proration", {"from", "to", "start"})
    begin, end, start = fields.day("from"), fields.day("to"), fields.day("start")
    if end <= begin:
        raise PricingError("empty_period", "proration.to", "must be after from")
    return Proration(Period(begin, end), start)


def _answer_of(rated: Rated) -> dict[str, object]:
    return {"amount": rated.amount, "parts": [_part(part) for part in rated.parts]}


def _part(part: Part) -> dict[str, object]:
    data: dict[str, object] = {"tier": part.tier, "quantity": plain(part.quantity)}
    if part.rate is not None:
        data["rate"] = plain(part.rate)
    else:
        data["unit_price"] = plain(part.unit_price or 0)
    if part.flat_fee:
        data["flat_fee"] = plain(part.flat_fee)
    data["amount"] = part.amount
    return data
