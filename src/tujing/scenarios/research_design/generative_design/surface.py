"""Turns a density field into a closed surface, and that into an STL file.

In space: marching tetrahedra on the element centres, six tetrahedra a cell (Kuhn's division), a ring of nothing
around. Unlike marching cubes it has no ambiguous cell, so every edge belongs to exactly two triangles. In the plane:
the same with two triangles a cell, closed by a wall along the outline.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array, Index


@dataclass(frozen=True, eq=False)
class Surface:
    """`points` (n, 3) in mm; `triangles` (m, 3) of point numbers, counter-clockwise seen from outside."""

    points: Array
    triangles: Index

    def volume(self) -> float:
        """Returns the volume enclosed, mm³ (divergence theorem)."""
        a, b, c = (self.points[self.triangles[:, corner]] for corner in range(3))
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)

    def open_edges(self) -> int:
        """Returns how many edges do not belong to exactly two triangles that run along them in opposite senses."""
        edges = np.concatenate([self.triangles[:, [0, 1]], self.triangles[:, [1, 2]], self.triangles[:, [2, 0]]])
        count = len(self.points)
        forth, times = np.unique(edges[:, 0] * count + edges[:, 1], return_counts=True)
        back = np.unique(edges[:, 1] * count + edges[:, 0])
        return int((times != 1).sum() + len(np.setxor1d(forth, back)))


def level_for(density: Array, share: float) -> float:
    """Returns the density above which the elements fill `share` of the box: the shape keeps the design's volume."""
    return float(np.clip(np.quantile(density, 1 - share), 0.2, 0.8))


def surface(density: Array, level: float, cell: float, thickness: float) -> Surface:
    """Returns the closed surface of a field (nx, ny) or (nx, ny, nz) of elements of `cell` mm."""
    field = np.pad(density, 1)
    field = np.where(np.abs(field - level) < 1e-6, level + 1e-6, field) - level
    flat, axes = field.ravel(), [np.arange(count) - 0.5 for count in field.shape]
    grid = np.stack([one.ravel() for one in np.meshgrid(*axes, indexing="ij")], axis=1) * cell
    simplices = _simplices(field.shape)
    inside = (flat[simplices] > 0).sum(axis=1)
    if density.ndim == 3:
        simplices = simplices[(inside > 0) & (inside < 4)]
        return _joined(_tetrahedra(simplices, flat), flat, grid)
    return _extruded(simplices[inside > 0], flat, grid, thickness)


def _simplices(shape: tuple[int, ...]) -> Index:
    """Returns Kuhn's division of every cell of a grid of nodes: 2 triangles or 6 tetrahedra, positively oriented."""
    dimension = len(shape)
    strides = [int(np.prod(shape[axis + 1 :])) for axis in range(dimension)]
    first = np.arange(int(np.prod(shape))).reshape(shape)[(slice(0, -1),) * dimension].ravel()
    found = []
    for order in permutations(range(dimension)):
        corners = np.cumsum([0, *[strides[axis] for axis in order]])
        step = np.eye(dimension)[list(order)]
        if np.linalg.det(step) < 0:
            corners[[-1, -2]] = corners[[-2, -1]]
        found.append(first[:, None] + corners)
    return np.concatenate(found)


Pairs = Any
"""(triangles, 3, 2): each corner as the grid edge (inner node, outer node) that it lies on."""


def _tetrahedra(simplices: Index, flat: Array) -> Pairs:
    """Returns the cut triangles of all tetrahedra."""
    inner = flat[simplices] > 0
    pieces = []
    for code in range(1, 15):
        chosen = simplices[(inner * (1, 2, 4, 8)).sum(axis=1) == code]
        if not len(chosen):
            continue
        inside = [corner for corner in range(4) if code >> corner & 1]
        outside = [corner for corner in range(4) if not code >> corner & 1]
        if len(inside) == 1:
            ring = [(inside[0], corner) for corner in outside]
        elif len(outside) == 1:
            ring = [(corner, outside[0]) for corner in inside]
        else:
            (a, b), (c, d) = inside, outside
            ring = [(a, c), (a, d), (b, d), (b, c)]
        if not _outward(ring, inside):
            ring = ring[::-1]
        for second in range(1, len(ring) - 1):
            triangle = [ring[0], ring[second], ring[second + 1]]
            pieces.append(np.stack([chosen[:, list(pair)] for pair in triangle], axis=1))
    return np.concatenate(pieces) if pieces else np.zeros((0, 3, 2), dtype=np.intp)


def _outward(ring: list[tuple[int, int]], inside: list[int]) -> bool:
    """Whether the ring turns counter-clockwise seen from outside, in a positively oriented tetrahedron."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    at = [(corners[a] + corners[b]) / 2 for a, b in ring]
    normal = np.cross(at[1] - at[0], at[2] - at[0])
    return bool(normal @ (at[0] - corners[inside].mean(axis=0)) > 0)


def _points_on(pairs: Any, flat: Array, grid: Array) -> tuple[Array, Index]:
    """Returns the points on the edges or nodes named, each once, and which point each pair is."""
    ordered = np.sort(pairs.reshape(-1, 2), axis=1)
    keys, which = np.unique(ordered[:, 0] * len(flat) + ordered[:, 1], return_inverse=True)
    one, other = keys // len(flat), keys % len(flat)
    span = flat[one] - flat[other]
    share = np.where(one == other, 0.0, flat[one] / np.where(span == 0, 1.0, span))
    # A corner that falls on a node would make triangles without area; hold off a thousandth of the edge.
    share = np.where(one == other, 0.0, np.clip(share, 1e-3, 1 - 1e-3))
    return grid[one] + share[:, None] * (grid[other] - grid[one]), which.reshape(pairs.shape[:-1])


def _joined(pairs: Pairs, flat: Array, grid: Array) -> Surface:
    points, triangles = _points_on(pairs, flat, grid)
    return Surface(points, triangles.astype(np.intp))


def _extruded(simplices: Index, flat: Array, grid: Array, thickness: float) -> Surface:
    """Returns the plane shape as a plate from z = 0 to the thickness."""
    inner = flat[simplices] > 0
    caps, walls = [], []
    for code in range(1, 8):
        chosen = simplices[(inner * (1, 2, 4)).sum(axis=1) == code]
        if not len(chosen):
            continue
        outline: list[tuple[int, int]] = []
        for corner in range(3):
            after = (corner + 1) % 3
            if code >> corner & 1:
                outline.append((corner, corner))
            if (code >> corner & 1) != (code >> after & 1):
                outline.append((corner, after))
        for second in range(1, len(outline) - 1):
            triangle = [outline[0], outline[second], outline[second + 1]]
            caps.append(np.stack([chosen[:, list(pair)] for pair in triangle], axis=1))
        for place, pair in enumerate(outline):  # the cut runs from one crossing to the next
            after_pair = outline[(place + 1) % len(outline)]
            if pair[0] != pair[1] and after_pair[0] != after_pair[1]:
                walls.append(np.stack([chosen[:, list(pair)], chosen[:, list(after_pair)]], axis=1))
    if not caps:
        return Surface(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.intp))
    cap, wall = np.concatenate(caps), np.concatenate(walls)
    points, which = _points_on(np.concatenate([cap.reshape(-1, 2), wall.reshape(-1, 2)])[None], flat, grid)
    top = which.ravel()[: 3 * len(cap)].reshape(-1, 3)
    foot = which.ravel()[3 * len(cap) :].reshape(-1, 2)
    count = len(points)
    start, end = foot[:, 0], foot[:, 1]
    sides = np.concatenate(
        [np.stack([start, end, end + count], axis=1), np.stack([start, end + count, start + count], axis=1)]
    )
    low, high = np.column_stack([points, np.zeros(count)]), np.column_stack([points, np.full(count, thickness)])
    triangles = np.concatenate([top[:, ::-1], top + count, sides])
    return Surface(np.concatenate([low, high]), triangles.astype(np.intp))


def stl(shape: Surface, name: str) -> bytes:
    """Returns a binary STL file (3D Systems 1989), lengths in mm."""
    a, b, c = (shape.points[shape.triangles[:, corner]] for corner in range(3))
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    kinds = [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")]
    rows = np.zeros(len(shape.triangles), dtype=kinds)
    rows["normal"] = normal / np.where(length > 0, length, 1)
    rows["corners"] = np.stack([a, b, c], axis=1)
    header = name.encode("ascii", "replace")[:80].ljust(80)
    return header + np.uint32(len(rows)).tobytes() + rows.tobytes()
