"""From raw sensors to features: operating regimes, informative sensors, levels, trends and age.

Nothing here knows a data set: regimes count only when they explain the sensors, and a sensor counts when the end of a
life differs from its beginning by more than noise can, in either direction, so that a fault mode that raises what
another lowers is not averaged away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, Floats, History

SPANS = (3, 10, 30)
"""Steps over which the exponentially weighted levels reach."""
WINDOWS = (20, 40)
"""Steps of the least-squares slopes."""
BASE_STEPS = 20
REGIMES_AT_MOST = 8
REGIMES_EXPLAIN = 0.5
"""Regimes are used when they explain at least this share of the sensors' variance."""
INFORMATIVE = 4.0
"""Mean squared drift over a life, in units of its own sampling variance; 1 is expected where nothing shows."""


@dataclass(frozen=True)
class Signals:
    """What was learned of the raw data of the training histories."""

    setting_mean: Floats
    setting_scale: Floats
    centres: Floats
    """Regimes × settings, on scaled settings; one row when the unit always works alike."""
    kept: tuple[int, ...]
    """Informative sensors."""
    mean: Floats
    """Regimes × kept sensors."""
    scale: Floats
    drift: Floats
    """For every sensor the statistic by which it was kept or left out."""

    @property
    def regimes(self) -> int:
        return len(self.centres)

    def normal(self, history: History) -> Floats:
        """Returns the kept sensors in standard units of the regime of each step, steps × kept."""
        regime = _nearest((history.settings - self.setting_mean) / self.setting_scale, self.centres)
        standard: Floats = (history.sensors[:, self.kept] - self.mean[regime]) / self.scale[regime]
        return standard

    def names(self, sensors: Sequence[str]) -> list[str]:
        """Returns the features' names in order."""
        kept = [sensors[one] for one in self.kept]
        groups = [*(f"level{span}" for span in SPANS), "start", *(f"slope{window}" for window in WINDOWS)]
        return ["age", *(f"{group}:{name}" for group in groups for name in kept)]

    def features(self, history: History) -> Floats:
        """Returns one row a step, each from that step and earlier ones only; steps × features."""
        values = self.normal(history)
        steps = len(values)
        columns = [np.arange(1.0, steps + 1)[:, None] / 100]
        columns += [_level(values, span) for span in SPANS]
        count = np.minimum(np.arange(1, steps + 1), BASE_STEPS)
        columns.append(np.cumsum(values, axis=0)[count - 1] / count[:, None])
        columns += [_slope(values, window) for window in WINDOWS]
        return np.hstack(columns)


def learn(fleet: Fleet, seed: int = 0) -> Signals:
    """Learns regimes, informative sensors and scales from the histories that ended in failure.

    Raises
    ------
    BadInput
        When no sensor changes over a life: then a life model without sensors is the honest one.
    """
    settings = np.vstack([one.settings for one in fleet.failed])
    sensors = np.vstack([one.sensors for one in fleet.failed])
    mean, scale = settings.mean(axis=0), _scale(settings)
    centres = _regimes((settings - mean) / scale, sensors, seed)
    regime = _nearest((settings - mean) / scale, centres)
    centre = np.stack([sensors[regime == one].mean(axis=0) for one in range(len(centres))])
    spread = np.stack([_scale(sensors[regime == one]) for one in range(len(centres))])
    standard = (sensors - centre[regime]) / spread[regime]
    drift = _drift(np.split(standard, np.cumsum([one.steps for one in fleet.failed])[:-1]))
    kept = tuple(int(one) for one in np.flatnonzero(drift > INFORMATIVE))
    if not kept:
        raise refuse(
            "no_wear_seen",
            "没有一个测点随寿命变化，无法由传感器预测；请去掉传感器数据，改用寿命分布模型。",
            "No sensor changes over a life, so none can tell what is left; leave the sensor readings out, and the "
            "life model is used.",
            key="sensor_reading",
        )
    columns = list(kept)
    return Signals(mean, scale, centres, kept, centre[:, columns], spread[:, columns], drift)


def _regimes(settings: Floats, sensors: Floats, seed: int) -> Floats:
    """Returns centres: the fewest clusters of the settings that explain nearly all that clusters can explain."""
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(seed)
    rows = rng.choice(len(settings), min(len(settings), 4000), replace=False)
    sample, values = settings[rows], sensors[rows]
    total = values.var(axis=0)
    live = total > 1e-12
    one = np.zeros((1, settings.shape[1]))
    if not live.any() or len(np.unique(sample.round(6), axis=0)) < 2:
        return one
    found: list[tuple[float, Floats]] = [(0.0, one)]
    for count in range(2, min(REGIMES_AT_MOST, len(np.unique(sample.round(6), axis=0))) + 1):
        fit = KMeans(count, n_init=4, random_state=seed).fit(sample)
        within = np.zeros(values.shape[1])
        for label in range(count):
            part = values[fit.labels_ == label]
            within += part.var(axis=0) * len(part) / len(values)
        found.append((float(np.mean(1 - within[live] / total[live])), np.asarray(fit.cluster_centers_)))
    best = max(share for share, _ in found)
    if best < REGIMES_EXPLAIN:
        return one
    return next(centres for share, centres in found if share >= best - 0.01)


def _nearest(points: Floats, centres: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    distance = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2)
    return np.asarray(distance.argmin(axis=1))


def _scale(values: Floats) -> Floats:
    spread: Floats = values.std(axis=0)
    return np.where(spread > 1e-9 * (1 + np.abs(values.mean(axis=0))), spread, 1.0)


def _drift(lives: Sequence[Floats]) -> Floats:
    """Returns, for each sensor, the mean squared difference of end and beginning over its variance from noise alone."""
    squares, noise = [], []
    for values in lives:
        few = max(1, min(10, len(values) // 4))
        squares.append((values[-few:].mean(axis=0) - values[:few].mean(axis=0)) ** 2 * few / 2)
        noise.append(np.diff(values, axis=0).var(axis=0) / 2 if len(values) > 2 else np.zeros(values.shape[1]))
    level = np.mean(noise, axis=0)
    return np.where(level > 1e-9, np.mean(squares, axis=0) / np.maximum(level, 1e-9), 0.0)


def _level(values: Floats, span: int) -> Floats:
    """Exponentially weighted mean of all steps so far, weights normalised (no start-up bias)."""
    keep = 1 - 2 / (span + 1)
    result = np.empty_like(values)
    total, weight = np.zeros(values.shape[1]), 0.0
    for step, row in enumerate(values):
        total, weight = total * keep + row, weight * keep + 1
        result[step] = total / weight
    return result


def _slope(values: Floats, window: int) -> Floats:
    """Least-squares slope a step over the last `window` steps, drawn to zero while fewer are known."""
    steps = np.arange(len(values))
    zero = np.zeros((1, values.shape[1]))
    sums = np.cumsum(np.vstack([zero, values]), axis=0)
    moments = np.cumsum(np.vstack([zero, values * steps[:, None]]), axis=0)
    first = np.maximum(0, steps - window + 1)
    count = steps - first + 1
    above = moments[steps + 1] - moments[first] - ((steps + first) / 2)[:, None] * (sums[steps + 1] - sums[first])
    full = window * (window**2 - 1) / 12
    slope: Floats = above / np.maximum(count * (count**2 - 1) / 12, 0.2 * full)[:, None]
    return slope
