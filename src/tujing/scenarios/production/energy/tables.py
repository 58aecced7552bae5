"""What was found, as tables, charts and the `energy_plan` data element."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.production.energy.anomaly import Anomaly, base_load
from tujing.scenarios.production.energy.carbon import Emission
from tujing.scenarios.production.energy.dispatch import Dispatch
from tujing.scenarios.production.energy.forecast import Forecast
from tujing.scenarios.production.energy.loads import Load
from tujing.scenarios.production.energy.machine_states import StatePower
from tujing.scenarios.production.energy.performance import Baseline
from tujing.scenarios.production.energy.planning import Plan
from tujing.words import Text

SHOWN_DAYS = 14


def forecast_table(forecasts: Sequence[Forecast]) -> pa.Table:
    """`time` (as the source stamps the span), `actual`, `forecast`, `lower`, `upper`, `last_week` in kWh per span, the
    `meter`, and the span's `start`."""
    parts = []
    for one in forecasts:
        spans = one.forecast.size
        places = [divmod(place, one.load.per_day) for place in range(spans)]
        parts.append(
            pa.table(
                {
                    "time": [one.load.stamp(one.first_day + day, span) for day, span in places],
                    "actual": pa.array(one.actual.ravel(), pa.float64(), from_pandas=True),
                    "forecast": one.forecast.ravel(),
                    "lower": one.lower.ravel(),
                    "upper": one.upper.ravel(),
                    "last_week": one.last_week.ravel(),
                    "meter": [one.load.name] * spans,
                    "start": [one.load.moment(one.first_day + day, span) for day, span in places],
                }
            )
        )
    return pa.concat_tables(parts)


def error_table(forecasts: Sequence[Forecast]) -> pa.Table:
    rows = []
    for one in forecasts:
        rows.append(
            {
                "meter": one.load.name,
                "days": one.days,
                "wape": one.wape(),
                "rmse": one.rmse(),
                "wape_last_week": one.wape(one.last_week),
                "rmse_last_week": one.rmse(one.last_week),
                "wape_yesterday": one.wape(one.yesterday),
                "rmse_yesterday": one.rmse(one.yesterday),
                "within_interval": one.coverage(),
            }
        )
    return pa.Table.from_pylist(rows)


def baseline_table(baselines: Sequence[Baseline]) -> pa.Table:
    """One row a variable of each model: coefficient (kWh a day per unit) and t-value."""
    rows = [
        {"meter": one.load.name, "variable": name, "coefficient": float(figure), "t_value": float(t)}
        for one in baselines
        for name, figure, t in zip(one.fit.names, one.fit.coefficients, one.fit.t_values, strict=True)
    ]
    return pa.Table.from_pylist(rows)


def verification_table(baselines: Sequence[Baseline]) -> pa.Table:
    """One row a meter: statistics of the model, and savings with uncertainty in the reporting period."""
    rows = []
    for one in baselines:
        fit, savings = one.fit, one.savings
        rows.append(
            {
                "meter": one.load.name,
                "baseline_days": fit.days,
                "r2": fit.r2,
                "cv_rmse": fit.cv_rmse,
                "nmbe": one.nmbe,
                "autocorrelation": fit.autocorrelation,
                "heating_change_point": fit.balance[0],
                "cooling_change_point": fit.balance[1],
                "reporting_days": savings.days if savings else 0,
                "expected_kwh": savings.expected if savings else None,
                "actual_kwh": savings.actual if savings else None,
                "saved_kwh": savings.saved if savings else None,
                "uncertainty_kwh": savings.uncertainty if savings else None,
                "confidence": savings.confidence if savings else None,
                "certain": savings.certain if savings else None,
            }
        )
    return pa.Table.from_pylist(rows)


ANOMALIES = pa.schema(
    [
        *((name, pa.string()) for name in ("meter", "kind", "first_day", "last_day")),
        *((name, pa.float64()) for name in ("expected", "actual", "excess", "score", "cost")),
        ("alarm", pa.bool_()),
    ]
)


def anomaly_table(found: Sequence[Anomaly]) -> pa.Table:
    rows = [
        {
            "meter": one.meter,
            "kind": one.kind,
            "first_day": one.first.isoformat(),
            "last_day": one.last.isoformat(),
            "expected": one.expected,
            "actual": one.actual,
            "excess": one.excess,
            "score": one.score,
            "cost": one.cost,
            "alarm": one.explained,
        }
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=ANOMALIES)


def state_table(split: Sequence[StatePower]) -> pa.Table:
    whole = sum(one.energy for one in split)
    rows = [
        {
            "meter": one.meter,
            "state": one.state,
            "hours": one.hours,
            "kw": one.power,
            "kwh": one.energy,
            "share": one.energy / whole if whole else 0.0,
        }
        for one in split
    ]
    return pa.Table.from_pylist(rows)


def emission_table(lines: Sequence[Emission]) -> pa.Table:
    rows = [
        {
            "carrier": line.carrier,
            "scope": line.scope,
            "activity": line.activity,
            "unit": line.unit,
            "factor": line.factor,
            "factor_unit": line.factor_unit,
            "t_co2": line.tonnes,
            "factor_year": line.year,
            "source": line.source,
            "status": line.status,
            "zh": line.note.zh,
            "en": line.note.en,
        }
        for line in lines
    ]
    return pa.Table.from_pylist(rows)


def dispatch_table(plan: Plan, found: Dispatch, plain: Dispatch) -> pa.Table:
    """One row a span; all powers in kW, `stored` in kWh at the span's end, `price` in CNY/kWh."""
    count = len(found.grid)
    return pa.table(
        {
            "time": [plan.moment(span) for span in range(count)],
            "period": list(plan.periods),
            "price": plan.problem.price,
            "base": plan.problem.base,
            "movable": found.movable,
            "pv": plan.problem.sun,
            "charge": found.charge,
            "discharge": found.discharge,
            "stored": found.stored,
            "export": found.export,
            "grid": found.grid,
            "undisturbed": plain.grid,
        }
    )


def movable_table(plan: Plan, found: Dispatch, plain: Dispatch) -> pa.Table:
    rows = [
        {
            "load": load.name,
            "power_kw": load.power,
            "usual_start": plan.moment(plain.starts[load.name]),
            "planned_start": plan.moment(found.starts[load.name]),
            "moved": found.starts[load.name] != plain.starts[load.name],
        }
        for load in plan.problem.movable
    ]
    return pa.Table.from_pylist(rows)


def energy_plan(plan: Plan, found: Dispatch) -> pa.Table:
    """Returns the data element: energy bought per span and what it costs by the tariff's hours."""
    hours = plan.problem.hours
    count = len(found.grid)
    return pa.table(
        {
            "carrier": ["electricity"] * count,
            "start_time": pa.array([plan.moment(span) for span in range(count)], pa.timestamp("us")),
            "end_time": pa.array([plan.moment(span + 1) for span in range(count)], pa.timestamp("us")),
            "quantity": np.maximum(found.grid, 0.0) * hours,
            "cost": np.maximum(found.grid, 0.0) * hours * plan.problem.price,
        }
    )


def forecast_chart(one: Forecast) -> Chart:
    """The last days of the scored forecast with its band."""
    days = min(one.days, SHOWN_DAYS)
    times = [
        one.load.moment(one.first_day + one.days - days + day, span).strftime("%m-%d %H:%M")
        for day in range(days)
        for span in range(one.load.per_day)
    ]
    parts = {name: getattr(one, name)[-days:].ravel() for name in ("actual", "forecast", "lower", "upper")}
    figures = {name: [_rounded(value) for value in values] for name, values in parts.items()}
    return Chart(
        "line",
        Text(zh=f"日前预测与实际：{one.load.name}", en=f"Forecast a day ahead and actual use: {one.load.name}"),
        {
            "categories": times,
            "series": [
                {"name": {"zh": "实际", "en": "actual"}, "values": figures["actual"]},
                {
                    "name": {"zh": "预测", "en": "forecast"},
                    "values": figures["forecast"],
                    "band": [figures["lower"], figures["upper"]],
                },
            ],
            "unit": "kWh",
        },
    )


def dispatch_chart(plan: Plan, found: Dispatch, plain: Dispatch) -> Chart:
    named = {"sharp": ("尖", "S"), "peak": ("峰", "P"), "flat": ("平", "F"), "valley": ("谷", "V")}
    style = "%H:%M" if len(found.grid) * plan.minutes <= 24 * 60 else "%m-%d %H:%M"
    series = [
        {"name": {"zh": "原负荷", "en": "undisturbed"}, "values": _list(plain.grid)},
        {"name": {"zh": "计划购电", "en": "planned"}, "values": _list(found.grid)},
    ]
    if plan.problem.battery.capacity:
        series.append(
            {"name": {"zh": "储能（放为正）", "en": "battery (+ out)"}, "values": _list(found.discharge - found.charge)}
        )
    if plan.problem.sun.any():
        series.append({"name": {"zh": "光伏", "en": "solar"}, "values": _list(plan.problem.sun)})
    times = [
        f"{plan.moment(span).strftime(style)} {named[plan.periods[span]][0]}{named[plan.periods[span]][1]}"
        for span in range(len(found.grid))
    ]
    title = Text(
        zh="计划日的购电功率（时刻后为尖峰平谷）", en="Power bought on the planned days (S, P, F, V: tariff period)"
    )
    return Chart("line", title, {"categories": times, "series": series, "unit": "kW", "step": True})


def baseline_chart(one: Baseline) -> Chart:
    days = [day.isoformat() for day in one.load.dates]
    series = [
        {"name": {"zh": "实际", "en": "actual"}, "values": _list(one.load.daily)},
        {"name": {"zh": "基准模型", "en": "baseline"}, "values": _list(one.expected)},
    ]
    mark = {"at": days[one.split], "name": {"zh": "报告期开始", "en": "reporting period"}} if one.savings else None
    data = {"categories": days, "series": series, "unit": "kWh"}
    return Chart(
        "line",
        Text(zh=f"能源基准与实际（日）：{one.load.name}", en=f"Energy baseline and actual use by day: {one.load.name}"),
        {**data, "mark": mark} if mark else data,
    )


def base_load_chart(loads: Sequence[Load]) -> Chart | None:
    fine = [load for load in loads if load.per_day >= 24]
    if not fine:
        return None
    longest = max(fine, key=lambda load: load.days)
    days = [day.isoformat() for day in longest.dates]
    series = []
    for load in fine:
        skip = (load.first_day - longest.first_day).days
        values = [None] * skip + _list(base_load(load.filled, load.per_day))
        if 0 <= skip < len(days):
            series.append({"name": load.name, "values": (values + [None] * len(days))[: len(days)]})
    title = Text(zh="各表的日基底负荷", en="Base load of each meter by day")
    return Chart("line", title, {"categories": days, "series": series, "unit": "kW"})


def heat_chart(load: Load) -> Chart | None:
    """Mean load by weekday and hour."""
    if load.per_day < 24:
        return None
    hourly = load.filled.reshape(load.days, 24, -1).sum(axis=2)
    weekdays = np.array([day.weekday() for day in load.dates])
    names = [
        {"zh": f"周{zh}", "en": en}
        for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
    ]
    values = [
        [hour, day, _rounded(hourly[weekdays == day, hour].mean())]
        for day in range(7)
        if (weekdays == day).any()
        for hour in range(24)
    ]
    title = Text(zh=f"一周用能图：{load.name}", en=f"A week's use: {load.name}")
    return Chart(
        "heatmap", title, {"x": [str(hour) for hour in range(24)], "y": names, "values": values, "unit": "kWh"}
    )


def emission_chart(lines: Sequence[Emission]) -> Chart:
    counted = [line for line in lines if line.tonnes is not None]
    return Chart(
        "bar",
        Text(zh="温室气体排放（吨二氧化碳）", en="Greenhouse gases (t CO2)"),
        {
            "categories": [
                {"zh": f"{line.carrier}·范围{line.scope}", "en": f"{line.carrier}, scope {line.scope}"}
                for line in counted
            ],
            "series": [
                {"name": {"zh": "排放", "en": "emitted"}, "values": [_rounded(line.tonnes) for line in counted]}
            ],
            "unit": "t",
        },
    )


def _list(values: object) -> list[float | None]:
    return [_rounded(value) for value in np.asarray(values, dtype=float)]


def _rounded(value: float | None) -> float | None:
    number = float("nan") if value is None else float(value)
    return round(number, 3) if np.isfinite(number) else None
