"""The map as a poster: every scenario with its state, the data that flow between them, a legend, whose and when.

One SVG in A1 or A3 landscape, crisp at any size; as PDF by typst with the fonts inside.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tujing.reports.drawings import BUNDLED_FONTS
from tujing.reports.shapes import FONTS, clean, line, text, wide, wrapped

Size = Literal["A1", "A3"]
SIZES: dict[Size, tuple[int, int]] = {"A1": (841, 594), "A3": (420, 297)}
"""Millimetres, landscape."""
PAGE = (1682.0, 1188.0)
"""Units of the drawing: the same for both sizes, half a millimetre on A1."""
MARGIN, HEAD, FOOT, SIDE = 40.0, 92.0, 104.0, 74.0
INK, SOFT, LINE, GROUND = "#1f1f1f", "#595959", "#d9d9d9", "#f7f8fa"
WING_COLOURS = ("#0958d9", "#08979c", "#531dab", "#ad4e00", "#237804", "#9e1068")


@dataclass(frozen=True)
class Chip:
    """A scenario, by its centre in the map's own pixels."""

    id: str
    words: str
    x: float
    y: float
    fill: str
    edge: str = LINE
    thick: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Strip:
    words: str
    start: float
    length: float


@dataclass(frozen=True)
class Key:
    """One entry of the legend."""

    words: str
    fill: str
    edge: str = LINE
    thick: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Poster:
    title: str
    subtitle: str
    right: str
    """At the right of the head: the organisation and the day."""
    chips: Sequence[Chip]
    chip: tuple[float, float]
    links: Sequence[tuple[str, str, bool]]
    """(from, to, by prerequisite)."""
    columns: Sequence[Strip]
    bands: Sequence[Strip]
    width: float
    height: float
    legend: Sequence[Key]
    notes: Sequence[str] = field(default_factory=tuple)


def svg(poster: Poster, size: Size) -> str:
    """Draws the poster; one letter is never smaller than the page can show."""
    millimetres = SIZES[size]
    room = (PAGE[0] - 2 * MARGIN - SIDE, PAGE[1] - 2 * MARGIN - HEAD - FOOT)
    across, down = room[0] / poster.width, room[1] / poster.height
    # Chips keep their proportions; what is left over goes between them.
    scale = min(across, down)
    place = _Place(MARGIN + SIDE, MARGIN + HEAD, across, down, scale)
    parts = [
        f'<rect width="{PAGE[0]:.0f}" height="{PAGE[1]:.0f}" fill="#ffffff"/>',
        *_head(poster),
        *_strips(poster, place),
        *_links(poster, place),
        *_chips(poster, place),
        *_foot(poster),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{millimetres[0]}mm" height="{millimetres[1]}mm" '
        f'viewBox="0 0 {PAGE[0]:.0f} {PAGE[1]:.0f}" font-family="{FONTS}">{"".join(parts)}</svg>'
    )


def pdf(drawing: str, size: Size, fonts: Path = BUNDLED_FONTS) -> bytes:
    """Returns the drawing as one page."""
    import typst

    width, height = SIZES[size]
    with tempfile.TemporaryDirectory(prefix="tujing-poster-") as folder:
        (Path(folder) / "poster.svg").write_text(drawing, encoding="utf-8")
        page = Path(folder) / "page.typ"
        page.write_text(
            f"#set page(width: {width}mm, height: {height}mm, margin: 0mm)\n"
            f'#image("poster.svg", width: {width}mm, height: {height}mm)\n',
            encoding="utf-8",
        )
        return bytes(
            typst.compile(str(page), root=folder, font_paths=[str(fonts)] if fonts.is_dir() else [], format="pdf")
        )


@dataclass(frozen=True)
class _Place:
    left: float
    top: float
    across: float
    down: float
    scale: float

    def x(self, value: float) -> float:
        return self.left + value * self.across

    def y(self, value: float) -> float:
        return self.top + value * self.down


def _head(poster: Poster) -> list[str]:
    return [
        text(MARGIN, MARGIN + 38, poster.title, INK, 40),
        text(MARGIN, MARGIN + 68, poster.subtitle, SOFT, 18),
        text(PAGE[0] - MARGIN, MARGIN + 38, poster.right, INK, 20, "end"),
        line(MARGIN, MARGIN + 82, PAGE[0] - MARGIN, MARGIN + 82, INK, 1.5),
    ]


def _strips(poster: Poster, place: _Place) -> list[str]:
    parts = []
    for band in poster.bands:
        top, high = place.y(band.start), band.length * place.down - 4
        parts.append(_box(place.left, top, poster.width * place.across, high, GROUND, "none", 0))
        lines = wrapped(band.words, SIDE / 15, 5)
        for row, words in enumerate(lines):
            y = top + high / 2 + 5 + (row - (len(lines) - 1) / 2) * 18
            parts.append(text(place.left - 10, y, words, SOFT, 14, "end"))
    for number, column in enumerate(poster.columns):
        left, width = place.x(column.start) + 4, column.length * place.across - 8
        colour = WING_COLOURS[number % len(WING_COLOURS)]
        parts.append(_box(left, place.top, width, 36, colour, "none", 0))
        parts.append(text(left + width / 2, place.top + 24, column.words, "#ffffff", 18, "middle"))
    return parts


def _links(poster: Poster, place: _Place) -> list[str]:
    by_id: Mapping[str, Chip] = {chip.id: chip for chip in poster.chips}
    parts = []
    for source, target, prerequisite in poster.links:
        one, other = by_id[source], by_id[target]
        x1, y1, x2, y2 = place.x(one.x), place.y(one.y), place.x(other.x), place.y(other.y)
        bend = (x2 - x1) / 2
        dashes = ' stroke-dasharray="5 4"' if prerequisite else ""
        colour = "#8c8c8c" if prerequisite else "#69a8f5"
        parts.append(
            f'<path d="M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}" '
            f'fill="none" stroke="{colour}" stroke-width="0.7" opacity="0.4"{dashes}/>'
        )
    return parts


def _chips(poster: Poster, place: _Place) -> list[str]:
    width = poster.chip[0] * place.across
    height = min(poster.chip[1] * place.down, poster.chip[1] * place.scale * 1.35)
    parts = []
    for chip in poster.chips:
        x, y = place.x(chip.x), place.y(chip.y)
        parts.append(_box(x - width / 2, y - height / 2, width, height, chip.fill, chip.edge, chip.thick, chip.dashed))
        size, lines = _fitting(clean(chip.words), width - 10, height - 4)
        for row, words in enumerate(lines):
            at = y + size * 0.36 + (row - (len(lines) - 1) / 2) * size * 1.18
            parts.append(text(x, at, words, INK, size, "middle"))
    return parts


def _fitting(words: str, width: float, height: float) -> tuple[int, list[str]]:
    """The largest letters with which a name fits whole, and its lines."""
    for size in range(18, 7, -1):
        most = int(height / (size * 1.18))
        lines = wrapped(words, width / size, most) if most else ["…"]
        if not lines[-1].endswith("…") and all(wide(one, size) <= width for one in lines):
            return size, lines
    return 8, wrapped(words, width / 8, 3)


def _foot(poster: Poster) -> list[str]:
    top = PAGE[1] - MARGIN - FOOT + 26
    parts = [line(MARGIN, top - 14, PAGE[0] - MARGIN, top - 14, LINE, 1)]
    x, y = MARGIN, top
    for key in poster.legend:
        width = 30 + wide(key.words, 15) + 26
        if x + width > PAGE[0] - MARGIN:
            x, y = MARGIN, y + 26
        parts.append(_box(x, y, 22, 15, key.fill, key.edge, key.thick, key.dashed))
        parts.append(text(x + 30, y + 13, key.words, SOFT, 15))
        x += width
    for row, words in enumerate(poster.notes):
        parts.append(text(MARGIN, y + 46 + row * 20, words, SOFT, 13))
    return parts


def _box(
    x: float, y: float, width: float, height: float, fill: str, edge: str, thick: float, dashed: bool = False
) -> str:
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="5" fill="{fill}" '
        f'stroke="{edge}" stroke-width="{thick}"{dashes}/>'
    )
