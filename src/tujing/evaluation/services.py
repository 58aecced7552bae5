"""Evaluating adoptions in use: measure → effect → what to believe of it from now on."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Adoption, EffectBelief, Stage
from tujing.adoption.services import adoptions, beliefs, move, record_kpi
from tujing.atlas.loader import manifest
from tujing.atlas.manifest import Effect as DeclaredEffect
from tujing.enterprise.models import Organisation
from tujing.evaluation import store
from tujing.evaluation.comparable_services import comparable
from tujing.evaluation.compute import SCOPES, Tables, reads
from tujing.evaluation.document import content, finite
from tujing.evaluation.effect import CannotTell, Effect, effects
from tujing.evaluation.measures import DriverLink, Measure, weekly
from tujing.evaluation.models import Evaluation
from tujing.evaluation.posterior import Belief, from_range, update
from tujing.evaluation.series import Series, split
from tujing.problems import BadInput
from tujing.words import Text

TABLES = ("operation_event", "work_order", "product")
"""What the measures that come with Tujing read."""
GO_LIVE_UNKNOWN = Text(
    zh="没有上线日期，无从比较前后；请在实施页通过验收里程碑，或补填上线日期后再评。",
    en="There is no go-live date to compare around; pass the acceptance milestone or fill in the date, then evaluate.",
)
NORMAL_QUANTILE = 1.96


@dataclass(frozen=True)
class Forecast:
    """The relative change of a measure that was expected before it was measured: mean and standard deviation."""

    mean: float
    standard_deviation: float
    source: str
    """`belief` of an earlier measurement, or `manifest`."""


@dataclass(frozen=True)
class Measurement:
    """What the tables show of one measure of one adoption."""

    measure: Measure
    links: tuple[DriverLink, ...]
    series: Series
    outcome: Effect | CannotTell


def evaluate(organisation: Organisation, as_of: date | None = None) -> list[Evaluation]:
    """Evaluates every adoption of the open cycle that is in use, on every KPI that its effects can show in.

    Keeps the results, records the KPIs, and updates what is believed of each effect, in the order of go-live.
    Evaluating again begins from what was believed before any of them, so nothing counts twice. With `as_of` the data
    after that day are left aside.
    """
    ordered = [adoption for adoption in _in_use(organisation) if adoption.go_live is not None]
    sources = [_source(adoption) for adoption in ordered]
    hand = _at_hand(organisation)
    measured = [(adoption, _measure(organisation, adoption, hand, sources, as_of)) for adoption in ordered]
    with transaction.atomic():
        EffectBelief.objects.filter(organisation=organisation, source__in=sources).delete()
        return [row for adoption, found in measured for row in _keep(organisation, adoption, found)]


def withheld(organisation: Organisation) -> list[dict[str, Any]]:
    """Says which adoptions and KPIs cannot be evaluated at all, why, and what to do about it."""
    found = []
    hand = _at_hand(organisation)
    for adoption in _in_use(organisation):
        name = {"scenario": adoption.scenario, "scope": adoption.scope}
        if adoption.go_live is None:
            found.append({**name, "reason": "go_live_unknown", **GO_LIVE_UNKNOWN.as_dict()})
            continue
        for measure, _ in _of(adoption, hand):
            reason = _unavailable(measure, adoption, hand)
            if reason is not None:
                found.append({**name, "measure": measure.id, "reason": reason[0], **reason[1].as_dict()})
    return found


def _in_use(organisation: Organisation) -> list[Adoption]:
    wanted = adoptions(organisation).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED])
    return list(wanted.order_by("go_live", "id"))


@dataclass(frozen=True)
class _AtHand:
    """The KPIs at hand and the tables that they read."""

    kpis: Mapping[str, Measure]
    tables: Tables


def _at_hand(organisation: Organisation) -> _AtHand:
    kpis = store.known(organisation)
    names = {name for measure in kpis.values() for name in (*measure.reads, *_way_tables(measure))}
    return _AtHand(kpis, store.tables(organisation, names))


def _way_tables(measure: Measure) -> set[str]:
    """The tables on the ways to every scope that the measure's tables lead to."""
    found: set[str] = set()
    for scope in SCOPES:
        try:
            found.update(reads(measure.node, scope))
        except BadInput:  # this scope is not within reach; `withheld` says so where an adoption has it
            continue
    return found


def _scope(adoption: Adoption) -> tuple[str, frozenset[str]]:
    """Which part of the factory adopted: the scope and its parts; the whole factory has no part."""
    for name, key in (("family", "families"), ("line", "lines"), ("workshop", "workshops")):
        if adoption.scope.get(key):
            return name, frozenset(adoption.scope[key])
    return "family", frozenset()


def _of(adoption: Adoption, hand: _AtHand) -> list[tuple[Measure, tuple[DriverLink, ...]]]:
    """The KPIs that an adoption is judged by: those that move one of its drivers, and the organisation's own."""
    drivers = {step.driver for step in _declared(adoption)}
    found = []
    for measure in hand.kpis.values():
        links = tuple(link for link in measure.drivers if link.driver in drivers)
        if links or not measure.drivers:
            found.append((measure, links))
    return found


def _unavailable(measure: Measure, adoption: Adoption, hand: _AtHand) -> tuple[str, Text] | None:
    scope, parts = _scope(adoption)
    try:
        absent = [name for name in reads(measure.node, scope if parts else "") if name not in hand.tables]
    except BadInput as error:
        return error.problems[0].code, error.problems[0].words
    if not absent:
        return None
    zh, en = "、".join(absent), ", ".join(absent)
    return "no_data", Text(
        zh=f"{measure.name.zh}需要 {zh} 的数据，请导入后再评。",
        en=f"{measure.name.en} needs data of {en}; import them and evaluate again.",
    )


def latest(organisation: Organisation) -> list[Evaluation]:
    """Returns the newest evaluation of each adoption and measure."""
    newest: dict[tuple[int, str], Evaluation] = {}
    for row in (
        Evaluation.objects.filter(organisation=organisation).select_related("adoption").order_by("created", "id")
    ):
        newest[row.adoption_id, row.measure] = row
    return list(newest.values())


def standing(organisation: Organisation) -> list[Evaluation]:
    """Returns the newest evaluation of each go-live and measure.

    An adoption carried over is evaluated again in its new cycle; what an earlier one found of the same go-live is
    history.
    """
    newest: dict[tuple[str, bool, date | None, str], Evaluation] = {}
    for row in sorted(latest(organisation), key=lambda row: row.created):
        adoption = row.adoption
        newest[adoption.scenario, adoption.is_pilot, adoption.go_live, row.measure] = row
    return list(newest.values())


def _source(adoption: Adoption) -> str:
    return f"evaluation of {adoption.scenario}, go-live {adoption.go_live}"


def _declared(adoption: Adoption) -> list[DeclaredEffect]:
    """Returns the effects of the levels that the adoption's go-live brought."""
    brought = range(adoption.level_before + 1, adoption.level_today + 1)
    return [step for step in manifest(adoption.scenario).effects if step.level in brought]


def _measure(
    organisation: Organisation, adoption: Adoption, hand: _AtHand, forgotten: Collection[str], as_of: date | None
) -> list[Measurement]:
    """Estimates every KPI that the adoption is judged by, those on one calendar together.

    Beliefs whose source is `forgotten` are about to be worked out anew and promise nothing.
    """
    assert adoption.go_live is not None
    scope, parts = _scope(adoption)
    found: list[tuple[Measure, tuple[DriverLink, ...], Series]] = []
    for measure, links in _of(adoption, hand):
        if _unavailable(measure, adoption, hand) is None:
            series = weekly(measure, hand.tables, parts, scope, as_of)
            if series is not None:
                found.append((measure, links, comparable(series, adoption)))
    forecasts = [_forecast(organisation, adoption, links, series, forgotten) for _, links, series in found]
    outcomes = effects(
        [series for _, _, series in found],
        adoption.go_live,
        [measure.better for measure, _, _ in found],
        [None if one is None else one.mean for one in forecasts],
    )
    return [
        Measurement(measure, links, series, outcome)
        for (measure, links, series), outcome in zip(found, outcomes, strict=True)
    ]


def _forecast(
    organisation: Organisation,
    adoption: Adoption,
    links: Sequence[DriverLink],
    series: Series,
    forgotten: Collection[str] = (),
) -> Forecast | None:
    """What was expected of the measure: the change of its first money driver, brought back through its exposure."""
    if not links:
        return None
    link = links[0]
    prior, source = _prior(organisation, adoption, link.driver, forgotten)
    before, _ = split(series, adoption.go_live or date.max)
    level = float(np.nanmean(series.treated[before])) if before.any() else 0.0
    exposure = level if link.exposure == "level" else float(link.exposure)
    if exposure <= 0:
        return None
    return Forecast(prior.mean / exposure, prior.standard_deviation / exposure, source)


def _prior(
    organisation: Organisation, adoption: Adoption, driver: str, forgotten: Collection[str] = ()
) -> tuple[Belief, str]:
    """What was believed of a driver's change at the highest level reached: measured before, or the manifest's range."""
    step = _step(adoption, driver)
    earlier = beliefs(organisation).get((adoption.scenario, step.level, driver))
    if earlier is not None and earlier.source not in forgotten:
        return Belief(earlier.mean, earlier.standard_deviation), "belief"
    return from_range(step.change.low, step.change.mode, step.change.high), "manifest"


def _step(adoption: Adoption, driver: str) -> DeclaredEffect:
    return max((item for item in _declared(adoption) if item.driver == driver), key=lambda item: item.level)


def _keep(organisation: Organisation, adoption: Adoption, found: list[Measurement]) -> list[Evaluation]:
    """Stores what was measured of one adoption, inside the caller's transaction."""
    source = _source(adoption)
    rows: list[Evaluation] = []
    for one in found:
        outcome, measure = one.outcome, one.measure
        result = {
            "measure": measure.id,
            "name": measure.name.as_dict(),
            "unit": measure.unit,
            "better": measure.better,
            "formula": measure.formula,
            "scope": adoption.scope,
            "forecast": _forecast_document(_forecast(organisation, adoption, one.links, one.series)),
            **content(outcome, one.series),
        }
        if isinstance(outcome, Effect):
            result["drivers"] = [_believe(organisation, adoption, measure, link, outcome, source) for link in one.links]
            record_kpi(adoption, measure.id, outcome.after, measure.unit, source, finite(outcome.counterfactual))
        rows.append(
            Evaluation.objects.create(
                organisation=organisation,
                adoption=adoption,
                measure=measure.id,
                method=outcome.method if isinstance(outcome, Effect) else "",
                verdict=outcome.verdict if isinstance(outcome, Effect) else "cannot_tell",
                result=result,
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
    step = _step(adoption, link.driver)
    exposure = outcome.before if link.exposure == "level" else float(link.exposure)
    prior, _ = _prior(organisation, adoption, link.driver)
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
        "measured": {**_spread(measured), "degrees_of_freedom": outcome.estimate.degrees_of_freedom},
        "posterior": _spread(posterior),
        "exposure": exposure,
        "source": link.source,
        "status": link.status,
    }


def _forecast_document(forecast: Forecast | None) -> dict[str, Any] | None:
    """The expected relative change of the measure with the central 95 % of its normal belief."""
    if forecast is None:
        return None
    half = NORMAL_QUANTILE * forecast.standard_deviation
    return {
        "relative": finite(forecast.mean),
        "low": finite(forecast.mean - half),
        "high": finite(forecast.mean + half),
        "source": forecast.source,
    }


def _spread(belief: Belief) -> dict[str, float | None]:
    return {"mean": finite(belief.mean), "standard_deviation": finite(belief.standard_deviation)}
