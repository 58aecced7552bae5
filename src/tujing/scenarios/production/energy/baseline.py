"""What a factory does today: tomorrow will be like the same day last week, and every load runs at its usual time."""

from __future__ import annotations

from tujing.scenarios.production.energy.dispatch import Dispatch, DispatchProblem, undisturbed
from tujing.scenarios.production.energy.forecast import Forecast


def last_week_error(forecasts: list[Forecast]) -> tuple[float, float]:
    """Returns WAPE and RMSE of last week's same day over all forecasts."""
    return pooled(forecasts, "last_week")


def pooled(forecasts: list[Forecast], which: str) -> tuple[float, float]:
    """Returns WAPE and RMSE over several meters; `which` is forecast, last_week or yesterday."""
    errors = [abs(getattr(one, which) - one.actual) for one in forecasts]
    absolute = sum(float(error[error == error].sum()) for error in errors)
    square = sum(float((error[error == error] ** 2).sum()) for error in errors)
    count = sum(int((error == error).sum()) for error in errors)
    actual = sum(float(one.actual[one.actual == one.actual].sum()) for one in forecasts)
    return absolute / max(actual, 1e-12), (square / max(count, 1)) ** 0.5


def todays_plan(problem: DispatchProblem) -> Dispatch:
    return undisturbed(problem)
