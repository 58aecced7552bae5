"""Predictive maintenance: how long each unit will last, and when to stop it, before it stops by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pyarrow as pa

from tujing.problems import BadInput, refuse
from tujing.runtime.contract import (
    Artifact,
    Budget,
    Data,
    Format,
    KpiValue,
    Outcome,
    Parameters,
    Progress,
    Solution,
)
from tujing.scenarios.service.predictive_maintenance import tables
from tujing.scenarios.service.predictive_maintenance.card import model_card
from tujing.scenarios.service.predictive_maintenance.drift import LARGE, drift
from tujing.scenarios.service.predictive_maintenance.explain import explanation
from tujing.scenarios.service.predictive_maintenance.export import TOLERANCE, difference, onnx_model
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet
from tujing.scenarios.service.predictive_maintenance.forecast import Forecast, by_lives, by_sensors
from tujing.scenarios.service.predictive_maintenance.from_elements import read_fleet
from tujing.scenarios.service.predictive_maintenance.learner import truncation_weights
from tujing.scenarios.service.predictive_maintenance.parameters import MaintenanceParameters
from tujing.scenarios.service.predictive_maintenance.plan import Plan, Terms, make_plan
from tujing.scenarios.service.predictive_maintenance.policy import (
    Result,
    fixed_interval,
    going_rate,
    predictive,
    run_to_failure,
)
from tujing.scenarios.service.predictive_maintenance.signals import learn
from tujing.scenarios.service.predictive_maintenance.text_formats import CmapssText
from tujing.words import Text

LEARNING = 0.7
"""Share of the time that learning may take."""
OUTSIDE = 0.05
LIVES_REPLAYED = 300


class PredictiveMaintenance(Solution):
    """Remaining life with intervals, then the cheapest times of maintenance under crew and spare limits."""

    Parameters: ClassVar[type[Parameters]] = MaintenanceParameters
    formats: ClassVar[tuple[Format, ...]] = (CmapssText(),)

    def _run(self, data: Data, parameters: MaintenanceParameters, budget: Budget, progress: Progress) -> Outcome:
        fleet = data.instance if isinstance(data.instance, Fleet) else read_fleet(data.tables, parameters.step_hours)
        if fleet.failed and fleet.origin is not None:
            fleet = _without_blind_sensors(fleet, budget.seed)
        lengths = [one.hours for one in fleet.lives if one.failed]
        period = parameters.period or max(fleet.step_hours if fleet.failed else 0.0, float(np.median(lengths)) / 40)
        learning = Text(zh="学习剩余寿命", en="learning remaining life")
        progress.report(0.01, learning)

        def learn_watch(share: float) -> None:
            progress.report(0.01 + 0.74 * share, learning)

        if fleet.failed:
            seconds = LEARNING * budget.seconds
            forecast = by_sensors(fleet, period, parameters.coverage, budget.seed, seconds, learn_watch, budget.folder)
        else:
            forecast = by_lives(fleet, period, parameters.coverage, learn_watch)
        if not forecast.units:
            raise refuse(
                "nothing_running", "没有在用的设备可供预测。", "No unit is in use; nothing to predict.", key="test"
            )
        planning = Text(zh="安排检修并重演各种做法", en="planning maintenance, replaying policies")
        progress.report(0.76, planning)
        terms = _terms(parameters, forecast, period, fleet)

        def replay_watch(share: float) -> None:
            progress.report(0.78 + 0.12 * share, planning)

        results = _replay(forecast, terms, budget.seed, replay_watch)
        plan = make_plan(forecast.draws, terms)
        progress.report(0.91, Text(zh="导出模型", en="exporting the model"))
        files, gap = _files(fleet, forecast, budget.seed)
        progress.report(0.97)
        return _outcome(fleet, forecast, plan, terms, results, parameters, files, gap)


def _without_blind_sensors(fleet: Fleet, seed: int) -> Fleet:
    """Leaves the sensors out, with a warning, where none of an organisation's own shows wear."""
    try:
        learn(fleet, seed)
    except BadInput:
        words = Text(
            zh="测点没有一个随寿命变化，看不出退化；改用寿命分布模型。",
            en="No tag changes over a life, so none shows wear; the life model is used.",
        )
        return replace(fleet, failed=(), running=(), warnings=(*fleet.warnings, words))
    return fleet


def _terms(parameters: MaintenanceParameters, forecast: Forecast, period: float, fleet: Fleet) -> Terms:
    need = len(forecast.units) * period / float(np.median(forecast.lives))
    periods = parameters.periods
    if fleet.failed:
        # Beyond the cap nothing is known but that a unit is well.
        periods = max(2, min(periods, int(fleet.cap * fleet.step_hours // period)))
    terms = Terms(
        planned_cost=parameters.planned_cost,
        failure_cost=parameters.failure_cost,
        rate=0.0,
        period=period,
        periods=periods,
        crew=parameters.crew or max(1, math.ceil(2 * need)),
        spares=parameters.spares,
        spares_each=parameters.spares_each,
    )
    rate = going_rate(forecast.lives, forecast.foresight, terms)
    return replace(terms, rate=rate)


def _replay(forecast: Forecast, terms: Terms, seed: int, watch: Callable[[float], None]) -> dict[str, Result]:
    count = min(LIVES_REPLAYED, len(forecast.lives))
    lives, foresight = forecast.lives[:count], forecast.foresight[:count]
    # The replayed fleet keeps as many men for each unit as the fleet in use has.
    crew = max(1.0, terms.crew * count / max(1, len(forecast.units)))
    shown = replace(terms, crew=crew, spares=None)
    return {
        "plan": predictive(lives, foresight, shown, seed, watch),
        "fixed_interval": fixed_interval(lives, terms)[1],
        "run_to_failure": run_to_failure(lives, terms),
    }


def _files(fleet: Fleet, forecast: Forecast, seed: int) -> tuple[dict[str, Artifact], float | None]:
    if forecast.learned is None:
        return {}, None
    content = onnx_model(forecast.learned)
    features = np.vstack([forecast.learned.signals.features(one)[-5:] for one in fleet.running])
    gap = difference(forecast.learned, content, features)
    title = Text(zh="剩余寿命模型（ONNX）", en="Remaining life model (ONNX)")
    card = model_card(fleet, forecast, seed, gap)
    return {
        "remaining_life.onnx": Artifact(content, "application/octet-stream", title),
        "model_card.md": Artifact(card, "text/markdown", Text(zh="模型卡", en="Model card")),
    }, gap


def _outcome(
    fleet: Fleet,
    forecast: Forecast,
    plan: Plan,
    terms: Terms,
    results: dict[str, Result],
    parameters: MaintenanceParameters,
    files: dict[str, Artifact],
    gap: float | None,
) -> Outcome:
    found = {
        "rul": tables.rul_table(forecast),
        "plan": tables.plan_table(forecast, plan, terms),
        "policies": tables.policies_table(results),
    }
    warnings = list(fleet.warnings)
    if forecast.learned is not None:
        signals = forecast.learned.signals
        found["sensors"] = pa.table(
            {
                "sensor": list(fleet.sensors),
                "drift_over_life": signals.drift,
                "used": [one in signals.kept for one in range(len(fleet.sensors))],
            }
        )
        found["drift"], drifted = _drift(fleet, forecast)
        warnings += drifted
    else:
        assert forecast.weibulls is not None
        models = forecast.weibulls
        found["life_models"] = pa.table(
            {
                "kind": [kind or "*" for kind in models],
                "shape": [one.shape for one in models.values()],
                "scale": [one.scale for one in models.values()],
                "mean": [one.mean for one in models.values()],
                "failures": [one.failures for one in models.values()],
                "wears": [one.wears for one in models.values()],
            }
        )
    warnings += _warnings(forecast, plan, gap)
    ours, fixed = results["plan"], results["fixed_interval"]
    hours = parameters.failure_hours, parameters.planned_hours
    plain = min(fixed.cost, results["run_to_failure"].cost)
    failed = [one for one in fleet.lives if one.failed]
    return Outcome(
        status="optimal" if plan.proved else "feasible",
        kpis={
            "life_error": KpiValue(forecast.error, "h", forecast.plain_error),
            "rmse": KpiValue(forecast.rmse, "h", forecast.plain_rmse),
            "interval_coverage": KpiValue(forecast.coverage, "1"),
            "expected_cost": KpiValue(ours.cost, "CNY/h", plain),
            "corrective_share": KpiValue(ours.corrective_share(*hours), "1"),
            "time_between_failures": KpiValue(sum(one.hours for one in fleet.lives) / len(failed), "h"),
        },
        tables=found,
        explanation=explanation(fleet, forecast, plan, terms, results),
        writes={}
        if fleet.origin is None
        else {"maintenance_plan": tables.maintenance_plan(fleet, forecast, plan, terms, parameters.planned_hours)},
        charts=tables.charts(forecast, plan, terms, results),
        files=files,
        warnings=tuple(warnings),
    )


def _drift(fleet: Fleet, forecast: Forecast) -> tuple[pa.Table, list[Text]]:
    """Compares the units in use with training lives cut off at ages like theirs."""
    assert forecast.learned is not None
    signals = forecast.learned.signals
    weights = truncation_weights([one.steps for one in fleet.failed], [one.steps for one in fleet.running])
    rng = np.random.default_rng(0)
    reference = []
    for history, weight in zip(fleet.failed, weights, strict=True):
        cut = int(rng.choice(len(weight), p=weight)) + 1
        reference.append(signals.features(history)[:cut])
    current = np.vstack([signals.features(one) for one in fleet.running])
    rows = drift(signals.names(fleet.sensors), np.vstack(reference), current)
    # An engine's many rows are one sample of its kind: the index alone alarms too often.
    bad = [str(row["feature"]) for row in rows if float(row["psi"]) > LARGE and float(row["outside"]) > OUTSIDE]
    if not bad:
        return pa.Table.from_pylist(rows), []
    words = Text(
        zh=f"{len(bad)} 个特征与训练数据明显不同（如 {bad[0]}），这些设备的预测可能不可信：请核对测点或重新训练。",
        en=f"{len(bad)} features differ from the training data (first {bad[0]}); predictions may not hold: check the "
        "sensors or train anew.",
    )
    return pa.Table.from_pylist(rows), [words]


def _warnings(forecast: Forecast, plan: Plan, gap: float | None) -> list[Text]:
    warnings = []
    if plan.over > 1e-6:
        warnings.append(
            Text(
                zh=f"仅意外故障就会超出班组或备件上限，预计共超 {plan.over:.1f} 次；请增加人手或备件。",
                en=f"Failures alone exceed the crew or spare limit, by {plan.over:.1f} jobs; add hands or parts.",
            )
        )
    if len(forecast.lives) < 20:
        warnings.append(
            Text(
                zh=f"只有 {len(forecast.lives)} 段完整寿命，误差与覆盖率本身不准。",
                en=f"With {len(forecast.lives)} complete lives the error and coverage are themselves uncertain.",
            )
        )
    if gap is not None and gap > TOLERANCE:
        warnings.append(
            Text(
                zh=f"ONNX 文件与模型相差 {gap:.1%}（占封顶值），超过约定。",
                en=f"The ONNX file differs from the model by {gap:.1%} of the cap, more than agreed.",
            )
        )
    return warnings
