"""Projects that the newest plan no longer holds: their owner is asked whether to withdraw them."""

from __future__ import annotations

from tujing.adoption.services import current_cycle
from tujing.delivery.models import LevelProject
from tujing.delivery.reading_services import is_open, projects
from tujing.enterprise.models import Organisation
from tujing.planning.services import latest_plan


def dropped(organisation: Organisation) -> list[LevelProject]:
    """Returns the open projects of the open cycle that its newest plan does not hold; none when it has no plan."""
    plan = latest_plan(organisation)
    if plan is None or plan.cycle_id != current_cycle(organisation).pk:
        return []
    held = set(plan.projects.values_list("scenario", "level"))
    rows = projects(organisation).select_related("adoption")
    return [row for row in rows if is_open(row) and (row.adoption.scenario, row.level) not in held]
