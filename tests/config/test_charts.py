"""Every drawing in a page says what it is of and has its numbers in a table of the same page."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INCLUDED = re.compile(r'include "operator/chart\.html" with [^%]*heading="([\w-]+)" table="([\w-]+)"')
DRAWN = re.compile(r'<svg[^>]*role="img"[^>]*aria-label(?:ledby="([\w-]+)"|="[^"]+")[^>]*aria-describedby="([\w-]+)"')
BOTH = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
PAGES = {
    str(path.relative_to(TEMPLATES)): text
    for path, text in BOTH.items()
    if ("<svg" in text or "operator/chart.html" in text) and path.name not in {"icon.html", "chart.html"}
}


@pytest.mark.parametrize("page", PAGES)
def test_a_chart_is_named_and_described_by_a_table_of_its_page(page: str) -> None:
    text = PAGES[page]
    tied = [*INCLUDED.findall(text), *DRAWN.findall(text)]
    assert len(tied) == text.count("<svg") + text.count('include "operator/chart.html"'), "each has a name and a table"
    for heading, table in tied:
        assert not heading or re.search(rf'<h2[^>]* id="{heading}"', text), heading
        assert re.search(rf'<table[^>]* id="{table}"', text), table


def test_no_chart_is_left_out() -> None:
    assert {name.split("/")[-1] for name in PAGES} >= {
        "economics.html",
        "board.html",
        "cash.html",
        "revenue.html",
        "totals.html",
        "monthly.html",
    }
