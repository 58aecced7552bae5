"""The profile of a table's columns as small bars that a template can draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tujing.elements.definition import Column, Element
from tujing.web.words import cell, figure

WIDTH, HEIGHT = 200, 48
FACTS = {"low": noop("lowest"), "median": noop("median"), "high": noop("highest")}


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, in pixels, with its words."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class ColumnShown:
    name: str
    column: Column
    filled: float | None
    """Share of rows."""
    distinct: int
    outside: int
    all_different: bool
    bars: list[Bar]
    top: list[tuple[str, int, float]]
    """Value, rows, share of the most frequent one's rows."""
    facts: list[tuple[str, str]]


def shown_profile(one: Element, found: dict[str, Any] | None, facts: Any) -> list[ColumnShown]:
    """Returns every column with what is known of it; without data only its definition."""
    made = []
    for name, column in one.columns.items():
        known = found["columns"].get(name, {}) if found else {}
        filled = known.get("filled", 0)
        # The distinct count is an estimate, a few per cent off.
        alone = filled > 20 and known.get("distinct", 0) > 0.95 * filled and column.type == "string"
        top = known.get("top", [])
        most = max((count for _, count in top), default=1)
        made.append(
            ColumnShown(
                name,
                column,
                facts.completeness.get(name) if facts else None,
                min(known.get("distinct", 0), filled),
                known.get("outside", 0) or 0,
                alone,
                bars(known.get("edges", []), known.get("counts", [])),
                [] if alone else [(value, count, count / most) for value, count in top],
                [(_(words), _figure(known[key], column)) for key, words in FACTS.items() if known.get(key) is not None],
            )
        )
    return made


def bars(edges: Sequence[Any], counts: Sequence[int]) -> list[Bar]:
    """Returns the bars of a histogram; the highest fills the height, and one that holds any row is never invisible."""
    most = max(counts, default=0)
    if not most:
        return []
    step = WIDTH / len(counts)
    made = []
    for place, count in enumerate(counts):
        height = max(HEIGHT * count / most, 1.0) if count else 0.0
        words = f"{_edge(edges[place])} – {_edge(edges[place + 1])}: {count:,}"
        made.append(Bar(round(place * step, 2), round(HEIGHT - height, 2), round(step - 1, 2), round(height, 2), words))
    return made


def _edge(value: Any) -> str:
    return value if isinstance(value, str) else figure(value)


def _figure(value: Any, column: Column) -> str:
    return str(value).replace("T", " ")[:16] if column.type in ("date", "datetime") else cell(float(value))
