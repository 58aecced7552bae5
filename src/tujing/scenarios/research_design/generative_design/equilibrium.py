"""What a solver of K(E) u = f on a regular grid offers, again and again while the moduli change a little."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array, Index, element_dofs, element_stiffness

Pulse = Callable[[], None]
"""Called every fraction of a second while a solver works; ends the work by raising."""


def carry_on() -> None:
    """The pulse of a solver that nobody stops."""


class Equilibrium(ABC):
    """One grid with its supports. `free` is a mask over degrees of freedom."""

    def __init__(self, shape: tuple[int, ...], poisson: float, free: Array, pulse: Pulse = carry_on) -> None:
        self.pulse = pulse
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
