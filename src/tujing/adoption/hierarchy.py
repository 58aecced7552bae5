"""What to believe of an effect: this firm ← its industry and size ← the world. Normal at every level, so exact.

    world    μ   ~ N(m, w·s²)          m, s: mean and standard deviation of the manifest's range
    group    γ_g ~ N(μ, g·s²)          industry × size class
    firm     θ   ~ N(γ, f·s²)          w + g + f = 1
    pooled   ȳ_g ~ N(γ_g, v_g)         the mean that other firms' contributions gave, v_g with its privacy noise
    measured y   ~ N(θ, se²)

Conditioning goes up the tree and down again by adding precisions; it equals conditioning the joint normal at once. The
shares w, g, f are declared (`hierarchy.yaml`), not estimated: a noised mean tells nothing of the spread behind it. With
nothing pooled a firm believes the manifest's range.

Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), sections 2.5 and 5.4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.problems import check_model, read_yaml

FILE = Path(__file__).parent / "hierarchy.yaml"


@dataclass(frozen=True)
class Belief:
    """A normal belief about the relative change of a money driver."""

    mean: float
    standard_deviation: float

    @property
    def variance(self) -> float:
        return self.standard_deviation**2


@dataclass(frozen=True)
class Pooled:
    """The released mean of one group's contributions."""

    mean: float
    variance: float
    """Of the mean about the group's true mean: sampling, measuring and privacy noise together."""
    is_own_group: bool
    """Whether it is of this firm's own industry and size."""


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    status: str


class Shares(_Declared):
    """How the variance of a manifest's range splits over the levels."""

    world: float = Field(gt=0, lt=1)
    group: float = Field(gt=0, lt=1)
    firm: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _whole(self) -> Shares:
        if abs(self.world + self.group + self.firm - 1) > 1e-9:
            raise ValueError("the shares do not add up to 1")
        return self


class CostSpread(_Declared):
    spread_of_firms: float = Field(gt=0)
    spread_of_steps: float = Field(gt=0)


class Calibration(_Declared):
    prior_forecasts: float = Field(gt=0)


class Declarations(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    effect_variance: Shares
    cost: CostSpread
    calibration: Calibration


@cache
def declared() -> Declarations:
    """Reads the declared spreads shipped with the package."""
    return check_model(Declarations, read_yaml(FILE), FILE)


def from_range(low: float, mode: float, high: float) -> Belief:
    """Returns the normal belief with the mean and variance of the triangular distribution (low, mode, high)."""
    mean = (low + mode + high) / 3.0
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18.0
    return Belief(mean, math.sqrt(max(variance, 0.0)))


def update(prior: Belief, measured: Belief) -> Belief:
    """Returns the posterior; a prior or a measurement without spread wins outright (the prior first)."""
    if prior.standard_deviation == 0.0:
        return prior
    if measured.standard_deviation == 0.0:
        return measured
    # The ratio of the variances, never the precisions themselves: those of a tiny spread would overflow.
    trust = prior.variance / (prior.variance + measured.variance)
    mean = prior.mean + trust * (measured.mean - prior.mean)
    return Belief(mean, math.sqrt(measured.variance * trust))


def firm_prior(world: Belief, pooled: Iterable[Pooled], shares: Shares) -> Belief:
    """Returns what a firm believes before it has measured anything itself.

    Parameters
    ----------
    world
        The manifest's range as a belief.
    pooled
        At most one mean for each group; other groups than the firm's own tell of the world only.
    """
    between = shares.group * world.variance
    everywhere = Belief(world.mean, math.sqrt(shares.world) * world.standard_deviation)
    own: list[Pooled] = []
    for one in pooled:
        if one.is_own_group:
            own.append(one)
        else:
            everywhere = update(everywhere, Belief(one.mean, math.sqrt(one.variance + between)))
    group = Belief(everywhere.mean, math.sqrt(everywhere.variance + between))
    for one in own:
        group = update(group, Belief(one.mean, math.sqrt(one.variance)))
    return Belief(group.mean, math.sqrt(group.variance + shares.firm * world.variance))


def pooled_variance(world: Belief, shares: Shares, firms: int, noise_variance: float) -> float:
    """Returns the variance of a released mean of `firms` contributions about its group's mean.

    Firms differ by the declared share; how well each of them measured is not published, so a measurement is taken to
    be no better than the manifest's range.
    """
    return (shares.firm + 1.0) * world.variance / firms + noise_variance
