"""What changed at go-live, and how sure we are.

With a control (the part of the factory that did not adopt) the estimate is a difference in differences: the gap
between treated and control after go-live less the gap before. Without one it is a plain before/after, and says so.
The interval is 95 %, from a regression with Newey-West (HAC) errors, because weeks resemble their neighbours. A
placebo go-live in the middle of the earlier period must find little; when it finds much, the verdict is withheld.

Angrist and Pischke, Mostly Harmless Econometrics (2009), ch. 5; Newey and West, Econometrica 55 (1987).
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
HAC_LAGS = 4
LEVEL = 0.95

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
    import statsmodels.api as sm

    design = sm.add_constant(after.astype(float))
    errors = {"maxlags": HAC_LAGS, "use_correction": True}
    fit = sm.OLS(outcome, design).fit(cov_type="HAC", cov_kwds=errors, use_t=True)
    jump, error = float(fit.params[1]), float(fit.bse[1])
    low, high = (float(bound) for bound in fit.conf_int(alpha=1.0 - LEVEL)[1])
    if is_log:
        relative = math.expm1(jump)
        return Estimate(relative, math.expm1(low), math.expm1(high), (1.0 + relative) * error)
    base = level_after - jump
    if abs(base) < 1e-12:
        return Estimate(0.0, -math.inf, math.inf, math.inf)
    scaled = sorted((low / base, high / base))
    return Estimate(jump / base, scaled[0], scaled[1], error / abs(base))


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
