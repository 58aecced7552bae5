"""Square and cubic bilinear elements of unit size: stiffness, strain and the numbering of a regular grid.

Corners of an element are numbered by `itertools.product((0, 1), repeat=d)`: the last axis runs fastest, as in a numpy
array in C order. Degree of freedom `corner * d + component`. Plane stress in two dimensions, unit thickness.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def elasticity(dimension: int, poisson: float) -> Array:
    """Returns Hooke's matrix for Young's modulus 1, engineering shear strains: (3, 3) plane stress or (6, 6).

    Order of components: xx, yy, xy; or xx, yy, zz, xy, yz, zx.
    """
    if dimension == 2:
        plane = np.array([[1, poisson, 0], [poisson, 1, 0], [0, 0, (1 - poisson) / 2]], dtype=float)
        return plane / (1 - poisson**2)
    lame = poisson / ((1 + poisson) * (1 - 2 * poisson))
    shear = 1 / (2 * (1 + poisson))
    matrix = np.zeros((6, 6))
    matrix[:3, :3] = lame
    matrix[np.arange(3), np.arange(3)] += 2 * shear
    matrix[np.arange(3, 6), np.arange(3, 6)] = shear
    return matrix


def strain_matrix(dimension: int, point: Array) -> Array:
    """Returns B (3 or 6, d·2^d): strain at `point` of the unit element, coordinates 0–1, from its displacements."""
    corners = np.array(list(product((0, 1), repeat=dimension)))
    shares = np.where(corners == 1, point, 1 - point)
    slopes = np.where(corners == 1, 1.0, -1.0)
    gradient = np.empty((len(corners), dimension))
    for axis in range(dimension):
        others = [other for other in range(dimension) if other != axis]
        gradient[:, axis] = slopes[:, axis] * shares[:, others].prod(axis=1)
    pairs = [(0, 1)] if dimension == 2 else [(0, 1), (1, 2), (2, 0)]
    matrix = np.zeros((dimension + len(pairs), len(corners), dimension))
    for axis in range(dimension):
        matrix[axis, :, axis] = gradient[:, axis]
    for row, (first, second) in enumerate(pairs, start=dimension):
        matrix[row, :, first] = gradient[:, second]
        matrix[row, :, second] = gradient[:, first]
    return matrix.reshape(len(matrix), -1)


def element_stiffness(dimension: int, poisson: float) -> Array:
    """Returns the stiffness of a unit element with E = 1 by 2-point Gauss quadrature, which is exact here."""
    hooke = elasticity(dimension, poisson)
    points = 0.5 + np.array([-1, 1]) / (2 * np.sqrt(3))
    size = dimension * 2**dimension
    matrix = np.zeros((size, size))
    for point in product(points, repeat=dimension):
        strain = strain_matrix(dimension, np.array(point))
        matrix += strain.T @ hooke @ strain / 2**dimension
    return matrix


def element_dofs(shape: tuple[int, ...]) -> Index:
    """Returns (elements, d·2^d): the degrees of freedom of every element of a grid of `shape` elements."""
    dimension = len(shape)
    nodes = np.arange(np.prod([count + 1 for count in shape])).reshape([count + 1 for count in shape])
    columns = []
    for corner in product((0, 1), repeat=dimension):
        window = tuple(slice(step, step + count) for step, count in zip(corner, shape, strict=True))
        node = nodes[window].ravel()
        columns += [node * dimension + component for component in range(dimension)]
    return np.stack(columns, axis=1).astype(np.intp)


def node_positions(shape: tuple[int, ...]) -> Array:
    """Returns (nodes, d): the positions of all nodes, in elements."""
    axes = np.meshgrid(*[np.arange(count + 1.0) for count in shape], indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)
