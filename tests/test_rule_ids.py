"""Each rule is named by a test, in its docstring or its name, so that who changes a rule finds what holds it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
MAIN_JOB = [
    *(f"X{number}" for number in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11)),
    *(f"K{number}" for number in (1, 2, 3, 4, 6, 7, 9, 13, 14, 15, 16)),
    "N12",
]
FOUR_PRODUCTS = [
    "X4",
    *(f"K{number}" for number in (5, *range(9, 17), 19)),
    *(f"C{number}" for number in (*range(1, 12), 15, 16, 17)),
    *(f"N{number}" for number in (*range(1, 13), 14, 15)),
]
_RANGE = re.compile(r"\b([XKNC])(\d+)[–-][XKNC]?(\d+)\b")
_ONE = re.compile(r"\b[XKNC]\d+\b")
_IN_NAME = re.compile(r"_([xknc]\d+)(?=_|$)")


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


@pytest.mark.parametrize("rule", sorted({*MAIN_JOB, *FOUR_PRODUCTS}))
def test_every_rule_of_the_products_is_named_by_a_test(rule: str) -> None:
    assert rule in named()


def test_ranges_are_spelled_out() -> None:
    assert ids_in("X5–X7, K3 and nothing like MAX5") == {"X5", "X6", "X7", "K3"}
