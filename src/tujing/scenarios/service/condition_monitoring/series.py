"""What is monitored: named variables over time, and the two stretches of them that every run works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.words import Text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Series:
    """Readings of several variables at common instants.

    `values` is rows × variables; a reading that is absent is NaN. `times` is None when the source has no clock: then
    row numbers, counted from 1, stand in for it. `minutes` is the sampling interval.
    """

    names: tuple[str, ...]
    values: Floats
    times: Times | None = None
    minutes: float = 1.0
    labels: Bools | None = None
    """Which rows are known to be faulty, where the source says so. For scoring only; no fit ever sees it."""

    def __len__(self) -> int:
        return len(self.values)

    def rows(self, chosen: slice | Bools) -> Series:
        return replace(
            self,
            values=self.values[chosen],
            times=None if self.times is None else self.times[chosen],
            labels=None if self.labels is None else self.labels[chosen],
        )

    def columns(self, chosen: Sequence[int]) -> Series:
        return replace(self, names=tuple(self.names[one] for one in chosen), values=self.values[:, list(chosen)])

    def minutes_between(self, first: int, last: int) -> float:
        """Returns the minutes from the beginning of row `first` to the end of row `last`."""
        if self.times is None:
            return (last - first + 1) * self.minutes
        return float((self.times[last] - self.times[first]) / np.timedelta64(1, "s")) / 60.0 + self.minutes

    def clock(self) -> list[str] | list[int]:
        """Returns what the result tables show as time: ISO text, or the row's number."""
        if self.times is None:
            return list(range(1, len(self) + 1))
        return [str(one) for one in self.times.astype("datetime64[s]")]


@dataclass(frozen=True)
class Watch:
    """One machine or process: what its normal state is learned from, and what is to be judged by it."""

    name: str
    normal: Series
    test: Series
    known_from: int = 0
    """First row of `test` that the figures count; the rows before it taught the normal state."""
    failures: Times | None = None
    """Starts of recorded failures within `test`'s time, where they are recorded."""
    producing: Bools | None = None
    """Rows of `test` in the regime that was learned; None: all."""
    restarts: tuple[int, ...] = ()
    """Rows of `test` that are the first after a stop: what was before them says nothing of them."""
    warnings: tuple[Text, ...] = ()


def usable(watch: Watch) -> Watch:
    """Returns the watch with variables that can be learned, gaps filled by the last known reading.

    A variable that never reports or never moves while normal is left out, with a warning. A gap before the first
    reading takes the normal mean.

    Raises
    ------
    BadInput
        When no variable is left, too few rows are there to learn from, or a value is infinite.
    """
    normal, warnings, kept = watch.normal, list(watch.warnings), []
    where = watch.name
    for number, name in enumerate(normal.names):
        values = normal.values[:, number]
        if np.isinf(values).any() or np.isinf(watch.test.values[:, number]).any():
            raise refuse(
                "infinite_reading",
                "有读数是无穷大，请检查采集或导出。",
                "A reading is infinite; check collection or export.",
                file=where,
                column=name,
            )
        known = values[np.isfinite(values)]
        if len(known) == 0:
            warnings.append(
                Text(
                    zh=f"{where}：测点 {name} 在学习段没有任何读数，已不参与监测；请检查传感器。",
                    en=f"{where}: tag {name} has no reading while normal and is left out; check the sensor.",
                )
            )
        elif np.ptp(known) <= 1e-12 * max(1.0, float(np.abs(known).max())):
            warnings.append(
                Text(
                    zh=f"{where}：测点 {name} 在学习段一直不变，已不参与监测；请检查是否卡住。",
                    en=f"{where}: tag {name} never moves while normal and is left out; check whether it is stuck.",
                )
            )
        else:
            kept.append(number)
    if not kept:
        raise refuse(
            "no_live_sensor",
            "没有一个测点在学习段有变化的读数，无法学习正常状态；请检查传感器与时间段。",
            "No tag has readings that move while normal, so nothing can be learned; check the sensors and the period.",
            file=where,
        )
    least = LEAST_ROWS + 2 * len(kept)
    if len(normal) < least:
        raise refuse(
            "too_few_rows",
            f"学习段只有 {len(normal)} 行，{len(kept)} 个测点至少需要 {least} 行；请给更长的正常数据。",
            f"Only {len(normal)} rows to learn from; {len(kept)} tags need at least {least}. Give a longer normal run.",
            file=where,
        )
    normal, test = normal.columns(kept), watch.test.columns(kept)
    centre = np.nanmean(normal.values, axis=0)
    missing = float(np.isnan(test.values).mean())
    if missing > 0:
        warnings.append(
            Text(
                zh=f"{where}：{missing:.1%} 的读数缺失，已用上一次读数补上。",
                en=f"{where}: {missing:.1%} of the readings are absent; the last known one stands in.",
            )
        )
    return replace(
        watch,
        normal=replace(normal, values=filled(normal.values, centre)),
        test=replace(test, values=filled(test.values, centre)),
        warnings=tuple(warnings),
    )


LEAST_ROWS = 50
"""Fewer rows than this teach no limit: five held-out blocks of ten rows are the least that can be calibrated on."""


def filled(values: Floats, before: Floats) -> Floats:
    """Returns the values with every NaN replaced by the last value above it, or by `before` where there is none."""
    known = np.isfinite(values)
    if known.all():
        return values
    above = np.where(known, np.arange(len(values))[:, None], -1)
    np.maximum.accumulate(above, axis=0, out=above)
    held = np.take_along_axis(values, np.maximum(above, 0), axis=0)
    return np.where(above < 0, before, held)
