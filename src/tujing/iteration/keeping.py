"""Forecasts are kept when a plan is made, and meet their measurements when the turn ends."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from tujing.adoption.hierarchy import Belief, declared, from_range, update
from tujing.adoption.models import Adoption, Cycle, EffectBelief, FinishedStep, Forecast, ForecastKind, Stage
from tujing.adoption.services import POOLED, adoptions, beliefs, overrun, record_finished
from tujing.atlas.loader import atlas
from tujing.atlas.manifest import Effect, Manifest, Range
from tujing.dataspace import services as dataspace
from tujing.delivery.models import LevelProject
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import classification
from tujing.evaluation.models import Evaluation
from tujing.iteration.afresh import measured_since
from tujing.iteration.forecasts import Scored, widening
from tujing.planning.models import Plan, PlannedProject
from tujing.planning.services import plan_of

APART_DAYS = 42
"""Fewest days between two go-lives whose effects on one driver can be told apart; as many weeks as a measure needs."""

Key = tuple[str, int, str]
"""Scenario, level, driver."""


def keep_forecasts(organisation: Organisation, plan: Plan, day: date) -> None:
    """Keeps what is forecast of every step of a plan and of everything in use. A new plan of the same cycle renews
    what has not been measured yet."""
    cycle, known = plan.cycle, beliefs(organisation)
    wider = widening(list(_scored(organisation)), declared().calibration.prior_forecasts)
    rows: list[Forecast] = []

    def add(scenario: str, level: int, kind: str, driver: str, belief: Belief, basis: str) -> None:
        rows.append(
            Forecast(
                organisation=organisation,
                cycle=cycle,
                scenario=scenario,
                level=level,
                kind=kind,
                driver=driver,
                mean=belief.mean,
                standard_deviation=belief.standard_deviation,
                basis=basis,
                made=day,
            )
        )

    projects = list(plan.projects.filter(organisation=organisation))
    steps = {(row.scenario, row.level) for row in projects} | set(_levels_in_use(organisation, cycle))
    for scenario, level in sorted(steps):
        card = atlas().manifests.get(scenario)
        for effect in (one for one in (card.effects if card else ()) if one.level == level):
            belief, basis = _believed(known.get((scenario, level, effect.driver)), effect)
            stated = Belief(belief.mean, belief.standard_deviation * wider)
            add(scenario, level, ForecastKind.EFFECT, effect.driver, stated, basis)
    for row in projects:
        for kind, belief in _cost_and_time(organisation, row).items():
            add(row.scenario, row.level, kind, "", belief, "manifest")
    with transaction.atomic():
        Forecast.objects.filter(organisation=organisation, cycle=cycle, measured__isnull=True).delete()
        kept = set(
            Forecast.objects.filter(organisation=organisation, cycle=cycle).values_list(
                "scenario", "level", "kind", "driver"
            )
        )
        Forecast.objects.bulk_create(
            row for row in rows if (row.scenario, row.level, str(row.kind), row.driver) not in kept
        )


def measured_effects(
    organisation: Organisation, cycle: Cycle, since: date | None
) -> dict[Adoption, dict[tuple[int, str], Belief]]:
    """Returns what this turn measured of each adoption, apart from what an earlier turn had measured already.

    An adoption whose level was evaluated in an earlier turn is measured on the weeks since then alone: its forecast
    rests on the weeks before, and would otherwise be judged by its own evidence. Where two go live in the whole
    factory within weeks of each other and move one driver, the data cannot tell them apart: that driver is left out.
    """
    found = {}
    for adoption in adoptions(organisation, cycle).filter(go_live__isnull=False):
        if since is not None and _evaluated_before(adoption):
            found[adoption] = measured_since(organisation, adoption, since)
        else:
            found[adoption] = as_evaluated(organisation, adoption)
    return {
        adoption: {key: one for key, one in effects.items() if not _confounded(adoption, key[1], found)}
        for adoption, effects in found.items()
    }


def _confounded(adoption: Adoption, driver: str, found: Mapping[Adoption, Mapping[tuple[int, str], Belief]]) -> bool:
    if adoption.is_pilot or adoption.go_live is None:
        return False
    return any(
        other.go_live is not None and abs((other.go_live - adoption.go_live).days) < APART_DAYS
        for other, effects in found.items()
        if other != adoption and not other.is_pilot and any(name == driver for _, name in effects)
    )


def by_effect(measured: Mapping[Adoption, Mapping[tuple[int, str], Belief]]) -> dict[Key, Belief]:
    """Joins the adoptions of one scenario, such as a pilot and its roll-out, by precision."""
    found: dict[Key, list[Belief]] = defaultdict(list)
    for adoption, effects in measured.items():
        for (level, driver), belief in effects.items():
            found[adoption.scenario, level, driver].append(belief)
    return {key: _joined(of_it) for key, of_it in found.items()}


def as_evaluated(organisation: Organisation, adoption: Adoption) -> dict[tuple[int, str], Belief]:
    """Returns (level, driver) → relative change of the driver with its standard error, from the newest evaluation."""
    newest: dict[str, Evaluation] = {}
    for row in Evaluation.objects.filter(organisation=organisation, adoption=adoption).order_by("created", "id"):
        newest[row.measure] = row
    found: dict[tuple[int, str], list[Belief]] = defaultdict(list)
    for row in newest.values():
        for driver in row.result.get("drivers", ()):
            mean, error = (driver["measured"][name] for name in ("mean", "standard_deviation"))
            if mean is not None and error is not None:
                found[driver["level"], driver["driver"]].append(Belief(mean, error))
    return {key: _joined(measured) for key, measured in found.items()}


def score_forecasts(organisation: Organisation, cycle: Cycle, measured: Mapping[Key, Belief], day: date) -> None:
    """Writes the measurements of a turn beside the forecasts that its plan made."""
    for row in Forecast.objects.filter(organisation=organisation, cycle=cycle, kind=ForecastKind.EFFECT):
        belief = measured.get((row.scenario, row.level, row.driver))
        if belief is not None:
            row.measured_mean, row.measured_deviation, row.measured = belief.mean, belief.standard_deviation, day
            row.save(update_fields=["measured_mean", "measured_deviation", "measured"])
    actual = {
        (row.scenario, row.level, row.kind): row for row in FinishedStep.objects.filter(organisation=organisation)
    }
    for row in Forecast.objects.filter(organisation=organisation, cycle=cycle).exclude(kind=ForecastKind.EFFECT):
        done = actual.get((row.scenario, row.level, row.kind))
        if done is not None and done.finished >= cycle.opened:
            row.measured_mean, row.measured_deviation, row.measured = done.actual, 0.0, done.finished
            row.save(update_fields=["measured_mean", "measured_deviation", "measured"])


def learn_from_finished(organisation: Organisation, cycle: Cycle) -> None:
    """Records actual cost and duration of every project that closed in this turn, for the firm's overrun factors.

    Cost: what was booked on its tasks, or else the payments whose document number is `scenario@level`. A project of
    which neither tells is left out; duration always tells.
    """
    paid = _paid(organisation)
    closed = LevelProject.objects.filter(organisation=organisation, closed__gte=cycle.opened)
    for project in closed.select_related("adoption"):
        assert project.closed is not None
        scenario, level = project.adoption.scenario, project.level
        source = f"project:{project.pk}"
        planned_days = (project.baseline_end - project.baseline_start).days + 1
        days = max(1, (project.closed - project.start).days + 1)
        record_finished(organisation, scenario, level, "duration", planned_days, days, project.closed, source)
        booked = sum(cost.amount for task in project.tasks.prefetch_related("costs") for cost in task.costs.all())
        spent = booked or paid.get(f"{scenario}@{level}", 0.0)
        # The plan's money holds what was learned of overruns already; the factor is one on the manifest's figure.
        declared_cost = project.budget / cost_factor(cycle)
        if spent > 0 and declared_cost > 0:
            record_finished(organisation, scenario, level, "cost", declared_cost, spent, project.closed, source)


def cost_factor(cycle: Cycle) -> float:
    """Returns the factor on the manifests' costs that a cycle's newest plan was made with."""
    plan = plan_of(cycle)
    return 1.0 if plan is None else float(plan.parameters.get("cost_factor", 1.0))


def scored_effects(organisation: Organisation, cycle: Cycle | None = None) -> list[Forecast]:
    """Returns the effect forecasts that have met their measurement."""
    rows = Forecast.objects.filter(organisation=organisation, kind=ForecastKind.EFFECT, measured__isnull=False)
    return list(rows.filter(cycle=cycle) if cycle else rows)


def first_forecasts(organisation: Organisation) -> dict[Key, float]:
    """Returns the size of the first forecast of each effect: what all errors of that effect are divided by."""
    found: dict[Key, float] = {}
    for row in Forecast.objects.filter(organisation=organisation, kind=ForecastKind.EFFECT).order_by("cycle__number"):
        if row.mean:
            found.setdefault((row.scenario, row.level, row.driver), abs(row.mean))
    return found


def _scored(organisation: Organisation) -> Iterable[Scored]:
    scales = first_forecasts(organisation)
    for row in scored_effects(organisation):
        scale = scales.get((row.scenario, row.level, row.driver))
        if scale and row.measured_mean is not None and row.measured_deviation is not None:
            yield Scored(row.mean, row.standard_deviation, row.measured_mean, row.measured_deviation, scale)


def _levels_in_use(organisation: Organisation, cycle: Cycle) -> Iterable[tuple[str, int]]:
    in_use = adoptions(organisation, cycle).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED])
    for adoption in in_use:
        card = atlas().manifests.get(adoption.scenario)
        brought = range(adoption.level_before + 1, adoption.level_today + 1)
        for level in {one.level for one in (card.effects if card else ()) if one.level in brought}:
            yield adoption.scenario, level


def _believed(belief: EffectBelief | None, effect: Effect) -> tuple[Belief, str]:
    if belief is None:
        return from_range(effect.change.low, effect.change.mode, effect.change.high), "manifest"
    basis = "pooled" if belief.source.startswith(POOLED) else "measured"
    return Belief(belief.mean, belief.standard_deviation), basis


def _cost_and_time(organisation: Organisation, row: PlannedProject) -> dict[str, Belief]:
    """Cost: the plan's, with the manifest's spread and this firm's; time: the plan's days with this firm's spread."""
    card = atlas().manifests.get(row.scenario)
    spread = _relative_spread(card, row.level, classification(organisation).size) if card else 0.0
    steps = declared().cost.spread_of_steps
    days = (row.end - row.start).days + 1
    of_cost = math.hypot(spread, overrun(organisation, "cost").log_standard_deviation, steps)
    of_time = math.hypot(overrun(organisation, "duration").log_standard_deviation, steps)
    return {
        ForecastKind.COST: Belief(row.cost, row.cost * of_cost),
        ForecastKind.DURATION: Belief(days, days * of_time),
    }


def _relative_spread(card: Manifest, level: int, size: str) -> float:
    for cost in card.costs:
        if (cost.level, cost.size) == (level, size):
            belief = _of(cost.one_off)
            return belief.standard_deviation / belief.mean if belief.mean else 0.0
    return 0.0


def _of(figure: Range) -> Belief:
    return from_range(figure.low, figure.mode, figure.high)


def _evaluated_before(adoption: Adoption) -> bool:
    earlier = adoption.carried_from
    while earlier is not None:
        if earlier.go_live != adoption.go_live:
            return False  # what was evaluated then was an earlier level
        if Evaluation.objects.filter(organisation=adoption.organisation, adoption=earlier).exists():
            return True
        earlier = earlier.carried_from
    return False


def _joined(measured: list[Belief]) -> Belief:
    joined, *others = measured
    for one in others:
        joined = update(joined, one)
    return joined


def _paid(organisation: Organisation) -> dict[str, float]:
    table = dataspace.arrow(organisation, "cash_flow", ["direction", "document_id", "amount"])
    paid: dict[str, float] = defaultdict(float)
    if table is not None:
        for row in table.to_pylist():
            if row["direction"] == "out" and row["document_id"] and "@" in row["document_id"]:
                paid[row["document_id"]] += row["amount"]
    return paid
