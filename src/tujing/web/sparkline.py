"""A series as a small line, for a card."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, EDGE = 120.0, 32.0, 2.0


def sparkline(values: Sequence[float]) -> str:
    """Returns the points of an SVG polyline: the largest value on top; a flat series lies in the middle.

    >>> sparkline([1, 3, 2])
    '2.0,30.0 60.0,2.0 118.0,16.0'
    """
    if not values:
        return ""
    low, high = min(values), max(values)
    across = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)

    def down(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    return " ".join(f"{EDGE + place * across:.1f},{down(value):.1f}" for place, value in enumerate(values))
