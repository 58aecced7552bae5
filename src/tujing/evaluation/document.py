"""A measured effect as plain JSON: every figure a finite number or null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tujing.evaluation.effect import CannotTell, Diagnostics, Effect
from tujing.evaluation.placebo import Placebos
from tujing.evaluation.scale import Estimate
from tujing.evaluation.series import Series


def content(outcome: Effect | CannotTell, series: Series) -> dict[str, Any]:
    """Returns what `Evaluation.result` keeps of one outcome, with the series it rests on."""
    told: dict[str, Any] = {
        "grain": outcome.grain,
        "weeks_before": outcome.weeks_before,
        "weeks_after": outcome.weeks_after,
        "reason": outcome.reason,
        "series": {
            "weeks": [str(week) for week in series.weeks],
            "treated": _numbers(series.treated),
            "control": None if series.control is None else _numbers(series.control),
        },
    }
    if isinstance(outcome, CannotTell):
        told["missing"] = outcome.missing
        if outcome.scale_break is not None:
            one = outcome.scale_break
            told["scale_break"] = {"at": str(one.at), "ratio": one.ratio, "factor": one.factor, "units": one.words}
        return told
    told["series"]["path"] = {
        "weeks": [str(week) for week in outcome.weeks],
        "counterfactual": _numbers(outcome.path),
        "low": _numbers(outcome.path_low),
        "high": _numbers(outcome.path_high),
    }
    return {
        **told,
        "before": finite(outcome.before),
        "after": finite(outcome.after),
        "counterfactual": finite(outcome.counterfactual),
        "effect": {
            **estimate_document(outcome.estimate),
            "standard_error": finite(outcome.estimate.standard_error),
            "degrees_of_freedom": outcome.estimate.degrees_of_freedom,
        },
        "placebo": None if outcome.placebo is None else estimate_document(outcome.placebo),
        "placebos": _placebos(outcome.placebos, outcome.weeks),
        "diagnostics": _diagnostics(outcome.diagnostics),
        "others": [{"method": method, **estimate_document(one)} for method, one in outcome.others],
        "power": None
        if outcome.power is None
        else {
            "detectable": finite(outcome.power.detectable),
            "target": finite(outcome.power.target),
            "more": outcome.power.more,
        },
    }


def estimate_document(estimate: Estimate) -> dict[str, float | None]:
    return {"relative": finite(estimate.relative), "low": finite(estimate.low), "high": finite(estimate.high)}


def finite(value: float | None) -> float | None:
    """JSON knows no infinity."""
    return float(value) if value is not None and math.isfinite(value) else None


def _placebos(found: Placebos, weeks: np.ndarray) -> Mapping[str, Any]:
    return {
        "in_time": [{"go_live": str(weeks[one.place]), **estimate_document(one.estimate)} for one in found.in_time],
        "in_space": [{"part": one.sister, **estimate_document(one.estimate)} for one in found.in_space],
        "rank_p": finite(found.rank_p),
    }


def _diagnostics(found: Diagnostics) -> Mapping[str, Any]:
    return {
        "design": found.design,
        "parallel": finite(found.parallel),
        "lag_correlation": finite(found.lag_correlation),
        "wanders": finite(found.wanders),
        "whiteness": finite(found.whiteness),
        "donors": {name: round(weight, 4) for name, weight in found.donors.items()},
        "donor_error": finite(found.donor_error),
        "outside_donors": finite(found.outside_donors),
        "refused": found.refused,
    }


def _numbers(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 6) if math.isfinite(value) else None for value in values]
