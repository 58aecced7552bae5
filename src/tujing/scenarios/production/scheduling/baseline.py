"""The plain method of today: the best of the dispatching rules that a planner works with by hand."""

from __future__ import annotations

from tujing.scenarios.production.scheduling.dispatch import PLAIN, dispatch
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import ShopProblem


def baseline(problem: ShopProblem) -> tuple[str, Schedule]:
    """Returns the best plain rule's name and its schedule."""
    decoder = decoder_for(problem)
    schedules = {name: dispatch(problem, rule, decoder) for name, rule in PLAIN.items()}
    return min(schedules.items(), key=lambda item: (item[1].cost, item[1].makespan))
