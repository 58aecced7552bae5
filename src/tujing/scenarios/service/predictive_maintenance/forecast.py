"""What is left of each unit in use, as a distribution; from sensors where there are enough, else from lives alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tujing.scenarios.service.predictive_maintenance.baseline import mean_life
from tujing.scenarios.service.predictive_maintenance.conformal import LEVELS, Intervals, calibrate
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, Floats, Life
from tujing.scenarios.service.predictive_maintenance.learner import Learned, fit, truncation_weights
from tujing.scenarios.service.predictive_maintenance.weibull import Weibull, by_kind

Watch = Callable[[float], None]
AGES = np.linspace(0.05, 0.95, 10)
"""Shares of a life at which the life model is judged."""


@dataclass(frozen=True)
class Forecast:
    """Remaining lives in hours of operation, and how well the method did on lives it had not seen."""

    units: tuple[str, ...]
    age: Floats
    rul: Floats
    lower: Floats
    upper: Floats
    draws: Floats
    """Units × 20, equally likely."""
    lives: Floats
    """Complete lives, on which policies are compared."""
    foresight: list[Floats]
    error: float
    """Mean absolute error on held-out lives; `rmse` likewise, each with the baseline's."""
    rmse: float
    rmse_spread: float
    """Standard deviation of the RMSE over folds."""
    coverage: float
    plain_error: float
    plain_rmse: float
    shown: Floats
    """Held-out examples for the chart: predicted, true."""
    learned: Learned | None = None
    intervals: Intervals | None = None
    weibulls: dict[str, Weibull] | None = None


def by_sensors(
    fleet: Fleet, period: float, coverage: float, seed: int, seconds: float, watch: Watch, folder: Path | None
) -> Forecast:
    """Learns from histories with sensors; see `learner` and `conformal`."""
    learned = fit(fleet, seed, watch, folder, seconds)
    step, cap = fleet.step_hours, learned.cap
    weights = truncation_weights([one.steps for one in fleet.failed], [one.steps for one in fleet.running])
    intervals = calibrate(learned.held_out, weights, learned.fold, cap, coverage)
    lengths = np.array([one.steps for one in fleet.failed], float)
    fold = np.array(learned.fold)
    truths = [np.minimum(np.arange(one.steps - 1, -1, -1), cap) for one in fleet.failed]
    plain = [
        mean_life(lengths[fold != fold[number]], np.arange(1.0, one.steps + 1), cap)
        for number, one in enumerate(fleet.failed)
    ]
    squares = _mean(weights, learned.held_out, truths, 2)
    by_fold = [float(np.sqrt(squares[fold == one].mean())) for one in np.unique(fold)]
    predicted = np.array([learned.predict(one)[-1] for one in fleet.running])
    lower, upper = intervals.bounds(predicted)
    foresight = []
    for number, history in enumerate(fleet.failed):
        ages = np.arange(0, history.steps * step, period)
        at = np.clip((ages / step).astype(int) - 1, 0, history.steps - 1)
        foresight.append(intervals.draws(learned.held_out[number][at], learned.fold[number]) * step)
    rng = np.random.default_rng(seed)
    picks = [int(rng.choice(len(weight), p=weight)) for weight in weights]
    shown = np.array([[learned.held_out[n][at], truths[n][at]] for n, at in enumerate(picks)]) * step
    return Forecast(
        units=tuple(one.unit for one in fleet.running),
        age=np.array([one.steps for one in fleet.running]) * step,
        rul=predicted * step,
        lower=lower * step,
        upper=upper * step,
        draws=intervals.draws(predicted) * step,
        lives=lengths * step,
        foresight=foresight,
        error=float(_mean(weights, learned.held_out, truths, 1).mean()) * step,
        rmse=float(np.sqrt(squares.mean())) * step,
        rmse_spread=float(np.std(by_fold)) * step,
        coverage=intervals.measured,
        plain_error=float(_mean(weights, plain, truths, 1).mean()) * step,
        plain_rmse=float(np.sqrt(_mean(weights, plain, truths, 2).mean())) * step,
        shown=shown,
        learned=learned,
        intervals=intervals,
    )


def _mean(
    weights: list[Floats], predicted: list[Floats] | tuple[Floats, ...], truths: list[Floats], power: int
) -> Floats:
    rows = zip(weights, predicted, truths, strict=True)
    return np.array([float((weight * np.abs(guess - truth) ** power).sum()) for weight, guess, truth in rows])


def by_lives(fleet: Fleet, period: float, coverage: float, watch: Watch) -> Forecast:
    """Uses the life model alone; each complete life is judged by a model fitted without it."""
    models = by_kind(fleet.lives)
    ends = np.array([(1 - coverage) / 2, 0.5, (1 + coverage) / 2])
    now = [one for one in fleet.lives if not one.failed]
    age = np.array([one.hours for one in now])
    bands = np.array([_model(models, one).remaining(one.hours, ends) for one in now]).reshape(-1, 3)
    draws = np.array([_model(models, one).remaining(one.hours, LEVELS) for one in now]).reshape(-1, len(LEVELS))
    complete = [one for one in fleet.lives if one.failed]
    hours = np.array([one.hours for one in complete])
    groups = np.arange(len(complete)) % min(5, len(complete))
    errors, plain, inside, shown, foresight = [], [], [], [], []
    seen = {}
    for group in np.unique(groups):
        left = [one for one, its in zip(complete, groups, strict=True) if its != group]
        seen[group] = left, _models_without(left + now, models)
    for number, life in enumerate(complete):
        watch(number / len(complete))
        left, others = seen[groups[number]]
        model = _model(others, life)
        at = AGES * life.hours
        band = np.array([model.remaining(one, ends) for one in at])
        truth = life.hours - at
        errors.append(band[:, 1] - truth)
        inside.append((truth >= band[:, 0]) & (truth <= band[:, 2]))
        plain.append(mean_life(np.array([one.hours for one in left] or hours), at) - truth)
        shown.append([band[number % len(AGES), 1], truth[number % len(AGES)]])
        ages = np.arange(0, life.hours, period)
        foresight.append(np.array([model.remaining(one, LEVELS) for one in ages]))
    error, simple = np.array(errors), np.array(plain)
    return Forecast(
        units=tuple(one.unit for one in now),
        age=age,
        rul=bands[:, 1],
        lower=bands[:, 0],
        upper=bands[:, 2],
        draws=draws,
        lives=hours,
        foresight=foresight,
        error=float(np.abs(error).mean()),
        rmse=float(np.sqrt((error**2).mean())),
        rmse_spread=float(np.std([np.sqrt((error[groups == one] ** 2).mean()) for one in np.unique(groups)])),
        coverage=float(np.mean(inside)),
        plain_error=float(np.abs(simple).mean()),
        plain_rmse=float(np.sqrt((simple**2).mean())),
        shown=np.array(shown),
        weibulls=models,
    )


def _model(models: dict[str, Weibull], life: Life) -> Weibull:
    return models.get(life.kind, models[""])


def _models_without(lives: list[Life], whole: dict[str, Weibull]) -> dict[str, Weibull]:
    return by_kind(lives) if sum(one.failed for one in lives) >= 2 else whole
