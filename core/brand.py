"""The company's own colour: is it readable, and what shades follow from it. Pure arithmetic on `#rrggbb`."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEAST = 4.5  # contrast of text by WCAG 2.2 AA
WHITE, BLACK = "#ffffff", "#000000"
DARK_CARD = "#1b2226"  # the card of the dark theme, as in tokens.css
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def as_colour(text: str) -> str:
    """A typed colour as `#rrggbb` in small letters; three digits are doubled. Raises ValueError."""
    plain = text.strip().lower().lstrip("#")
    if len(plain) == 3:
        plain = "".join(letter * 2 for letter in plain)
    if not _COLOUR.fullmatch(f"#{plain}"):
        raise ValueError(text)
    return f"#{plain}"


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0 to 1) of `other` in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def contrast(one: str, two: str) -> float:
    """The contrast of two colours by WCAG: 1 for the same, 21 for black and white."""
    brighter, darker = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


@dataclass(frozen=True)
class Shades:
    """The tokens of one theme that follow from the company's colour."""

    brand: str
    strong: str
    soft: str
    line: str
    focus: str


def light(colour: str) -> Shades:
    return Shades(
        brand=colour,
        strong=mixed(colour, BLACK, 0.24),
        soft=mixed(colour, WHITE, 0.88),
        line=mixed(colour, WHITE, 0.62),
        focus=colour,
    )


def dark(colour: str) -> Shades:
    """The colour made lighter until it can be read on the dark card and on its own soft shade."""
    soft = mixed(DARK_CARD, colour, 0.22)
    brand = colour
    while min(contrast(brand, DARK_CARD), contrast(brand, soft)) < LEAST + 0.5 and brand != WHITE:
        brand = mixed(brand, WHITE, 0.1)
        if contrast(brand, WHITE) < 1.05:
            brand = WHITE
    return Shades(
        brand=brand,
        strong=mixed(brand, WHITE, 0.3),
        soft=soft,
        line=mixed(DARK_CARD, brand, 0.45),
        focus=mixed(brand, WHITE, 0.3),
    )


def contrasts(colour: str) -> tuple[float, float]:
    """On white, and on its soft shade."""
    return contrast(colour, WHITE), contrast(colour, light(colour).soft)


def is_readable(colour: str) -> bool:
    return min(contrasts(colour)) >= LEAST


def style_sheet(colour: str) -> str:
    """The tokens of both themes as a style sheet that stands behind tokens.css."""
    red, green, blue = _parts(colour)
    themes = (':root, [data-bs-theme="light"]', light(colour)), ('[data-bs-theme="dark"]', dark(colour))
    blocks = [
        f"{where} {{ --brand: {shades.brand}; --brand-strong: {shades.strong}; --brand-soft: {shades.soft};"
        f" --brand-line: {shades.line}; --focus: {shades.focus}; }}"
        for where, shades in themes
    ]
    return "\n".join([*blocks, f":root {{ --tblr-primary-rgb: {red}, {green}, {blue}; }}", ""])
