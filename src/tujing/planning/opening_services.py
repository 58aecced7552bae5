"""Use-case: one step of the map opened on the enterprise's own figures, whether a plan takes it or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from tujing.adoption.services import beliefs
from tujing.atlas.loader import atlas
from tujing.atlas.manifest import SizeClass
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.planning.money_units import check_baseline
from tujing.planning.own_figures import PlanFigures
from tujing.planning.services import baseline
from tujing.planning.step_value import open_step
from tujing.planning.uncertainty import Normal
from tujing.planning.wishes import check_quarters, read_step
from tujing.problems import refuse


def value_of_step(
    organisation: Organisation, wish: str, levels: Mapping[str, int], figures: PlanFigures, quarters: int = 12
) -> dict[str, Any]:
    """Returns `open_step` of `scenario@level`; without a level, of the next one above today's in `levels`.

    Raises
    ------
    BadInput
        When there is no such scenario, level, profile or baseline, or the baseline is in the wrong unit.
    """
    scenario, level, *_ = read_step(wish)
    card = atlas().card(scenario).manifest
    size = cast(SizeClass, classification(organisation).size)
    profile = Profile.objects.get(organisation=organisation)
    declared = sorted({cost.level for cost in card.costs if cost.size == size})
    if level is None:
        level = next((one for one in declared if one > levels.get(scenario, 0)), None)
    if level is None or level not in declared:
        known = "、".join(str(one) for one in declared) or "–"
        raise refuse(
            "no_cost_of_level",
            f"“{card.name.zh}”没有这一等级的费用；本企业规模可测算的等级：{known}。",
            f"{card.name.en} has no cost of that level; levels with figures for an enterprise of this size: "
            f"{', '.join(str(one) for one in declared) or 'none'}.",
            value=wish,
        )
    known_baseline = baseline(organisation)
    check_baseline(known_baseline.annual, float(profile.revenue), profile.staff)
    measured = {key: Normal(one.mean, one.standard_deviation) for key, one in beliefs(organisation).items()}
    return open_step(
        card, level, size, known_baseline, measured, figures, profile.staff, quarters=check_quarters(quarters)
    )
