"""An effect measured on the weeks since a day alone: no forecast is judged by the evidence it was made from."""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from tujing.adoption.hierarchy import Belief
from tujing.adoption.models import Adoption
from tujing.atlas.loader import manifest
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation
from tujing.evaluation.comparable_services import comparable
from tujing.evaluation.effect import CannotTell, effect
from tujing.evaluation.measures import measures, weekly
from tujing.evaluation.series import Series, cut
from tujing.evaluation.services import TABLES


def measured_since(organisation: Organisation, adoption: Adoption, since: date) -> dict[tuple[int, str], Belief]:
    """Returns (level, driver) → relative change of the driver with its standard error, from the weeks since `since`.

    The weeks before go-live stay what the new ones are compared with; those between go-live and `since` are left out.
    """
    assert adoption.go_live is not None
    brought = range(adoption.level_before + 1, adoption.level_today + 1)
    steps = [step for step in manifest(adoption.scenario).effects if step.level in brought]
    tables = {name: table for name in TABLES if (table := dataspace.arrow(organisation, name)) is not None}
    families = frozenset(adoption.scope.get("families", ()))
    found: dict[tuple[int, str], Belief] = {}
    for measure in measures().values():
        links = [link for link in measure.drivers if any(step.driver == link.driver for step in steps)]
        series = weekly(measure, tables, families) if links else None
        if series is None:
            continue
        span = _without(comparable(series, adoption), adoption.go_live, since)
        outcome = effect(span, adoption.go_live, measure.better)
        if isinstance(outcome, CannotTell):
            continue
        for link in links:
            level = max(step.level for step in steps if step.driver == link.driver)
            exposure = outcome.before if link.exposure == "level" else float(link.exposure)
            change = Belief(exposure * outcome.estimate.relative, exposure * outcome.estimate.standard_error)
            if math.isfinite(change.mean) and math.isfinite(change.standard_deviation):
                found[level, link.driver] = change
    return found


def _without(series: Series, go_live: date, since: date) -> Series:
    begin, end = np.datetime64(go_live, "D"), np.datetime64(since, "D")
    return cut(series, (series.weeks < begin) | (series.weeks >= end))
