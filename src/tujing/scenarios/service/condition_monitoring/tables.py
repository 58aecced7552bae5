"""The result as tables, as charts, and as alarms for the dataspace."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.service.condition_monitoring.alarms import STALE_MINUTES, Episode, Performance
from tujing.scenarios.service.condition_monitoring.judgement import Judgement
from tujing.words import Text

VARIABLES_TOLD = 10
"""Variables named for each row in alarm, the largest shares first."""
POINTS_DRAWN = 1500
"""Points of a chart; a longer run is drawn by the worst of equal spans."""
CELL_ROWS = 40
CHARTS = {
    "surprise": Text(zh="与前两刻不符", en="does not follow from the rows before"),
    "shift_fast": Text(zh="均值偏移（快）", en="shift of the mean, fast"),
    "shift_middle": Text(zh="均值偏移（中）", en="shift of the mean, middle"),
    "shift_slow": Text(zh="均值偏移（慢）", en="shift of the mean, slow"),
    "unrest_middle": Text(zh="波动加大（中）", en="more variation, middle"),
    "unrest_slow": Text(zh="波动加大（慢）", en="more variation, slow"),
}
TARGETS = {"per_ten_minutes": 1.0, "worst_ten_minutes": 10.0, "flood_share": 0.01, "chattering": 0.0, "stale": 0.0}
"""What ISA-18.2 calls acceptable (16.5, table 5): long-term average, peak, time in flood, chattering, stale."""


def result_tables(judged: Sequence[Judgement], by_centre: bool) -> dict[str, pa.Table]:
    """Returns every table; `by_centre` adds the column work_centre_id, last."""
    makers = {
        "scores": _scores,
        "contributions": _contributions,
        "statistics": _statistics,
        "alarms": _alarms,
        "change_points": _changes,
        "alarm_performance": _performance,
        "bad_actors": _bad_actors,
    }
    tables = {}
    for name, make in makers.items():
        parts = [(one.watch.name, make(one)) for one in judged]
        if by_centre:
            parts = [
                (centre, part.append_column("work_centre_id", pa.array([centre] * len(part), pa.string())))
                for centre, part in parts
            ]
        tables[name] = pa.concat_tables([part for _, part in parts])
    return tables


def _scores(one: Judgement) -> pa.Table:
    limit = np.ones(len(one.score))
    return pa.table({"time": one.watch.test.clock(), "score": one.score, "limit": limit, "alarm": one.alarm})


def _contributions(one: Judgement) -> pa.Table:
    rows = np.flatnonzero(one.alarm)
    count = min(VARIABLES_TOLD, one.shares.shape[1])
    order = np.argsort(-one.shares[rows], axis=1, kind="stable")[:, :count]
    clock, names = np.array(one.watch.test.clock()), np.array(one.watch.test.names)
    return pa.table(
        {
            "time": pa.array(np.repeat(clock[rows], count).tolist(), _clock_type(one)),
            "variable": pa.array(names[order].ravel().tolist(), pa.string()),
            "share": np.take_along_axis(one.shares[rows], order, axis=1).ravel(),
        }
    )


def _statistics(one: Judgement) -> pa.Table:
    return pa.table({"time": one.watch.test.clock(), "t_squared": one.t_squared, "spe": one.spe, "chart": one.chart})


def main_variable(one: Judgement, alarm: Episode) -> tuple[int, int]:
    """Returns the row at which the alarm is worst, and the variable with the largest share over the alarm."""
    span = slice(alarm.start, alarm.end)
    peak = alarm.start + int(one.score[span].argmax())
    over = one.shares[span][one.alarm[span]]
    return peak, int((over if len(over) else one.shares[span]).mean(axis=0).argmax())


def _alarms(one: Judgement) -> pa.Table:
    clock, names = one.watch.test.clock(), one.watch.test.names
    rows: list[tuple[Any, ...]] = []
    for alarm in one.alarms:
        peak, variable = main_variable(one, alarm)
        minutes = one.watch.test.minutes_between(alarm.start, alarm.end - 1)
        stale = (alarm.end - alarm.start) * one.watch.test.minutes > STALE_MINUTES
        score = float(one.score[peak])
        rows.append((clock[alarm.start], clock[alarm.end - 1], minutes, score, names[variable], one.chart[peak], stale))
    heads = ("start", "end", "minutes", "peak_score", "variable", "chart", "stale")
    kind = _clock_type(one)
    kinds = (kind, kind, pa.float64(), pa.float64(), pa.string(), pa.string(), pa.bool_())
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    return pa.table([pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)], list(heads))


def _changes(one: Judgement) -> pa.Table:
    """At each change of the score: the means on both sides, and the variable that moved most, in normal spreads."""
    test, model = one.watch.test, one.monitor.model
    standard = model.standardised(test.values)
    edges = [0, *one.changes, len(test)]
    clock = test.clock()
    before, after, variables = [], [], []
    for left, here, right in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        before.append(float(one.score[left:here].mean()))
        after.append(float(one.score[here:right].mean()))
        moved = np.abs(standard[here:right].mean(axis=0) - standard[left:here].mean(axis=0))
        variables.append(test.names[int(moved.argmax())])
    return pa.table(
        {
            "time": pa.array([clock[row] for row in one.changes], _clock_type(one)),
            "score_before": pa.array(before, pa.float64()),
            "score_after": pa.array(after, pa.float64()),
            "variable": pa.array(variables, pa.string()),
        }
    )


def _performance(one: Judgement) -> pa.Table:
    measures = list(TARGETS)

    def column(performance: Performance) -> list[float]:
        return [float(getattr(performance, name)) for name in measures]

    return pa.table(
        {
            "measure": measures,
            "fixed_limits": column(one.before),
            "rationalised": column(one.tidied),
            "monitor": column(one.after),
            "acceptable": list(TARGETS.values()),
        }
    )


def _bad_actors(one: Judgement) -> pa.Table:
    """Today's loudest sensors: most alarms by fixed limits first."""
    counts = np.array([len(alarms) for alarms in one.fixed_alarms])
    order = [int(number) for number in np.argsort(-counts, kind="stable") if counts[number]][:VARIABLES_TOLD]
    whole = max(int(counts.sum()), 1)
    return pa.table(
        {
            "variable": pa.array([one.watch.test.names[number] for number in order], pa.string()),
            "alarms": pa.array([int(counts[number]) for number in order], pa.int64()),
            "share": pa.array([float(counts[number] / whole) for number in order], pa.float64()),
        }
    )


def _clock_type(one: Judgement) -> pa.DataType:
    return pa.int64() if one.watch.test.times is None else pa.string()


def condition_alarms(judged: Sequence[Judgement]) -> pa.Table:
    """Returns the data element condition_alarm: one row an alarm of the monitor."""
    rows = []
    for one in judged:
        times = one.watch.test.times
        assert times is not None
        for number, alarm in enumerate(one.alarms, 1):
            peak, variable = main_variable(one, alarm)
            name = one.watch.test.names[variable]
            moment = times[alarm.start].astype("datetime64[us]").item()
            rows.append(
                (f"CA-{one.watch.name}-{number:04d}", one.watch.name, moment, float(one.score[peak]), 1.0, name)
            )
    schema = pa.schema(
        [
            ("alarm_id", pa.string()),
            ("work_centre_id", pa.string()),
            ("time", pa.timestamp("us")),
            ("score", pa.float64()),
            ("limit", pa.float64()),
            ("variable", pa.string()),
        ]
    )
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(list(column), kind.type) for column, kind in zip(columns, schema, strict=True)], schema)


def result_charts(judged: Sequence[Judgement]) -> dict[str, Chart]:
    """Returns the charts of the watch that was in alarm longest."""
    one = max(judged, key=lambda item: item.alarm.mean())
    name, clock = one.watch.name, one.watch.test.clock()
    worst = _worst_rows(one)
    charts = {
        "score": Chart(
            "control",
            Text(zh=f"{name}：偏离分值（控制限为 1）", en=f"{name}: score of deviation (the limit is 1)"),
            {
                "x": [clock[row] for row in worst],
                "values": [float(one.score[row]) for row in worst],
                "centre": float(np.median(one.score)),
                "lower": None,
                "upper": 1.0,
                "signals": [place for place, row in enumerate(worst) if one.alarm[row]],
                "name": {"zh": "分值", "en": "score"},
            },
        ),
        "statistics": Chart(
            "line",
            Text(zh=f"{name}：主成分 T² 与 SPE", en=f"{name}: T² and SPE of the principal components"),
            {
                "categories": [str(clock[row]) for row in worst],
                "series": [
                    {"name": "T²", "values": [float(one.t_squared[row]) for row in worst]},
                    {"name": "SPE", "values": [float(one.spe[row]) for row in worst]},
                ],
            },
        ),
        "alarm_load": Chart(
            "bar",
            Text(zh="报警负荷：现行、整理后与本监测", en="Alarm load: today, rationalised, and this monitor"),
            {
                "categories": [
                    {"zh": "固定限", "en": "fixed limits"},
                    {"zh": "加死区与延时", "en": "with dead band and delays"},
                    {"zh": "多变量监测", "en": "monitor"},
                ],
                "series": [
                    {
                        "name": {"zh": "每十分钟报警数", "en": "alarms per ten minutes"},
                        "values": [
                            sum(performance.per_ten_minutes for performance in group)
                            for group in zip(*((item.before, item.tidied, item.after) for item in judged), strict=True)
                        ],
                    }
                ],
            },
        ),
    }
    if one.alarms:
        charts |= _contribution_charts(one)
    return charts


def _contribution_charts(one: Judgement) -> dict[str, Chart]:
    alarm = max(one.alarms, key=lambda item: float(one.score[item.start : item.end].sum()))
    rows = np.arange(alarm.start, alarm.end)[one.alarm[alarm.start : alarm.end]]
    mean = one.shares[rows].mean(axis=0)
    order = np.argsort(-mean, kind="stable")[:VARIABLES_TOLD].tolist()
    names = [one.watch.test.names[number] for number in order]
    shown = rows[np.unique(np.linspace(0, len(rows) - 1, min(CELL_ROWS, len(rows))).astype(int))]
    clock = one.watch.test.clock()
    return {
        "contributions": Chart(
            "bar",
            Text(
                zh=f"{one.watch.name}：最重一次告警中各变量的份额",
                en=f"{one.watch.name}: share of each variable in the heaviest alarm",
            ),
            {
                "categories": names,
                "series": [{"name": {"zh": "份额", "en": "share"}, "values": [float(mean[one]) for one in order]}],
                "horizontal": True,
            },
        ),
        "contribution_map": Chart(
            "heatmap",
            Text(zh="份额随时间的变化", en="Shares over the course of that alarm"),
            {
                "x": [str(clock[row]) for row in shown],
                "y": names,
                "values": [
                    [across, down, round(float(one.shares[row, number]), 4)]
                    for across, row in enumerate(shown)
                    for down, number in enumerate(order)
                ],
            },
        ),
    }


def _worst_rows(one: Judgement) -> list[int]:
    """Returns the rows to draw: all, or the worst of each of equal spans, so that no alarm is lost from the picture."""
    count = len(one.score)
    edges = np.linspace(0, count, min(count, POINTS_DRAWN) + 1).astype(int)
    return [int(start + one.score[start:end].argmax()) for start, end in pairwise(edges)]
