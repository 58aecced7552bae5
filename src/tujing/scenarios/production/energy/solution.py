"""Energy: what use is normal, what tomorrow will take, what to run when, and what it emits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import numpy as np
import pyarrow as pa

from tujing.problems import refuse
from tujing.runtime.contract import Budget, Chart, Data, Format, KpiValue, Outcome, Parameters, Progress, Solution
from tujing.scenarios.production.energy import carbon, tables
from tujing.scenarios.production.energy.anomaly import Anomaly, find_anomalies
from tujing.scenarios.production.energy.baseline import pooled, todays_plan
from tujing.scenarios.production.energy.calendars import Calendar, calendar_for, countries
from tujing.scenarios.production.energy.dispatch import Dispatch, optimise
from tujing.scenarios.production.energy.explain import Findings, explanation
from tujing.scenarios.production.energy.forecast import Forecast, Forecaster, Settings, forecast_days
from tujing.scenarios.production.energy.from_elements import read_site
from tujing.scenarios.production.energy.loads import Array, Load, Site, total_load
from tujing.scenarios.production.energy.machine_states import StatePower, idle_share, powers
from tujing.scenarios.production.energy.parameters import EnergyParameters
from tujing.scenarios.production.energy.performance import Baseline, baseline_of
from tujing.scenarios.production.energy.planning import build, capacity_charge
from tujing.scenarios.production.energy.tariff import tariff_for
from tujing.scenarios.production.energy.text_formats import SteelEnergyCsv
from tujing.words import Text

FORECAST_SHARE = 0.8
"""Of the run's time and progress."""
SOLVER_SHARE = 0.4
METERS_SHOWN = 3


class Energy(Solution):
    """Baseline, forecast, anomalies, dispatch and greenhouse-gas account of a site's meters."""

    Parameters: ClassVar[type[Parameters]] = EnergyParameters
    formats: ClassVar[tuple[Format, ...]] = (SteelEnergyCsv(),)

    def _run(self, data: Data, parameters: EnergyParameters, budget: Budget, progress: Progress) -> Outcome:
        site = _site(data, parameters)
        calendar = calendar_for("" if site.country == "none" else site.country, parameters.closed)
        progress.report(0.02, Text(zh="读数已检查", en="readings checked"))
        forecasts, future = _forecasts(site, calendar, parameters, budget, progress)
        progress.report(FORECAST_SHARE + 0.02, Text(zh="建立基准", en="fitting the baseline"))
        baselines = _baselines(site, calendar, parameters)
        split = powers(site)
        anomalies = _anomalies(site, calendar)
        progress.report(FORECAST_SHARE + 0.06, Text(zh="优化用能计划", en="optimising the plan"))
        tariff = tariff_for(parameters.tariff)
        start = forecasts[0].load.end
        plan = build(site, future, start, tariff, parameters, split)
        fixed = capacity_charge(tariff, parameters, parameters.plan_days)
        plain = todays_plan(plan.problem)
        best = optimise(plan.problem, budget.seconds * SOLVER_SHARE)
        # The solver's tolerance must never make today's way look better than it is.
        best = best if best.cost <= plain.cost else replace(plain, gap=best.gap)
        progress.report(0.98, Text(zh="整理结果", en="putting the result together"), incumbent=best.cost)
        lines = carbon.account(site, parameters.grid_factor, parameters.green_share)
        errors = [pooled(forecasts, which)[0] for which in ("forecast", "last_week", "yesterday")]
        found = Findings(
            forecasts=forecasts,
            wape=(errors[0], errors[1], errors[2]),
            baseline=baselines[0],
            anomalies=anomalies,
            idle=idle_share(split),
            plan=plan,
            dispatch=_with(best, fixed),
            plain=_with(plain, fixed),
            tariff=tariff.name,
            co2=carbon.total(lines),
        )
        return Outcome(
            status="optimal" if best.optimal else "feasible",
            kpis=_kpis(site, found),
            tables=_tables(site, found, baselines, split, lines),
            explanation=explanation(found),
            writes={"energy_plan": tables.energy_plan(plan, best)},
            charts=_charts(site, found, lines),
            warnings=(*site.warnings, *plan.notes),
        )


def _site(data: Data, parameters: EnergyParameters) -> Site:
    site = data.instance if isinstance(data.instance, Site) else read_site(data.tables)
    if parameters.country is not None:
        if parameters.country not in (*countries(), "none"):
            raise refuse(
                "unknown_country",
                f"没有 {parameters.country} 的节假日；可用：{'、'.join(countries())}、none。",
                f"No holidays are known for {parameters.country}; there are {', '.join(countries())} and none.",
                file="parameters",
                key="country",
            )
        site = replace(site, country=parameters.country)
    if not site.electricity:
        raise refuse(
            "no_electricity",
            "没有电表（carrier = electricity），无法预测负荷和优化电费。",
            "There is no electricity meter (carrier = electricity) to forecast and to plan.",
            file="energy_reading",
            column="carrier",
        )
    return site


def _forecasts(
    site: Site, calendar: Calendar, parameters: EnergyParameters, budget: Budget, progress: Progress
) -> tuple[list[Forecast], Array]:
    """Scores every electricity meter's forecast, and forecasts their sum over the days to plan."""
    meters = site.electricity
    share = FORECAST_SHARE / (len(meters) + 1)
    settings = Settings(
        parameters.interval, budget.seconds * FORECAST_SHARE / (len(meters) + 0.25), budget.seed, budget.workers
    )

    def telling(place: int, name: str) -> Callable[[float], None]:
        words = Text(zh=f"预测 {name}", en=f"forecasting {name}")
        return lambda part: progress.report(0.02 + share * (place + min(part, 1.0)), words)

    forecasts, weights = [], []
    for place, load in enumerate(meters):
        first, last = forecast_days(load, site.test_days, parameters.test_days)
        forecaster = Forecaster(load, calendar, settings, known=first)
        forecasts.append(forecaster.ahead(first, last, telling(place, load.name)))
        weights.append(forecaster.weights)
    whole = meters[0] if len(meters) == 1 else total_load(meters)
    ahead = Forecaster(whole, calendar, settings)
    # What the meters taught about the members holds for their sum.
    ahead.weights = np.average(weights, axis=0, weights=[load.filled.sum() + 1e-9 for load in meters])
    future = ahead.expected(parameters.plan_days)
    return forecasts, future


def _baselines(site: Site, calendar: Calendar, parameters: EnergyParameters) -> list[Baseline]:
    """The whole site first, then each meter where there are several."""
    meters = site.electricity
    loads = [total_load(meters), *meters] if len(meters) > 1 else list(meters)
    found = []
    for load in loads:
        days = load.days - (site.test_days or 0) if site.test_days else round(load.days * parameters.baseline_share)
        covered = site.output if _covers(site, load) else {}
        found.append(baseline_of(load, calendar, covered, site.temperature, days, parameters.interval))
    return found


def _covers(site: Site, load: Load) -> bool:
    """Output explains use only where it is known for nearly all of the meter's days."""
    if not site.output:
        return False
    first, last = min(site.output), max(site.output)
    slack = timedelta(days=7)
    return first <= load.first_day + slack and last >= load.dates[-1] - slack


def _anomalies(site: Site, calendar: Calendar) -> list[Anomaly]:
    found = []
    for load in site.loads:
        for one in find_anomalies(load, calendar, load.price or DEFAULT_PRICE.get(load.carrier, 0.0)):
            near = any(
                machine == load.work_centre and one.first <= moment.date() <= one.last + timedelta(days=1)
                for machine, moment in site.alarms
            )
            found.append(replace(one, explained=near))
    return sorted(found, key=lambda one: -one.cost)


DEFAULT_PRICE = {"electricity": 0.7}
"""CNY/kWh where the readings bear no cost: about the mean of the constructed tariffs."""


def _with(dispatch: Dispatch, fixed: float) -> Dispatch:
    return replace(dispatch, cost=dispatch.cost + fixed)


def _kpis(site: Site, found: Findings) -> dict[str, KpiValue]:
    wape, rmse = pooled(list(found.forecasts), "forecast")
    week, week_rmse = pooled(list(found.forecasts), "last_week")
    return {
        "energy_per_output": KpiValue(_per_output(site), "kWh"),
        "idle_energy_share": KpiValue(found.idle, "1"),
        "load_forecast_error": KpiValue(wape, "1", week),
        "rmse": KpiValue(rmse, "kWh", week_rmse),
        "cv_rmse": KpiValue(found.baseline.fit.cv_rmse, "1"),
        "nmbe": KpiValue(abs(found.baseline.nmbe), "1"),
        "dispatch_cost": KpiValue(found.dispatch.cost, "CNY", found.plain.cost),
        "dispatch_gap": KpiValue(found.dispatch.gap, "1"),
        "co2": KpiValue(found.co2, "t"),
    }


def _per_output(site: Site) -> float | None:
    """kWh per good unit over the days that both meters and reports cover."""
    whole = total_load(site.electricity)
    if not _covers(site, whole):
        return None
    made = sum(site.output.get(day, 0.0) for day in whole.dates)
    return float(whole.daily.sum()) / made if made else None


def _tables(
    site: Site,
    found: Findings,
    baselines: list[Baseline],
    split: list[StatePower],
    lines: tuple[carbon.Emission, ...],
) -> dict[str, pa.Table]:
    made = {
        "forecast": tables.forecast_table(found.forecasts),
        "forecast_error": tables.error_table(found.forecasts),
        "baseline_model": tables.baseline_table(baselines),
        "verification": tables.verification_table(baselines),
        "anomalies": tables.anomaly_table(found.anomalies),
        "dispatch": tables.dispatch_table(found.plan, found.dispatch, found.plain),
        "emissions": tables.emission_table(lines),
    }
    if found.plan.problem.movable:
        made["movable_loads"] = tables.movable_table(found.plan, found.dispatch, found.plain)
    if split:
        made["state_power"] = tables.state_table(split)
    shared = carbon.by_product(lines, dict(site.product_hours), dict(site.product_output))
    if shared:
        made["product_carbon"] = pa.Table.from_pylist(shared)
    return made


def _charts(site: Site, found: Findings, lines: tuple[carbon.Emission, ...]) -> dict[str, Chart]:
    largest = sorted(found.forecasts, key=lambda one: -float(np.nansum(one.actual)))[:METERS_SHOWN]
    charts = {f"forecast_{place}": tables.forecast_chart(one) for place, one in enumerate(largest, start=1)}
    charts["dispatch"] = tables.dispatch_chart(found.plan, found.dispatch, found.plain)
    charts["baseline"] = tables.baseline_chart(found.baseline)
    week = tables.heat_chart(largest[0].load)
    base = tables.base_load_chart(site.electricity)
    optional = {"week": week, "base_load": base}
    charts.update({name: chart for name, chart in optional.items() if chart is not None})
    charts["emissions"] = tables.emission_chart(lines)
    return charts
