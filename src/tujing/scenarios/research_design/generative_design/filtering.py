"""Filters that keep a density design free of checkerboards and of members thinner than the filter.

Cone weights max(0, r − distance), cut at the border and normalised there, as in E. Andreassen et al., "Efficient
topology optimization in MATLAB using 88 lines of code", Struct. Multidisc. Optim. 43, 2011. Projection: F. Wang,
B. S. Lazarov, O. Sigmund, Struct. Multidisc. Optim. 43, 2011, with threshold 0.5.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array

THRESHOLD = 0.5


class Cone:
    """The cone filter of one grid; radius in elements."""

    def __init__(self, shape: tuple[int, ...], radius: float) -> None:
        reach = max(0, int(np.ceil(radius)) - 1)
        steps = range(-reach, reach + 1)
        weights = [max(0.0, radius - float(np.linalg.norm(step))) for step in product(steps, repeat=len(shape))]
        self.kernel = np.array(weights).reshape((2 * reach + 1,) * len(shape))
        if reach == 0:
            self.kernel = np.ones((1,) * len(shape))
        self.sums = self._sum(np.ones(shape))

    def _sum(self, field: Array) -> Array:
        from scipy.ndimage import convolve
        from scipy.signal import fftconvolve

        if self.kernel.size > 400:  # measured: from about here on the transform is quicker
            far: Array = fftconvolve(field, self.kernel, mode="same")
            return far
        near: Array = convolve(field, self.kernel, mode="constant")
        return near

    def smooth(self, density: Array) -> Array:
        """Returns the weighted mean around every element."""
        return self._sum(density) / self.sums

    def spread_back(self, slope: Array) -> Array:
        """Returns the derivative by the unfiltered density, given that by the filtered one."""
        return self._sum(slope / self.sums)

    def smooth_sensitivity(self, density: Array, slope: Array) -> Array:
        """Returns O. Sigmund's heuristic (1997): the slopes averaged with densities as weights."""
        return self._sum(density * slope) / self.sums / np.maximum(1e-3, density)


def project(density: Array, sharpness: float) -> tuple[Array, Array]:
    """Returns the densities pushed towards 0 and 1, and the derivative; sharpness 0 leaves them."""
    if sharpness == 0:
        return density, np.ones_like(density)
    low, high = np.tanh(sharpness * THRESHOLD), np.tanh(sharpness * (1 - THRESHOLD))
    bent = np.tanh(sharpness * (density - THRESHOLD))
    return (low + bent) / (low + high), sharpness * (1 - bent**2) / (low + high)


def thin_share(density: Array, size: float) -> float:
    """Returns the share of the material that no disk (in space: ball) of `size` elements inside the part covers."""
    from scipy.ndimage import binary_opening

    solid, width = density > THRESHOLD, max(1, int(size))
    at = np.meshgrid(*[np.arange(width) - (width - 1) / 2] * density.ndim)
    ball = np.sqrt(sum(one**2 for one in at)) <= width / 2
    edge = (slice(width, -width),) * density.ndim
    thick = binary_opening(np.pad(solid, width, mode="edge"), ball)[edge]
    return float((solid & ~thick).sum() / max(1, solid.sum()))
