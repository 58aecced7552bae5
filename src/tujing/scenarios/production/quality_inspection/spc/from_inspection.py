"""Turns the `inspection` element into series: one for every characteristic on every work centre.

Pieces of one order at one operation form a subgroup. Where the specification changes from product to product, values
are read as a share of the half tolerance from its middle, so that a machine keeps one chart through all its products
(short-run chart; D. C. Montgomery, section 6.5). Characteristics that are only passed or failed become shares by day.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.spc.series import Series
from tujing.words import Text

LEAST, TRIAL_SHARE, TRIAL_AT_LEAST, TRIAL_AT_MOST = 10, 0.25, 25, 100
"""Fewest subgroups worth a chart; the first quarter sets the limits, but 25 to 100 subgroups."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Watched:
    """A series with where and when each of its subgroups was made."""

    series: Series
    characteristic: str
    machine: str
    times: tuple[datetime, ...]
    """Time of each subgroup's last inspection."""
    orders: tuple[str, ...]
    failed: np.ndarray
    """Whether any piece of the subgroup was not passed."""
    scaled: bool
    """Whether values are shares of the half tolerance."""


def watched(inspections: pa.Table, trial: int | None = None) -> tuple[list[Watched], list[Text]]:
    """Returns the series that are long enough for a chart, and what was left out, in words.

    `trial` is how many of the first subgroups set the limits.

    Raises
    ------
    BadInput
        When no series is long enough, or a lower limit lies above its upper one.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for number, row in enumerate(inspections.to_pylist()):
        low, high = row.get("lower_limit"), row.get("upper_limit")
        if low is not None and high is not None and low >= high:
            raise refuse(
                "limits_reversed",
                f"下限 {low:g} 不小于上限 {high:g}，请对调或改正。",
                f"The lower limit {low:g} is not below the upper one {high:g}; swap or correct them.",
                file="inspection",
                row=number + 2,
                column="lower_limit",
            )
        found[row["characteristic"], row.get("work_centre_id") or ""].append(row)
    series, short = [], []
    for (characteristic, machine), rows in sorted(found.items()):
        rows.sort(key=lambda row: row["inspected_time"])
        measured = [row for row in rows if row.get("value") is not None]
        one = _measured(characteristic, machine, measured, trial) if measured else None
        one = one or _passed(characteristic, machine, rows, trial)
        if one is None:
            short.append(_name(characteristic, machine))
        else:
            series.append(one)
    if not series:
        raise refuse(
            "too_few_inspections",
            f"没有一个检验特性满 {LEAST} 个子组，画不出控制图；请导入更长时段的检验记录。",
            f"No characteristic has {LEAST} subgroups, so no chart can be drawn; import a longer period.",
            file="inspection",
        )
    warnings = []
    if short:
        warnings.append(
            Text(
                zh=f"{'、'.join(short[:5])} 等 {len(short)} 个特性不满 {LEAST} 个子组或没有变化，没有画图。",
                en=f"{len(short)} series ({', '.join(short[:5])}) have under {LEAST} subgroups or never vary.",
            )
        )
    return series, warnings


def _name(characteristic: str, machine: str) -> str:
    return f"{characteristic} @ {machine}" if machine else characteristic


def _measured(characteristic: str, machine: str, rows: list[Row], trial: int | None) -> Watched | None:
    limits = {(row.get("lower_limit"), row.get("upper_limit")) for row in rows}
    scaled = len(limits) > 1
    groups: list[list[float]] = []
    made: list[tuple[datetime, str]] = []
    failed: list[bool] = []
    last: tuple[str, Any] | None = None
    for row in rows:
        value = _share(row) if scaled else float(row["value"])
        if not math.isfinite(value):
            continue
        place = (row["work_order_id"], row.get("sequence"))
        moment = row["inspected_time"].replace(tzinfo=None)
        if place == last:
            groups[-1].append(value)
            made[-1] = (moment, row["work_order_id"])
            failed[-1] = failed[-1] or row["result"] != "pass"
        else:
            groups.append([value])
            made.append((moment, row["work_order_id"]))
            failed.append(row["result"] != "pass")
        last = place
    values = np.concatenate([np.array(group) for group in groups]) if groups else np.empty(0)
    if len(groups) < LEAST or not np.ptp(values) > 0:
        return None
    lower, upper = next(iter(limits)) if not scaled else _scaled_limits(limits)
    series = Series(
        name=_name(characteristic, machine),
        labels=tuple(moment.isoformat(" ", "minutes") for moment, _ in made),
        groups=tuple(np.array(group) for group in groups),
        trial=_first(len(groups), trial),
        lower=lower,
        upper=upper,
        unit="1" if scaled else rows[0].get("unit") or "",
        rows=tuple(range(len(groups))),
    )
    times, orders = tuple(moment for moment, _ in made), tuple(order for _, order in made)
    return Watched(series, characteristic, machine, times, orders, np.array(failed), scaled)


def _share(row: Row) -> float:
    """Returns a value as its place within the tolerance: −1 the lower limit, 1 the upper one; 1 the only limit."""
    low, high = row.get("lower_limit"), row.get("upper_limit")
    value = float(row["value"])
    if low is not None and high is not None:
        return float((2 * value - low - high) / (high - low))
    only = high if high is not None else low
    return value / float(only) if only else math.nan


def _scaled_limits(limits: set[tuple[float | None, float | None]]) -> tuple[float | None, float | None]:
    if all(low is not None and high is not None for low, high in limits):
        return -1.0, 1.0
    return (None, 1.0) if all(low is None for low, _ in limits) else (1.0, None)


def _passed(characteristic: str, machine: str, rows: list[Row], trial: int | None) -> Watched | None:
    """Counts the pieces not passed by day."""
    days: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        days[row["inspected_time"].date()].append(row)
    counts = np.array([sum(row["result"] != "pass" for row in day) for day in days.values()], dtype=float)
    first = _first(len(counts), trial)
    if len(counts) < LEAST or not 0 < counts[first].sum() < sum(len(day) for day in days.values()):
        return None
    series = Series(
        name=_name(characteristic, machine),
        labels=tuple(day.isoformat() for day in days),
        counts=counts,
        sizes=np.array([len(day) for day in days.values()], dtype=float),
        counted="defectives",
        trial=first,
        rows=tuple(range(len(counts))),
    )
    times = tuple(day[-1]["inspected_time"].replace(tzinfo=None) for day in days.values())
    orders = tuple(day[-1]["work_order_id"] for day in days.values())
    return Watched(series, characteristic, machine, times, orders, counts > 0, False)


def _first(count: int, trial: int | None) -> np.ndarray:
    size = trial or min(TRIAL_AT_MOST, max(TRIAL_AT_LEAST, int(TRIAL_SHARE * count)))
    return np.arange(count) < size
