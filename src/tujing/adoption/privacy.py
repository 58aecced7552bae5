"""A mean that may be published: differentially private against anyone who knows all contributors but one.

Every contribution is clipped to declared bounds, so replacing one firm moves the mean of n by at most (high − low)/n.
Laplace noise of scale b = (high − low)/(n·ε) makes the mean ε-differentially private; its variance is 2b². The
mechanism is OpenDP's, which also guards the floating-point arithmetic. How many firms take part is public.

Dwork and Roth, The Algorithmic Foundations of Differential Privacy (2014), section 3.3; OpenDP 0.16.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tujing.adoption.hierarchy import Belief
from tujing.problems import refuse

FEWEST_FIRMS = 5
"""Nothing is released of fewer firms: the noise would drown the mean, and a group that small is known by name."""
BOUND_SPREADS = 4.0
"""Contributions are clipped this many standard deviations of the manifest's range from its mean."""


@dataclass(frozen=True)
class PrivateMean:
    """A released mean and what it took."""

    mean: float
    firms: int
    low: float
    high: float
    """The clipping bounds."""
    scale: float
    """Of the Laplace noise on the mean."""
    epsilon: float
    """The privacy loss of every firm in it, as OpenDP's own map states it."""

    @property
    def noise_variance(self) -> float:
        return 2.0 * self.scale**2


def bounds(world: Belief) -> tuple[float, float]:
    """Returns the clipping bounds of an effect: declared from the manifest, never from the contributions."""
    half = BOUND_SPREADS * world.standard_deviation
    return world.mean - half, world.mean + half


def private_mean(values: Sequence[float], low: float, high: float, epsilon: float) -> PrivateMean:
    """Returns the noised mean of the clipped values.

    Raises
    ------
    BadInput
        When there are too few values, the bounds leave no room, ε is not above nought, or a value is not finite.
    """
    _check(values, low, high, epsilon)
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=float, nan=False), size=len(values)), dp.symmetric_distance()
    mean = space >> dp.t.then_clamp((low, high)) >> dp.t.then_mean()
    # Replacing one firm is two steps of symmetric distance: one out, one in.
    scale = mean.map(2) / epsilon
    measurement = mean >> dp.m.then_laplace(scale)
    noised = float(measurement([float(value) for value in values]))
    return PrivateMean(noised, len(values), low, high, scale, float(measurement.map(2)))


def without_own(released: PrivateMean, own: float) -> tuple[float, int, float]:
    """Returns mean, count and noise variance of the others, for a firm that took part itself.

    A firm knows what it gave. Left in, its measurement would count twice: once in the mean and once as its own.
    """
    others = released.firms - 1
    clipped = min(max(own, released.low), released.high)
    noise = released.noise_variance * (released.firms / others) ** 2
    return (released.mean * released.firms - clipped) / others, others, noise


def check_epsilon(epsilon: float) -> None:
    """Refuses a privacy loss that is not above nought."""
    if not (math.isfinite(epsilon) and epsilon > 0):
        raise refuse(
            "bad_epsilon", "隐私预算 ε 须大于零。", "The privacy budget ε must be above nought.", value=f"{epsilon:g}"
        )


def _check(values: Sequence[float], low: float, high: float, epsilon: float) -> None:
    if len(values) < FEWEST_FIRMS:
        raise refuse(
            "too_few_firms",
            f"同意贡献的企业只有 {len(values)} 家，至少 {FEWEST_FIRMS} 家才能发布均值。",
            f"Only {len(values)} firms consent; a mean is released of {FEWEST_FIRMS} at least.",
        )
    check_epsilon(epsilon)
    if not low < high:
        raise refuse(
            "no_bounds",
            "清单给出的效果范围没有宽度，无法确定裁剪界。",
            "The manifest's range has no width, so no clipping bounds follow from it.",
        )
    if not all(math.isfinite(value) for value in values):
        raise refuse("not_a_number", "贡献值中有非数值。", "A contribution is not a number.")
