"""What the steps of the loop do with adoptions and cycles."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.adoption.costs import CostBelief, cost_belief
from tujing.adoption.hierarchy import declared
from tujing.adoption.learning_services import pooled_beliefs
from tujing.adoption.life import check_step
from tujing.adoption.models import Adoption, Cycle, EffectBelief, FinishedStep, KpiRecord, Stage
from tujing.atlas.loader import manifest
from tujing.enterprise.models import Organisation


def current_cycle(organisation: Organisation, today: date | None = None) -> Cycle:
    """Returns the open cycle, opening the first one when there is none."""
    with transaction.atomic():
        cycle = Cycle.objects.filter(organisation=organisation, closed__isnull=True).order_by("-number").first()
        if cycle is None:
            number = Cycle.objects.filter(organisation=organisation).count() + 1
            cycle = Cycle.objects.create(organisation=organisation, number=number, opened=today or timezone.localdate())
        return cycle


def adoptions(organisation: Organisation, cycle: Cycle | None = None) -> QuerySet[Adoption]:
    """Returns the adoptions of one cycle, by default the open one."""
    return Adoption.objects.filter(organisation=organisation, cycle=cycle or current_cycle(organisation))


def ensure(organisation: Organisation, scenario: str, cycle: Cycle | None = None, is_pilot: bool = False) -> Adoption:
    """Returns the organisation's adoption of a scenario in a cycle, opening it as a candidate when there is none.

    Raises
    ------
    BadInput
        When there is no such scenario on the map.
    """
    card = manifest(scenario)
    found, _ = Adoption.objects.get_or_create(
        organisation=organisation,
        cycle=cycle or current_cycle(organisation),
        scenario=scenario,
        is_pilot=is_pilot,
        defaults={"scenario_version": card.version},
    )
    return found


def move(adoption: Adoption, stage: str) -> Adoption:
    """Takes the adoption one stage on (or back), as `life.FOLLOWS` allows.

    Raises
    ------
    BadInput
        When the stage may not follow.
    """
    with transaction.atomic():
        current = Adoption.objects.select_for_update().get(pk=adoption.pk, organisation=adoption.organisation)
        if current.stage != stage:
            check_step(current.scenario, current.stage, stage)
            current.stage = Stage(stage)
            current.save(update_fields=["stage"])
        adoption.stage = current.stage
    return current


def comparable_span(adoption: Adoption) -> tuple[date | None, date | None]:
    """Returns the day from which, and the day until which, the adoption's weeks can be compared around its go-live.

    An earlier level of it, live before, was a change of its own: weeks before that tell nothing of this one. Once the
    same scenario goes live outside the scope of a pilot, the rest of the factory is no control any more.
    """
    begin = max((day for day in _days_live(adoption) if adoption.go_live and day < adoption.go_live), default=None)
    if not adoption.is_pilot:
        return begin, None
    roll_out = Adoption.objects.filter(
        organisation=adoption.organisation, cycle=adoption.cycle, scenario=adoption.scenario, is_pilot=False
    ).first()
    days = [] if roll_out is None else _days_live(roll_out)
    return begin, min((day for day in days if adoption.go_live and day > adoption.go_live), default=None)


def _days_live(adoption: Adoption) -> list[date]:
    """The days on which its levels went live, as this cycle and those before it knew them."""
    days: list[date] = []
    one: Adoption | None = adoption
    while one is not None:
        if one.go_live is not None:
            days.append(one.go_live)
        one = one.carried_from
    return days


def record_kpi(
    adoption: Adoption,
    kpi: str,
    value: float,
    unit: str,
    source: str,
    baseline: float | None = None,
    measured: datetime | None = None,
) -> KpiRecord:
    """Adds one measured value to the adoption's KPI history."""
    return KpiRecord.objects.create(
        organisation=adoption.organisation,
        adoption=adoption,
        kpi=kpi,
        value=value,
        baseline=baseline,
        unit=unit,
        measured=measured or timezone.now(),
        source=source,
    )


POOLED = "pooled"
"""How the source of a belief begins that rests on other firms' contributions and on nothing measured here."""


def beliefs(organisation: Organisation) -> dict[tuple[str, int, str], EffectBelief]:
    """Returns what is believed of each (scenario, level, driver) beyond the manifest's range.

    The newest belief that this organisation measured; else, not stored, what other firms' contributions say.
    """
    newest: dict[tuple[str, int, str], EffectBelief] = {}
    for (scenario, level, driver), (belief, firms) in pooled_beliefs(organisation).items():
        newest[scenario, level, driver] = EffectBelief(
            organisation=organisation,
            scenario=scenario,
            level=level,
            driver=driver,
            mean=belief.mean,
            standard_deviation=belief.standard_deviation,
            source=f"{POOLED}: {firms} firms",
        )
    for belief in EffectBelief.objects.filter(organisation=organisation).order_by("measured", "id"):
        newest[belief.scenario, belief.level, belief.driver] = belief
    return newest


def record_finished(
    organisation: Organisation,
    scenario: str,
    level: int,
    kind: str,
    forecast: float,
    actual: float,
    day: date,
    source: str,
) -> FinishedStep:
    """Keeps forecast and actual cost (yuan) or duration (days) of a finished step; recorded again, it is corrected.

    Raises
    ------
    BadInput
        When a figure is not above nought, or there is no such scenario.
    """
    manifest(scenario)
    cost_belief([(forecast, actual)], declared().cost)
    row, _ = FinishedStep.objects.update_or_create(
        organisation=organisation,
        scenario=scenario,
        level=level,
        kind=kind,
        defaults={"forecast": forecast, "actual": actual, "finished": day, "source": source},
    )
    return row


def overrun(organisation: Organisation, kind: str = "cost") -> CostBelief:
    """Returns what is believed of this firm's actual ÷ forecast cost (or duration) from its finished steps."""
    mine = FinishedStep.objects.filter(organisation=organisation, kind=kind)
    return cost_belief(list(mine.values_list("forecast", "actual")), declared().cost)
