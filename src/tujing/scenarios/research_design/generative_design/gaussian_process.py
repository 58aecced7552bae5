"""Exact Gaussian-process regression with one length an input, fitted by the gradient of the marginal likelihood.

C. E. Rasmussen, C. K. I. Williams, *Gaussian Processes for Machine Learning*, MIT Press 2006: likelihood (5.8),
gradient (5.9). Inputs are scaled to 0–1 and outputs to mean 0, deviation 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array

Kernel = Literal["squared_exponential", "matern_5_2"]
JITTER = 1e-8


@dataclass(frozen=True, eq=False)
class GaussianProcess:
    """A fitted process. `points` (n, d) scaled inputs; `lengths` (d,) in scaled units; `signal`, `noise` variances of
    the scaled output."""

    kernel: Kernel
    low: Array
    span: Array
    points: Array
    mean: float
    scale: float
    lengths: Array
    signal: float
    noise: float
    weights: Array
    inverse: Array

    def predict(self, inputs: Array) -> tuple[Array, Array]:
        """Returns mean and standard deviation of a new observation, noise included, at (m, d) inputs."""
        cross = self.signal * covariance(self.kernel, self.scaled(inputs), self.points, self.lengths)
        variance = self.signal + self.noise - np.einsum("ij,jk,ik->i", cross, self.inverse, cross)
        return self.mean + self.scale * (cross @ self.weights), self.scale * np.sqrt(np.maximum(variance, 1e-12))

    def scaled(self, inputs: Array) -> Array:
        scaled: Array = (inputs - self.low) / self.span
        return scaled


def conditioned(model: GaussianProcess, inputs: Array, results: Array) -> GaussianProcess:
    """Returns the process with the same parameters, seen these (n, d) inputs and (n,) results."""
    points = model.scaled(inputs)
    return _solved(model.kernel, model.low, model.span, points, (results - model.mean) / model.scale, model.mean,
                   model.scale, model.lengths, model.signal, model.noise)  # fmt: skip


def _solved(
    kernel: Kernel, low: Array, span: Array, points: Array, target: Array, mean: float, scale: float, lengths: Array,
    signal: float, noise: float,
) -> GaussianProcess:  # fmt: skip
    matrix = signal * covariance(kernel, points, points, lengths) + (noise + JITTER * signal) * np.eye(len(points))
    inverse = np.linalg.inv(matrix)
    inverse = (inverse + inverse.T) / 2
    return GaussianProcess(kernel, low, span, points, mean, scale, lengths, signal, noise, inverse @ target, inverse)


def covariance(kernel: Kernel, first: Array, second: Array, lengths: Array) -> Array:
    """Returns the (n, m) correlations of scaled inputs."""
    squared = _squared(first / lengths, second / lengths)
    if kernel == "squared_exponential":
        near: Array = np.exp(-squared / 2)
        return near
    root = np.sqrt(5 * squared)
    rough: Array = (1 + root + 5 * squared / 3) * np.exp(-root)
    return rough


def _squared(first: Array, second: Array) -> Array:
    total: Array = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None] - 2 * first @ second.T
    return total.clip(min=0)


def fit(inputs: Array, outputs: Array, kernel: Kernel = "squared_exponential", restarts: int = 2) -> GaussianProcess:
    """Fits lengths, signal and noise to (n, d) inputs and (n,) outputs by L-BFGS from `restarts` starting points."""
    from scipy.optimize import minimize

    low, span = inputs.min(axis=0), np.ptp(inputs, axis=0)
    span = np.where(span > 0, span, 1.0)
    points = (inputs - low) / span
    mean, scale = float(outputs.mean()), float(outputs.std()) or 1.0
    target = (outputs - mean) / scale
    dimension = points.shape[1]
    bounds = [(np.log(0.03), np.log(30.0))] * dimension + [(np.log(1e-2), np.log(1e3)), (np.log(1e-7), np.log(1.0))]
    starts = [(0.5, 1e-2), (2.0, 1e-4), (0.2, 1e-1)][:restarts]
    best = None
    for length, noise in starts:
        start = np.log(np.array([length * np.sqrt(dimension)] * dimension + [1.0, noise]))
        found = minimize(
            _likelihood, start, (points, target, kernel), jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 120},
        )  # fmt: skip
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    lengths, signal, noise = np.exp(best.x[:-2]), float(np.exp(best.x[-2])), float(np.exp(best.x[-1]))
    return _solved(kernel, low, span, points, target, mean, scale, lengths, signal, noise)


def _likelihood(logs: Array, points: Array, target: Array, kernel: Kernel) -> tuple[float, Array]:
    """Returns minus the log marginal likelihood and its gradient by the logarithms of the parameters."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    lengths, signal, noise = np.exp(logs[:-2]), np.exp(logs[-2]), np.exp(logs[-1])
    correlation = covariance(kernel, points, points, lengths)
    count = len(points)
    try:
        factor = cho_factor(signal * correlation + (noise + JITTER * signal) * np.eye(count), lower=True)
    except LinAlgError:
        return 1e25, np.zeros_like(logs)
    weights = cho_solve(factor, target)
    value = target @ weights / 2 + np.log(np.diag(factor[0])).sum() + count / 2 * np.log(2 * np.pi)
    outer = cho_solve(factor, np.eye(count)) - np.outer(weights, weights)
    if kernel == "squared_exponential":
        slope = correlation
    else:
        root = np.sqrt(5 * _squared(points / lengths, points / lengths))
        slope = 5 / 3 * (1 + root) * np.exp(-root)
    shared = outer * slope * signal / 2
    gradient = np.empty_like(logs)
    sums = shared.sum(axis=1)
    for axis, length in enumerate(lengths):
        column = points[:, axis] / length
        gradient[axis] = 2 * (sums @ column**2) - 2 * (column @ shared @ column)
    gradient[-2] = (outer * correlation).sum() * signal / 2
    gradient[-1] = np.trace(outer) * noise / 2
    return float(value), gradient
