"""How well a process keeps its tolerance: Cp, Cpk, Pp, Ppk with confidence intervals.

ISO 22514-2 (GB/T 40681.2): C from the variation within subgroups, P from all of it. Intervals: Cp and Pp by chi-square
(L. A. Kane, JQT 18, 1986), Cpk and Ppk after A. F. Bissell, Applied Statistics 39 (1990).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tujing.scenarios.production.quality_inspection.spc.series import Floats

CONFIDENCE = 0.95
NORMAL_BELOW = 0.01
"""A p-value of the Anderson–Darling test under this says that the values are not normal."""


@dataclass(frozen=True)
class Index:
    """A capability index with its interval; NaN where a one-sided tolerance has none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Capability:
    """All four indices, the share expected outside the limits (1), and whether the values look normal."""

    cp: Index
    cpk: Index
    pp: Index
    ppk: Index
    outside: float
    """Expected share outside the tolerance, by the normal distribution with the overall deviation."""
    observed_outside: float
    p_normal: float
    quantile_ppk: float
    """Ppk by the 0.135 %, 50 % and 99.865 % quantiles (ISO 22514-2), for values that are not normal; else NaN."""


def capability(
    values: Floats,
    lower: float | None,
    upper: float | None,
    sigma: float,
    freedom: float,
    confidence: float = CONFIDENCE,
) -> Capability:
    """Returns the indices of values against their specification limits (at least one of them).

    `sigma` and `freedom` are the within-subgroup deviation, in the values' unit, and its degrees of freedom.
    """
    from scipy.special import ndtr

    mean, overall, n = float(values.mean()), float(values.std(ddof=1)), len(values)
    below = 0.0 if lower is None else float(ndtr((lower - mean) / overall))
    above = 0.0 if upper is None else float(ndtr((mean - upper) / overall))
    observed = np.zeros(n, dtype=bool)
    if lower is not None:
        observed |= values < lower
    if upper is not None:
        observed |= values > upper
    p_normal = anderson_darling(values)
    return Capability(
        cp=_potential(lower, upper, sigma, freedom, confidence),
        cpk=_actual(mean, lower, upper, sigma, freedom, n, confidence),
        pp=_potential(lower, upper, overall, n - 1, confidence),
        ppk=_actual(mean, lower, upper, overall, n - 1, n, confidence),
        outside=below + above,
        observed_outside=float(observed.mean()),
        p_normal=p_normal,
        quantile_ppk=_by_quantiles(values, lower, upper) if p_normal < NORMAL_BELOW else math.nan,
    )


def anderson_darling(values: Floats) -> float:
    """Returns the p-value that the values are normal (D'Agostino and Stephens 1986, both parameters estimated)."""
    from scipy.special import ndtr

    n = len(values)
    spread = values.std(ddof=1)
    if n < 8 or not spread > 0:
        return 1.0
    below = np.clip(ndtr((np.sort(values) - values.mean()) / spread), 1e-12, 1 - 1e-12)
    weights = 2 * np.arange(1, n + 1) - 1
    square = -n - float(np.mean(weights * (np.log(below) + np.log1p(-below[::-1]))))
    square *= 1 + 0.75 / n + 2.25 / n**2
    if square >= 0.6:
        return math.exp(1.2937 - 5.709 * square + 0.0186 * min(square, 100) ** 2) if square < 100 else 0.0
    if square >= 0.34:
        return math.exp(0.9177 - 4.279 * square - 1.38 * square**2)
    if square >= 0.2:
        return 1 - math.exp(-8.318 + 42.796 * square - 59.938 * square**2)
    return 1 - math.exp(-13.436 + 101.14 * square - 223.73 * square**2)


def _potential(lower: float | None, upper: float | None, sigma: float, freedom: float, confidence: float) -> Index:
    if lower is None or upper is None:
        return Index(math.nan, math.nan, math.nan)
    from scipy.stats import chi2

    value, tail = (upper - lower) / (6 * sigma), (1 - confidence) / 2
    low, high = (value * math.sqrt(chi2.ppf(share, freedom) / freedom) for share in (tail, 1 - tail))
    return Index(value, low, high)


def _actual(
    mean: float, lower: float | None, upper: float | None, sigma: float, freedom: float, n: int, confidence: float
) -> Index:
    from scipy.special import ndtri

    room = [upper - mean] if upper is not None else []
    room += [mean - lower] if lower is not None else []
    value = min(room) / (3 * sigma)
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(1 / (9 * n) + value**2 / (2 * freedom))
    return Index(value, value - half, value + half)


def _by_quantiles(values: Floats, lower: float | None, upper: float | None) -> float:
    """Returns Ppk with the quantiles of the best of four shapes by likelihood (all have two parameters)."""
    from scipy import stats

    shapes = [stats.norm(*stats.norm.fit(values))]
    if values.min() > 0:
        logs = np.log(values)
        shapes.append(stats.lognorm(max(float(logs.std()), 1e-9), scale=math.exp(logs.mean())))
        shapes += [
            stats.gamma(*stats.gamma.fit(values, floc=0)),
            stats.weibull_min(*stats.weibull_min.fit(values, floc=0)),
        ]
    best = max(shapes, key=lambda shape: float(np.sum(shape.logpdf(values))))
    low, middle, high = (float(best.ppf(share)) for share in (0.00135, 0.5, 0.99865))
    room = [(upper - middle) / (high - middle)] if upper is not None else []
    room += [(middle - lower) / (middle - low)] if lower is not None else []
    return min(room)
