"""Each rule is named by a test, in its docstring or its name, so that who changes a rule finds what holds it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
# C19 is how many customers and how fast: measured, see docs/benchmarks.md.
RULES = {"X": 12, "K": 19, "C": 18, "N": 15, "B": 2}
_RANGE = re.compile(r"\b([XKNCB])(\d+)[–-][XKNCB]?(\d+)\b")
_ONE = re.compile(r"\b[XKNCB]\d+\b")
_IN_NAME = re.compile(r"_([xkncb]\d+)(?=_|$)")


def ids_in(text: str) -> set[str]:
    """The rule ids of a text, ranges spelled out: "X5–X7, K3" → X5, X6, X7, K3."""
    ranges = {
        f"{letter}{number}"
        for letter, first, last in _RANGE.findall(text)
        for number in range(int(first), int(last) + 1)
    }
    return ranges | set(_ONE.findall(text))


def texts() -> Iterator[str]:
    """The docstring of every test function, and the rules its name ends with: `test_…_k9_c4`."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield ast.get_docstring(node) or ""
                yield " ".join(_IN_NAME.findall(node.name)).upper()


@cache
def named() -> frozenset[str]:
    """All ids that tests name; read by who runs these tests, not by everybody who collects them."""
    return frozenset(rule for text in texts() for rule in ids_in(text))


@pytest.mark.parametrize("rule", [f"{letter}{number + 1}" for letter, last in RULES.items() for number in range(last)])
def test_every_rule_of_the_products_is_named_by_a_test(rule: str) -> None:
    assert rule in named()


def test_ranges_are_spelled_out() -> None:
    assert ids_in("X5–X7, K3 and nothing like MAX5") == {"X5", "X6", "X7", "K3"}
