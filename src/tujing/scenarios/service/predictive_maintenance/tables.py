"""The outcome as tables and charts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, Floats
from tujing.scenarios.service.predictive_maintenance.forecast import Forecast
from tujing.scenarios.service.predictive_maintenance.plan import Plan, Terms
from tujing.scenarios.service.predictive_maintenance.policy import Result
from tujing.words import Text

UNITS_SHOWN = 40
PLAN = pa.schema(
    [
        ("work_centre_id", pa.string()),
        ("start_time", pa.timestamp("us")),
        ("end_time", pa.timestamp("us")),
        ("remaining_life", pa.float64()),
        ("reason", pa.string()),
    ]
)


def unit_names(forecast: Forecast) -> list[Any]:
    """Returns units as whole numbers where all of them are, as in C-MAPSS."""
    names = list(forecast.units)
    return [int(one) for one in names] if names and all(one.isdecimal() for one in names) else names


def rul_table(forecast: Forecast) -> pa.Table:
    """One row a unit in use: remaining life with its interval, in hours of operation (C-MAPSS: cycles)."""
    return pa.table(
        {
            "unit": unit_names(forecast),
            "rul": np.round(forecast.rul, 3),
            "lower": np.round(forecast.lower, 3),
            "upper": np.round(forecast.upper, 3),
            "age": np.round(forecast.age, 3),
        }
    )


def plan_table(forecast: Forecast, plan: Plan, terms: Terms) -> pa.Table:
    """One row a unit, the most urgent first; `period` is null when it can wait beyond the horizon."""
    order = np.lexsort((forecast.rul, plan.choice))
    names = unit_names(forecast)
    later = [int(plan.choice[one]) >= terms.periods for one in order]
    choice = [int(plan.choice[one]) for one in order]
    return pa.table(
        {
            "unit": [names[one] for one in order],
            "period": pa.array(
                [None if wait else one + 1 for one, wait in zip(choice, later, strict=True)], pa.int64()
            ),
            "after_hours": pa.array(
                [None if wait else one * terms.period for one, wait in zip(choice, later, strict=True)], pa.float64()
            ),
            "rul": [float(forecast.rul[one]) for one in order],
            "failure_probability": [float(plan.failure[one, at]) for one, at in zip(order, choice, strict=True)],
            "cost_now": [float(plan.cost[one, 0]) for one in order],
            "cost_planned": [float(plan.cost[one, at]) for one, at in zip(order, choice, strict=True)],
            "cost_later": [float(plan.cost[one, -1]) for one in order],
        }
    )


def maintenance_plan(fleet: Fleet, forecast: Forecast, plan: Plan, terms: Terms, hours: float) -> pa.Table:
    """The data element: units to be maintained within the horizon, each in the first gap of its schedule."""
    assert fleet.origin is not None
    rows = []
    for number, unit in enumerate(forecast.units):
        choice = int(plan.choice[number])
        if choice >= terms.periods:
            continue
        pace = fleet.pace.get(unit, 1.0)
        earliest = fleet.origin + timedelta(hours=choice * terms.period / pace)
        latest = earliest + timedelta(hours=terms.period / pace)
        start = _gap(fleet.booked.get(unit, []), earliest, latest, timedelta(hours=hours))
        risk = plan.failure[number, choice]
        wait = plan.failure[number, -1]
        rows.append(
            {
                "work_centre_id": unit,
                "start_time": start,
                "end_time": start + timedelta(hours=hours),
                "remaining_life": float(forecast.rul[number]),
                "reason": f"剩余寿命 {forecast.rul[number]:.0f} h"
                f"（{forecast.lower[number]:.0f}–{forecast.upper[number]:.0f}）；"
                f"此前故障概率 {risk:.0%}，拖到计划期末 {wait:.0%}",
            }
        )
    return pa.Table.from_pylist(rows, schema=PLAN)


def _gap(
    booked: list[tuple[datetime, datetime]], earliest: datetime, latest: datetime, duration: timedelta
) -> datetime:
    """Returns the first moment from `earliest` to `latest` with nothing booked for the duration, else `earliest`."""
    moment = earliest
    for start, end in booked:
        if end > moment and start < moment + duration:
            moment = end
    return moment if moment <= latest else earliest


def policies_table(results: dict[str, Result]) -> pa.Table:
    """One row a policy, on the same lives."""
    return pa.table(
        {
            "policy": list(results),
            "cost_per_hour": [one.cost for one in results.values()],
            "failures": [one.failures for one in results.values()],
            "planned": [one.planned for one in results.values()],
            "hours": [one.hours for one in results.values()],
        }
    )


POLICIES = {
    "plan": Text(zh="本方案", en="this plan"),
    "fixed_interval": Text(zh="固定周期", en="fixed interval"),
    "run_to_failure": Text(zh="坏了再修", en="run to failure"),
}


def charts(forecast: Forecast, plan: Plan, terms: Terms, results: dict[str, Result]) -> dict[str, Chart]:
    """The pictures an expert asks for first."""
    order = np.argsort(forecast.rul)[:UNITS_SHOWN]
    names = [str(one) for one in forecast.units]
    load = np.bincount(plan.choice, minlength=terms.periods + 1)[: terms.periods]
    drawn = {
        "remaining_life": Chart(
            "interval",
            Text(zh="剩余寿命与区间（最短者在前）", en="Remaining life with interval, shortest first"),
            {
                "items": [
                    {
                        "name": names[one],
                        "low": _r(forecast.lower[one]),
                        "middle": _r(forecast.rul[one]),
                        "high": _r(forecast.upper[one]),
                    }
                    for one in order
                ],
                "unit": "h",
            },
        ),
        "held_out": Chart(
            "scatter",
            Text(zh="对未见过的寿命：预测与实际", en="Lives not seen: predicted against true"),
            {
                "x": {"zh": "实际剩余寿命（h）", "en": "true remaining life (h)"},
                "y": {"zh": "预测（h）", "en": "predicted (h)"},
                "series": [
                    {"name": {"zh": "寿命", "en": "lives"}, "points": [[_r(y), _r(x)] for x, y in forecast.shown]},
                    {"name": {"zh": "相等", "en": "equal"}, "points": _diagonal(forecast.shown), "line": True},
                ],
            },
        ),
        "policies": Chart(
            "bar",
            Text(zh="每运行小时费用", en="Cost an hour of operation"),
            {
                "categories": [POLICIES[one].as_dict() for one in results],
                "series": [
                    {"name": {"zh": "费用", "en": "cost"}, "values": [_r(one.cost) for one in results.values()]}
                ],
                "unit": "CNY/h",
            },
        ),
        "load": Chart(
            "bar",
            Text(zh="各期检修台数", en="Jobs by period"),
            {
                "categories": [str(one + 1) for one in range(terms.periods)],
                "series": [
                    {"name": {"zh": "计划检修", "en": "planned jobs"}, "values": [int(one) for one in load]},
                    {"name": {"zh": "上限", "en": "limit"}, "values": [terms.crew] * terms.periods, "line": True},
                ],
            },
        ),
    }
    if len(order):
        urgent = int(order[0])
        drawn["timing"] = Chart(
            "line",
            Text(zh=f"{names[urgent]}：何时检修最省", en=f"{names[urgent]}: when maintenance costs least"),
            {
                "x": {
                    "name": {"zh": "再运行小时", "en": "hours from now"},
                    "values": [_r(one * terms.period) for one in range(terms.periods + 1)],
                },
                "series": [
                    {
                        "name": {"zh": "期望费用", "en": "expected cost"},
                        "values": [_r(one) for one in plan.cost[urgent]],
                    }
                ],
                "unit": "CNY",
            },
        )
    return drawn


def _diagonal(shown: Floats) -> list[list[float]]:
    top = _r(shown.max()) if len(shown) else 1.0
    return [[0.0, 0.0], [top, top]]


def _r(value: Any) -> float:
    return round(float(value), 3)
