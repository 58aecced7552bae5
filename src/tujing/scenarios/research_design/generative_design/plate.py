"""The built-in simulation: a motor arm, a clamped plate with a hole, loaded across its free end.

Plane stress, nine-node quadrilaterals on rays from the hole to the outline, 3 × 3 Gauss points. Checked in the tests
against Timoshenko's beam and against the stress round a hole in a wide plate (G. Kirsch 1898: 3 times the mean).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array, Index, elasticity

SIDES = (20, 10, 20, 10)
"""Elements along the lower, right, upper and left side."""
RINGS = 8
CLEAR = (0.1, 0.95)
"""Stress counts between these shares of the length: the clamp and the load are no part of the design."""


@dataclass(frozen=True)
class Plate:
    """mm and MPa; the hole's place as a share of the length, at mid-height."""

    height: float
    thickness: float
    hole: float
    position: float
    length: float = 160.0
    young: float = 206_000.0
    poisson: float = 0.3
    mass_density: float = 7.85e-6
    """kg/mm³"""


@dataclass(frozen=True)
class Response:
    mass: float
    """kg"""
    stress: float
    """Largest von Mises stress, MPa."""
    deflection: float
    """Of the middle of the free end, mm."""


def simulate(plate: Plate, force: tuple[float, float]) -> Response:
    """Runs the plate under `force` (along, across) in N, spread evenly over the free end."""
    from scipy import sparse
    from scipy.sparse.linalg import splu

    at, elements, outer = _mesh(plate)
    hooke = elasticity(2, plate.poisson) * plate.young
    points = np.sqrt(0.6) * np.array([-1, 0, 1])
    weights = np.array([5, 8, 5]) / 9
    corners = at[elements]
    stiffness = np.zeros((len(elements), 18, 18))
    for first, along in zip(points, weights, strict=True):
        for second, across in zip(points, weights, strict=True):
            strain, area = _strain(first, second, corners)
            stiffness += np.einsum("eki,kl,elj,e->eij", strain, hooke, strain, along * across * area, optimize=True)
    stiffness *= plate.thickness
    dofs = (2 * elements[:, :, None] + np.arange(2)).reshape(len(elements), 18)
    rows, columns = np.repeat(dofs, 18, axis=1).ravel(), np.tile(dofs, (1, 18)).ravel()
    matrix = sparse.coo_matrix((stiffness.ravel(), (rows, columns)), shape=(2 * len(at),) * 2).tocsc()
    load = np.zeros((len(at), 2))
    right = outer[2 * SIDES[0] : 2 * (SIDES[0] + SIDES[1]) + 1]
    simpson = np.array([1, 4, 1]) / 6 / SIDES[1]
    for start in range(0, len(right) - 1, 2):
        load[right[start : start + 3]] += simpson[:, None] * np.array(force)
    held = np.flatnonzero(np.repeat(at[:, 0] < 1e-9 * plate.length, 2))
    free = np.setdiff1d(np.arange(2 * len(at)), held)
    moved = np.zeros(2 * len(at))
    moved[free] = splu(matrix[free][:, free]).solve(load.ravel()[free])
    middle = right[len(right) // 2]
    net = plate.length * plate.height - np.pi * plate.hole**2 / 4
    return Response(
        mass=float(net * plate.thickness * plate.mass_density),
        stress=_peak(plate, at, elements, moved, hooke),
        deflection=float(np.hypot(*moved[2 * middle : 2 * middle + 2])),
    )


def _peak(plate: Plate, at: Array, elements: Index, moved: Array, hooke: Array) -> float:
    """Returns the largest stress at the nodes, each the mean of its elements."""
    total, count = np.zeros((len(at), 3)), np.zeros(len(at))
    local = moved.reshape(-1, 2)[elements].reshape(len(elements), 18)
    for number in range(9):
        first, second = number // 3 - 1.0, number % 3 - 1.0
        strain, _ = _strain(first, second, at[elements])
        np.add.at(total, elements[:, number], np.einsum("eki,ei->ek", strain, local) @ hooke)
        np.add.at(count, elements[:, number], 1)
    x, y, shear = (total / count[:, None]).T
    von_mises = np.sqrt(x**2 - x * y + y**2 + 3 * shear**2)
    share = at[:, 0] / plate.length
    return float(von_mises[(share >= CLEAR[0]) & (share <= CLEAR[1])].max())


def _mesh(plate: Plate) -> tuple[Array, Index, Index]:
    """Returns node positions, (elements, 9) nodes and the nodes of the outline, from the lower left corner round."""
    length, height = plate.length, plate.height
    corners = np.array([[0, 0], [length, 0], [length, height], [0, height], [0, 0]], dtype=float)
    outline = np.concatenate(
        [
            corners[side] + np.linspace(0, 1, 2 * count, endpoint=False)[:, None] * (corners[side + 1] - corners[side])
            for side, count in enumerate(SIDES)
        ]
    )
    centre = np.array([plate.position * length, height / 2])
    away = outline - centre
    rim = centre + plate.hole / 2 * away / np.linalg.norm(away, axis=1, keepdims=True)
    share = (np.arange(2 * RINGS + 1) / (2 * RINGS)) ** 1.6
    at = rim[None] + share[:, None, None] * (outline - rim)[None]
    around = len(outline)
    nodes = np.arange(at.shape[0] * around).reshape(-1, around)
    nodes = np.concatenate([nodes, nodes[:, :1]], axis=1)
    # Outward then backward round the hole would turn the elements over; go round first.
    elements = [
        nodes[ring : ring + 3, step : step + 3].T[:, ::-1].ravel()
        for ring in range(0, 2 * RINGS, 2)
        for step in range(0, around, 2)
    ]
    return at.reshape(-1, 2), np.array(elements), nodes[-1, :]


def _strain(first: float, second: float, corners: Array) -> tuple[Array, Array]:
    """Returns B (elements, 3, 18) and the area factor at one point of the nine-node element."""

    def line(at: float) -> tuple[Array, Array]:
        return np.array([at * (at - 1) / 2, 1 - at**2, at * (at + 1) / 2]), np.array([at - 0.5, -2 * at, at + 0.5])

    (one, one_slope), (two, two_slope) = line(first), line(second)
    local = np.stack([np.outer(one_slope, two).ravel(), np.outer(one, two_slope).ravel()])
    jacobian = np.einsum("an,end->ead", local, corners)
    slopes = np.linalg.solve(jacobian, np.broadcast_to(local, (len(corners), 2, 9)))
    strain = np.zeros((len(corners), 3, 9, 2))
    strain[:, 0, :, 0] = strain[:, 2, :, 1] = slopes[:, 0]
    strain[:, 1, :, 1] = strain[:, 2, :, 0] = slopes[:, 1]
    return strain.reshape(len(corners), 3, 18), np.abs(np.linalg.det(jacobian))
