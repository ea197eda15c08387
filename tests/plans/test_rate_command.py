"""The `rate` command: one case per line in, one answer per line out, whatever the line."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.management.commands.rate import Command
from plans.rules.rating_io import answer
from tests.plans.rules.price_tables import DOCUMENTED, XCLASS_2025, Charge


def ask(**case: Any) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(answer(json.dumps(case), 1))
    return reply


def error_of(line: str | bytes) -> tuple[object, object, str, str]:
    reply = json.loads(answer(line, 7))
    return reply["id"], reply.get("line"), reply["error"]["code"], reply["error"]["field"]


@pytest.mark.parametrize(("name", "charge", "quantity", "amount"), DOCUMENTED)
def test_every_price_of_the_documents_is_answered(name: str, charge: Charge, quantity: int, amount: int) -> None:
    """X1, X2, K1, K2."""
    reply = ask(id=name, charge=charge, quantity=str(quantity))
    assert (reply["id"], reply["amount"]) == (name, amount)
    assert sum(part["amount"] for part in reply["parts"]) == amount


def test_the_answer_has_the_shape_of_the_interface() -> None:
    """X1: 150 students."""
    assert ask(id="a", charge=XCLASS_2025, quantity="150.0") == {
        "id": "a",
        "amount": 750_000,
        "parts": [{"tier": 2, "quantity": "150", "unit_price": "5000", "amount": 750_000}],
    }


def test_numbers_may_be_json_numbers_without_losing_digits() -> None:
    line = '{"id": 7, "charge": {"model": "per_unit", "unit_price": 0.000000000001}, "quantity": 999999999999999999}'
    assert json.loads(answer(line, 1)) == {
        "id": 7,
        "amount": 1_000_000,
        "parts": [
            {"tier": None, "quantity": "999999999999999999", "unit_price": "0.000000000001", "amount": 1_000_000}
        ],
    }


def test_a_percentage_is_answered_with_its_rate() -> None:
    reply = ask(
        id="p", charge={"model": "percentage", "rate": "0.0130", "fixed_fee": 2500}, quantity=1_000_000, events=2
    )
    assert reply["amount"] == 18_000
    assert reply["parts"] == [
        {"tier": None, "quantity": "1000000", "rate": "0.013", "flat_fee": "5000", "amount": 18_000}
    ]


def test_a_rise_in_september_is_prorated() -> None:
    """X8: 25 × 5.000 × 181/365."""
    reply = ask(
        id="s",
        charge={"model": "per_unit", "unit_price": "5000"},
        quantity="25",
        proration={"from": "2025-03-01", "to": "2026-03-01", "start": "2025-09-01"},
    )
    assert reply["amount"] == 61_986


FLAT = {"model": "flat", "amount": "1"}


@pytest.mark.parametrize(
    ("proration", "code", "field"),
    [
        ([], "not_an_object", "proration"),
        ({"from": "2025-03-01", "to": "2026-03-01"}, "missing", "proration.start"),
        ({"from": "2025-03-01", "to": "2025-03-01", "start": "2025-03-01"}, "empty_period", "proration.to"),
        ({"from": "2025-03-01", "to": "2026-03-01", "start": "2025-02-28"}, "outside_period", "proration.start"),
        ({"from": "2025-02-29", "to": "2026-03-01", "start": "2025-03-01"}, "not_a_date", "proration.from"),
        ({"from": "20250301", "to": "2026-03-01", "start": "2025-03-01"}, "not_a_date", "proration.from"),
        ({"from": 20250301, "to": "2026-03-01", "start": "2025-03-01"}, "not_a_date", "proration.from"),
        ({"from": "2025-03-01", "to": "2026-03-01", "start": "2025-03-01", "x": 1}, "unexpected", "proration.x"),
    ],
)
def test_a_wrong_proration_is_named(proration: object, code: str, field: str) -> None:
    reply = ask(id="p", charge=FLAT, quantity=1, proration=proration)
    assert (reply["id"], reply["error"]["code"], reply["error"]["field"]) == ("p", code, field)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "not_json"),
        ("   ", "not_json"),
        ("hello", "not_json"),
        ('{"id": "a"', "not_json"),
        ('{"id": "a"} {}', "not_json"),
        (b'{"id": "\xff"}', "not_json"),
        ("[" * 100_000, "too_deep"),
        ("[1]", "not_an_object"),
        ("null", "not_an_object"),
        ('"text"', "not_an_object"),
    ],
)
def test_a_line_that_is_no_case_is_answered_with_its_number(line: str | bytes, code: str) -> None:
    assert error_of(line) == (None, 7, code, "")


@pytest.mark.parametrize("case_id", ["", ', "id": null', ', "id": {}', ', "id": 1.5', ', "id": true'])
def test_a_case_without_a_usable_id_is_answered_with_its_number(case_id: str) -> None:
    line = '{"quantity": 1, "charge": {"model": "flat", "amount": 1}' + case_id + "}"
    found = error_of(line)
    assert (found[0], found[1], found[3]) == (None, 7, "id")


@pytest.mark.parametrize(
    ("rest", "code", "field"),
    [
        ('"quantity": 1', "missing", "charge"),
        ('"charge": {"model": "flat", "amount": 1}', "missing", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": -1', "negative", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": true', "not_a_number", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": NaN', "not_a_number", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": -Infinity', "not_a_number", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": 1e3', "not_a_number", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": ' + "9" * 9000, "too_many_digits", "quantity"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": 1, "events": -1', "negative", "events"),
        ('"charge": {"model": "flat", "amount": 1}, "quantity": 1, "qty": 1', "unexpected", "qty"),
        ('"charge": {"model": "flat", "amount": 1, "amount": 2}, "quantity": 1', "repeated", "charge.amount"),
        ('"quantity": 1, "quantity": 2', "repeated", "quantity"),
        ('"charge": ' + "[" * 20 + "]" * 20, "too_deep", "charge" + "[0]" * 7),
    ],
)
def test_a_bad_case_keeps_its_id_and_names_the_field(rest: str, code: str, field: str) -> None:
    assert error_of('{"id": "x", ' + rest + "}") == ("x", None, code, field)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(["model", "amount", "tiers", "unit_price", "included", "rate", "up_to"])
near_charges = st.dictionaries(names, json_values | st.sampled_from(["flat", "volume", "5"]), max_size=5)


@given(
    st.one_of(json_values, st.fixed_dictionaries({"id": st.text(), "charge": near_charges, "quantity": json_values}))
)
def test_nothing_that_is_json_stops_the_command(value: object) -> None:
    reply = json.loads(answer(json.dumps(value), 1))
    assert "id" in reply
    assert ("error" in reply) != ("amount" in reply)


@given(st.binary(max_size=60))
def test_no_bytes_stop_the_command(line: bytes) -> None:
    assert json.loads(answer(line, 1))["id"] is None


def test_the_command_answers_line_by_line_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        b"\xef\xbb\xbf" + json.dumps({"id": "a", "charge": FLAT, "quantity": 1}).encode(),
        b"",
        b"\xff\r",
        json.dumps({"id": "b", "charge": FLAT, "quantity": "2"}).encode(),
    ]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
    out = io.StringIO()
    Command(stdout=out).handle()
    replies = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(reply["id"], reply.get("line"), reply.get("amount")) for reply in replies] == [
        ("a", None, 1),
        (None, 2, None),
        (None, 3, None),
        ("b", None, 1),
    ]


@pytest.mark.slow
def test_manage_py_rates_without_any_server() -> None:
    """Nothing but answers on standard output, with no database and no broker to be reached."""
    case = json.dumps({"id": "a", "charge": XCLASS_2025, "quantity": 150})
    names = ("DATABASE_URL", "REDIS_URL")
    done = subprocess.run(
        [sys.executable, "manage.py", "rate"],
        input=f"{case}\nno case\n",
        env={key: value for key, value in os.environ.items() if key not in names} | {"LANGGANAN_ENV": "test"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply.get("amount") for reply in replies] == [750_000, None]


PRINTING = """
from tenants.management.pipes import until_the_reader_leaves
with until_the_reader_leaves():
    for number in range(100_000):
        print(number, flush={flush})
"""


@pytest.mark.parametrize("flush", [True, False])
def test_a_reader_who_leaves_is_no_error(flush: bool) -> None:
    """`| head -1`: exit code 0 and not a word, whether each line is sent at once or the buffer is."""
    printing = [sys.executable, "-c", PRINTING.format(flush=flush)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(printing, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"0\n"
        running.stdout.close()
        assert (running.stderr.read(), running.wait(timeout=60)) == (b"", 0)


ONE_PERCENT = {"model": "percentage", "rate": "0.01"}
READ = [{"id": "a", "quantity": "10000000"}, {"quantity": 2_000_000}]


@pytest.mark.parametrize(
    ("more", "amount"),
    [
        ([], 120_000),
        ([{"id": "a", "quantity": "99"}], 120_000),  # the same id again changes nothing
        ([{"id": "b", "corrects": "a", "quantity": "12000000"}], 140_000),
        ([{"corrects": "a", "quantity": "12000000"}, {"corrects": "a", "quantity": "0"}], 20_000),
    ],
)
def test_usage_is_summed_up_with_its_corrections_c15(more: list[dict[str, Any]], amount: int) -> None:
    """10.000.000 + 2.000.000 at 1 %."""
    assert ask(id="u", charge=ONE_PERCENT, usage=[*READ, *more])["amount"] == amount


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({"usage": [{"corrects": "a", "quantity": 1}]}, ("unknown_report", "usage[0].corrects")),
        ({"usage": READ, "quantity": "1"}, ("unexpected", "usage")),
        ({"usage": [{"id": "a"}]}, ("missing", "usage[0].quantity")),
        ({"usage": 7}, ("not_a_list", "usage")),
    ],
)
def test_usage_that_cannot_be_read_names_its_place(case: dict[str, Any], error: tuple[str, str]) -> None:
    told = ask(id="u", charge=ONE_PERCENT, **case)["error"]
    assert (told["code"], told["field"]) == error
