"""One accent per product line: from the one colour in a catalogue file to a stylesheet legible by day and by night.

Pure: text in, text out. A catalogue names one colour ("#1d5c96"); both modes are derived from it, so that no vendor
has to check contrast by hand. WCAG 2.2 AA asks for 4.5 : 1 between a text and its ground.
"""

import colorsys
import re
from typing import TypeAlias

LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#1b2026"
DARK_INK = "#0d1013"
# Links also stand on the accent's own tint, which is a little darker than white: hence more than AA's 4.5.
ENOUGH = 5.5

Colour: TypeAlias = tuple[int, int, int]


def parse_colour(value: str) -> Colour:
    """Read "#1d5c96" (the # may be missing) as (29, 92, 150).

    Raises:
        ValueError: the value is not six hexadecimal digits.
    """
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", value):
        raise ValueError(f"not a colour of six hexadecimal digits: {value!r}")
    digits = value.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def write_colour(colour: Colour) -> str:
    """(29, 92, 150) as "#1d5c96"."""
    return "#" + "".join(f"{channel:02x}" for channel in colour)


def mix(colour: Colour, other: Colour, percent: int) -> Colour:
    """`percent` per cent of `other` in `colour`: black with 50 % white is (128, 128, 128)."""
    red, green, blue = ((a * (100 - percent) + b * percent + 50) // 100 for a, b in zip(colour, other, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """The relative luminance of WCAG 2: 0 for black, 1 for white."""
    red, green, blue = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2, from 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def shade(colour: Colour, lightness: int) -> Colour:
    """The same hue with another lightness in per cent, at most two thirds saturated: more glares on a dark ground."""
    hue, _, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    red, green, blue = (
        round(channel * 255) for channel in colorsys.hls_to_rgb(hue, lightness / 100, min(saturation, 2 / 3))
    )
    return red, green, blue


def make_readable(colour: Colour, *, on: Colour) -> Colour:
    """The colour itself when legible on `on`, else its nearest shade that is: darker by day, lighter by night."""
    if contrast(colour, on) >= ENOUGH:
        return colour
    _, own, _ = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    step = -2 if luminance(on) > 0.5 else 2
    end = 0 if step < 0 else 100
    shades = (shade(colour, lightness) for lightness in range(round(own * 100), end, step))
    return next((found for found in shades if contrast(found, on) >= ENOUGH), shade(colour, end))


def _declare(accent: Colour, *, ground: Colour, ink: Colour, strong: Colour) -> str:
    values = {
        "--accent": accent,
        "--accent-strong": mix(accent, strong, 28),
        "--accent-soft": mix(ground, accent, 8),
        "--on-accent": ink,
    }
    return "".join(f"{name}:{write_colour(value)};" for name, value in values.items())


def product_stylesheet(accent: str) -> str:
    """The four accent properties of `static/langganan/app.css` for a product's colour, by day and by night.

    Example: `product_stylesheet("#1d5c96")` begins ":root{--accent:#1d5c96;"; "#ffff00", illegible on white, darkens.

    Raises:
        ValueError: the accent is not six hexadecimal digits.
    """
    black, white = (0, 0, 0), (255, 255, 255)
    colour = parse_colour(accent)
    light, dark = parse_colour(LIGHT_GROUND), parse_colour(DARK_GROUND)
    by_day = _declare(make_readable(colour, on=light), ground=light, ink=white, strong=black)
    by_night = _declare(make_readable(colour, on=dark), ground=dark, ink=parse_colour(DARK_INK), strong=white)
    return f":root{{{by_day}}}\n@media (prefers-color-scheme:dark){{:root{{{by_night}}}}}\n"
