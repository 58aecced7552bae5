"""Von Mises stress of every element under every load case, its p-norm, and the safety against yield.

Stress at the element's centre, of the solid material (not diluted by density), relaxed by √ρ so that thin grey does not
count as much as solid (M. Bruggi 2008; C. Le et al., Struct. Multidisc. Optim. 41, 2010). Elements below `COUNTED`
are no material and carry none. At re-entrant corners and point loads elasticity has no finite stress: the peak there
grows with a finer mesh, so the 99th percentile stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tujing.scenarios.research_design.generative_design.equilibrium import element_dofs_of
from tujing.scenarios.research_design.generative_design.stiffness import Array, elasticity, strain_matrix
from tujing.scenarios.research_design.generative_design.topology import Design

COUNTED = 0.5
NORM = 8


@dataclass(frozen=True, eq=False)
class CaseStress:
    """One load case. MPa; `von_mises` in the shape of the grid, 0 where there is no material."""

    von_mises: Array
    peak: float
    percentile99: float
    p_norm: float
    """(mean over the material of σ⁸)^(1/8): one smooth figure for the peak."""
    displacement: float
    """Largest movement, mm."""
    safety: float | None
    """Strength ÷ peak; None without a strength."""


def stresses(design: Design) -> list[CaseStress]:
    """Returns the stress report of each load case."""
    return [_case(design, moved) for moved in design.displacements]


def _case(design: Design, moved: Array) -> CaseStress:
    part = design.part
    field = von_mises(moved, part.shape, part.material.poisson) * part.material.young / part.cell
    counted = design.density >= COUNTED
    field = np.where(counted, field * np.sqrt(design.density), 0.0)
    held = field[counted] if counted.any() else np.zeros(1)
    peak = float(held.max())
    norm = peak * float(np.mean((held / peak) ** NORM)) ** (1 / NORM) if peak > 0 else 0.0
    strength = part.material.strength
    nodes = moved.reshape(-1, part.dimension)
    return CaseStress(
        von_mises=field,
        peak=peak,
        percentile99=float(np.quantile(held, 0.99)),
        p_norm=norm,
        displacement=float(np.linalg.norm(nodes, axis=1).max()),
        safety=None if strength is None or peak <= 0 else strength / peak,
    )


def von_mises(moved: Array, shape: tuple[int, ...], poisson: float) -> Array:
    """Returns the stress at element centres for unit elements and unit modulus, in the shape of the grid."""
    dimension = len(shape)
    strain = strain_matrix(dimension, np.full(dimension, 0.5))
    stress = moved[element_dofs_of(shape)] @ (elasticity(dimension, poisson) @ strain).T
    if dimension == 2:
        x, y, shear = stress.T
        squared = x**2 - x * y + y**2 + 3 * shear**2
    else:
        x, y, z = stress[:, :3].T
        squared = ((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 2 + 3 * (stress[:, 3:] ** 2).sum(axis=1)
    field: Array = np.sqrt(np.maximum(squared, 0)).reshape(shape)
    return field
