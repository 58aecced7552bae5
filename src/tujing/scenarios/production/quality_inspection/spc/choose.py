"""Which chart suits the data, and why."""

from __future__ import annotations

import numpy as np

from tujing.scenarios.production.quality_inspection.spc.capability import anderson_darling
from tujing.scenarios.production.quality_inspection.spc.charts import Kind
from tujing.scenarios.production.quality_inspection.spc.series import Series
from tujing.words import Text

RANGE_UP_TO = 10
"""Largest subgroup whose range is nearly as good as its standard deviation (Montgomery, section 6.3)."""
FAR_FROM_NORMAL = 1e-4
ENOUGH_FOR_SHAPE = 40
SMALL_SHIFT = 1.5
"""Standard deviations; below this EWMA and CUSUM are much quicker than Shewhart's chart."""

NAMES: dict[Kind, Text] = {
    "xbar_r": Text(zh="均值–极差图（X̄–R）", en="X-bar and R chart"),
    "xbar_s": Text(zh="均值–标准差图（X̄–S）", en="X-bar and S chart"),
    "i_mr": Text(zh="单值–移动极差图（I–MR）", en="individuals and moving-range chart"),
    "p": Text(zh="不合格品率图（p）", en="p chart"),
    "np": Text(zh="不合格品数图（np）", en="np chart"),
    "c": Text(zh="缺陷数图（c）", en="c chart"),
    "u": Text(zh="单位缺陷数图（u）", en="u chart"),
    "ewma": Text(zh="指数加权移动平均图（EWMA）", en="EWMA chart"),
    "cusum": Text(zh="累积和图（CUSUM）", en="CUSUM chart"),
}


def choose(series: Series, shift: float | None = None) -> tuple[Kind, Text]:
    """Returns the chart for the data and the reason.

    `shift` is the smallest shift worth finding, in standard deviations, when somebody has said it.
    """
    if len(series.counts):
        return _for_counts(series)
    sizes = series.group_sizes
    if shift is not None and shift < SMALL_SHIFT:
        if series.target is not None:
            return "cusum", Text(
                zh=f"要发现小于 {SMALL_SHIFT}σ 的偏移且有目标值，累积和最快",
                en=f"a shift under {SMALL_SHIFT} sigma from a target is to be found, and sums find it soonest",
            )
        return "ewma", Text(
            zh=f"要发现小于 {SMALL_SHIFT}σ 的偏移，移动平均比单点快",
            en=f"a shift under {SMALL_SHIFT} sigma is to be found, and averages find it sooner than single points",
        )
    if sizes.max() == 1:
        values = series.values[series.trial]
        if len(values) >= ENOUGH_FOR_SHAPE and anderson_darling(_trimmed(values)) < FAR_FROM_NORMAL:
            return "ewma", Text(
                zh="每次只有一个值，且分布明显偏离正态，移动平均不怕偏态",
                en="single values far from normal, which averages bear and single points do not",
            )
        return "i_mr", Text(zh="每次只有一个值", en="there is one value at a time")
    if sizes.min() == sizes.max() and sizes[0] <= RANGE_UP_TO:
        return "xbar_r", Text(
            zh=f"每组 {sizes[0]} 个测量值，组小而相等，极差足够好",
            en=f"there are {sizes[0]} values a subgroup: small and equal, so the range serves",
        )
    if sizes.min() == sizes.max():
        return "xbar_s", Text(
            zh=f"每组 {sizes[0]} 个测量值，超过 {RANGE_UP_TO} 个时极差浪费信息",
            en=f"there are {sizes[0]} values a subgroup; above {RANGE_UP_TO} the range wastes information",
        )
    if sizes.min() == 1:
        return "ewma", Text(
            zh="子组大小不等，有的只有一个值，标准差图画不出",
            en="subgroups differ in size and some hold a single value, which has no standard deviation",
        )
    return "xbar_s", Text(
        zh="子组大小不等，极差没有统一的系数", en="subgroups differ in size, for which ranges have no common factor"
    )


def _for_counts(series: Series) -> tuple[Kind, Text]:
    equal = series.sizes.min() == series.sizes.max()
    if series.counted == "defectives":
        en = "defective pieces out of a number inspected" + (" (equal, so an np chart tells the same)" if equal else "")
        zh = "数的是不合格品，有样本量" + ("（样本量相等，np 图说的是同一件事）" if equal else "")
        return "p", Text(zh=zh, en=en)
    if equal:
        return "c", Text(zh="数的是缺陷，每次检查的量相等", en="faults are counted, over equal areas of opportunity")
    return "u", Text(zh="数的是缺陷，每次检查的量不等", en="faults are counted, over unequal areas of opportunity")


def _trimmed(values: np.ndarray) -> np.ndarray:
    """Leaves out what lies far away, so that a few special causes are not taken for a skewed process."""
    low, high = np.quantile(values, [0.25, 0.75])
    reach = 3 * (high - low)
    return np.asarray(values[(values >= low - reach) & (values <= high + reach)])
