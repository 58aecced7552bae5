"""From an organisation's own tables to what is monitored: one watch for every work centre that has sensors.

Readings in long form become one row an instant. Only instants at which the machine was producing are learned from and
judged; the day before a failure, and the failure itself, teach nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tujing.problems import refuse
from tujing.scenarios.service.condition_monitoring.series import LEAST_ROWS, Bools, Series, Times, Watch
from tujing.words import Text

if TYPE_CHECKING:
    import pandas as pd

AHEAD = np.timedelta64(24, "h")
"""An alarm counts for a failure when it comes within this time before it."""
MOST_MIXED = 0.5
"""An instant belongs to the producing regime when at least this share of its interval was producing."""


@dataclass(frozen=True)
class Spans:
    """Stretches of one machine's state."""

    start: Times
    end: Times

    def share(self, times: Times, interval: np.timedelta64) -> np.ndarray:
        """Returns for each interval [time, time + interval) the share that the spans cover; spans do not overlap."""
        order = np.argsort(self.start)
        begin, end = _seconds(self.start[order]), _seconds(self.end[order])
        covered = np.concatenate([[0.0], np.cumsum(end - begin)])

        def until(moment: np.ndarray) -> np.ndarray:
            position = np.searchsorted(begin, moment, side="right")
            last = np.maximum(position - 1, 0)
            over = np.where(position > 0, np.maximum(end[last] - moment, 0.0), 0.0) if len(begin) else 0.0
            return np.asarray(covered[position] - over)

        return np.asarray((until(_seconds(times + interval)) - until(_seconds(times))) / _seconds_of(interval))


def read_watches(
    tables: Mapping[str, pa.Table], learn_until: datetime | None, learn_share: float
) -> tuple[list[Watch], list[Text]]:
    """Returns a watch for every work centre with readings, and warnings about what was left out.

    The normal state is learned before `learn_until`, by default from the first `learn_share` of the instants.

    Raises
    ------
    BadInput
        When one tag is reported in several units, a work centre is unknown, or no work centre has enough readings.
    """
    readings = _with_meters(tables["sensor_reading"].to_pandas(), tables.get("energy_reading"))
    _known_centres(readings, tables["work_centre"])
    events = tables["machine_event"].to_pandas()
    watches, warnings = [], []
    for centre, own in readings.groupby("work_centre_id", sort=True):
        mine = events[events["work_centre_id"] == centre]
        watch = _watch(str(centre), own, mine, learn_until, learn_share)
        if isinstance(watch, Text):
            warnings.append(watch)
        else:
            watches.append(watch)
    if not watches:
        raise refuse(
            "nothing_to_watch",
            f"没有一台设备有足够的生产中读数（学习段至少 {LEAST_ROWS} 个时刻）；请导入更长的读数。",
            f"No work centre has enough readings while producing (at least {LEAST_ROWS} instants to learn from); "
            "import a longer stretch.",
            key="sensor_reading",
        )
    return watches, warnings


def _with_meters(readings: pd.DataFrame, energy: pa.Table | None) -> pd.DataFrame:
    """Adds the mean power (or flow) of each meter as a tag, for work centres that have no sensor of their own."""
    import pandas as pd

    if energy is None:
        return readings
    meters = energy.to_pandas()
    bare = meters["work_centre_id"].notna() & ~meters["work_centre_id"].isin(set(readings["work_centre_id"]))
    meters = meters[bare]
    if meters.empty:
        return readings
    hours = (meters["end_time"] - meters["start_time"]).dt.total_seconds() / 3600
    made = pd.DataFrame(
        {
            "work_centre_id": meters["work_centre_id"],
            "tag": meters["carrier"] + " " + meters["meter_id"],
            "time": meters["start_time"],
            "value": meters["quantity"].astype(float) / hours.where(hours > 0),
            "unit": meters["unit"] + "/h",
        }
    )
    return pd.concat([readings, made], ignore_index=True)


def _watch(
    centre: str, readings: pd.DataFrame, events: pd.DataFrame, learn_until: datetime | None, learn_share: float
) -> Watch | Text:
    _one_unit(centre, readings)
    series, interval = _pivot(readings)
    assert series.times is not None
    warnings: list[Text] = []
    producing = np.ones(len(series), dtype=bool)
    if len(events):
        share = _spans(events, "producing").share(series.times, interval)
        producing = np.asarray(share >= MOST_MIXED)
    else:
        warnings.append(
            Text(
                zh=f"{centre}：没有设备状态记录，全部读数按生产中处理。",
                en=f"{centre}: no machine events; all readings count as producing.",
            )
        )
    failures = _spans(events, "failure")
    series = series.rows(producing)
    assert series.times is not None
    edge = np.datetime64(learn_until.replace(tzinfo=None), "s") if learn_until else None
    learned = series.times < edge if edge is not None else np.arange(len(series)) < int(len(series) * learn_share)
    clean = learned & ~_around(series.times, failures)
    if clean.sum() < LEAST_ROWS + 2 * len(series.names) or learned.all():
        return Text(
            zh=f"{centre}：生产中的正常读数只有 {int(clean.sum())} 个时刻，不足以学习或无剩余可判断，已跳过。",
            en=f"{centre}: {int(clean.sum())} normal instants while producing, too few to learn from or none left to "
            "judge; skipped.",
        )
    test = series.rows(~learned)
    assert test.times is not None
    within = (failures.start >= test.times[0]) & (failures.start <= test.times[-1] + AHEAD)
    return Watch(
        centre,
        series.rows(np.asarray(clean)),
        test,
        failures=failures.start[within],
        restarts=_after(test.times, failures.end),
        warnings=tuple(warnings),
    )


def _pivot(readings: pd.DataFrame) -> tuple[Series, np.timedelta64]:
    """Returns one row an instant. Tags that report at different moments meet on the slowest tag's interval; several
    readings of a tag within it are averaged, repeated and unsorted ones alike."""
    times = readings["time"].to_numpy().astype("datetime64[s]")
    tags, numbers = np.unique(readings["tag"].to_numpy().astype(str), return_inverse=True)
    slowest = 1
    for number in range(len(tags)):
        steps = np.diff(np.unique(times[numbers == number])).astype(np.int64)
        if len(steps):
            slowest = max(slowest, int(np.median(steps)))
    instants, rows = np.unique(times.astype(np.int64) // slowest, return_inverse=True)
    values = readings["value"].to_numpy(dtype=float)
    known = np.isfinite(values)
    shape = (len(instants), len(tags))
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (rows[known], numbers[known]), values[known])
    np.add.at(count, (rows[known], numbers[known]), 1)
    with np.errstate(invalid="ignore"):
        means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    clock = (instants * slowest).astype("datetime64[s]")
    return Series(tuple(tags.tolist()), means, clock, slowest / 60.0), np.timedelta64(slowest, "s")


def _spans(events: pd.DataFrame, state: str) -> Spans:
    chosen = events[events["state"] == state]
    return Spans(
        chosen["start_time"].to_numpy().astype("datetime64[s]"), chosen["end_time"].to_numpy().astype("datetime64[s]")
    )


def _around(times: Times, failures: Spans) -> Bools:
    """Returns which instants lie in a failure or in the day before one."""
    bad = np.zeros(len(times), dtype=bool)
    for start, end in zip(failures.start, failures.end, strict=True):
        bad |= (times >= start - AHEAD) & (times < end)
    return bad


def _after(times: Times, ends: Times) -> tuple[int, ...]:
    """Returns the first row after each repair."""
    rows = np.searchsorted(times, ends, side="left")
    return tuple(sorted({int(row) for row in rows if 0 < row < len(times)}))


def _known_centres(readings: pd.DataFrame, centres: pa.Table) -> None:
    known = set(centres["work_centre_id"].to_pylist())
    unknown = ~readings["work_centre_id"].isin(known).to_numpy()
    if unknown.any():
        row = int(unknown.argmax())
        raise refuse(
            "unknown_machine",
            "设备编号在 work_centre 里找不到，请先补登这台设备或改正编号。",
            "This work centre is not in work_centre; register the machine or correct the code.",
            file="sensor_reading",
            row=row + 2,
            column="work_centre_id",
            value=str(readings["work_centre_id"].iloc[row]),
        )


def _one_unit(centre: str, readings: pd.DataFrame) -> None:
    units: Any = readings.dropna(subset=["unit"]).groupby("tag")["unit"].unique()
    for tag, found in units.items():
        if len(found) > 1:
            odd = int((readings["tag"].eq(tag) & readings["unit"].eq(found[1])).to_numpy().argmax())
            raise refuse(
                "mixed_units",
                f"{centre} 的测点 {tag} 用了多种单位（{'、'.join(map(str, found))}），请统一后再导入。",
                f"Tag {tag} of {centre} comes in several units ({', '.join(map(str, found))}); convert it to one.",
                file="sensor_reading",
                row=int(readings.index[odd]) + 2,
                column="unit",
                value=str(found[1]),
            )


def _seconds(times: Times) -> np.ndarray:
    return times.astype("datetime64[s]").astype(np.int64).astype(float)


def _seconds_of(interval: np.timedelta64) -> float:
    return float(interval / np.timedelta64(1, "s"))
