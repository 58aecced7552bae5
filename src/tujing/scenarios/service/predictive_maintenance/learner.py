"""Remaining life by regression on the signals: an ensemble over folds of whole lives, its members weighed by what they
predict of lives they never saw.

The final prediction is the mean of the fold ensembles, so every model is used and none is refitted; the same folds give
the held-out residuals for the intervals (cross-conformal prediction: Barber, Candès, Ramdas, Tibshirani 2021, CV+).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, Floats, History
from tujing.scenarios.service.predictive_maintenance.network import fit_network, load, read_network, write_network
from tujing.scenarios.service.predictive_maintenance.signals import Signals, learn

FOLDS = 5
LAST_STEPS = 3
"""A prediction is the mean of those made at the last steps, each brought forward to now."""
MEMBERS = ("network_relu", "network_tanh", "network_relu_2", "boosting")
ROWS_A_LIFE = 250
"""Longer lives are thinned to about this many training rows."""
PASSES, PASSES_AT_LEAST = 30, 8
SECONDS_A_ROW = 1.2e-5
"""What one pass of a network takes a row, with room for a slow core."""
Watch = Callable[[float], None]


@dataclass(frozen=True)
class Learned:
    """The fitted model and its predictions for lives that each model had not seen."""

    signals: Signals
    cap: float
    models: tuple[tuple[Any, ...], ...]
    """Folds × members; each predicts remaining life ÷ cap."""
    weights: Floats
    held_out: tuple[Floats, ...]
    """For every failed history the prediction (steps) at each of its steps, by the fold that left it out."""
    fold: tuple[int, ...]
    features: Floats
    """Training features, kept for the drift check."""

    def predict(self, history: History) -> Floats:
        """Returns the remaining life, in steps and at most the cap, at each step of a history."""
        features = self.signals.features(history)
        shares = [_weighed(models, self.weights, features) for models in self.models]
        return smoothed(np.clip(np.mean(shares, axis=0), 0, 1) * self.cap)


def fit(fleet: Fleet, seed: int, watch: Watch, folder: Path | None = None, seconds: float = 90.0) -> Learned:
    """Fits the ensemble; `folder` keeps every fitted network, so that a killed run goes on where it was.

    `seconds` sets how many networks and passes there is time for, by the number of rows; on a machine much slower than
    that supposes, passes are cut by the clock, down to `PASSES_AT_LEAST`.

    Raises
    ------
    BadInput
        When fewer than two lives are given, or no sensor shows wear.
    """
    if len(fleet.failed) < 2:
        raise refuse(
            "too_few_lives",
            "至少要有两台机组（或两次）从投用到失效的完整历史，才能学习并验证剩余寿命。",
            "At least two complete lives up to failure are needed to learn remaining life and to check it.",
            key="train",
        )
    signals = learn(fleet, seed)
    cap = fleet.cap
    features = [signals.features(one) for one in fleet.failed]
    target = [np.minimum(np.arange(one.steps - 1, -1, -1), cap) / cap for one in fleet.failed]
    count = min(FOLDS, len(fleet.failed))
    order = np.random.default_rng(seed).permutation(len(fleet.failed))
    fold = np.empty(len(fleet.failed), dtype=int)
    fold[order] = np.arange(len(order)) % count
    work = SECONDS_A_ROW * count * sum(min(len(one), ROWS_A_LIFE) for one in features)
    members = MEMBERS if work * 3 * PASSES <= seconds else MEMBERS[:2]
    passes = int(np.clip(seconds / (work * len(members)), PASSES_AT_LEAST, PASSES))
    digest = hashlib.sha256(repr((seed, members, passes, cap)).encode())
    for one in features:
        digest.update(np.ascontiguousarray(one).tobytes())
    keep = None if folder is None else folder / f"rul-{digest.hexdigest()[:16]}"
    load()  # before the clock starts: a first import must not cost passes
    started = time.process_time()
    models: list[tuple[Any, ...]] = []
    parts: list[list[Floats]] = [[] for _ in fleet.failed]
    for number in range(count):
        seen = [one for one in range(len(features)) if fold[one] != number]
        thin = [slice(None, None, max(1, len(features[one]) // ROWS_A_LIFE)) for one in seen]
        rows = np.vstack([features[one][cut] for one, cut in zip(seen, thin, strict=True)])
        goal = np.concatenate([target[one][cut] for one, cut in zip(seen, thin, strict=True)])
        fitted = []
        for place, member in enumerate(members):
            done, total = number * len(members) + place, count * len(members)
            pace = _Pace(watch, done / total, 1 / total, passes, started + seconds)
            fitted.append(_member(member, rows, goal, seed, keep, number, pace))
        models.append(tuple(fitted))
        for left in np.flatnonzero(fold == number):
            parts[left] = [np.asarray(model.predict(features[left])) for model in fitted]
    weights = _weigh([np.column_stack(one) for one in parts], target)
    held = tuple(smoothed(np.clip(np.column_stack(one) @ weights, 0, 1) * cap) for one in parts)
    return Learned(signals, cap, tuple(models), weights, held, tuple(int(one) for one in fold), np.vstack(features))


@dataclass(frozen=True)
class _Pace:
    """How long one member may take, and where its progress stands within the whole."""

    watch: Watch
    start: float
    share: float
    passes: int
    deadline: float

    def told(self, done: int) -> bool:
        """Reports `done` passes; returns whether it is time to end."""
        self.watch(self.start + self.share * done / self.passes)
        # Time of our own, not the clock's: a busy machine must not change the result.
        return done >= PASSES_AT_LEAST and time.process_time() > self.deadline


def smoothed(prediction: Floats) -> Floats:
    """Returns the mean of the last predictions, each less the steps since; only past steps are used."""
    result = np.empty_like(prediction)
    for step in range(len(prediction)):
        first = max(0, step - LAST_STEPS + 1)
        age = np.arange(step - first, -1, -1)
        result[step] = np.clip(prediction[first : step + 1] - age, 0, None).mean()
    return result


def truncation_weights(lives: Sequence[int], running: Sequence[int]) -> list[Floats]:
    """Returns, for each life, how likely a unit like those running now stands at each step; a life sums to 1.

    A kernel over the lengths of the units in use, cut off before the life's end. Without any, every step counts alike.
    """
    lengths = np.asarray(running, dtype=float)
    width = max(2.0, 0.2 * float(lengths.std())) if lengths.size else 1.0
    weights = []
    for steps in lives:
        step = np.arange(1.0, steps + 1)
        if lengths.size:
            weight = np.exp(-0.5 * ((step[:, None] - lengths[None]) / width) ** 2).sum(axis=1)
            weight[step < lengths.min()] = 0
        else:
            weight = np.ones(steps)
        weight[-1] = 0 if steps > 1 else 1
        if weight.sum() <= 1e-12:
            weight = np.ones(steps)
        weights.append(weight / weight.sum())
    return weights


def _weighed(models: Sequence[Any], weights: Floats, features: Floats) -> Floats:
    predictions: Floats = np.column_stack([model.predict(features) for model in models]) @ weights
    return predictions


def _weigh(predictions: Sequence[Floats], target: Sequence[Floats]) -> Floats:
    """Returns the non-negative weights, summing to 1, with the least squared error on lives not seen."""
    from scipy.optimize import nnls

    rows, goal = np.vstack(predictions), np.concatenate(target)
    weights, _ = nnls(rows, goal)
    weights = np.asarray(weights)
    total = float(weights.sum())
    return np.full(rows.shape[1], 1 / rows.shape[1]) if total <= 0 else weights / total


def _member(name: str, rows: Floats, goal: Floats, seed: int, folder: Path | None, fold: int, pace: _Pace) -> Any:
    if name == "boosting":
        # Fitted anew by a run that is taken up again: that takes seconds, the networks minutes.
        return _boosting(rows, goal, seed)
    path = None if folder is None else folder / f"{fold}-{name}.npz"
    if path is not None and path.is_file():
        return read_network(path, name)
    model = fit_network(name, rows, goal, seed + fold + 1000 * MEMBERS.index(name), pace.passes, pace.told)
    if path is not None:
        write_network(path, model)
    return model


def _boosting(rows: Floats, goal: Floats, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    settings = {"learning_rate": 0.06, "max_leaf_nodes": 15, "l2_regularization": 5.0, "max_features": 0.3}
    leaf = int(np.clip(len(rows) // 100, 5, 40))
    return HistGradientBoostingRegressor(max_iter=150, min_samples_leaf=leaf, random_state=seed, **settings).fit(
        rows, goal
    )
