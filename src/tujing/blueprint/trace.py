"""The trace matrix: for every chosen step the thread from its drivers to its acceptances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tujing.blueprint.model import Element, Model


@dataclass(frozen=True)
class Thread:
    """One chosen step, and everything that it hangs together with."""

    task: Element
    scenario: Element
    capability: Element
    drivers: tuple[Element, ...]
    goals: tuple[Element, ...]
    requirements: tuple[Element, ...]
    data: tuple[Element, ...]
    applications: tuple[Element, ...]
    standards: tuple[Element, ...]
    acceptances: tuple[Element, ...]


def threads(model: Model) -> list[Thread]:
    """Returns one thread a task, in the order of the tasks."""
    return [_thread(model, task) for task in model.of("task")]


def _thread(model: Model, task: Element) -> Thread:
    scenario = model.by_id[f"scenario.{task.facts['scenario']}"]
    needs = [one for one in model.targets(scenario.id, "meets") if one.facts["level"] in (None, task.facts["level"])]
    goals = _distinct(goal for one in needs for goal in model.targets(one.id, "serves"))
    behind = (driver for goal in goals for driver in model.sources(goal.id, "motivates"))
    # The pain points of this scenario, and the drivers of the whole plan (strategy, level) behind its goals.
    drivers = _distinct(
        [
            *model.sources(scenario.id, "calls_for"),
            *(one for one in behind if not one.id.startswith("driver.pain.")),
        ]
    )
    return Thread(
        task=task,
        scenario=scenario,
        capability=model.by_id[f"capability.{task.facts['scenario']}@{task.facts['level']}"],
        drivers=drivers,
        goals=goals,
        requirements=tuple(needs),
        data=_distinct([*model.targets(scenario.id, "reads"), *model.targets(scenario.id, "writes")]),
        applications=_distinct(model.sources(scenario.id, "supports")),
        standards=_distinct(one for need in needs for one in model.sources(need.id, "governs")),
        acceptances=tuple(model.targets(task.id, "delivers")),
    )


def _distinct(elements: Iterable[Element]) -> tuple[Element, ...]:
    return tuple({one.id: one for one in elements}.values())
