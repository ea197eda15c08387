"""The look keeps its promises: legible accents, light files, nothing inline, the gallery renders every component."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory

from billing.templatetags.langganan import unbroken
from config.gallery import show_gallery
from config.gallery_samples import PAGES
from config.pages import show_theme
from config.theme import Colour, contrast, parse_colour, product_stylesheet

ROOT = Path(__file__).resolve().parents[2]
AA = 4.5


@pytest.mark.parametrize(
    "accent", ["#1d5c96", "#14694f", "#8a3a63", "#5b45b0", "#ffff00", "#000000", "#ffffff", "ff0000"]
)
def test_any_accent_becomes_legible_by_day_and_by_night(accent: str) -> None:
    day, night = product_stylesheet(accent).split("@media")
    for sheet, page in ((day, "#ffffff"), (night, "#13171b")):
        colours = {name: parse_colour(value) for name, value in re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", sheet)}
        assert contrast(colours["accent"], parse_colour(page)) >= AA
        assert contrast(colours["accent"], colours["accent-soft"]) >= AA
        assert contrast(colours["on-accent"], colours["accent"]) >= AA
        assert contrast(colours["on-accent"], colours["accent-strong"]) >= AA


def test_a_legible_accent_is_kept_as_the_catalogue_says() -> None:
    assert product_stylesheet("#1d5c96").startswith(":root{--accent:#1d5c96;")


@pytest.mark.parametrize(("one", "other", "ratio"), [((0, 0, 0), (255, 255, 255), 21.0), ((9, 9, 9), (9, 9, 9), 1.0)])
def test_contrast_runs_from_one_to_twenty_one(one: Colour, other: Colour, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio)


@pytest.mark.parametrize("accent", ["", "red", "#12345", "#1d5c96;}body{", "zzzzzz"])
def test_what_is_no_colour_is_refused(accent: str) -> None:
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        product_stylesheet(accent)


def test_the_stylesheet_of_an_accent_may_be_kept_by_the_browser(rf: RequestFactory) -> None:
    answer = show_theme(rf.get("/theme/1d5c96.css"), accent="1d5c96")
    assert answer["Content-Type"].startswith("text/css")
    assert "max-age=86400" in answer["Cache-Control"]


def test_style_and_script_stay_light() -> None:
    assert (ROOT / "static/langganan/app.css").stat().st_size < 30 * 1024
    assert (ROOT / "static/langganan/app.js").stat().st_size < 4 * 1024


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Rp 750.000", '<span class="money">Rp 750.000</span>'),
        ("-Rp 5.000 per bulan", '<span class="money">-Rp 5.000</span> per bulan'),
        ("A & B <b>", "A &amp; B &lt;b&gt;"),
        ("Rp belum ada", "Rp belum ada"),
    ],
)
def test_no_line_ends_between_rp_and_its_digits(text: str, html: str) -> None:
    assert unbroken(text) == html


# Messages are mail, which knows no stylesheets; the invoice's PDF carries its own.
CUSTOMER_PAGES = [
    path
    for folder in ("components", "public", "dashboard", "errors", "dev")
    for path in (ROOT / "templates" / folder).rglob("*.html")
]


@pytest.mark.parametrize("path", CUSTOMER_PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_has_nothing_inline_that_the_content_policy_would_refuse(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on|javascript:", text)


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.urls("config.urls_pages")
def test_every_sample_page_renders(name: str, rf: RequestFactory) -> None:
    answer = show_gallery(rf.get("/dev/gallery/", {"show": name}))
    assert answer.status_code == 200
    assert "<h1" in answer.content.decode() or name.endswith(("quote", "fragment"))
