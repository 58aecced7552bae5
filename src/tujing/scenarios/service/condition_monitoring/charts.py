"""The control charts that watch one normal model, each for a kind of fault, computed row by row with little memory.

| chart | sees | source |
|---|---|---|
| `surprise` | a row that does not follow from the rows before | dynamic T² of one-step prediction errors |
| `shift_fast` … `shift_slow` | a small lasting shift of the mean | multivariate EWMA, Lowry et al. 1992 |
| `unrest_*` | more (or wilder) variation | EWMA of squared, regression-adjusted errors, Hawkins 1991 |

Every chart is larger when things are worse, at least 0. T² and SPE of the principal components are told beside them,
for people who look for them; they take no part in the score, because what they see of a fault `surprise` sees sooner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tujing.scenarios.service.condition_monitoring.normal_model import NormalModel
from tujing.scenarios.service.condition_monitoring.series import Floats

SHIFT = {"fast": 0.3, "middle": 0.1, "slow": 0.03}
"""Weights of the newest row in each mean-shift chart: memories of about 3, 10 and 33 rows."""
KNOCK = 3.0
"""Most standard deviations that one error counts for as unrest: one knock is not unrest, however hard (`surprise` sees
it)."""
UNREST = {"middle": 0.1, "slow": 0.03}
NAMES = (
    "surprise",
    *(f"shift_{name}" for name in SHIFT),
    *(f"unrest_{name}" for name in UNREST),
)


def weight_of(chart: str) -> float:
    """Returns the weight of the newest row in the chart; 1 for a chart without memory."""
    speed = chart.rsplit("_", 1)[-1]
    return SHIFT.get(speed, 1.0)


@dataclass(frozen=True)
class Memory:
    """What the charts remember of the rows so far; enough to go on with the next row as if there had been no break."""

    before: Floats
    """lags × p, the latest standardised rows; none at a start: then the first row is taken to have stood before"""
    shift: dict[str, Floats]
    """chart speed → p, smoothed prediction error"""
    unrest: dict[str, Floats]
    """chart speed → p, smoothed squared adjusted error"""


@dataclass(frozen=True)
class Reading:
    """What the charts say of some rows: a column a chart, and what the contributions are computed from."""

    charts: dict[str, Floats]
    standard: Floats
    errors: Floats
    shift: dict[str, Floats]
    unrest: dict[str, Floats]


def fresh(model: NormalModel) -> Memory:
    """Memory of a process that has been exactly normal for ever."""
    count = len(model.mean)
    return Memory(
        before=np.zeros((0, count)),
        shift={name: np.zeros(count) for name in SHIFT},
        unrest={name: np.ones(count) for name in UNREST},
    )


def read(model: NormalModel, memory: Memory, rows: Floats) -> tuple[Reading, Memory]:
    """Returns the charts over `rows` (at least one) and the memory after them."""
    standard = model.standardised(rows)
    before = memory.before if len(memory.before) else np.repeat(standard[:1], model.lags, axis=0)
    errors = model.errors(before, standard)
    adjusted = (errors @ model.inverse) / np.sqrt(np.diag(model.inverse))
    shift = {name: smoothed(errors, weight, memory.shift[name]) for name, weight in SHIFT.items()}
    unrest = {
        name: smoothed(np.minimum(adjusted**2, KNOCK**2), weight, memory.unrest[name])
        for name, weight in UNREST.items()
    }
    charts = {
        "surprise": quadratic(errors, model.inverse),
        **{f"shift_{name}": quadratic(values, model.inverse) for name, values in shift.items()},
        **{f"unrest_{name}": values.mean(axis=1) for name, values in unrest.items()},
    }
    after = replace(
        memory,
        before=np.vstack([before, standard])[-model.lags :],
        shift={name: values[-1] for name, values in shift.items()},
        unrest={name: values[-1] for name, values in unrest.items()},
    )
    return Reading(charts, standard, errors, shift, unrest), after


def smoothed(values: Floats, weight: float, before: Floats) -> Floats:
    """Returns the exponentially weighted moving average of each column, going on from `before`."""
    from scipy.signal import lfilter

    result, _ = lfilter([weight], [1.0, weight - 1.0], values, axis=0, zi=((1.0 - weight) * before)[None, :])
    return np.asarray(result)


def quadratic(rows: Floats, matrix: Floats) -> Floats:
    """Returns rowᵀ · matrix · row for every row."""
    return np.asarray(np.einsum("ij,ij->i", rows @ matrix, rows))


def contributions(model: NormalModel, reading: Reading, chart: str) -> Floats:
    """Returns rows × p: the share of each variable in the chart's value; each row sums to 1.

    Reconstruction-based contribution (Alcala & Qin, Automatica 45, 2009): how much of the chart would go if that
    variable alone were set right. Unlike the plain split of T² it names a single faulty sensor correctly.
    """
    speed = chart.rsplit("_", 1)[-1]
    if chart.startswith("unrest"):
        parts = np.maximum(reading.unrest[speed] - 1.0, 0.0)
    else:
        rows = reading.errors if chart == "surprise" else reading.shift[speed]
        parts = (rows @ model.inverse) ** 2 / np.diag(model.inverse)
    whole = parts.sum(axis=1, keepdims=True)
    return np.where(whole > 0, parts / np.where(whole > 0, whole, 1.0), 1.0 / parts.shape[1])
