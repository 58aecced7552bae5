"""The design problem of one part, on its grid: where material may be, what holds it and what pulls at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.words import Text

Filter = Literal["sensitivity", "density"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Material:
    """Linear elastic. `young` and `strength` (yield) in MPa, `mass_density` in kg/mm³; None: not given."""

    name: Text
    young: float = 1.0
    poisson: float = 0.3
    strength: float | None = None
    mass_density: float | None = None


@dataclass(frozen=True, eq=False)
class LoadCase:
    """Forces that act together: (dofs,) in N; `weight` is its share in the objective."""

    name: Text
    force: Array
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Part:
    """What is to be designed. Lengths in mm; elements are squares or cubes of `cell` mm."""

    name: Text
    shape: tuple[int, ...]
    cell: float
    thickness: float
    """Of a plane part; 1 in three dimensions, where it plays no role."""
    material: Material
    volume: float
    """Share of the design box that may be filled, passive solid elements included."""
    free: Array
    """(dofs,) 1 where the node may move, 0 where it is held."""
    cases: tuple[LoadCase, ...]
    solid: Mask
    void: Mask
    symmetry: tuple[int, ...] = ()
    """Axes across whose middle plane the design mirrors itself."""
    penalty: float = 3.0
    filter: Filter = "density"
    radius: float = 1.5
    """Of the filter, in elements."""
    projection: bool = False
    """Whether the filtered densities are pushed to 0 and 1, so that no member is thinner than the filter."""

    minimum_size: float | None = None
    """mm; None: not asked for."""

    @property
    def real(self) -> bool:
        """Whether it is made of a material, unlike the unit problems of the literature."""
        return self.material.young != 1.0

    @property
    def dimension(self) -> int:
        return len(self.shape)

    @property
    def stiffness_scale(self) -> float:
        """N/mm of a unit element with E = 1: E·t in the plane, E·h in space."""
        return self.material.young * (self.thickness if self.dimension == 2 else self.cell)

    @property
    def element_volume(self) -> float:
        """mm³"""
        return self.cell**2 * self.thickness if self.dimension == 2 else self.cell**3

    @cached_property
    def active(self) -> Mask:
        active: Mask = ~(self.solid | self.void)
        return active

    def mass(self, share: float) -> float | None:
        """Returns kg of a design that fills `share` of the box, when the material's density is known."""
        if self.material.mass_density is None:
            return None
        return self.material.mass_density * self.element_volume * float(np.prod(self.shape)) * share

    def mirrored(self, field: Array) -> Array:
        """Returns the mean of a field and its mirror images across the planes of symmetry."""
        for axis in self.symmetry:
            field = (field + np.flip(field, axis)) / 2
        return field
