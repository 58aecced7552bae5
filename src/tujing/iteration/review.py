"""What a turn brought, kept with the cycle when it closes: priors, plan, measurements, forecast errors, lessons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from tujing.adoption.hierarchy import Belief, declared
from tujing.adoption.lesson_services import keep_found
from tujing.adoption.models import Adoption, Cycle, Forecast, ForecastKind, Stage
from tujing.adoption.services import adoptions, current_cycle, overrun
from tujing.atlas.loader import atlas
from tujing.delivery.reading_services import standing_milestones
from tujing.diagnosis import services as diagnosis
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import classification
from tujing.evaluation.models import Evaluation
from tujing.evaluation.services import standing
from tujing.evaluation.words import sentence
from tujing.iteration.forecasts import Scored, score, widening
from tujing.iteration.keeping import (
    Key,
    by_effect,
    first_forecasts,
    learn_from_finished,
    measured_effects,
    score_forecasts,
    scored_effects,
)
from tujing.iteration.lessons import ACTIONS, Facts, Lesson, MeasuredEffect, lesson
from tujing.iteration.versions import RunFacts, compare
from tujing.planning import services as planning
from tujing.planning.assumptions import assumptions
from tujing.planning.value import better, worth
from tujing.problems import BadInput
from tujing.runtime.models import Run
from tujing.words import Text

RUNS_COMPARED = 1000
"""So many of the newest runs are looked at when versions are compared."""


def review(organisation: Organisation, cycle: Cycle, day: date) -> dict[str, Any]:
    """Learns from a turn that is about to close and returns what it brought, as plain JSON."""
    before = Cycle.objects.filter(organisation=organisation, number=cycle.number - 1).first()
    learn_from_finished(organisation, cycle)
    of_adoptions = measured_effects(organisation, cycle, before.closed if before else None)
    measured = by_effect(of_adoptions)
    score_forecasts(organisation, cycle, measured, day)
    worths = _worths(organisation)
    lessons = [_lesson_document(one) for one in _lessons(organisation, cycle, of_adoptions, worths, day)]
    keep_found(organisation, cycle, lessons)
    return {
        **summary(organisation, cycle),
        "measured": _measured(organisation, cycle, measured, worths),
        "forecast_error": _forecast_error(organisation, cycle, measured),
        "overrun": {kind: _overrun(organisation, kind) for kind in ("cost", "duration")},
        "lessons": lessons,
        "versions": versions(organisation),
    }


def learn(organisation: Organisation, day: date) -> list[dict[str, Any]]:
    """Works out what the open cycle teaches so far, and keeps it: what to stop, scale up, fix, keep or wait for."""
    cycle = current_cycle(organisation)
    before = Cycle.objects.filter(organisation=organisation, number=cycle.number - 1).first()
    measured = measured_effects(organisation, cycle, before.closed if before else None)
    found = [_lesson_document(one) for one in _lessons(organisation, cycle, measured, _worths(organisation), day)]
    keep_found(organisation, cycle, found)
    return found


def summary(organisation: Organisation, cycle: Cycle) -> dict[str, Any]:
    """What is known of a cycle as soon as it is planned: level, priors and plan."""
    assessment = diagnosis.latest(organisation)
    plan = planning.plan_of(cycle)
    return {
        "number": cycle.number,
        "opened": cycle.opened.isoformat(),
        "level": None if assessment is None else diagnosis.result(assessment).level,
        "priors": [
            {
                "scenario": row.scenario,
                "level": row.level,
                "driver": row.driver,
                "mean": row.mean,
                "standard_deviation": row.standard_deviation,
                "basis": row.basis,
            }
            for row in Forecast.objects.filter(organisation=organisation, cycle=cycle, kind=ForecastKind.EFFECT)
        ],
        "plan": None
        if plan is None
        else {
            "id": plan.pk,
            "npv": plan.result["npv"],
            "projects": [
                {"scenario": row.scenario, "level": row.level, "start": row.start.isoformat(), "cost": row.cost}
                for row in plan.projects.all()
            ],
        },
    }


def spiral_of_cycles(organisation: Organisation) -> list[dict[str, Any]]:
    """Returns every cycle from the first on: the closed ones as they were reviewed, the open one as far as it is."""
    current_cycle(organisation)
    return [
        {**(cycle.review or summary(organisation, cycle)), "closed": cycle.closed.isoformat() if cycle.closed else None}
        for cycle in Cycle.objects.filter(organisation=organisation).prefetch_related("plans")
    ]


def _worths(organisation: Organisation) -> dict[str, float | None]:
    """Returns driver → yuan a year of improving it by all of itself; nothing is known without a financial baseline."""
    from tujing.planning.value import DRIVERS

    try:
        baseline = planning.baseline(organisation)
    except BadInput:
        return dict.fromkeys(DRIVERS)
    rate = assumptions().cost_of_capital.value
    return {driver: worth(driver, baseline, rate) for driver in DRIVERS}


def _measured(
    organisation: Organisation, cycle: Cycle, measured: Mapping[Key, Belief], worths: Mapping[str, float | None]
) -> list[dict[str, Any]]:
    forecasts = {
        (row.scenario, row.level, row.driver): row
        for row in Forecast.objects.filter(organisation=organisation, cycle=cycle, kind=ForecastKind.EFFECT)
    }
    found = []
    for (scenario, level, driver), belief in sorted(measured.items()):
        forecast, value = forecasts.get((scenario, level, driver)), worths.get(driver)
        found.append(
            {
                "scenario": scenario,
                "level": level,
                "driver": driver,
                "mean": belief.mean,
                "standard_deviation": belief.standard_deviation,
                "forecast": None if forecast is None else forecast.mean,
                "yuan_a_year": None if value is None else better(driver) * belief.mean * value,
            }
        )
    return found


def _forecast_error(organisation: Organisation, cycle: Cycle, measured: Mapping[Key, Belief]) -> dict[str, Any] | None:
    """Scores this turn's forecasts, and those of earlier turns on the same measurements."""
    scales = first_forecasts(organisation)
    by_cycle: dict[int, list[Scored]] = {}
    rows = Forecast.objects.filter(
        organisation=organisation, kind=ForecastKind.EFFECT, cycle__number__lte=cycle.number
    ).select_related("cycle")
    own = {
        (row.scenario, row.level, row.driver) for row in rows if row.cycle_id == cycle.pk
    }  # what only an earlier turn forecast is no measure of this one
    for row in rows:
        key = (row.scenario, row.level, row.driver)
        if key in measured and key in scales and key in own:
            belief = measured[key]
            scored = Scored(row.mean, row.standard_deviation, belief.mean, belief.standard_deviation, scales[key])
            by_cycle.setdefault(row.cycle.number, []).append(scored)
    mine = score(by_cycle.get(cycle.number, []))
    if mine is None:
        return None
    every = [one for row in scored_effects(organisation) if (one := _as_scored(row, scales))]
    return {
        **asdict(mine),
        "earlier": [
            {"cycle": number, **asdict(found)}
            for number, forecasts in sorted(by_cycle.items())
            if number < cycle.number and (found := score(forecasts))
        ],
        "widening": widening(every, declared().calibration.prior_forecasts),
    }


def _as_scored(row: Forecast, scales: Mapping[Key, float]) -> Scored | None:
    scale = scales.get((row.scenario, row.level, row.driver))
    if not scale or row.measured_mean is None or row.measured_deviation is None:
        return None
    return Scored(row.mean, row.standard_deviation, row.measured_mean, row.measured_deviation, scale)


def _overrun(organisation: Organisation, kind: str) -> dict[str, Any]:
    belief = overrun(organisation, kind)
    low, high = belief.interval()
    return {"steps": belief.steps, "factor": belief.factor, "low": low, "high": high}


def _lessons(
    organisation: Organisation,
    cycle: Cycle,
    measured: Mapping[Adoption, Mapping[tuple[int, str], Belief]],
    worths: Mapping[str, float | None],
    day: date,
) -> list[Lesson]:
    rows = Forecast.objects.filter(organisation=organisation, kind=ForecastKind.EFFECT).select_related("cycle")
    forecasts: dict[Key, float] = {}
    earlier: dict[Key, tuple[float, float]] = {}
    for row in rows.order_by("cycle__number"):
        key = (row.scenario, row.level, row.driver)
        if row.cycle_id == cycle.pk:
            forecasts[key] = row.mean
        elif row.measured_mean is not None and row.measured_deviation is not None:
            earlier[key] = row.measured_mean, row.measured_deviation
    size = classification(organisation).size
    found = []
    for adoption in adoptions(organisation, cycle).exclude(stage__in=[Stage.CANDIDATE, Stage.STOPPED]):
        card = atlas().manifests.get(adoption.scenario)
        if card is None:
            continue
        effects = []
        for (level, driver), belief in sorted(measured.get(adoption, {}).items()):
            key = (adoption.scenario, level, driver)
            last = earlier.get(key)
            effects.append(
                MeasuredEffect(
                    driver=driver,
                    forecast=_improvement(driver, forecasts.get(key, 0.0)),
                    improvement=_improvement(driver, belief.mean),
                    error=belief.standard_deviation,
                    worth=worths.get(driver),
                    before=None if last is None else (_improvement(driver, last[0]), last[1]),
                )
            )
        yearly = [
            (cost.yearly.low + cost.yearly.mode + cost.yearly.high) / 3
            for cost in card.costs
            if cost.size == size and cost.level == adoption.level_today
        ]
        one = lesson(
            Facts(
                scenario=adoption.scenario,
                name=card.name,
                is_pilot=adoption.is_pilot,
                is_in_use=adoption.stage in (Stage.IN_USE, Stage.EVALUATED),
                effects=effects,
                yearly_cost=sum(yearly),
                failures=_failures(adoption, day),
                waits_for=_cannot_tell(adoption),
            )
        )
        if one is not None:
            found.append(one)
    return found


def _improvement(driver: str, change: float) -> float:
    return better(driver) * change


def _failures(adoption: Adoption, day: date) -> list[Text]:
    overdue = standing_milestones(adoption.organisation, [adoption]).filter(
        passed=False,
        checked__isnull=False,
        due__lt=day,
        level__gt=adoption.level_today,
    )
    return [
        Text(zh=one.evidence.get("zh", one.name["zh"]), en=one.evidence.get("en", one.name["en"])) for one in overdue
    ]


def _cannot_tell(adoption: Adoption) -> Text | None:
    row = Evaluation.objects.filter(organisation=adoption.organisation, adoption=adoption).first()
    if row is not None and row.result.get("drivers"):
        return Text(
            zh="同期有别的场景在全厂投用，效果分不开。",
            en="Another scenario went live in the whole factory at the same time; their effects cannot be told apart.",
        )
    return None if row is None else sentence(row.verdict, row.method, row.result)


def _lesson_document(one: Lesson) -> dict[str, Any]:
    return {
        "scenario": one.scenario,
        "is_pilot": one.is_pilot,
        "action": one.action,
        "label": ACTIONS[one.action].as_dict(),
        "why": one.why.as_dict(),
    }


def learned(organisation: Organisation) -> list[dict[str, Any]]:
    """Returns each effect that was measured: `row` (its evaluation), forecast, measurement and belief since."""
    return [
        {"scenario": row.adoption.scenario, "is_pilot": row.adoption.is_pilot, "row": row, **driver}
        for row in standing(organisation)
        for driver in row.result.get("drivers", ())
        if driver["measured"]["mean"] is not None and driver["measured"]["standard_deviation"] is not None
    ]


def versions(organisation: Organisation) -> list[dict[str, Any]]:
    """Compares versions of a solution on the runs that both made of the same data; the newest runs are looked at."""
    runs: dict[str, list[RunFacts]] = {}
    newest = Run.objects.filter(organisation=organisation).order_by("-id")
    rows = newest.values_list("scenario", "code_version", "input_hash", "parameters", "kpis", "id")[:RUNS_COMPARED]
    for scenario, version, data, parameters, told, number in reversed(rows):
        kpis = {name: one["value"] for name, one in told.items() if one.get("value") is not None}
        inputs = f"{data}:{sorted(parameters.items())}"
        runs.setdefault(scenario, []).append(RunFacts(version, inputs, kpis, number))
    return [
        {"scenario": scenario, **asdict(one)}
        for scenario, facts in runs.items()
        if scenario in atlas().manifests
        for one in compare(facts, {kpi.id: kpi.better for kpi in atlas().manifests[scenario].kpis})
    ]
