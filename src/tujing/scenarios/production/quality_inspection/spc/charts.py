"""Shewhart charts, EWMA and CUSUM: centre lines, limits and the standard deviation behind them.

Formulas: D. C. Montgomery, *Introduction to Statistical Quality Control*, chapters 6, 7 and 9; GB/T 17989.2 (ISO
7870-2) for the Shewhart charts, GB/T 17989.6 (ISO 7870-6) for EWMA, GB/T 17989.4 (ISO 7870-4) for CUSUM. Limits lie
three standard deviations from the centre; of attribute charts and ranges the lower one is never below 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.spc.constants import c4, d2, d3
from tujing.scenarios.production.quality_inspection.spc.series import Floats, Series

Kind = Literal["xbar_r", "xbar_s", "i_mr", "p", "np", "c", "u", "ewma", "cusum"]
WIDTH = 3.0
"""Standard deviations from the centre line to the limits."""
EWMA_WEIGHT, EWMA_WIDTH = 0.2, 2.86
"""Lambda and L of about 370 subgroups between false alarms (Lucas and Saccucci, Technometrics 32, 1990)."""
CUSUM_SLACK, CUSUM_LIMIT = 0.5, 4.77
"""k and h, standard deviations; two-sided, about 370 subgroups between false alarms (Hawkins 1993)."""
ALL_RULES, RUN_RULES, LIMITS_ONLY = (1, 2, 3, 4, 5, 6, 7, 8), (1, 2, 3, 4), (1,)


@dataclass(frozen=True)
class Panel:
    """One drawing: points, centre line and limits (each of the length of the points; NaN: none)."""

    name: str
    values: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    sigma: Floats
    rules: tuple[int, ...]
    """The Nelson rules that apply to it."""


@dataclass(frozen=True)
class ControlChart:
    """The panels of one chart and the within-subgroup standard deviation of a single value (NaN for counts)."""

    kind: Kind
    panels: tuple[Panel, ...]
    sigma: float
    freedom: float
    """Equivalent degrees of freedom of `sigma`."""


def draw(
    series: Series, kind: Kind, base: NDArray[np.bool_], settings: Mapping[str, float] | None = None
) -> ControlChart:
    """Draws the chart of one kind with the limits that the subgroups in `base` set.

    `settings` may give `weight` and `width` (EWMA) and `slack` and `limit` (CUSUM).

    Raises
    ------
    BadInput
        When the data do not fit the kind, or do not vary.
    """
    given = dict(settings or {})
    if kind in ("p", "np", "c", "u"):
        return ControlChart(kind, (_attribute(series, kind, base),), math.nan, math.nan)
    if not series.groups:
        raise _misfit(series, kind)
    sizes = series.group_sizes
    if kind in ("xbar_r", "xbar_s"):
        if sizes.min() < 2:
            raise _misfit(series, kind)
        return _subgroups(series, kind, base)
    sigma, freedom = within(series, base)
    means = np.array([group.mean() for group in series.groups])
    if kind == "i_mr":
        if sizes.max() > 1:
            raise _misfit(series, kind)
        return ControlChart(kind, _individuals(means, base, sigma), sigma, freedom)
    weights = sizes[base] / sizes[base].sum()
    centre = float(np.sum(means[base] * weights)) if series.target is None else series.target
    spread = sigma / np.sqrt(sizes)
    if kind == "ewma":
        panel = ewma(means, centre, spread, given.get("weight", EWMA_WEIGHT), given.get("width", EWMA_WIDTH))
        return ControlChart(kind, (panel,), sigma, freedom)
    slack, limit = given.get("slack", CUSUM_SLACK), given.get("limit", CUSUM_LIMIT)
    return ControlChart(kind, cusum(means, centre, spread, slack, limit), sigma, freedom)


def within(series: Series, base: NDArray[np.bool_]) -> tuple[float, float]:
    """Returns the within-subgroup standard deviation and its degrees of freedom, from the subgroups in `base`.

    Individuals: mean moving range ÷ d₂(2). Equal subgroups up to ten: mean range ÷ d₂. Otherwise: pooled standard
    deviation. Degrees of freedom of ranges after P. B. Patnaik, Biometrika 37 (1950).

    Raises
    ------
    BadInput
        When nothing varies.
    """
    sizes = series.group_sizes[base]
    groups = [group for group, used in zip(series.groups, base, strict=True) if used]
    if sizes.max() == 1:
        values = np.concatenate(groups)
        sigma = float(np.mean(np.abs(np.diff(values)))) / d2(2) if len(values) > 1 else 0.0
        freedom = 0.62 * (len(values) - 1)
    elif sizes.min() == sizes.max() and sizes[0] <= 10:
        n = int(sizes[0])
        sigma = float(np.mean([np.ptp(group) for group in groups])) / d2(n)
        freedom = 0.5 * len(groups) * (d2(n) / d3(n)) ** 2
    else:
        freedom = float(np.sum(sizes - 1))
        squares = sum(float(np.sum((group - group.mean()) ** 2)) for group in groups)
        sigma = math.sqrt(squares / freedom) if freedom else 0.0
    if not sigma > 0:
        raise refuse(
            "no_variation",
            f"{series.name} 的值没有变化，画不出控制图；请检查量具分辨力或数据是否被填成同一个数。",
            f"The values of {series.name} do not vary, so no chart can be drawn; check the gauge's resolution.",
            column=series.name,
        )
    return sigma, freedom


def ewma(means: Floats, centre: float, spread: Floats, weight: float, width: float) -> Panel:
    """Returns the exponentially weighted moving average of subgroup means, with its exact (widening) limits."""
    values, variance = np.empty(len(means)), np.empty(len(means))
    level, square = centre, 0.0
    for i, mean in enumerate(means):
        level = weight * mean + (1 - weight) * level
        square = weight**2 * spread[i] ** 2 + (1 - weight) ** 2 * square
        values[i], variance[i] = level, square
    sigma = np.sqrt(variance) * width / WIDTH
    return Panel(
        "ewma", values, np.full(len(means), centre), centre - WIDTH * sigma, centre + WIDTH * sigma, sigma, LIMITS_ONLY
    )


def cusum(means: Floats, centre: float, spread: Floats, slack: float, limit: float) -> tuple[Panel, Panel]:
    """Returns the upper and lower cumulative sums of standardised means; limits in standard deviations."""
    high, low = np.empty(len(means)), np.empty(len(means))
    above = below = 0.0
    for i, z in enumerate((means - centre) / spread):
        above, below = max(0.0, above + z - slack), max(0.0, below - z - slack)
        high[i], low[i] = above, -below
    zero, none, bound = np.zeros(len(means)), np.full(len(means), np.nan), np.full(len(means), limit)
    return (
        Panel("cusum_high", high, zero, none, bound, bound / WIDTH, LIMITS_ONLY),
        Panel("cusum_low", low, zero, -bound, none, bound / WIDTH, LIMITS_ONLY),
    )


def _subgroups(series: Series, kind: Kind, base: NDArray[np.bool_]) -> ControlChart:
    sizes = series.group_sizes
    means = np.array([group.mean() for group in series.groups])
    if kind == "xbar_r":
        if sizes.min() != sizes.max():
            raise refuse(
                "unequal_subgroups",
                f"{series.name} 的子组大小不等，极差图不适用，请用 chart=xbar_s。",
                f"The subgroups of {series.name} differ in size, so ranges do not apply; use chart=xbar_s.",
                column=series.name,
            )
        sigma, freedom = within(series, base)
        n = int(sizes[0])
        spread = np.array([np.ptp(group) for group in series.groups])
        level, deviation, name = np.full(len(means), d2(n) * sigma), np.full(len(means), d3(n) * sigma), "r"
    else:
        spread = np.array([group.std(ddof=1) for group in series.groups])
        freedom = float(np.sum(sizes[base] - 1))
        ratio = np.array([c4(int(size)) for size in sizes])
        # Mean of the unbiased estimates, weighted by their precision: the textbook S-bar/c4 where sizes are equal.
        precision = ratio**2 / (1 - ratio**2)
        sigma = float(np.sum((spread / ratio * precision)[base]) / np.sum(precision[base]))
        if not sigma > 0:
            within(series, base)  # refuses, saying why
        level, deviation, name = ratio * sigma, np.sqrt(1 - ratio**2) * sigma, "s"
    centre = np.full(len(means), float(np.sum((means * sizes)[base]) / np.sum(sizes[base])))
    error = sigma / np.sqrt(sizes)
    panels = (
        Panel("xbar", means, centre, centre - WIDTH * error, centre + WIDTH * error, error, ALL_RULES),
        Panel(
            name,
            spread,
            level,
            np.maximum(0, level - WIDTH * deviation),
            level + WIDTH * deviation,
            deviation,
            LIMITS_ONLY,
        ),
    )
    return ControlChart(kind, panels, sigma, freedom)


def _individuals(values: Floats, base: NDArray[np.bool_], sigma: float) -> tuple[Panel, Panel]:
    centre = np.full(len(values), float(values[base].mean()))
    error = np.full(len(values), sigma)
    ranges = np.concatenate([[np.nan], np.abs(np.diff(values))])
    level, deviation = np.full(len(values), d2(2) * sigma), np.full(len(values), d3(2) * sigma)
    return (
        Panel("i", values, centre, centre - WIDTH * error, centre + WIDTH * error, error, ALL_RULES),
        Panel("mr", ranges, level, np.zeros(len(values)), level + WIDTH * deviation, deviation, LIMITS_ONLY),
    )


def _attribute(series: Series, kind: Kind, base: NDArray[np.bool_]) -> Panel:
    if not len(series.counts):
        raise _misfit(series, kind)
    counts, sizes = series.counts, series.sizes
    rate = float(counts[base].sum() / sizes[base].sum())
    if kind in ("np", "c") and sizes.min() != sizes.max():
        other = "p" if kind == "np" else "u"
        raise refuse(
            "unequal_sizes",
            f"{series.name} 的样本量不等，{kind} 图不适用，请用 chart={other}。",
            f"The sample sizes of {series.name} differ, so a chart of kind {kind} does not apply; use chart={other}.",
            column=series.name,
        )
    if kind in ("p", "np"):
        too_many = np.flatnonzero(counts > sizes)
        if len(too_many):
            raise refuse(
                "more_than_inspected",
                f"不合格品数 {counts[too_many[0]]:g} 大于样本量 {sizes[too_many[0]]:g}，请改正。",
                f"{counts[too_many[0]]:g} defectives are more than the {sizes[too_many[0]]:g} inspected; correct it.",
                row=None if not series.rows else series.rows[too_many[0]] + 2,
                column=series.name,
            )
    if rate == 0 or (kind in ("p", "np") and rate == 1):
        raise refuse(
            "no_variation",
            f"{series.name} 在定限样本里全为 {rate:g}，画不出控制图；请加大样本量或取更长的时段。",
            f"{series.name} is {rate:g} throughout the trial samples; take larger samples or a longer period.",
            column=series.name,
        )
    variance = rate * (1 - rate) if kind in ("p", "np") else rate
    scale = np.ones(len(sizes)) if kind in ("p", "u") else sizes
    values, centre = counts / sizes * scale, rate * scale
    sigma = np.sqrt(variance / sizes) * scale
    upper = centre + WIDTH * sigma
    if kind in ("p", "np"):
        upper = np.minimum(upper, scale)
    return Panel(kind, values, centre, np.maximum(0, centre - WIDTH * sigma), upper, sigma, RUN_RULES)


def _misfit(series: Series, kind: str) -> Exception:
    return refuse(
        "chart_misfit",
        f"{series.name} 的数据不适合 {kind} 图；去掉参数 chart 可自动选图。",
        f"The data of {series.name} do not fit a chart of kind {kind}; leave out the parameter chart.",
        file="parameters",
        key="chart",
    )
