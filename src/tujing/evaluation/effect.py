"""What changed at go-live, and how sure we are.

With a control (the part of the factory that did not adopt) the estimate is a difference in differences: the gap
between treated and control after go-live less the gap before. Without one it is a plain before/after, and says so.
Weeks resemble their neighbours, so a week is no independent observation: the 95 % interval is Welch's, on means of
blocks of about two months, which are nearly independent. A placebo go-live in the middle of the earlier period must
find little; when it finds much, the verdict is withheld.

Angrist and Pischke, Mostly Harmless Econometrics (2009), ch. 5; Ibragimov and Müller, t-statistic based correlation and
heterogeneity robust inference, JBES 28 (2010).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from tujing.evaluation.measures import WeeklySeries

WEEKS_BEFORE = 8
WEEKS_AFTER = 6
BLOCK_WEEKS = 8
FEWEST_BLOCKS = 3
LEVEL = 0.95
NORMAL_QUANTILE = 1.96

Method = Literal["difference_in_differences", "before_after"]
Verdict = Literal["better", "worse", "cannot_tell"]


@dataclass(frozen=True)
class Estimate:
    """A relative change (−0.3 is thirty per cent less) with its 95 % interval."""

    relative: float
    low: float
    high: float
    standard_error: float


@dataclass(frozen=True)
class Effect:
    """What go-live did to one measure."""

    method: Method
    before: float
    """Mean of the treated part before go-live."""
    after: float
    counterfactual: float
    """What the treated part would have shown after go-live had nothing been done."""
    estimate: Estimate
    placebo: Estimate | None
    weeks_before: int
    weeks_after: int
    verdict: Verdict


@dataclass(frozen=True)
class CannotTell:
    """Too little data for an estimate; `reason` is `too_few_before` or `too_few_after`."""

    reason: str
    weeks_before: int
    weeks_after: int


def effect(series: WeeklySeries, go_live: date, better: str) -> Effect | CannotTell:
    """Estimates the effect of going live on one weekly measure.

    Parameters
    ----------
    better
        `lower` or `higher`: which way is an improvement.
    """
    moment = np.datetime64(go_live, "D")
    # The week of go-live is neither before nor after.
    before = series.weeks + np.timedelta64(7, "D") <= moment
    after = series.weeks >= moment
    if before.sum() < WEEKS_BEFORE or after.sum() < WEEKS_AFTER:
        reason = "too_few_before" if before.sum() < WEEKS_BEFORE else "too_few_after"
        return CannotTell(reason, int(before.sum()), int(after.sum()))

    kept = before | after
    outcome, is_log = _outcome(series)
    estimate = _estimate(outcome[kept], after[kept], is_log, float(series.treated[after].mean()))
    placebo = _placebo(outcome[before], is_log, series.treated[before])
    treated_after = float(series.treated[after].mean())
    return Effect(
        method="before_after" if series.control is None else "difference_in_differences",
        before=float(series.treated[before].mean()),
        after=treated_after,
        counterfactual=treated_after / (1.0 + estimate.relative) if estimate.relative > -1.0 else math.nan,
        estimate=estimate,
        placebo=placebo,
        weeks_before=int(before.sum()),
        weeks_after=int(after.sum()),
        verdict=_verdict(estimate, placebo, better),
    )


def _outcome(series: WeeklySeries) -> tuple[np.ndarray, bool]:
    """The series whose jump at go-live is the effect: in logarithms, unless a week is zero."""
    treated, control = series.treated, series.control
    positive = bool((treated > 0).all() and (control is None or (control > 0).all()))
    if positive:
        logs = np.log(treated)
        return (logs if control is None else logs - np.log(control)), True
    return (treated if control is None else treated - control), False


def _estimate(outcome: np.ndarray, after: np.ndarray, is_log: bool, level_after: float) -> Estimate:
    from scipy.stats import ttest_ind

    test = ttest_ind(_blocks(outcome[after]), _blocks(outcome[~after]), equal_var=False)
    jump = float(outcome[after].mean() - outcome[~after].mean())
    bounds = test.confidence_interval(LEVEL)
    half = float(bounds.high - bounds.low) / 2.0
    low, high, error = jump - half, jump + half, half / NORMAL_QUANTILE
    if is_log:
        relative = math.expm1(jump)
        return Estimate(relative, math.expm1(low), math.expm1(high), (1.0 + relative) * error)
    base = level_after - jump
    if abs(base) < 1e-12:
        return Estimate(0.0, -math.inf, math.inf, math.inf)
    scaled = sorted((low / base, high / base))
    return Estimate(jump / base, scaled[0], scaled[1], error / abs(base))


def _blocks(weeks: np.ndarray) -> np.ndarray:
    """Means of consecutive blocks of about two months."""
    return np.array([block.mean() for block in np.array_split(weeks, max(FEWEST_BLOCKS, len(weeks) // BLOCK_WEEKS))])


def _placebo(outcome: np.ndarray, is_log: bool, treated: np.ndarray) -> Estimate | None:
    half = len(outcome) // 2
    if half < WEEKS_AFTER:
        return None
    pretended = np.arange(len(outcome)) >= half
    return _estimate(outcome, pretended, is_log, float(treated[pretended].mean()))


def _verdict(estimate: Estimate, placebo: Estimate | None, better: str) -> Verdict:
    if estimate.low <= 0.0 <= estimate.high:
        return "cannot_tell"
    # A placebo that finds more than half of the effect means the series moved by itself before go-live.
    if placebo is not None and not placebo.low <= 0.0 <= placebo.high:
        same_sign = placebo.relative * estimate.relative > 0
        if same_sign and abs(placebo.relative) > abs(estimate.relative) / 2:
            return "cannot_tell"
    improved = estimate.relative < 0 if better == "lower" else estimate.relative > 0
    return "better" if improved else "worse"
