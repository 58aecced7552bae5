"""Several plants' plans rolled up under one budget: each keeps its own people, projects at once and order. Pure.

Every plant's steps enter one programme under its own prefix. Its people and its projects at once become a role and a
team of its own (`Limits.skills`, `Step.teams`), so that only money is shared; the optimum is exact for the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tujing.planning.optimise import Choice, Limits, Model, Step

SEPARATOR = "|"


@dataclass(frozen=True)
class Plant:
    """One plant's steps and what there is for them; its `budget` counts as its part of the group's."""

    steps: tuple[Step, ...]
    limits: Limits


@dataclass(frozen=True)
class RollUp:
    """`together`: plant → step → start. `alone`: each on its own budget. `gain`: what sharing adds."""

    choice: Choice
    together: Mapping[str, Mapping[str, int]]
    worth: Mapping[str, float]
    spent: Mapping[str, float]
    """Yuan of one-off cost by plant."""
    alone: Mapping[str, Choice]

    @property
    def gain(self) -> float:
        return self.choice.objective - sum(one.objective for one in self.alone.values())


def joint(plants: Mapping[str, Plant]) -> tuple[list[Step], Limits]:
    """Returns all plants' steps and limits as one problem.

    Raises
    ------
    ValueError
        When the plants plan for different numbers of quarters, or one has a loan, subsidy, target or bound on risk of
        its own: these are the group's to decide.
    """
    lengths = {plant.limits.quarters for plant in plants.values()}
    if len(lengths) > 1:
        raise ValueError(f"plants plan for different numbers of quarters: {sorted(lengths)}")
    steps: list[Step] = []
    departments: dict[str, int] = {}
    skills: dict[str, float] = {}
    mandatory: dict[str, int | None] = {}
    quarters = lengths.pop()
    budget, days, parallel = [0.0] * quarters, [0.0] * quarters, 0
    for name, plant in plants.items():
        limits = plant.limits
        if limits.loan or limits.subsidies or limits.target or limits.risk:
            raise ValueError(f"{name} has a loan, subsidy, target or bound on risk of its own")
        own = f"{name}{SEPARATOR}"
        steps += [_of_plant(step, own) for step in plant.steps]
        departments |= {own + one: most for one, most in limits.departments.items()} | {own: limits.parallel}
        skills |= {own + role: most for role, most in limits.skills.items()} | {own: min(limits.person_days)}
        mandatory |= {own + group: by for group, by in limits.mandatory.items()}
        budget = [one + more for one, more in zip(budget, limits.budget, strict=True)]
        days = [one + more for one, more in zip(days, limits.person_days, strict=True)]
        parallel += limits.parallel
    first = next(iter(plants.values())).limits
    return steps, Limits(
        tuple(budget), tuple(days), parallel, departments, skills, mandatory=mandatory, discount=first.discount
    )


def _of_plant(step: Step, own: str) -> Step:
    return replace(
        step,
        id=own + step.id,
        group=own + step.of,
        after=tuple(own + one for one in step.after),
        department=own + step.department if step.department else "",
        teams=(own, *(own + team for team in step.teams)),
        skills={own + role: days for role, days in step.skills.items()} | {own: step.person_days},
    )


def roll_up(plants: Mapping[str, Plant], seconds: float = 60.0) -> RollUp:
    """Plans all plants together under the sum of their budgets, and each alone for comparison.

    A plant's people are taken at the fewest it has in any quarter. Raises what `joint` raises.
    """
    steps, limits = joint(plants)
    model = Model(steps, limits)
    alone = {name: Model(plant.steps, plant.limits).solve(seconds=seconds) for name, plant in plants.items()}
    apart = {
        f"{name}{SEPARATOR}{step}": start for name, choice in alone.items() for step, start in choice.starts.items()
    }
    choice = model.solve(seconds=seconds, start=apart)
    together: dict[str, dict[str, int]] = {name: {} for name in plants}
    worth, spent = dict.fromkeys(plants, 0.0), dict.fromkeys(plants, 0.0)
    for name, start in choice.starts.items():
        plant, _, step = name.partition(SEPARATOR)
        one = model.steps[name]
        together[plant][step] = start
        worth[plant] += one.value[start]
        spent[plant] += one.spend * one.quarters
    return RollUp(choice, together, worth, spent, alone)
