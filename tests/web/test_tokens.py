"""The colours: named once, readable in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEETS = Path(__file__).parents[2] / "frontend" / "src"
TOKENS = (SHEETS / "shell" / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(")
READABLE = 4.5
"""Contrast that WCAG 2.2 asks of text, level AA."""

Channels = tuple[float, float, float]


def block(theme: str) -> dict[str, str]:
    """The tokens of a theme; what dark does not say stays as light has it."""
    bodies = re.findall(r"([^{}]*)\{([^{}]*)\}", TOKENS)
    light = next(body for head, body in bodies if 'data-bs-theme="light"' in head)
    own = next(body for head, body in bodies if f'data-bs-theme="{theme}"' in head)
    return {name: value.strip() for body in (light, own) for name, value in re.findall(r"--([\w-]+):([^;]+);", body)}


def channels(colour: str, under: Channels = (0, 0, 0)) -> Channels:
    if colour.startswith("#"):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
        return tuple(int(digits[place : place + 2], 16) for place in (0, 2, 4))  # type: ignore[return-value]
    *own, share = (float(one) for one in re.findall(r"[\d.]+", colour))
    return tuple(share * top + (1 - share) * below for top, below in zip(own, under, strict=True))  # type: ignore[return-value]


def luminance(colour: Channels) -> float:
    parts = [one / 255 / 12.92 if one / 255 <= 0.04045 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(ink: str, paper: str) -> float:
    below = channels(paper)
    one, other = sorted((luminance(channels(ink, below)), luminance(below)), reverse=True)
    return (one + 0.05) / (other + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "papers"),
    [
        ("ink", ("panel", "panel-soft", "page", "hover", "blue-tint", "green-tint", "amber-tint", "red-tint")),
        ("ink-soft", ("panel", "panel-soft", "page", "hover")),
        ("ink-faint", ("panel", "page")),
        ("blue", ("panel", "panel-soft", "page", "blue-tint")),
        ("blue-ink", ("panel", "blue-tint")),
        ("green-ink", ("panel", "green-tint")),
        ("amber-ink", ("panel", "amber-tint")),
        ("red-ink", ("panel", "red-tint")),
        ("on-fill", ("blue-fill",)),
        ("on-fill", ("toast", "red-fill")),
        ("toast-link", ("toast",)),
        ("navy-ink", ("navy",)),
        ("navy-faint", ("navy",)),
        ("chart-ink", ("panel", "ready", "part", "lacking")),
    ],
)
def test_text_reads_on_what_it_stands_on(theme: str, ink: str, papers: tuple[str, ...]):
    tokens = block(theme)
    poor = {paper: round(found, 2) for paper in papers if (found := contrast(tokens[ink], tokens[paper])) < READABLE}
    assert poor == {}


def test_black_on_white_is_twenty_one_to_one():
    assert round(contrast("#000", "#fff"), 1) == 21.0
    assert round(contrast("rgba(0, 0, 0, 0.5)", "#fff"), 1) == 4.0


@pytest.mark.parametrize("sheet", sorted(SHEETS.rglob("*.css")), ids=lambda path: path.name)
def test_no_other_sheet_names_a_colour(sheet: Path):
    if sheet.name == "tokens.css":
        return
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert COLOUR.findall(text) == []


def test_every_token_that_is_used_is_there():
    names = set(block("light")) | set(re.findall(r"--([\w-]+):", TOKENS))
    asked = set()
    for path in [*SHEETS.rglob("*.css"), *SHEETS.rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        own = set(re.findall(r"--([\w-]+):", text))
        asked |= {name for name in re.findall(r"var\(--([\w-]+)\)", text) if not name.startswith("tblr-")} - own
        asked |= set(re.findall(r'\btoken\("([\w-]+)"\)', text))
    assert asked - names == set()
