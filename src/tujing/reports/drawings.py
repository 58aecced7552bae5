"""The charts of a report as SVG, pure text in and out, and their PNGs."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tujing
from tujing.reports.shapes import (
    AMBER,
    BLUE,
    CYAN,
    GREEN,
    GREY,
    INK,
    LINE,
    PALE,
    RED,
    WIDTH,
    box,
    line,
    short,
    svg,
    text,
    wide,
)

POINTS = 460
"""Width of a picture on the page."""
PIXELS_PER_INCH = 180

BUNDLED_FONTS = Path(tujing.__file__).parent / "web" / "static" / "fonts"


@dataclass(frozen=True)
class Bar:
    """A value out of a most, with a mark to be reached (None: no mark)."""

    label: str
    value: float
    most: float
    note: str
    mark: float | None = None


@dataclass(frozen=True)
class Span:
    """One project between two days."""

    label: str
    start: date
    end: date
    note: str = ""


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval; `doubt` is the placebo's interval, drawn grey beneath. `good` None: undecided."""

    label: str
    low: float
    middle: float
    high: float
    good: bool | None
    doubt: tuple[float, float] | None = None


def bars(rows: Sequence[Bar], mark_label: str = "") -> str:
    """Horizontal bars, each on its own scale from 0 to `most`; a mark below its target is what is still missing."""
    left, right, step = 190, 90, 26
    head = 26 if mark_label else 8
    span = WIDTH - left - right
    parts = []
    if mark_label:
        parts += [line(left, 12, left + 20, 12, AMBER, 2, "4 3"), text(left + 26, 16, mark_label, GREY, 12)]
    for place, row in enumerate(rows):
        y = head + place * step
        reached = row.mark is None or row.value >= row.mark
        parts += [
            text(left - 10, y + 16, short(row.label, 15), INK, 13, "end"),
            box(left, y + 5, span, 15, PALE),
            box(left, y + 5, span * _share(row.value, row.most), 15, BLUE if reached else CYAN),
            text(left + span + 10, y + 17, row.note, INK, 12),
        ]
        if row.mark is not None:
            x = left + span * _share(row.mark, row.most)
            parts.append(line(x, y + 2, x, y + 23, AMBER, 2, "4 3"))
    return svg(head + len(rows) * step + 8, parts)


def gantt(rows: Sequence[Span], quarters: Sequence[date], labels: Sequence[str]) -> str:
    """Projects over quarters. `quarters` holds the first day of each and, last, the day after the end."""
    left, right, head, step = 210, 14, 30, 28
    span = WIDTH - left - right
    first, last = quarters[0].toordinal(), quarters[-1].toordinal()

    def place(day: date) -> float:
        return left + span * min(max((day.toordinal() - first) / (last - first), 0.0), 1.0)

    height = head + len(rows) * step + 10
    parts = []
    every = max(1, math.ceil(len(labels) / 12))
    for number, (day, label) in enumerate(zip(quarters, labels, strict=False)):
        x = place(day)
        parts.append(line(x, head - 6, x, height - 8, PALE if day.month != 1 else LINE, 1))
        if number % every == 0:
            middle = (x + place(quarters[min(number + every, len(quarters) - 1)])) / 2
            parts.append(text(middle, 18, label, GREY, 11, "middle"))
    for number, row in enumerate(rows):
        y = head + number * step
        begin, end = place(row.start), place(row.end)
        inside = end - begin > wide(row.note, 11) + 12
        parts += [
            text(left - 10, y + 17, short(row.label, 16), INK, 13, "end"),
            box(begin, y + 3, max(end - begin, 4), 20, (BLUE, CYAN)[number % 2]),
            text((begin + end) / 2, y + 17, row.note, "#ffffff", 11, "middle")
            if inside
            else text(min(end + 6, WIDTH - wide(row.note, 11) - 4), y + 17, row.note, GREY, 11),
        ]
    return svg(height, parts)


def columns(values: Sequence[float], steps: Sequence[float], labels: Sequence[str], names: tuple[str, str]) -> str:
    """Columns with a stepped line over them on the same scale from zero; `names` go into the legend."""
    left, right, head, foot, plot = 64, 14, 34, 30, 210
    span = WIDTH - left - right
    ticks = _ticks(0.0, max([*values, *steps, 1e-9]))
    top = ticks[-1]
    width = span / max(len(values), 1)
    parts = [
        box(left, 10, 12, 12, BLUE),
        text(left + 18, 21, names[0], INK, 12),
        line(left + 40 + wide(names[0], 12), 16, left + 64 + wide(names[0], 12), 16, AMBER, 2.5),
        text(left + 70 + wide(names[0], 12), 21, names[1], INK, 12),
    ]
    for tick in ticks:
        y = head + plot * (1 - tick / top)
        parts += [line(left, y, WIDTH - right, y, PALE if tick else LINE, 1)]
        parts += [text(left - 8, y + 4, f"{tick:,.10g}", GREY, 11, "end")]
    every = max(1, math.ceil(len(labels) / 12))
    points = []
    for number, value in enumerate(values):
        x = left + number * width
        tall = plot * value / top
        parts.append(box(x + width * 0.2, head + plot - tall, width * 0.6, tall, BLUE))
        if number % every == 0:
            parts.append(text(x + width / 2, head + plot + 18, labels[number], GREY, 11, "middle"))
        points.append((x + width / 2, head + plot * (1 - max(steps[number], 0.0) / top)))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{AMBER}" stroke-width="2.5"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{AMBER}"/>' for x, y in points]
    return svg(head + plot + foot, parts)


def intervals(rows: Sequence[Interval], legend: tuple[str, str]) -> str:
    """Estimates of relative change with their intervals around zero; `legend` names the interval and the placebo."""
    left, right, head, foot, step = 230, 76, 34, 30, 46
    span = WIDTH - left - right
    ends = [0.0, *(end for row in rows for end in (row.low, row.high, *(row.doubt or ())))]
    low, high = min(ends), max(ends)
    ticks = _ticks(low, high if high - low > 1e-9 else low + 0.1)
    low, high = ticks[0], ticks[-1]

    def place(value: float) -> float:
        return left + span * (value - low) / (high - low)

    floor = head + len(rows) * step
    parts = [
        line(left, 16, left + 24, 16, BLUE, 3),
        text(left + 30, 21, legend[0], INK, 12),
        line(left + 52 + wide(legend[0], 12), 16, left + 76 + wide(legend[0], 12), 16, LINE, 3),
        text(left + 82 + wide(legend[0], 12), 21, legend[1], INK, 12),
    ]
    for tick in ticks:
        x = place(tick)
        zero = abs(tick) < 1e-9
        parts.append(line(x, head, x, floor, INK if zero else PALE, 1.5 if zero else 1))
        parts.append(text(x, floor + 18, "0" if zero else f"{tick:+.0%}", GREY, 11, "middle"))
    for number, row in enumerate(rows):
        y = head + number * step + step / 2
        colour = GREY if row.good is None else GREEN if row.good else RED
        if row.doubt is not None:
            parts += [line(place(row.doubt[0]), y + 11, place(row.doubt[1]), y + 11, LINE, 4)]
        parts += [
            text(left - 12, y + 4, short(row.label, 17), INK, 13, "end"),
            line(place(row.low), y - 3, place(row.high), y - 3, colour, 3),
            *(line(place(end), y - 9, place(end), y + 3, colour, 2) for end in (row.low, row.high)),
            f'<circle cx="{place(row.middle):.1f}" cy="{y - 3:.1f}" r="5.5" fill="{colour}"/>',
            text(WIDTH - 6, y + 2, f"{row.middle:+.1%}", colour, 13, "end"),
        ]
    return svg(floor + foot, parts)


def histogram(edges: Sequence[float], counts: Sequence[float], marks: Sequence[tuple[str, float]], unit: str) -> str:
    """Columns between edges, with labelled upright marks."""
    left, right, head, foot, plot = 20, 20, 34, 40, 150
    span = WIDTH - left - right
    low, high = edges[0], edges[-1]
    most = max([*counts, 1e-9])
    width = high - low if high > low else 1.0

    def place(value: float) -> float:
        return left + span * (value - low) / width

    parts = []
    for number, count in enumerate(counts):
        begin, end = place(edges[number]), place(edges[number + 1])
        tall = plot * count / most
        colour = RED if edges[number + 1] <= 0 else BLUE
        parts.append(box(begin + 0.5, head + plot - tall, max(end - begin - 1, 0.5), tall, colour))
    parts.append(line(left, head + plot, WIDTH - right, head + plot, LINE, 1))
    for tick in _ticks(low, high):
        if low <= tick <= high:
            anchor = "middle" if left + 20 < place(tick) < WIDTH - right - 20 else "start"
            parts.append(text(place(tick), head + plot + 17, f"{tick:,.10g}", GREY, 11, anchor))
    parts.append(text(WIDTH - right, head + plot + 34, unit, GREY, 11, "end"))
    for label, value in marks:
        x = place(value)
        parts += [line(x, head - 8, x, head + plot, AMBER, 2, "4 3"), text(x, head - 14, label, INK, 12, "middle")]
    return svg(head + plot + foot, parts)


def png(svg: str, font_paths: Sequence[Path] = (BUNDLED_FONTS,), system_fonts: bool = True) -> bytes:
    """Returns the drawing as PNG. A character that no font holds is left out; the picture is made all the same."""
    import typst

    with tempfile.TemporaryDirectory(prefix="tujing-drawing-") as folder:
        page = Path(folder) / "page.typ"
        page.write_text(
            "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
            f'#image("drawing.svg", width: {POINTS}pt)\n',
            encoding="utf-8",
        )
        (Path(folder) / "drawing.svg").write_text(svg, encoding="utf-8")
        made = typst.compile(
            str(page),
            root=folder,
            font_paths=[str(path) for path in font_paths if path.is_dir()],
            ignore_system_fonts=not system_fonts,
            format="png",
            ppi=PIXELS_PER_INCH,
        )
    return bytes(made)


def _share(value: float, most: float) -> float:
    return min(max(value / most, 0.0), 1.0) if most > 0 else 0.0


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers that enclose the range, about five of them."""
    rough = max(high - low, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough - 1e-12)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]
