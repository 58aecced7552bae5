"""Cholesky factorisation of the band that a narrow plane grid has: exact, and quicker than iterating."""

from __future__ import annotations

from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design.equilibrium import Equilibrium, Pulse, carry_on, element_dofs_of
from tujing.scenarios.research_design.generative_design.stiffness import Array


def banded_operations(shape: tuple[int, ...]) -> float:
    short, long = sorted(shape)
    return float((long + 1) * (short + 1) * 2 * (2 * short + 5) ** 2)


class Banded(Equilibrium):
    """Cholesky on the band that numbering along the shorter side leaves."""

    def __init__(self, shape: tuple[int, ...], poisson: float, free: Array, pulse: Pulse = carry_on) -> None:
        super().__init__(shape, poisson, free, pulse)
        nodes = np.arange((shape[0] + 1) * (shape[1] + 1)).reshape(shape[0] + 1, shape[1] + 1)
        if shape[1] > shape[0]:
            nodes = nodes.T
        place = np.empty(nodes.size, dtype=np.intp)
        place[nodes.ravel()] = np.arange(nodes.size)
        self.place = (2 * place[:, None] + np.arange(2)).ravel()
        dofs = self.place[element_dofs_of(shape)]
        rows, columns = np.repeat(dofs, 8, axis=1), np.tile(dofs, (1, 8))
        inside = self._in_band_order(free)
        kept = (rows >= columns) & (inside[rows] > 0) & (inside[columns] > 0)
        self.band = 2 * min(shape) + 6
        self.entry = ((rows - columns) * len(free) + columns)[kept]
        self.element, self.which = np.nonzero(kept)
        self.held = np.flatnonzero(inside == 0)
        self.factor: Any = None

    def _in_band_order(self, values: Array) -> Array:
        ordered = np.empty_like(values)
        ordered[self.place] = values
        return ordered

    def load(self, moduli: Array) -> None:
        from scipy.linalg import cholesky_banded

        self.pulse()
        weights = moduli.ravel()[self.element] * self.stiffness.ravel()[self.which]
        size = len(self.free)
        band = np.bincount(self.entry, weights, self.band * size).reshape(self.band, size)
        band[0, self.held] = 1.0
        self.factor = cholesky_banded(band, lower=True, overwrite_ab=True, check_finite=False)

    def solve(self, force: Array, guess: Array | None = None, tolerance: float = 1e-6) -> Array:
        from scipy.linalg import cho_solve_banded

        right = self._in_band_order(force * self.free)
        solution: Array = cho_solve_banded((self.factor, True), right, check_finite=False)[self.place]
        return solution
