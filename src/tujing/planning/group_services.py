"""Planning several plants of a group together: every one of them must be the caller's to plan for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib.auth.models import User

from tujing.atlas.loader import atlas
from tujing.atlas.manifest import SizeClass
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification, may
from tujing.planning import wishes
from tujing.planning.assumptions import assumptions
from tujing.planning.group import Plant, RollUp, roll_up
from tujing.planning.services import circumstances
from tujing.planning.tracks import prefer
from tujing.problems import refuse


def plan_group(
    user: User,
    organisations: Sequence[Organisation],
    budget: float,
    levels: Mapping[str, Mapping[str, int]],
    quarters: int = 12,
    *,
    granted: bool = False,
) -> dict[str, Any]:
    """Returns the plan of all plants under one budget, against each alone with an even part of it; stores nothing.

    Parameters
    ----------
    budget
        Yuan for the whole group, spread evenly over the quarters.
    levels
        Organisation's slug → scenario id → level today.
    granted
        The plants are those that a group granted the caller to plan for; else the caller needs a role in each.

    Raises
    ------
    BadInput
        When there are fewer than two plants, the caller may not plan for one of them, or a wish makes no sense.
    """
    names = [one.slug for one in organisations]
    if len(set(names)) < 2:
        raise refuse(
            "too_few_plants",
            "集团统筹至少要两家企业，请补充。",
            "A group has at least two plants; name more.",
            key="organisations",
        )
    for one in organisations:
        if not granted and not may(user, one, "plan"):
            raise refuse(
                "not_yours_to_plan",
                f"您没有为 {one.slug} 做规划的权限，请由该企业的管理员授权。",
                f"You may not plan for {one.slug}; ask its administrator for the right.",
                value=one.slug,
            )
    money = wishes.spread_budget(budget, wishes.check_quarters(quarters))
    part = tuple(amount / len(organisations) for amount in money)
    plants = {one.slug: _plant(one, levels.get(one.slug, {}), part) for one in organisations}
    return group_document(roll_up(plants), budget)


def _plant(organisation: Organisation, levels: Mapping[str, int], budget: tuple[float, ...]) -> Plant:
    from tujing.planning import departments
    from tujing.planning.candidates import draw_up
    from tujing.planning.optimise import Limits
    from tujing.planning.solve import steps_of

    given, classed = assumptions(), classification(organisation)
    size = cast(SizeClass, classed.size)
    profile = Profile.objects.get(organisation=organisation)
    known = circumstances(organisation, profile, size, levels, given)
    candidates, _ = draw_up(atlas().manifests.values(), known, given)
    usual = profile.staff * given.working_days.value * given.own_time_share.value
    limits = Limits(
        budget,
        wishes.check_capacity(None, usual, len(budget)),
        given.parallel_by_size.value[size],
        departments=dict.fromkeys(departments.departments().departments, departments.departments().at_once.value[size]),
    )
    return Plant(tuple(steps_of(prefer(candidates, classed), known.baseline, len(budget), given)), limits)


def group_document(found: RollUp, budget: float) -> dict[str, Any]:
    """Returns a roll-up as plain JSON, in yuan."""
    return {
        "status": found.choice.status,
        "gap": found.choice.gap,
        "budget": budget,
        "objective": found.choice.objective,
        "gain": found.gain,
        "plants": {
            name: {
                "projects": [
                    {"step": step.partition(":")[0], "option": step.partition(":")[2], "start_quarter": start}
                    for step, start in sorted(steps.items(), key=lambda one: (one[1], one[0]))
                ],
                "npv": found.worth[name],
                "cost": found.spent[name],
                "alone": found.alone[name].objective,
            }
            for name, steps in found.together.items()
        },
    }
