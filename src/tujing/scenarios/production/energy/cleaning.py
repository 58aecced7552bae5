"""From raw readings to whole days on a regular grid; what cannot be trusted is refused, what is mended is told.

Counters that run up are differenced, duplicates and gaps are mended or refused, and a factor of a thousand between days
(a meter switched from kWh to MWh or Wh) is refused with the row where it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.energy.loads import Array, Load
from tujing.words import Text

DAY = 24 * 60
GAP_MINUTES = 120
"""Gaps up to this are drawn straight; longer ones stay open and are never scored."""
GAPS_REFUSED = 0.2
SLIP = 200.0
"""Days whose level differs by more than this are taken for a slip of unit, not for a plant that rests."""
GROWING = 0.995
LEAST_DAYS = 14


@dataclass(frozen=True)
class Readings:
    """One meter as read: minutes since `epoch` at which each span starts, its length, its quantity, its row."""

    name: str
    file: str
    starts: list[datetime]
    values: Array
    rows: Sequence[int]
    """Row of each reading as a person counts, for what is refused."""
    minutes: int
    column: str = "quantity"
    carrier: str = "electricity"
    unit: str = "kWh"
    work_centre: str = ""
    price: float | None = None
    forced_order: bool = False
    """Tables have no order of their own: sort without a warning."""
    notes: list[Text] = field(default_factory=list)

    def say(self, zh: str, en: str) -> None:
        self.notes.append(Text(zh=f"表计 {self.name}：{zh}", en=f"Meter {self.name}: {en}"))

    def row(self, position: int) -> dict[str, object]:
        return {"file": self.file, "row": self.rows[position], "column": self.column}


def clean(readings: Readings) -> Load:
    """Returns the meter on a regular grid; adds to `readings.notes` whatever was mended.

    Raises
    ------
    BadInput
        Negative or infinite readings, a slip of unit, conflicting duplicates, too many gaps, too few days.
    """
    values = _finite(readings)
    order, stamps = _ordered(readings)
    values, rows = values[order], np.asarray(readings.rows)[order]
    values = _differenced(readings, values)
    _no_negative(readings, values, rows)
    stamps, values, rows = _single(readings, stamps, values, rows)
    grid, first = _on_grid(readings, stamps, values)
    _one_unit(readings, grid, first, stamps, rows)
    return Load(
        name=readings.name,
        first_day=first,
        values=_bridged(readings, grid),
        carrier=readings.carrier,
        unit=readings.unit,
        work_centre=readings.work_centre,
        price=readings.price,
    )


def _finite(readings: Readings) -> Array:
    values = np.asarray(readings.values, dtype=float)
    if not len(values) or np.isnan(values).all():
        raise refuse(
            "no_readings",
            f"表计 {readings.name} 没有任何有效读数，请检查采集或重新导出。",
            f"Meter {readings.name} has no reading at all; check its collection or export it again.",
            file=readings.file,
            column=readings.column,
        )
    if np.isinf(values).any():
        raise refuse(
            "infinite",
            "读数是无穷大，请改正。",
            "This reading is infinite; correct it.",
            **readings.row(int(np.argmax(np.isinf(values)))),
        )
    return values


def _ordered(readings: Readings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    stamps = np.array(readings.starts, dtype="datetime64[m]").astype(np.int64)
    order = np.argsort(stamps, kind="stable")
    if not readings.forced_order and (np.diff(stamps) < 0).any():
        place = int(np.argmax(np.diff(stamps) < 0)) + 1
        readings.say(
            f"第 {readings.rows[place]} 行起时间没有递增，已按时间重新排序。",
            f"times do not increase from row {readings.rows[place]} on; sorted by time.",
        )
    return order, stamps[order]


def _differenced(readings: Readings, values: Array) -> Array:
    """A register that only ever runs up is a counter: returns what ran through it in each span."""
    steps = np.diff(values[~np.isnan(values)])
    if len(steps) < 24:
        return values
    growing = np.mean(steps >= 0) >= GROWING
    # A load falls about as often as it rises; a counter's level is far above its steps.
    if not growing or np.nanmedian(values) < 5 * np.median(np.abs(steps)) or np.ptp(values[~np.isnan(values)]) == 0:
        return values
    moved = np.diff(values, prepend=np.nan)
    resets = int((moved < 0).sum())
    moved = np.where(moved < 0, values, moved)
    readings.say(
        f"读数是只增不减的累计码，已改算为每段用量（其间清零 {resets} 次）。",
        f"the readings are those of a running counter; differenced to consumption a span ({resets} resets).",
    )
    return np.asarray(moved)


def _no_negative(readings: Readings, values: Array, rows: NDArray[np.int64]) -> None:
    negative = np.nonzero(values < 0)[0]
    if len(negative):
        raise refuse(
            "negative",
            f"用量为负（{values[negative[0]]:g}），共 {len(negative)} 行；请检查互感器极性，或把反送电另列一块表。",
            f"Consumption is negative ({values[negative[0]]:g}), {len(negative)} rows; check the transformer's "
            f"polarity, "
            "or give what is fed back as a meter of its own.",
            file=readings.file,
            row=int(rows[negative[0]]),
            column=readings.column,
            value=f"{values[negative[0]]:g}",
        )


def _single(
    readings: Readings, stamps: NDArray[np.int64], values: Array, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Array, NDArray[np.int64]]:
    """One reading a moment. The hour that is lived twice when summer time ends is averaged."""
    twice = np.nonzero(np.diff(stamps) == 0)[0]
    if not len(twice):
        return stamps, values, rows
    moments = [datetime(1970, 1, 1) + timedelta(minutes=int(stamps[place])) for place in twice]
    autumn = len({moment.date() for moment in moments}) <= len(stamps) * readings.minutes / DAY / 180 + 1
    summer_time = autumn and all(moment.hour in (1, 2) and moment.month in (9, 10, 11) for moment in moments)
    differing = [place for place in twice if values[place] != values[place + 1]]
    if differing and not summer_time:
        place = differing[0]
        raise refuse(
            "duplicate_time",
            f"同一时刻 {moments[list(twice).index(place)]:%Y-%m-%d %H:%M} 有两个不同的读数，请保留一个。",
            f"There are two different readings at {moments[list(twice).index(place)]:%Y-%m-%d %H:%M}; keep one.",
            file=readings.file,
            row=int(rows[place + 1]),
            column=readings.column,
        )
    if summer_time:
        readings.say(
            f"{len(twice)} 个时刻在夏令时结束时重复，已取平均。",
            f"{len(twice)} moments come twice as summer time ends; averaged.",
        )
    else:
        readings.say(f"去掉 {len(twice)} 行完全相同的重复读数。", f"{len(twice)} repeated identical readings dropped.")
    unique, inverse = np.unique(stamps, return_inverse=True)
    counts = np.bincount(inverse)
    return unique, np.bincount(inverse, weights=values) / counts, rows[np.unique(inverse, return_index=True)[1]]


def _on_grid(readings: Readings, stamps: NDArray[np.int64], values: Array) -> tuple[Array, date]:
    minutes = readings.minutes
    if minutes <= 0 or DAY % minutes:
        raise refuse(
            "odd_span",
            f"读数间隔 {minutes} 分钟不能整除一天，请换算为 15、30、60 分钟或一天。",
            f"A span of {minutes} min does not divide a day; convert to 15, 30 or 60 minutes, or to days.",
            file=readings.file,
        )
    off = np.nonzero(stamps % minutes)[0]
    if len(off):
        raise refuse(
            "off_grid",
            f"时刻不在 {minutes} 分钟的整格上，请按固定间隔重新导出。",
            f"This time is not on the grid of {minutes} minutes; export at a fixed interval.",
            **readings.row(int(off[0])),
        )
    per_day = DAY // minutes
    begin = int(stamps[0] // DAY)
    days = int(stamps[-1] // DAY) - begin + 1
    if days > 20_000 or days * per_day > 20 * max(len(stamps), per_day * LEAST_DAYS):
        raise refuse(
            "time_jump",
            "时间跨度与行数不符，请检查日期格式是否混用。",
            "The times span far more than the rows could fill; check whether formats of date are mixed.",
            **readings.row(int(np.argmax(np.diff(stamps))) + 1 if len(stamps) > 1 else 0),
        )
    flat = np.full(days * per_day, np.nan)
    flat[(stamps - begin * DAY) // minutes] = values
    grid = flat.reshape(days, per_day)
    present = (~np.isnan(grid)).mean(axis=1)
    whole = np.nonzero(present >= 0.5)[0]
    if len(whole) < LEAST_DAYS:
        raise refuse(
            "too_short",
            f"表计 {readings.name} 只有 {len(whole)} 天的读数，至少需要 {LEAST_DAYS} 天。",
            f"Meter {readings.name} has readings of {len(whole)} days; at least {LEAST_DAYS} are needed.",
            file=readings.file,
        )
    # A first or last day that was hardly read is no day.
    grid = grid[whole[0] : whole[-1] + 1]
    return grid, date(1970, 1, 1) + timedelta(days=begin + int(whole[0]))


def _one_unit(readings: Readings, grid: Array, first: date, stamps: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    """Refuses days at a thousandth or a thousand times the level of the others."""
    top = np.nanmax(np.where(np.isnan(grid), 0.0, grid), axis=1)
    used = top > 0
    if not used.any():
        return
    usual = float(np.median(top[used]))
    slipped = used & ((top > usual * SLIP) | (top < usual / SLIP))
    if not slipped.any() or usual == 0:
        return
    day = int(np.argmax(slipped))
    moment = first + timedelta(days=day)
    place = int(np.searchsorted(stamps, (moment - date(1970, 1, 1)).days * DAY))
    times = top[day] / usual
    raise refuse(
        "unit_slip",
        f"自 {moment} 起读数约为平时的 {times:.3g} 倍（共 {int(slipped.sum())} 天），像是 kWh 与 MWh 或 Wh 混用；"
        "请统一单位。",
        f"From {moment} on the readings are about {times:.3g} times the usual ({int(slipped.sum())} days), as "
        f"when kWh and "
        "MWh or Wh are mixed; use one unit.",
        file=readings.file,
        row=int(rows[min(place, len(rows) - 1)]),
        column=readings.column,
        value=f"{top[day]:g}",
    )


def _bridged(readings: Readings, grid: Array) -> Array:
    """Draws short gaps straight; refuses a meter that was dark too long."""
    flat = grid.ravel().copy()
    missing = np.isnan(flat)
    if not missing.any():
        return grid
    if missing.mean() > GAPS_REFUSED:
        raise refuse(
            "too_many_gaps",
            f"表计 {readings.name} 有 {missing.mean():.0%} 的时段没有读数，超过 {GAPS_REFUSED:.0%}；请先补采。",
            f"Meter {readings.name} lacks {missing.mean():.0%} of its spans, over {GAPS_REFUSED:.0%}; collect "
            f"them first.",
            file=readings.file,
            column=readings.column,
        )
    edges = np.diff(np.concatenate(([0], missing.astype(int), [0])))
    long = 0
    for begin, end in zip(np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0], strict=True):
        if (end - begin) * readings.minutes <= GAP_MINUTES and begin > 0 and end < len(flat):
            flat[begin:end] = np.interp(np.arange(begin, end), [begin - 1, end], [flat[begin - 1], flat[end]])
        else:
            long += int(end - begin)
    readings.say(
        f"缺 {int(missing.sum())} 个读数：不超过 {GAP_MINUTES} 分钟的按直线补上，其余 {long} "
        f"个按上周同一时段代入，不计入评分。",
        f"{int(missing.sum())} readings are missing: gaps up to {GAP_MINUTES} min are drawn straight, the other "
        f"{long} take "
        "last week's value and are not scored.",
    )
    return flat.reshape(grid.shape)
