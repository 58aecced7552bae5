"""What changed at go-live, how sure we are, and why we believe it.

A measure is compared with what it would have been: by the parts that did not adopt where there are any, else by its own
trend and season. `methods.py` chooses; `placebo.py` pretends other dates and other parts, and an effect that the
pretended ones show as well is not reported as one; `power.py` says what it would take where the data cannot tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from tujing.evaluation import placebo, power
from tujing.evaluation.continuity import GAPS, Break, breaks, gaps
from tujing.evaluation.designs import Fitted
from tujing.evaluation.methods import Answer, Method, Outcome, answer
from tujing.evaluation.placebo import Placebos
from tujing.evaluation.power import Power
from tujing.evaluation.scale import Estimate, Scale
from tujing.evaluation.series import PER_YEAR, Grain, Series, cut, positions, split, weekly_from_days

FEWEST: dict[Grain, tuple[int, int]] = {"week": (8, 6), "month": (9, 4)}
"""Periods before and after go-live, below which no estimate is made."""
MISFIT = 0.001
"""Ljung–Box p below which the errors are not what the method takes them for."""

Verdict = Literal["better", "worse", "cannot_tell"]
Reason = Literal[
    "",
    "interval_covers_zero",
    "placebo_in_time",
    "placebo_in_space",
    "misfit",
    "too_few_before",
    "too_few_after",
    "scale_break",
    "gaps",
]


@dataclass(frozen=True)
class Diagnostics:
    """What the choice of method rests on."""

    design: str
    """What the series does by itself: `level`, `trend`, `season` or `trend+season`."""
    parallel: float | None
    """Weight of the control having run alongside; none without a control."""
    lag_correlation: float
    """Correlation of neighbouring periods; the interval takes it into account."""
    wanders: float
    """Weight of the level being a random walk."""
    whiteness: float
    """p of the Ljung–Box test on what is left."""
    donors: dict[str, float]
    """Weights of the sisters in the synthetic control, where one was built."""
    donor_error: float | None
    outside_donors: float | None
    refused: str
    """Why no synthetic control was used."""


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
    """A made-up go-live in the middle of the time before."""
    placebos: Placebos
    diagnostics: Diagnostics
    others: tuple[tuple[Method, Estimate], ...]
    """What the methods that were not chosen say."""
    power: Power | None
    """What it would take to tell; none where the data tell."""
    path: np.ndarray
    """The counterfactual period by period over `weeks`."""
    path_low: np.ndarray
    path_high: np.ndarray
    weeks: np.ndarray
    grain: Grain
    weeks_before: int
    weeks_after: int
    verdict: Verdict
    reason: Reason


@dataclass(frozen=True)
class CannotTell:
    """Too little data for an estimate."""

    reason: Reason
    weeks_before: int
    weeks_after: int
    grain: Grain = "week"
    missing: int = 0
    """How many more periods are needed on that side, or are missing."""
    scale_break: Break | None = None


def effect(series: Series, go_live: date, better: str, forecast: float | None = None) -> Effect | CannotTell:
    """Estimates the effect of going live on one measure; see `effects`."""
    return effects([series], go_live, [better], [forecast])[0]


def effects(
    series: Sequence[Series],
    go_live: date,
    better: Sequence[str],
    forecasts: Sequence[float | None] | None = None,
) -> list[Effect | CannotTell]:
    """Estimates the effect of one go-live on many measures, those on one calendar together.

    Parameters
    ----------
    series
        Daily ones are first brought to weekly means, which takes the pattern within the week out.
    better
        `lower` or `higher` for each: which way is an improvement.
    forecasts
        The relative change that the plan promised, where known: `Power` says what it takes to see it.
    """
    from threadpoolctl import threadpool_limits

    promised = [None] * len(series) if forecasts is None else list(forecasts)
    ready = [weekly_from_days(one) if one.grain == "day" else one for one in series]
    found: list[Effect | CannotTell | None] = [None] * len(series)
    together: dict[tuple[object, ...], list[int]] = {}
    prepared: dict[int, Series] = {}
    for place, one in enumerate(ready):
        known = np.isfinite(one.treated) & (True if one.control is None else np.isfinite(one.control))
        whole = cut(one, known)
        before, after = split(whole, go_live) if len(whole.weeks) else (np.zeros(0, bool), np.zeros(0, bool))
        short = _too_few(one.grain, before, after) or _broken(whole, int(before.sum()), int(after.sum()))
        if short is not None:
            found[place] = short
            continue
        prepared[place] = cut(whole, before | after)
        key = (one.grain, one.control is None, prepared[place].weeks.tobytes())
        together.setdefault(key, []).append(place)
    for places in together.values():
        group = [prepared[place] for place in places]
        with threadpool_limits(1, "blas"):  # the matrices are small: threads would only wait for one another
            done = _estimate(group, go_live, [better[place] for place in places], [promised[place] for place in places])
        for place, one_effect in zip(places, done, strict=True):
            found[place] = one_effect
    return [one for one in found if one is not None]


def _too_few(grain: Grain, before: np.ndarray, after: np.ndarray) -> CannotTell | None:
    wanted_before, wanted_after = FEWEST[grain]
    counts = int(before.sum()), int(after.sum())
    if counts[0] < wanted_before:
        return CannotTell("too_few_before", *counts, grain, wanted_before - counts[0])
    if counts[1] < wanted_after:
        return CannotTell("too_few_after", *counts, grain, wanted_after - counts[1])
    return None


def _broken(series: Series, before: int, after: int) -> CannotTell | None:
    """A unit that changed on the way, or too many holes."""
    for values in (series.treated, series.control):
        found = [] if values is None else breaks(series.weeks, values)
        if found:
            return CannotTell("scale_break", before, after, series.grain, scale_break=found[0])
    missing, of = gaps(series)
    if missing > GAPS * of:
        return CannotTell("gaps", before, after, series.grain, missing)
    return None


def _estimate(
    group: Sequence[Series], go_live: date, better: Sequence[str], promised: Sequence[float | None]
) -> list[Effect]:
    """Measures on one calendar, all with or all without a control."""
    grain = group[0].grain
    places, per_year = positions(group[0]), PER_YEAR[grain]
    before, after = split(group[0], go_live)
    scales, outcomes = zip(*(_outcome(one, after) for one in group), strict=True)
    answers = answer(places, after, outcomes, per_year)
    placebos = placebo.placebos(places, after, outcomes, answers, scales, per_year, FEWEST[grain])
    made = []
    for number, (one, found, scale) in enumerate(zip(group, answers, scales, strict=True)):
        estimate = scale.relative(found.fitted)
        verdict, reason = _verdict(estimate, placebos[number], found, better[number], one.control is None)
        needed = None
        if verdict == "cannot_tell":
            needed = power.power(places, after, found.fitted, scale, promised[number], per_year)
        path, low, high = _path(one, outcomes[number], found, scale, after)
        treated_after = float(one.treated[after].mean())
        made.append(
            Effect(
                method=found.method,
                before=float(one.treated[before].mean()),
                after=treated_after,
                counterfactual=scale.without(treated_after, found.fitted.estimate),
                estimate=estimate,
                placebo=placebos[number].middle,
                placebos=placebos[number],
                diagnostics=_diagnostics(found, outcomes[number]),
                others=tuple((method, scale.relative(fitted)) for method, fitted in found.others),
                power=needed,
                path=path,
                path_low=low,
                path_high=high,
                weeks=one.weeks,
                grain=grain,
                weeks_before=int(before.sum()),
                weeks_after=int(after.sum()),
                verdict=verdict,
                reason=reason,
            )
        )
    return made


def _outcome(series: Series, after: np.ndarray) -> tuple[Scale, Outcome]:
    """The measure as it is estimated, with the sisters that have a value in every period."""
    sisters = {name: values for name, values in series.sisters.items() if series.control is not None and _whole(values)}
    everything = [series.treated, *([] if series.control is None else [series.control]), *sisters.values()]
    scale = Scale(bool(all((values > 0).all() for values in everything)), float(series.treated[after].mean()))
    control = None if series.control is None else scale.apply(series.control)
    return scale, Outcome(
        scale.apply(series.treated), control, {name: scale.apply(values) for name, values in sisters.items()}
    )


def _whole(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).all() and values.std() > 0)


def _verdict(estimate: Estimate, shown: Placebos, found: Answer, better: str, alone: bool) -> tuple[Verdict, Reason]:
    if not math.isfinite(estimate.low + estimate.high) or estimate.low <= 0.0 <= estimate.high:
        return "cannot_tell", "interval_covers_zero"
    if shown.explains_in_time(estimate, alone):
        return "cannot_tell", "placebo_in_time"
    if shown.explains_in_space(estimate):
        return "cannot_tell", "placebo_in_space"
    if found.fitted.whiteness < MISFIT:
        return "cannot_tell", "misfit"
    improved = estimate.relative < 0 if better == "lower" else estimate.relative > 0
    return ("better" if improved else "worse"), ""


def _path(
    series: Series, outcome: Outcome, found: Answer, scale: Scale, after: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The counterfactual with its band: what the method expects without the jump, widened by the jump's interval."""
    fitted = found.fitted
    # What moves with the control or the twin is added back to what the gap is expected to do by itself.
    expected = outcome.treated - found.outcome + fitted.baseline
    low = np.where(after, expected + fitted.estimate - fitted.high, expected)
    high = np.where(after, expected + fitted.estimate - fitted.low, expected)
    return scale.back(expected), scale.back(low), scale.back(high)


def _diagnostics(found: Answer, outcome: Outcome) -> Diagnostics:
    from tujing.evaluation.designs import PLAIN

    fitted: Fitted = found.fitted
    beside = next((one for method, one in found.others if method != "synthetic_control"), fitted)
    parts = (["trend"] if fitted.design.trend else []) + (["season"] if fitted.design.harmonics else [])
    twin = found.twin
    return Diagnostics(
        design="+".join(parts) or "level",
        parallel=None if outcome.control is None else beside.design_weights.get(PLAIN, 1.0),
        lag_correlation=fitted.lag_correlation,
        wanders=fitted.wanders,
        whiteness=fitted.whiteness,
        donors={}
        if twin is None
        else {name: float(weight) for name, weight in zip(outcome.sisters, twin.weights, strict=True)},
        donor_error=None if twin is None else twin.error,
        outside_donors=None if twin is None else twin.outside,
        refused=found.refused,
    )
