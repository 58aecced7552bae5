"""Use-case: planning the companies of a group together, each from its own levels of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tujing.enterprise.group_services import children_of
from tujing.enterprise.models import Organisation
from tujing.iteration.services import levels_today
from tujing.planning.group_services import plan_group
from tujing.problems import refuse
from tujing.runtime.models import Job


def companies(organisation: Organisation, user: Any) -> list[Organisation]:
    """Returns the companies of the group that a person may plan for; nothing where there is no group."""
    return children_of(organisation, user, "plan")


def chosen(organisation: Organisation, user: Any, members: Iterable[str]) -> list[str]:
    """Returns those of the named companies (by slug) that a person may plan for.

    Raises
    ------
    BadInput
        When fewer than two are left.
    """
    known = {one.slug for one in companies(organisation, user)}
    found = [slug for slug in dict.fromkeys(members) if slug in known]
    if len(found) < 2:
        raise refuse(
            "too_few_plants",
            "集团统筹至少要选两家企业，且每家都已授权集团为其规划。",
            "A group plan takes two companies at least, each of which lets the group plan for it.",
            key="member",
        )
    return found


def plan_found(job: Job, user: Any) -> dict[str, Any] | None:
    """Returns what a job found for the group; None when it found nothing, or a company of it is no more the person's to
    plan for: it has left since, or ended its grant."""
    found: dict[str, Any] | None = job.payload.get("result", {}).get("group")
    if found is None:
        return None
    allowed = {one.slug for one in companies(job.organisation, user)}
    return found if set(found["plants"]) <= allowed else None


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
