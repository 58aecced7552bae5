"""The monitor: fitted once on normal rows, then fed rows in pieces of any length, one by one or all at once.

One score a row: the worst of the charts, each measured against its own normal behaviour, and 1 is the limit. What is
normal behaviour is learned on normal rows that the model did not see: the run is cut into five blocks, each judged by a
model of the other four. So a flexible model cannot flatter itself, and no fault is needed to set the limit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.service.condition_monitoring import charts
from tujing.scenarios.service.condition_monitoring.normal_model import NormalModel, fit
from tujing.scenarios.service.condition_monitoring.series import Floats

BLOCKS = 5
SETTLED = 0.95
"""A chart with memory is used only where a held-out block is long enough for it to settle to this share."""
TAIL = 0.99
"""Quantile of each chart's held-out values that makes the charts equal before the worst is taken."""
FORMAT = "tujing-monitor/1"


@dataclass(frozen=True)
class Yardstick:
    """How one chart behaves while normal: mean and variance of held-out values, and the divisor that makes it 1."""

    mean: float
    variance: float
    divisor: float

    def measure(self, values: Floats) -> Floats:
        """Returns the chart in multiples of its limit: the cube root makes a χ²-like chart near normal (Wilson &
        Hilferty 1931), so that charts with different numbers of variables and memories compare."""
        return _near_normal(values, self.mean, self.variance) / self.divisor


@dataclass(frozen=True)
class Judged:
    """What the monitor says of some rows."""

    score: Floats
    """1 is the limit"""
    chart: list[str]
    """the chart that is worst, row by row"""
    t_squared: Floats
    spe: Floats
    reading: charts.Reading


class Monitor:
    """A fitted monitor with its memory. `update` judges the next rows; the pieces' length never matters."""

    def __init__(self, names: tuple[str, ...], model: NormalModel, yardsticks: Mapping[str, Yardstick]) -> None:
        self.names = names
        self.model = model
        self.yardsticks = dict(yardsticks)
        self.memory = charts.fresh(model)

    def update(self, rows: Floats) -> Judged:
        """Judges the next rows (rows × variables, in the order of `names`).

        Raises
        ------
        BadInput
            When the number of variables differs, or a value is no finite number.
        """
        rows = np.atleast_2d(np.asarray(rows, dtype=float))
        if rows.shape[1] != len(self.names) or not np.isfinite(rows).all():
            raise refuse(
                "row_shape",
                f"一行应有 {len(self.names)} 个有限的数：{'、'.join(self.names[:5])}……",
                f"A row needs {len(self.names)} finite numbers: {', '.join(self.names[:5])} …",
            )
        reading, self.memory = charts.read(self.model, self.memory, rows)
        measured = np.column_stack([yard.measure(reading.charts[name]) for name, yard in self.yardsticks.items()])
        worst = measured.argmax(axis=1)
        listed = list(self.yardsticks)
        return Judged(
            score=np.maximum(measured.max(axis=1), 0.0),
            chart=[listed[one] for one in worst],
            t_squared=self.model.t_squared(reading.standard),
            spe=self.model.spe(reading.standard),
            reading=reading,
        )

    def shares(self, judged: Judged) -> Floats:
        """Returns rows × variables: each variable's share in the chart that is worst at that row."""
        result = np.empty_like(judged.reading.standard)
        led = np.array(judged.chart)
        for name in set(judged.chart):
            chosen = led == name
            result[chosen] = charts.contributions(self.model, judged.reading, name)[chosen]
        return result

    def start_again(self) -> None:
        """Forgets the rows so far, as after a stop of the machine."""
        self.memory = charts.fresh(self.model)

    def to_json(self) -> str:
        """Returns the fitted monitor as JSON; `from_json` makes one that judges alike."""
        model = {one.name: getattr(self.model, one.name).tolist() for one in fields(NormalModel)}
        yards = {name: [yard.mean, yard.variance, yard.divisor] for name, yard in self.yardsticks.items()}
        return json.dumps({"format": FORMAT, "names": list(self.names), "model": model, "yardsticks": yards})

    @classmethod
    def from_json(cls, text: str) -> Monitor:
        """Raises `BadInput` when the text is no monitor."""
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise KeyError(content["format"])
            model = NormalModel(**{one.name: np.array(content["model"][one.name]) for one in fields(NormalModel)})
            yards = {name: Yardstick(*map(float, values)) for name, values in content["yardsticks"].items()}
            return cls(tuple(content["names"]), model, yards)
        except (ValueError, KeyError, TypeError) as error:
            raise refuse(
                "not_a_monitor",
                "这不是本场景导出的监测模型文件。",
                "This is no monitor file of this scenario.",
                detail=str(error),
            ) from error


def fit_monitor(
    names: tuple[str, ...], rows: Floats, alarm_share: float, tell: Callable[[float], None] = lambda share: None
) -> Monitor:
    """Learns normal rows (consecutive instants, rows × variables, no NaN) and sets the limit.

    `alarm_share` is the share of normal rows that is to lie above the limit in use, found on held-out rows. It is an
    estimate: five hundred rows look at normal only a few independent times for a slow chart.
    """
    held_out = _as_in_use(rows, tell)
    length = len(rows) // BLOCKS
    used = [name for name in charts.NAMES if 1.0 - (1.0 - charts.weight_of(name)) ** length >= SETTLED]
    yards = {}
    for name in used:
        values = held_out[name]
        mean, variance = float(values.mean()), float(values.var())
        tail = float(np.quantile(_near_normal(values, mean, variance), TAIL))
        yards[name] = Yardstick(mean, variance, max(tail, _surely(len(rows), charts.weight_of(name))))
    worst = np.max([yard.measure(held_out[name]) for name, yard in yards.items()], axis=0)
    limit = float(np.quantile(worst, 1.0 - alarm_share))
    yards = {name: Yardstick(one.mean, one.variance, one.divisor * limit) for name, one in yards.items()}
    tell(1.0)
    return Monitor(names, fit(rows), yards)


def _surely(rows: int, weight: float) -> float:
    """Returns how many standard deviations a chart needs before its tail quantile is believed.

    A chart with memory has looked at normal only `rows · weight / (2 − weight)` independent times; its mean and
    variance are that unsure, as Student's t says, and its greatest value so far is no measure of what is to come.
    """
    from scipy.stats import t

    looks = max(rows * weight / (2.0 - weight), 3.0)
    return float(t.ppf(TAIL, looks - 1.0) * np.sqrt(1.0 + 1.0 / looks))


def _as_in_use(rows: Floats, tell: Callable[[float], None]) -> dict[str, Floats]:
    """Returns every chart over all rows as a model of *all* rows would read them, were they new to it.

    A model of four fifths errs more than one of all. How much more is read off the learning curve: errors fall like
    1 / rows, so those at 80 % and at 90 % of the rows tell those at 100 %.
    """
    at_80 = _held_out(rows, BLOCKS, lambda share: tell(0.4 * share))
    at_90 = _held_out(rows, 2 * BLOCKS, lambda share: tell(0.4 + 0.5 * share))
    low, high = float(np.median(at_80["surprise"])), float(np.median(at_90["surprise"]))
    ratio = min(1.0, max((high - 0.8 * (low - high)) / low, 0.5))
    return {name: values * ratio for name, values in at_80.items()}


def _held_out(rows: Floats, blocks: int, tell: Callable[[float], None]) -> dict[str, Floats]:
    """Returns every chart over all rows, each block judged by a model that was fitted without it.

    The charts' memory goes on from block to block, as it will in use: a slow chart that started afresh in each block
    would never be as high as it gets.
    """
    edges = np.linspace(0, len(rows), blocks + 1).astype(int)
    found: dict[str, list[Floats]] = {name: [] for name in charts.NAMES}
    memory: charts.Memory | None = None
    for number, (start, end) in enumerate(pairwise(edges)):
        tell(number / blocks)
        keep = np.ones(len(rows), dtype=bool)
        keep[start:end] = False
        model = fit(rows, keep)
        if memory is None:
            memory = charts.fresh(model)
        else:
            memory = replace(memory, before=model.standardised(rows[start - model.lags : start]))
        reading, memory = charts.read(model, memory, rows[start:end])
        for name in charts.NAMES:
            found[name].append(reading.charts[name])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _near_normal(values: Floats, mean: float, variance: float) -> Floats:
    """Wilson–Hilferty: a scaled χ² with the given mean and variance becomes nearly standard normal."""
    mean, variance = max(mean, 1e-12), max(variance, 1e-18)
    ninth = variance / (9.0 * mean * mean)  # 1 / (9 · degrees of freedom / 2) with degrees = 2 mean² / variance
    return np.asarray((np.cbrt(values / mean) - (1.0 - ninth)) / np.sqrt(ninth))
