"""From a regular grid to the one of half as many elements: interpolation, and the first coarse matrix.

The first coarse matrix is the exact Galerkin product Pᵀ K P, summed from eight (in the plane four) constant matrices
per parent element, so it costs milliseconds and the fine matrix is never assembled.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array, element_dofs


class FirstCoarse:
    """Sums the first coarse matrix anew for every field of moduli; what does not change is laid down once.

    `padded` elements of the fine grid, even along every axis; `mask` (dofs of the padded grid) 1 where the node may
    move; `real` (padded elements, flat) which elements are the part's own.
    """

    def __init__(self, padded: tuple[int, ...], mask: Array, real: Any, stiffness: Array) -> None:
        dimension = len(padded)
        self.padded, self.half = padded, tuple(count // 2 for count in padded)
        children = child_interpolations(dimension)
        self.shares = np.stack([(child.T @ stiffness @ child).ravel() for child in children])
        dofs = element_dofs(self.half)
        self.size = int(np.prod([count + 1 for count in self.half])) * dimension
        width = dofs.shape[1]
        keys = (np.repeat(dofs, width, axis=1) * self.size + np.tile(dofs, (1, width))).ravel()
        pattern, self.slot = np.unique(keys, return_inverse=True)
        self.columns = (pattern % self.size).astype(np.int32)
        self.pointers = np.searchsorted(pattern, np.arange(self.size + 1) * self.size).astype(np.int32)
        # Elements at a support lose rows and columns; only their parents need the difference.
        local = mask[element_dofs(padded)]
        self.touched = np.flatnonzero((local.min(axis=1) == 0) & real)
        masks = local[self.touched]
        places = np.stack(np.unravel_index(self.touched, padded), axis=1)
        self.parent = np.ravel_multi_index(tuple((places // 2).T), self.half)
        which = np.ravel_multi_index(tuple((places % 2).T), (2,) * dimension)
        lost = stiffness[None] * (masks[:, :, None] * masks[:, None, :] - 1)
        child = np.stack(children)[which]
        self.lost = np.einsum("eki,ekl,elj->eij", child, lost, child).reshape(len(self.touched), width * width)

    def matrix(self, moduli: Array) -> Any:
        """Returns the sparse coarse matrix for moduli in the shape of the padded grid."""
        from scipy import sparse

        dimension = len(self.half)
        split = moduli.reshape([part for count in self.half for part in (count, 2)])
        order = [*range(0, 2 * dimension, 2), *range(1, 2 * dimension, 2)]
        by_child = split.transpose(order).reshape(int(np.prod(self.half)), 2**dimension)
        parents = by_child @ self.shares
        np.add.at(parents, self.parent, moduli.ravel()[self.touched, None] * self.lost)
        values = np.bincount(self.slot, parents.ravel(), len(self.columns))
        return sparse.csr_matrix((values, self.columns, self.pointers), shape=(self.size, self.size))


def interpolation(shape: tuple[int, ...]) -> Any:
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


def child_interpolations(dimension: int) -> list[Array]:
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
