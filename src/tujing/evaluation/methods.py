"""The ways to an effect, and which of them the data at hand allow.

| at hand | method |
|---|---|
| a control that ran alongside before go-live | difference in differences |
| a control that ran with a trend or season of its own | comparative interrupted time series |
| such a control, but three sisters or more make a twin | synthetic control |
| no control | interrupted time series with trend and season |
| no control, and the level wanders | structural time series |

Angrist and Pischke, Mostly Harmless Econometrics (2009), ch. 5; Bernal, Cummins and Gasparrini, Interrupted time series
regression, International Journal of Epidemiology 46 (2017), and 47 (2018) for controls; Harvey, Forecasting, Structural
Time Series Models and the Kalman Filter (1989). See `synthetic.py` for the twin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tujing.evaluation import synthetic
from tujing.evaluation.designs import ALONE, BESIDE, PLAIN, Fitted, fit
from tujing.evaluation.synthetic import Twin

Method = Literal[
    "difference_in_differences",
    "comparative_interrupted_time_series",
    "synthetic_control",
    "interrupted_time_series",
    "structural_time_series",
]
METHODS: tuple[Method, ...] = (
    "difference_in_differences",
    "comparative_interrupted_time_series",
    "synthetic_control",
    "interrupted_time_series",
    "structural_time_series",
)
PARALLEL = 0.5
"""A control ran alongside when the plain design has at least this weight among designs with a trend or a season."""
DONOR_FIT = 1.05
"""A twin whose cross-fitted error exceeds the plain gap's by more than this factor is no better than the whole rest."""
WANDERING = 0.5


@dataclass(frozen=True)
class Outcome:
    """One measure ready for estimation: in logarithms, or as it is where some period is zero."""

    treated: np.ndarray
    control: np.ndarray | None
    sisters: Mapping[str, np.ndarray]

    @property
    def gap(self) -> np.ndarray:
        """What the effect shows in: treated less control, or treated."""
        return self.treated if self.control is None else self.treated - self.control


@dataclass(frozen=True)
class Answer:
    """One method's answer; the effect is the jump in `outcome`."""

    method: Method
    fitted: Fitted
    outcome: np.ndarray
    """The series that was fitted, shape (T,)."""
    twin: Twin | None = None
    refused: str = ""
    """Why a synthetic control was not used: too_few_sisters, outside_donors, poor_fit; empty when it was, or not
    needed."""
    others: tuple[tuple[Method, Fitted], ...] = ()
    """What the methods that were not chosen say."""


def answer(places: np.ndarray, after: np.ndarray, outcomes: Sequence[Outcome], per_year: float) -> list[Answer]:
    """Estimates outcomes on one calendar, each by the method that its data allow.

    Parameters
    ----------
    places
        Place of each period in the calendar, shape (T,).
    after
        Mask of the periods after go-live.
    outcomes
        All with a control, or all without.
    """
    gaps = np.stack([one.gap for one in outcomes], axis=1)
    if outcomes[0].control is None:
        fitted = fit(places, after, gaps, ALONE, per_year)
        return [
            Answer("structural_time_series" if one.wanders > WANDERING else "interrupted_time_series", one, gap)
            for one, gap in zip(fitted, gaps.T, strict=True)
        ]
    beside = fit(places, after, gaps, BESIDE, per_year)
    twins = [_twin(one, after) for one in outcomes]
    twinned = {place: one.gap for place, one in enumerate(twins) if one is not None}
    as_twins: dict[int, Fitted] = {}
    if twinned:
        stacked = np.stack(list(twinned.values()), axis=1)
        as_twins = dict(zip(twinned, fit(places, after, stacked, (PLAIN,), per_year), strict=True))
    return [
        _choose(gap, one, twins[place], as_twins.get(place), after)
        for place, (gap, one) in enumerate(zip(gaps.T, beside, strict=True))
    ]


def _twin(outcome: Outcome, after: np.ndarray) -> Twin | None:
    if len(outcome.sisters) < synthetic.FEWEST_DONORS:
        return None
    return synthetic.twin(outcome.treated, np.stack(list(outcome.sisters.values()), axis=1), after)


def _choose(gap: np.ndarray, beside: Fitted, twin: Twin | None, as_twin: Fitted | None, after: np.ndarray) -> Answer:
    parallel = beside.design_weights[PLAIN] >= PARALLEL
    of_gap: Method = "difference_in_differences" if parallel else "comparative_interrupted_time_series"
    if twin is None or as_twin is None:
        return Answer(of_gap, beside, gap, refused="" if parallel else "too_few_sisters")
    refused = ""
    if not parallel:
        refused = "outside_donors" if twin.outside > synthetic.OUTSIDE else ""
        if not refused and twin.error > DONOR_FIT * float(gap[~after].std()):
            refused = "poor_fit"
        if not refused:
            return Answer("synthetic_control", as_twin, twin.gap, twin, others=((of_gap, beside),))
    return Answer(of_gap, beside, gap, twin, refused, (("synthetic_control", as_twin),))
