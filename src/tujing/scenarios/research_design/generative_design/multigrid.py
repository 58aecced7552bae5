"""Conjugate gradients, preconditioned by one geometric multigrid V-cycle and warm-started from the last solution.

The fine matrix is never assembled: O. Amir, N. Aage, B. S. Lazarov, "On multigrid-CG for efficient topology
optimization", Struct. Multidisc. Optim. 49, 2014.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design.coarsening import FirstCoarse, interpolation
from tujing.scenarios.research_design.generative_design.equilibrium import Equilibrium, Pulse, carry_on
from tujing.scenarios.research_design.generative_design.stiffness import Array

COARSEST = {2: 12_000, 3: 2_500}
"""Degrees of freedom at which the hierarchy ends in a direct factorisation."""
SMOOTHING = 0.6
CG_LIMIT = 400


class Multigrid(Equilibrium):
    """Conjugate gradients with a V-cycle; the grid is padded with nothing up to a multiple of the coarsest cells."""

    def __init__(self, shape: tuple[int, ...], poisson: float, free: Array, pulse: Pulse = carry_on) -> None:
        from scipy import sparse

        super().__init__(shape, poisson, free, pulse)
        dimension = len(shape)
        levels = _levels(shape)
        cell = 2**levels
        self.padded = tuple(-(-count // cell) * cell for count in shape)
        self.nodes = tuple(count + 1 for count in self.padded)
        self.window = tuple(slice(0, count) for count in shape)
        inside = np.zeros((*self.nodes, dimension))
        inside[tuple(slice(0, count + 1) for count in shape)] = free.reshape(*[n + 1 for n in shape], dimension)
        self.mask = inside.ravel()
        self.corners = [
            tuple(slice(step, step + count) for step, count in zip(corner, self.padded, strict=True))
            for corner in product((0, 1), repeat=dimension)
        ]
        self.moduli = np.zeros(self.padded)
        self.diagonal = np.ones(len(self.mask))
        self.transfers: list[Any] = []
        grid = self.padded
        for _ in range(levels):
            self.transfers.append(interpolation(grid))
            grid = tuple(count // 2 for count in grid)
        self.transfers[0] = sparse.diags(self.mask) @ self.transfers[0]
        self.transfers = [transfer.tocsr() for transfer in self.transfers]
        self.restrictions = [transfer.T.tocsr() for transfer in self.transfers]
        real = np.zeros(self.padded, dtype=bool)
        real[self.window] = True
        self.first = FirstCoarse(self.padded, self.mask, real.ravel(), self.stiffness)
        self.coarse: list[Any] = []
        self.coarse_diagonals: list[Array] = []
        self.coarsest: Any = None

    def load(self, moduli: Array) -> None:
        from scipy import sparse
        from scipy.sparse.linalg import splu

        self.moduli[self.window] = moduli
        self.diagonal = self._fine_diagonal()
        matrix = self.first.matrix(self.moduli)
        self.coarse, self.coarse_diagonals = [], []
        for level in range(len(self.transfers)):
            if level:
                matrix = (self.restrictions[level] @ matrix @ self.transfers[level]).tocsr()
            empty = matrix.diagonal() <= 1e-12 * matrix.diagonal().max()
            if empty.any():
                matrix = matrix + sparse.diags(empty * 1.0)
            self.coarse.append(matrix)
            self.coarse_diagonals.append(matrix.diagonal())
        self.coarsest = splu(self.coarse[-1].tocsc(), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})

    @staticmethod
    def _at(corner: tuple[slice, ...], component: int) -> tuple[slice | int, ...]:
        return (*corner, component)

    def _fine_diagonal(self) -> Array:
        dimension = len(self.shape)
        diagonal = np.zeros((*self.nodes, dimension))
        for number, corner in enumerate(self.corners):
            for component in range(dimension):
                own = number * dimension + component
                diagonal[self._at(corner, component)] += self.stiffness[own, own] * self.moduli
        flat = diagonal.ravel() * self.mask
        return np.where(flat > 0, flat, 1.0)

    def _times(self, vector: Array) -> Array:
        """Returns K u on the padded grid by gathering corners, one small matrix product and scattering back."""
        dimension = len(self.shape)
        field = (vector * self.mask).reshape(*self.nodes, dimension)
        count = self.moduli.size
        local = np.empty((len(self.corners) * dimension, count))
        for number, corner in enumerate(self.corners):
            for component in range(dimension):
                local[number * dimension + component].reshape(self.padded)[...] = field[self._at(corner, component)]
        local = self.stiffness @ local
        local *= self.moduli.ravel()
        result = np.zeros_like(field)
        for number, corner in enumerate(self.corners):
            for component in range(dimension):
                result[self._at(corner, component)] += local[number * dimension + component].reshape(self.padded)
        flat: Array = result.ravel() * self.mask
        return flat

    def _cycle(self, residual: Array) -> Array:
        """One symmetric V-cycle."""
        fine = SMOOTHING * residual / self.diagonal
        rest = residual - self._times(fine)
        fine += self.transfers[0] @ self._coarse_cycle(self.restrictions[0] @ rest, 0)
        fine += SMOOTHING * (residual - self._times(fine)) / self.diagonal
        return fine * self.mask

    def _coarse_cycle(self, residual: Array, level: int) -> Array:
        if level == len(self.coarse) - 1:
            direct: Array = self.coarsest.solve(residual)
            return direct
        matrix, diagonal = self.coarse[level], self.coarse_diagonals[level]
        value: Array = SMOOTHING * residual / diagonal
        rest = residual - matrix @ value
        value += self.transfers[level + 1] @ self._coarse_cycle(self.restrictions[level + 1] @ rest, level + 1)
        value += SMOOTHING * (residual - matrix @ value) / diagonal
        return value

    def solve(self, force: Array, guess: Array | None = None, tolerance: float = 1e-6) -> Array:
        right = self._padded(force) * self.mask
        value = np.zeros_like(right) if guess is None else self._padded(guess) * self.mask
        residual = right - self._times(value) if guess is not None else right.copy()
        size = float(np.linalg.norm(right))
        direction, last = np.zeros_like(right), 1.0
        for _ in range(CG_LIMIT):
            if np.linalg.norm(residual) <= tolerance * size:
                return self._cut(value)
            self.pulse()
            conditioned = self._cycle(residual)
            energy = float(residual @ conditioned)
            direction = conditioned + energy / last * direction
            times = self._times(direction)
            step = energy / float(direction @ times)
            value += step * direction
            residual -= step * times
            last = energy
        raise np.linalg.LinAlgError("conjugate gradients did not converge")

    def _padded(self, vector: Array) -> Array:
        dimension = len(self.shape)
        field = np.zeros((*self.nodes, dimension))
        own = tuple(count + 1 for count in self.shape)
        field[tuple(slice(0, count) for count in own)] = vector.reshape(*own, dimension)
        return field.ravel()

    def _cut(self, vector: Array) -> Array:
        field = vector.reshape(*self.nodes, len(self.shape))
        return field[tuple(slice(0, count + 1) for count in self.shape)].ravel().copy()


def _levels(shape: tuple[int, ...]) -> int:
    dimension = len(shape)
    levels = 1
    while True:
        cell = 2**levels
        coarse = [-(-count // cell) for count in shape]
        if dimension * np.prod([count + 1 for count in coarse]) <= COARSEST[dimension] or min(coarse) <= 2:
            return levels
        levels += 1
