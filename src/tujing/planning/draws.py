"""Many correlated draws, quickly: a one-factor Gaussian copula on tables.

z_i = √ρ · F + √(1 − ρ) · ε_i, and figure i is its own quantile of Φ(z_i). F is an exact normal deviate. ε takes 65 536
equally likely levels, the means of as many slices of the normal distribution, scaled to variance 1. Every figure's way
from z to its value is a table read between its points: for a triangular range the error is below 10⁻⁵ of its width, for
a normal one there is none beyond single precision. `tests/planning/test_draws.py` keeps both promises.

Why tables: the exact way, an inverse normal and two square roots for every draw, takes about ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from tujing.planning.uncertainty import Floats, Triangular, Uncertain

Singles = npt.NDArray[np.float32]

REACH = 7.0
"""Tables span deviates from −7 to 7: beyond lie 10⁻¹² of the distribution."""
CELLS = 1024
FACTOR_REACH = 5.0
TOGETHER = 10
"""Figures worked out at once, so that what they pass through stays in the processor's cache."""


@cache
def levels() -> Floats:
    """Returns the levels of a figure's own part ε in rising order, shape (65536,); mean 0, variance 1."""
    from scipy.special import ndtri

    edges = ndtri(np.linspace(0, 1, 2**16 + 1))
    density = np.exp(-0.5 * edges**2) / np.sqrt(2 * np.pi)
    means = (density[:-1] - density[1:]) * 2**16  # the mean of a slice of the normal distribution
    found: Floats = means / means.std()
    return found


@cache
def _points() -> tuple[Floats, Floats]:
    """Returns the deviates at which tables are filled in, and the shares of the distribution below them."""
    from scipy.special import ndtr

    points = np.linspace(-REACH, REACH, CELLS + 1)
    return points, ndtr(points)


class Copula:
    """Figures tied together by one common factor, ready to be drawn.

    Raises
    ------
    ValueError
        When the correlation is not from 0 to 1.
    """

    def __init__(self, figures: Sequence[Uncertain], correlation: float) -> None:
        if not 0 <= correlation <= 1:
            raise ValueError(f"correlation {correlation} is not from 0 to 1")
        self.count = len(figures)
        tables = np.empty((self.count, CELLS + 1), dtype=np.float32)
        points, shares = _points()
        for row, figure in enumerate(figures):
            tables[row] = figure.quantile(shares) if isinstance(figure, Triangular) else figure.from_normal(points)
        self._value = np.ascontiguousarray(tables[:, :-1]).ravel()
        self._slope = np.diff(tables, axis=1).ravel()
        cells_a_unit = CELLS / (2 * REACH)
        self._own = (levels() * np.sqrt(1 - correlation) * cells_a_unit).astype(np.float32)
        self._common = np.float32(np.sqrt(correlation) * cells_a_unit)

    def draw(self, random: np.random.Generator, rows: int) -> Singles:
        """Returns draws, shape (rows, figures); each figure's draws lie side by side in memory."""
        factor = np.clip(random.standard_normal(rows, dtype=np.float32), -FACTOR_REACH, FACTOR_REACH)
        return self._at(factor * self._common + np.float32(CELLS / 2), random)

    def _at(self, common: Singles, random: np.random.Generator) -> Singles:
        """Draws the figures' own parts and reads the tables; `common` in cells, shape (rows,)."""
        rows = len(common)
        drawn = np.empty((self.count, rows), dtype=np.float32)
        shape = (TOGETHER, rows)
        place, whole, change = (np.empty(shape, dtype=np.float32) for _ in range(3))
        index = np.empty(shape, dtype=np.intp)
        for begin in range(0, self.count, TOGETHER):
            figures = min(TOGETHER, self.count - begin)
            at, cell, step, found = place[:figures], whole[:figures], change[:figures], index[:figures]
            found[...] = _sixteen_bits(random, figures * rows).reshape(figures, rows)
            np.take(self._own, found, out=at, mode="clip")
            at += common
            np.floor(at, out=cell)
            at -= cell
            found[...] = cell
            found += (np.arange(begin, begin + figures) * CELLS)[:, None]
            out = drawn[begin : begin + figures]
            np.take(self._value, found, out=out, mode="clip")
            np.take(self._slope, found, out=step, mode="clip")
            step *= at
            out += step
        return drawn.T


def _sixteen_bits(random: np.random.Generator, count: int) -> npt.NDArray[np.uint16]:
    """Returns uniform whole numbers 0–65535, four from each random word."""
    words = random.integers(0, 2**64 - 1, size=-(-count // 4), dtype=np.uint64, endpoint=True)
    return words.view(np.uint16)[:count]
