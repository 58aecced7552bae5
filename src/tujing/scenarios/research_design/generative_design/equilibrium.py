"""Solves K(E) u = f on a regular grid, again and again while the moduli change a little.

Narrow plane meshes: banded Cholesky. Everything else: conjugate gradients, preconditioned by one geometric multigrid
V-cycle, warm-started from the last solution; the fine matrix is never assembled (O. Amir, N. Aage, B. S. Lazarov,
"On multigrid-CG for efficient topology optimization", Struct. Multidisc. Optim. 49, 2014). The first coarse matrix is
the exact Galerkin product, summed from eight (four) constant matrices per parent element, so it costs milliseconds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import product
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array, Index, element_dofs, element_stiffness

BANDED_FLOPS = 2e9
"""A banded factorisation up to this many operations (half a second) is quicker and exact; above it multigrid runs."""
COARSEST = {2: 12_000, 3: 2_500}
"""Degrees of freedom at which the hierarchy ends in a direct factorisation."""
SMOOTHING = 0.6
CG_LIMIT = 400


class Equilibrium(ABC):
    """One grid with its supports. `free` is a mask over degrees of freedom."""

    def __init__(self, shape: tuple[int, ...], poisson: float, free: Array) -> None:
        self.shape = shape
        self.stiffness = element_stiffness(len(shape), poisson)
        self.free = free

    @abstractmethod
    def load(self, moduli: Array) -> None:
        """Takes the moduli of all elements (shape of the grid); the next solutions belong to them."""

    @abstractmethod
    def solve(self, force: Array, guess: Array | None = None, tolerance: float = 1e-6) -> Array:
        """Returns the displacements (dofs,) under `force` (dofs,); zero at the supports.

        Raises
        ------
        np.linalg.LinAlgError
            When the structure can move freely or the iteration does not converge.
        """

    def energies(self, displacement: Array) -> Array:
        """Returns uᵀ K₁ u of every element for E = 1, in the shape of the grid."""
        local = displacement[element_dofs_of(self.shape)]
        energy: Array = np.einsum("ei,ei->e", local @ self.stiffness, local)
        return energy.reshape(self.shape)


_DOFS: dict[tuple[int, ...], Index] = {}


def element_dofs_of(shape: tuple[int, ...]) -> Index:
    """Returns `element_dofs(shape)`, kept for the last grid."""
    if shape not in _DOFS:
        _DOFS.clear()
        _DOFS[shape] = element_dofs(shape)
    return _DOFS[shape]


def equilibrium(shape: tuple[int, ...], poisson: float, free: Array) -> Equilibrium:
    """Returns the solver that suits the grid."""
    if len(shape) == 2 and banded_operations(shape) <= BANDED_FLOPS:
        return Banded(shape, poisson, free)
    return Multigrid(shape, poisson, free)


def banded_operations(shape: tuple[int, ...]) -> float:
    short, long = sorted(shape)
    return float((long + 1) * (short + 1) * 2 * (2 * short + 5) ** 2)


class Banded(Equilibrium):
    """Cholesky on the band that numbering along the shorter side leaves."""

    def __init__(self, shape: tuple[int, ...], poisson: float, free: Array) -> None:
        super().__init__(shape, poisson, free)
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


class Multigrid(Equilibrium):
    """Conjugate gradients with a V-cycle; the grid is padded with nothing up to a multiple of the coarsest cells."""

    def __init__(self, shape: tuple[int, ...], poisson: float, free: Array) -> None:
        from scipy import sparse

        super().__init__(shape, poisson, free)
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
            self.transfers.append(_interpolation(grid))
            grid = tuple(count // 2 for count in grid)
        self.transfers[0] = sparse.diags(self.mask) @ self.transfers[0]
        self.transfers = [transfer.tocsr() for transfer in self.transfers]
        self.restrictions = [transfer.T.tocsr() for transfer in self.transfers]
        self._prepare_first_coarse()
        self.coarse: list[Any] = []
        self.coarse_diagonals: list[Array] = []
        self.coarsest: Any = None

    def _prepare_first_coarse(self) -> None:
        """Lays down where each parent's matrix goes, and each child's share P_cᵀ K P_c of it."""
        dimension = len(self.shape)
        half = tuple(count // 2 for count in self.padded)
        self.children = _child_interpolations(dimension)
        self.shares = np.stack([(child.T @ self.stiffness @ child).ravel() for child in self.children])
        dofs = element_dofs(half)
        size = self.restrictions[0].shape[0]
        width = dofs.shape[1]
        keys = (np.repeat(dofs, width, axis=1) * size + np.tile(dofs, (1, width))).ravel()
        pattern, self.slot = np.unique(keys, return_inverse=True)
        self.columns = (pattern % size).astype(np.int32)
        self.pointers = np.searchsorted(pattern, np.arange(size + 1) * size).astype(np.int32)
        # Elements at a support lose rows and columns; only their parents need the difference.
        held = self.mask.reshape(*self.nodes, dimension)
        local = np.stack([held[corner].reshape(-1, dimension) for corner in self.corners], axis=1)
        local = local.reshape(len(local), -1)
        self.touched = np.flatnonzero((local.min(axis=1) == 0) & self._real())
        masks = local[self.touched]
        places = np.stack(np.unravel_index(self.touched, self.padded), axis=1)
        self.parent = np.ravel_multi_index(tuple((places // 2).T), half)
        which = np.ravel_multi_index(tuple((places % 2).T), (2,) * dimension)
        lost = self.stiffness[None] * (masks[:, :, None] * masks[:, None, :] - 1)
        child = np.stack(self.children)[which]
        self.lost = np.einsum("eki,ekl,elj->eij", child, lost, child).reshape(len(self.touched), width * width)

    def _real(self) -> Any:
        real = np.zeros(self.padded, dtype=bool)
        real[self.window] = True
        return real.ravel()

    def load(self, moduli: Array) -> None:
        from scipy import sparse
        from scipy.sparse.linalg import splu

        dimension = len(self.shape)
        self.moduli[self.window] = moduli
        self.diagonal = self._fine_diagonal()
        half = tuple(count // 2 for count in self.padded)
        split = self.moduli.reshape([part for count in half for part in (count, 2)])
        order = [*range(0, 2 * dimension, 2), *range(1, 2 * dimension, 2)]
        by_child = split.transpose(order).reshape(int(np.prod(half)), 2**dimension)
        parents = by_child @ self.shares
        np.add.at(parents, self.parent, self.moduli.ravel()[self.touched, None] * self.lost)
        values = np.bincount(self.slot, parents.ravel(), len(self.columns))
        size = self.restrictions[0].shape[0]
        matrix = sparse.csr_matrix((values, self.columns, self.pointers), shape=(size, size))
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


def _interpolation(shape: tuple[int, ...]) -> Any:
    """Returns the linear interpolation from the grid of half as many elements, for all components."""
    from scipy import sparse

    whole = sparse.identity(1)
    for count in shape:
        nodes = np.arange(count + 1)
        below, above = nodes // 2, (nodes + 1) // 2
        rows = np.concatenate([nodes, nodes])
        line = sparse.coo_matrix((np.full(2 * len(nodes), 0.5), (rows, np.concatenate([below, above]))))
        whole = sparse.kron(whole, line)
    return sparse.kron(whole, sparse.identity(len(shape))).tocsr()


def _child_interpolations(dimension: int) -> list[Array]:
    """Returns, for each child of a parent element, the matrix from the parent's dofs to the child's."""
    corners = list(product((0, 1), repeat=dimension))
    matrices: list[Array] = []
    for child in corners:
        weights = np.ones((len(corners), len(corners)))
        for row, corner in enumerate(corners):
            for column, parent in enumerate(corners):
                for axis in range(dimension):
                    place = (child[axis] + corner[axis]) / 2
                    weights[row, column] *= place if parent[axis] else 1 - place
        matrices.append(np.kron(weights, np.eye(dimension)).astype(np.float64))
    return matrices
