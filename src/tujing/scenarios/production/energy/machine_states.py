"""How much energy goes into machines that wait: power by state, found from meter readings and state records.

Per meter, readings are explained as Σ (hours in a state × power in that state) plus a constant draw, none below zero
(non-negative least squares). A meter that names its machine is explained by that machine; the others together by all
machines that have no meter of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tujing.scenarios.production.energy.loads import Array, Load, Site, StateSpan, total_load

STATES = ("producing", "setup", "idle", "planned_down", "failure", "off")
ON = ("producing", "setup", "idle")
LEAST_DAYS = 14


@dataclass(frozen=True)
class StatePower:
    """One state of one meter: hours of its machines, mean power of a machine in kW, energy in kWh."""

    meter: str
    state: str
    hours: float
    power: float
    energy: float


def powers(site: Site) -> list[StatePower]:
    """Returns the split of every electricity meter that state records cover; nothing without records."""
    metered = {load.work_centre for load in site.electricity if load.work_centre}
    found: list[StatePower] = []
    for load in site.electricity:
        if load.work_centre:
            found += _split(load, [span for span in site.states if span.machine == load.work_centre])
    rest = tuple(load for load in site.electricity if not load.work_centre)
    if rest:
        name = rest[0].name if len(rest) == 1 else "total"
        found += _split(total_load(rest, name), [span for span in site.states if span.machine not in metered])
    return found


def idle_share(split: Sequence[StatePower]) -> float | None:
    """Returns idle energy ÷ all energy of the meters that could be split."""
    whole = sum(one.energy for one in split)
    return sum(one.energy for one in split if one.state == "idle") / whole if whole > 0 else None


def running_profile(site: Site, per_day: int = 24) -> Array | None:
    """Returns, for each span of the day, the mean number of machines producing; None without records."""
    spans = [span for span in site.states if span.state == "producing"]
    if not spans:
        return None
    first = min(span.start for span in spans).replace(hour=0, minute=0, second=0)
    days = (max(span.end for span in spans) - first).days + 1
    hours = _hours(spans, first, days * per_day, 24 * 60 // per_day)
    return np.asarray(hours.reshape(days, per_day).mean(axis=0))


def _split(load: Load, spans: Sequence[StateSpan]) -> list[StatePower]:
    from scipy.optimize import nnls

    start, minutes = load.moment(0, 0), load.minutes
    count = load.days * load.per_day
    inputs = {state: _hours([span for span in spans if span.state == state], start, count, minutes) for state in ON}
    covered = np.sum(list(inputs.values()), axis=0) > 0
    if not any(column.any() for column in inputs.values()):
        return []
    first, last = int(np.argmax(covered)), count - int(np.argmax(covered[::-1]))
    if (last - first) * minutes < LEAST_DAYS * 24 * 60:
        return []
    table = np.column_stack([*(inputs[state][first:last] for state in ON), np.full(last - first, minutes / 60)])
    use = load.filled.ravel()[first:last]
    power, _ = nnls(table, use)
    hours = table.sum(axis=0)
    # What the fit leaves over is spread in proportion, so that the parts add up to the meter.
    scale = use.sum() / max(float(hours @ power), 1e-12)
    return [
        StatePower(
            load.name, state, float(hours[place]), float(power[place]), float(hours[place] * power[place] * scale)
        )
        for place, state in enumerate((*ON, "constant"))
    ]


def _hours(spans: Sequence[StateSpan], start: datetime, count: int, minutes: int) -> Array:
    """Returns machine hours spent in `spans` within each of `count` grid spans from `start`."""
    edges = np.zeros(count + 1)
    if not spans:
        return edges[:-1]
    whole = np.zeros(count + 1)
    for span in spans:
        begin = (span.start - start).total_seconds() / 60 / minutes
        end = (span.end - start).total_seconds() / 60 / minutes
        begin, end = min(max(begin, 0.0), count), min(max(end, 0.0), count)
        if end <= begin:
            continue
        low, high = int(begin), int(end)
        # Full spans by differences; the two ends by what they stick out.
        whole[low] += 1
        whole[min(high, count)] -= 1
        edges[low] -= begin - low
        if high < count:
            edges[high] += end - high
    return np.asarray((np.cumsum(whole)[:-1] + edges[:-1]) * minutes / 60)
