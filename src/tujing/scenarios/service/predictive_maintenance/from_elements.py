"""Turns an organisation's tables into a fleet: lives between failures, with what the sensors said during them.

Age counts hours of operation (`producing` and `setup` of machine_event), not hours by the clock; a failure ends a life
and the repair begins the next. The stretch before a machine's first failure has no known beginning and is left out,
unless the machine was commissioned within the records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.problems import BadInput, Problem, refuse
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, Floats, History, Life
from tujing.words import Text

WORKING = ("producing", "setup")
STEPS_A_LIFE = 100
STEPS_AT_LEAST = 8
HISTORIES_AT_LEAST = 4
Row = dict[str, Any]


@dataclass(frozen=True)
class _Machine:
    """One machine's working spans in order, with the hours of operation before each, and when its lives ended."""

    name: str
    begin: Floats
    end: Floats
    before: Floats
    failures: Floats
    """Hours of operation at each failure."""
    known_start: bool

    @property
    def total(self) -> float:
        return float(self.before[-1] + self.end[-1] - self.begin[-1]) if len(self.begin) else 0.0

    def worked(self, seconds: Floats) -> Floats:
        """Hours of operation up to moments in seconds."""
        marks = np.column_stack([self.begin, self.end]).ravel() / 3600
        hours = np.column_stack([self.before, self.before + self.end - self.begin]).ravel() / 3600
        worked: Floats = np.interp(seconds / 3600, marks, hours)
        return worked


def read_fleet(tables: Mapping[str, pa.Table], step_hours: float | None = None) -> Fleet:
    """Builds the fleet from tables `machine_event`, `work_centre` and, where given, `sensor_reading` and
    `operation_schedule`.

    `step_hours` is the hours of operation that one row of a history stands for; by default a hundredth of the median
    life, but no finer than the readings.

    Raises
    ------
    BadInput
        When spans end before they start or overlap, machines are unknown, or nothing has ever failed.
    """
    events, centres = (
        _rows(tables, "machine_event"),
        {row["work_centre_id"]: row for row in _rows(tables, "work_centre")},
    )
    if not events or not centres:
        absent = "machine_event" if not events else "work_centre"
        raise refuse("element_absent", f"缺少数据要素 {absent}。", f"Data element {absent} is absent.", key=absent)
    machines = _machines(events, centres)
    lives, stretches = _lives(machines, centres)
    if not any(one.failed for one in lives):
        raise refuse(
            "no_failures",
            "记录里没有一次起止都已知的寿命（同一设备的两次故障之间），无从估计；请导入更长的故障历史。",
            "No life in the records has both its beginning and its end (two failures of one machine); import more of "
            "the failure history.",
            file="machine_event",
            column="state",
        )
    now = max(row["end_time"] for row in events)
    running = {one.unit: one.hours for one in lives if not one.failed}
    pace = {}
    for machine in machines:
        clock = (now.timestamp() - float(machine.begin[0])) / 3600 if len(machine.begin) else 0.0
        pace[machine.name] = min(1.0, max(0.05, machine.total / 3600 / clock)) if clock > 0 else 1.0
    base = Fleet(
        sensors=(),
        failed=(),
        running=(),
        lives=tuple(lives),
        origin=now,
        ages=running,
        pace=pace,
        booked=_booked(tables),
    )
    readings = tables.get("sensor_reading")
    if readings is None or not readings.num_rows:
        return base
    return _with_sensors(base, machines, stretches, readings, step_hours)


def _rows(tables: Mapping[str, pa.Table], name: str) -> list[Row]:
    table = tables.get(name)
    if table is None:
        return []
    return [
        {key: value.replace(tzinfo=None) if isinstance(value, datetime) else value for key, value in row.items()}
        for row in table.to_pylist()
    ]


def _machines(events: list[Row], centres: Mapping[str, Row]) -> list[_Machine]:
    problems: list[Problem] = []
    spans: dict[str, list[tuple[float, float, str, int]]] = defaultdict(list)
    for number, row in enumerate(events, start=2):
        place = {"file": "machine_event", "row": number}
        if row["work_centre_id"] not in centres:
            problems += refuse(
                "unknown_work_centre",
                f"工作中心 {row['work_centre_id']} 不在 work_centre 表中，请补上或改正。",
                f"Work centre {row['work_centre_id']} is not in the work_centre table; add it or correct this row.",
                column="work_centre_id",
                **place,
            ).problems
        if row["end_time"] <= row["start_time"]:
            problems += refuse(
                "ends_before_it_starts",
                "结束时间不晚于开始时间，请改正。",
                "This span does not end after it starts; correct it.",
                column="end_time",
                value=str(row["end_time"]),
                **place,
            ).problems
        start, end = row["start_time"].timestamp(), row["end_time"].timestamp()
        spans[row["work_centre_id"]].append((start, end, row["state"], number))
    for unit in spans.values():
        unit.sort()
        for first, second in pairwise(unit):
            if second[0] < first[1] - 60:
                problems += refuse(
                    "spans_overlap",
                    f"与第 {first[3]} 行的时段重叠；同一设备同一时刻只有一种状态，请改正。",
                    f"This span overlaps that of row {first[3]}; a machine is in one state at a time. Correct it.",
                    file="machine_event",
                    row=second[3],
                    column="start_time",
                ).problems
    if problems:
        raise BadInput(problems)
    return [_machine(name, unit, centres[name]) for name, unit in sorted(spans.items())]


def _machine(name: str, spans: list[tuple[float, float, str, int]], centre: Row) -> _Machine:
    work = [(start, end) for start, end, state, _ in spans if state in WORKING]
    begin, end = np.array([one[0] for one in work]), np.array([one[1] for one in work])
    before = np.concatenate([[0.0], np.cumsum(end - begin)[:-1]]) if len(work) else np.zeros(0)
    commissioned = centre.get("commissioned")
    first = datetime.fromtimestamp(spans[0][0]).date()
    machine = _Machine(name, begin, end, before, np.zeros(0), commissioned is not None and commissioned >= first)
    down = np.array([start for start, _, state, _ in spans if state == "failure"])
    # Failures without work between them are one.
    hours = np.unique(machine.worked(down).round(6)) if len(work) and len(down) else np.zeros(0)
    return _Machine(name, begin, end, before, hours, machine.known_start)


Stretch = tuple[str, float, float, bool]
"""Machine, hours of operation at the beginning and end of a life, whether it ended in failure."""


def _lives(machines: list[_Machine], centres: Mapping[str, Row]) -> tuple[list[Life], list[Stretch]]:
    lives: list[Life] = []
    stretches: list[Stretch] = []
    for machine in machines:
        kind = str(centres[machine.name].get("kind") or "")
        marks = [0.0, *machine.failures.tolist()]
        total = machine.total / 3600
        for number, (start, end) in enumerate(zip(marks, [*marks[1:], total], strict=True)):
            failed = number < len(marks) - 1
            if failed and number == 0 and not machine.known_start:
                continue
            hours = max(end - start, 0.0 if failed else 1e-3)
            if hours > 0:
                lives.append(Life(machine.name, kind, hours, failed))
                stretches.append((machine.name, start, end, failed))
    return lives, stretches


def _booked(tables: Mapping[str, pa.Table]) -> dict[str, list[tuple[datetime, datetime]]]:
    booked: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in _rows(tables, "operation_schedule"):
        booked[row["work_centre_id"]].append((row["start_time"], row["end_time"]))
    return {unit: sorted(spans) for unit, spans in booked.items()}


def _with_sensors(
    fleet: Fleet, machines: list[_Machine], stretches: list[Stretch], readings: pa.Table, given: float | None
) -> Fleet:
    by_name = {machine.name: machine for machine in machines}
    frame = readings.select(["work_centre_id", "tag", "time", "value"]).to_pandas()
    frame = frame[frame["work_centre_id"].isin(by_name) & np.isfinite(frame["value"].astype(float))]
    moments = frame["time"].dt.tz_localize(None) if frame["time"].dt.tz is not None else frame["time"]
    frame = frame.assign(stamp=[moment.to_pydatetime().timestamp() for moment in moments])
    tags = tuple(sorted(frame["tag"].unique()))
    median = float(np.median([one.hours for one in fleet.lives if one.failed]))
    grouped = {key: part.sort_values("stamp") for key, part in frame.groupby(["work_centre_id", "tag"])}
    worked = {key: by_name[key[0]].worked(part["stamp"].to_numpy()) for key, part in grouped.items()}
    gaps = [float(np.median(one[one > 0])) for one in (np.diff(hours) for hours in worked.values()) if (one > 0).any()]
    step = given or max(median / STEPS_A_LIFE, float(np.median(gaps)) if gaps else 0.0)
    failed: list[History] = []
    running: list[History] = []
    left_out = 0
    for name, start, end, ended in stretches:
        steps = int((end - start) // step)
        columns = []
        for tag in tags:
            key = (name, tag)
            if key in grouped:
                hours, values = worked[key], grouped[key]["value"].to_numpy(dtype=float)
                columns.append(_binned(hours, values, start, step, steps))
        if steps < STEPS_AT_LEAST or len(columns) < len(tags) or any(not np.isfinite(one).all() for one in columns):
            left_out += 1
            continue
        history = History(name, np.zeros((steps, 1)), np.column_stack(columns))
        (failed if ended else running).append(history)
    if len(failed) < HISTORIES_AT_LEAST or not running:
        words = Text(
            zh=f"只有 {len(failed)} 段寿命有完整测点，不足以学习退化趋势；改用寿命分布模型。",
            en=f"Only {len(failed)} lives have all their readings, too few to learn wear from; the life model is used.",
        )
        return replace(fleet, warnings=(*fleet.warnings, words))
    warnings = []
    if left_out:
        warnings.append(
            Text(
                zh=f"{left_out} 段寿命太短或测点不全，未用于学习；其设备若在用，也不在预测之列。",
                en=f"{left_out} lives are too short or lack readings and were left out, of learning or of prediction.",
            )
        )
    return Fleet(
        sensors=tags,
        failed=tuple(failed),
        running=tuple(running),
        lives=fleet.lives,
        step_hours=step,
        origin=fleet.origin,
        ages=fleet.ages,
        pace=fleet.pace,
        booked=fleet.booked,
        warnings=tuple(warnings),
    )


def _binned(hours: Floats, values: Floats, start: float, step: float, steps: int) -> Floats:
    """Means a step; gaps take the last value before them, and the first after them at the very beginning."""
    place = np.floor((hours - start) / step).astype(int)
    use = (place >= 0) & (place < steps)
    if not use.any() or not steps:
        return np.full(max(steps, 1), np.nan)
    count = np.bincount(place[use], minlength=steps)
    mean = np.bincount(place[use], weights=values[use], minlength=steps) / np.maximum(count, 1)
    known = np.flatnonzero(count)
    last = known[np.clip(np.searchsorted(known, np.arange(steps), side="right") - 1, 0, None)]
    return mean[last]
