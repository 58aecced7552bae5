"""What the steps of the loop do with adoptions and cycles."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.adoption.life import check_step
from tujing.adoption.models import Adoption, Cycle, EffectBelief, KpiRecord, Stage
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


def beliefs(organisation: Organisation) -> dict[tuple[str, int, str], EffectBelief]:
    """Returns the newest measured belief for each (scenario, level, driver)."""
    newest: dict[tuple[str, int, str], EffectBelief] = {}
    for belief in EffectBelief.objects.filter(organisation=organisation).order_by("measured", "id"):
        newest[belief.scenario, belief.level, belief.driver] = belief
    return newest
