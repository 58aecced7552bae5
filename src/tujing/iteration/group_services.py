"""Use-case: planning the companies of a group together, each from its own levels of today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tujing.enterprise.group_services import children_of
from tujing.enterprise.models import Organisation
from tujing.iteration.services import levels_today
from tujing.planning.group_services import plan_group


def companies(organisation: Organisation, user: Any) -> list[Organisation]:
    """Returns the companies of the group that a person may plan for; nothing where there is no group."""
    return children_of(organisation, user, "plan")


def plan_of_group(
    organisation: Organisation, members: Sequence[str], budget: float, quarters: int, user: Any
) -> dict[str, Any]:
    """Plans the named companies (by slug) under one budget; stores nothing.

    Raises
    ------
    BadInput
        When fewer than two of them are the person's to plan for, or one lacks its profile or baseline.
    """
    known = [one for one in companies(organisation, user) if one.slug in set(members)]
    levels = {one.slug: levels_today(one) for one in known}
    found = plan_group(user, known, budget, levels, quarters, granted=True)
    names = {one.slug: one.name for one in known}
    for slug, plant in found["plants"].items():
        plant["name"] = names[slug]
    return found
