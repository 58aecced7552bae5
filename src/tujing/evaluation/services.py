"""Evaluating adoptions in use: measure → effect → what to believe of it from now on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Adoption, EffectBelief, Stage
from tujing.adoption.services import adoptions, beliefs, move, record_kpi
from tujing.atlas.loader import manifest
from tujing.atlas.manifest import Effect as DeclaredEffect
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation
from tujing.evaluation.effect import CannotTell, Effect, effect
from tujing.evaluation.measures import DriverLink, Measure, WeeklySeries, measures, weekly
from tujing.evaluation.models import Evaluation
from tujing.evaluation.posterior import Belief, from_range, update

TABLES = ("operation_event", "work_order", "product")


@dataclass(frozen=True)
class Measurement:
    """What the tables show of one measure of one adoption."""

    measure: Measure
    links: tuple[DriverLink, ...]
    series: WeeklySeries
    outcome: Effect | CannotTell


def evaluate(organisation: Organisation) -> list[Evaluation]:
    """Evaluates every adoption of the open cycle that is in use, on every measure that its effects can show in.

    Keeps the results, records the KPIs, and updates what is believed of each effect, in the order of go-live.
    Evaluating again begins from what was believed before any of them, so nothing counts twice.
    """
    tables = {name: table for name in TABLES if (table := dataspace.arrow(organisation, name)) is not None}
    in_use = adoptions(organisation).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED], go_live__isnull=False)
    measured = [(adoption, _measure(adoption, tables)) for adoption in in_use.order_by("go_live", "id")]
    with transaction.atomic():
        sources = [_source(adoption) for adoption, _ in measured]
        EffectBelief.objects.filter(organisation=organisation, source__in=sources).delete()
        return [row for adoption, found in measured for row in _keep(organisation, adoption, found)]


def latest(organisation: Organisation) -> list[Evaluation]:
    """Returns the newest evaluation of each adoption and measure."""
    newest: dict[tuple[int, str], Evaluation] = {}
    for row in (
        Evaluation.objects.filter(organisation=organisation).select_related("adoption").order_by("created", "id")
    ):
        newest[row.adoption_id, row.measure] = row
    return list(newest.values())


def _source(adoption: Adoption) -> str:
    return f"evaluation of {adoption.scenario}, go-live {adoption.go_live}"


def _declared(adoption: Adoption) -> list[DeclaredEffect]:
    """Returns the effects of the levels that the adoption has reached."""
    return [step for step in manifest(adoption.scenario).effects if step.level <= adoption.level_today]


def _measure(adoption: Adoption, tables: Mapping[str, pa.Table]) -> list[Measurement]:
    assert adoption.go_live is not None
    drivers = {step.driver for step in _declared(adoption)}
    families = frozenset(adoption.scope.get("families", ()))
    found = []
    for measure in measures().values():
        links = tuple(link for link in measure.drivers if link.driver in drivers)
        series = weekly(measure, tables, families) if links else None
        if series is not None:
            outcome = effect(series, adoption.go_live, measure.better)
            found.append(Measurement(measure, links, series, outcome))
    return found


def _keep(organisation: Organisation, adoption: Adoption, found: list[Measurement]) -> list[Evaluation]:
    """Stores what was measured of one adoption, inside the caller's transaction."""
    source = _source(adoption)
    rows: list[Evaluation] = []
    for one in found:
        outcome = one.outcome
        content = _content(one.measure, outcome, one.series)
        if isinstance(outcome, Effect):
            content["drivers"] = [
                _believe(organisation, adoption, one.measure, link, outcome, source) for link in one.links
            ]
            baseline = _finite(outcome.counterfactual)
            record_kpi(adoption, one.measure.id, outcome.after, one.measure.unit, source, baseline)
        rows.append(
            Evaluation.objects.create(
                organisation=organisation,
                adoption=adoption,
                measure=one.measure.id,
                method=outcome.method if isinstance(outcome, Effect) else "",
                verdict=outcome.verdict if isinstance(outcome, Effect) else "cannot_tell",
                result=content,
            )
        )
    if rows and adoption.stage == Stage.IN_USE:
        move(adoption, Stage.EVALUATED)
    return rows


def _believe(
    organisation: Organisation,
    adoption: Adoption,
    measure: Measure,
    link: DriverLink,
    outcome: Effect,
    source: str,
) -> dict[str, Any]:
    """Updates the belief of the highest level that declares this driver; returns forecast, measured and posterior."""
    step = max((item for item in _declared(adoption) if item.driver == link.driver), key=lambda item: item.level)
    exposure = outcome.before if link.exposure == "level" else float(link.exposure)
    earlier = beliefs(organisation).get((adoption.scenario, step.level, link.driver))
    prior = (
        Belief(earlier.mean, earlier.standard_deviation)
        if earlier is not None
        else from_range(step.change.low, step.change.mode, step.change.high)
    )
    measured = Belief(exposure * outcome.estimate.relative, exposure * outcome.estimate.standard_error)
    posterior = prior
    if math.isfinite(measured.mean) and math.isfinite(measured.standard_deviation):
        posterior = update(prior, measured)
        EffectBelief.objects.create(
            organisation=organisation,
            scenario=adoption.scenario,
            level=step.level,
            driver=link.driver,
            kpi=measure.id,
            mean=posterior.mean,
            standard_deviation=posterior.standard_deviation,
            measured=timezone.localdate(),
            source=source,
        )
    return {
        "driver": link.driver,
        "level": step.level,
        "forecast": _spread(prior),
        "measured": _spread(measured),
        "posterior": _spread(posterior),
        "exposure": exposure,
        "source": link.source,
        "status": link.status,
    }


def _content(measure: Measure, outcome: Effect | CannotTell, series: WeeklySeries) -> dict[str, Any]:
    content: dict[str, Any] = {
        "measure": measure.id,
        "name": measure.name.as_dict(),
        "unit": measure.unit,
        "better": measure.better,
        "formula": measure.formula,
        "weeks_before": outcome.weeks_before,
        "weeks_after": outcome.weeks_after,
        "series": {
            "weeks": [str(week) for week in series.weeks],
            "treated": [round(float(value), 6) for value in series.treated],
            "control": None if series.control is None else [round(float(value), 6) for value in series.control],
        },
    }
    if isinstance(outcome, CannotTell):
        return {**content, "reason": outcome.reason}
    placebo = outcome.placebo
    return {
        **content,
        "before": outcome.before,
        "after": outcome.after,
        "counterfactual": _finite(outcome.counterfactual),
        "effect": {
            "relative": _finite(outcome.estimate.relative),
            "low": _finite(outcome.estimate.low),
            "high": _finite(outcome.estimate.high),
        },
        "placebo": None
        if placebo is None
        else {"relative": _finite(placebo.relative), "low": _finite(placebo.low), "high": _finite(placebo.high)},
    }


def _spread(belief: Belief) -> dict[str, float | None]:
    return {"mean": _finite(belief.mean), "standard_deviation": _finite(belief.standard_deviation)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
