"""A maturity level by a date, as the plan sees it: the instrument's rule, and small measures that raise its score.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tujing.planning.cashflow import Horizon
from tujing.planning.problem import Choice, Step, Target
from tujing.words import Text

MEASURE = "measure:"


@dataclass(frozen=True)
class Measure:
    """A task outside the scenarios that raises the score, such as a rule or a training; done within one quarter."""

    id: str
    """The answer that it changes, e.g. `B6.products`."""
    question: str
    """Of one question with a single answer only one measure is taken."""
    label: Text
    before: Text
    after: Text
    points: float
    cost: float
    person_days: float
    exclusive: bool

    @property
    def step(self) -> str:
        return f"{MEASURE}{self.id}"

    @property
    def group(self) -> str:
        return f"{MEASURE}{self.question}" if self.exclusive else self.step


@dataclass(frozen=True)
class Wanted:
    """The target with its measures, and the words of its questions and graded scenarios."""

    target: Target
    name: Text
    measures: tuple[Measure, ...]
    labels: Mapping[str, Text]


def measure_steps(measures: Sequence[Measure], horizon: Horizon) -> list[Step]:
    """Returns each measure as a step that brings nothing but points."""
    discount = horizon.discount()
    return [
        Step(
            id=one.step,
            quarters=1,
            spend=one.cost,
            person_days=one.person_days,
            value=tuple(float(-one.cost * discount[start]) for start in range(horizon.quarters)),
            group=one.group,
            project=False,
            maturity=0,
        )
        for one in measures
    ]


def reached(wanted: Wanted, choice: Choice, steps: Mapping[str, Step]) -> dict[str, Any]:
    """Returns what a plan makes of the target: points gained, graded scenarios reached, measures taken and when."""
    target = wanted.target
    done = {
        name
        for step, start in choice.starts.items()
        if start + steps[step].quarters - 1 <= target.by
        for name in (step, steps[step].of)
    }
    gains = [gain for gain in target.gains if done & set(gain.groups)]
    items = [item for item in target.items if done & set(item.groups)]
    gained = sum(gain.points for gain in gains)
    return {
        "level": target.level,
        "name": wanted.name.as_dict(),
        "by_quarter": target.by,
        "met": bool(
            gained >= target.score - 1e-6
            and len(items) >= target.scenarios
            and sum(item.mandatory for item in items) >= target.mandatory
        ),
        "score": {"missing": target.score, "gained": gained},
        "scenarios": {"missing": target.scenarios, "reached": len(items)},
        "mandatory": {"missing": target.mandatory, "reached": sum(item.mandatory for item in items)},
        "items": [
            {
                "id": item.id,
                "label": wanted.labels[item.id].as_dict(),
                "mandatory": item.mandatory,
                "by": sorted(done & set(item.groups)),
            }
            for item in items
        ],
        "gains": [{"id": gain.id, "points": gain.points, "by": sorted(done & set(gain.groups))} for gain in gains],
        "measures": [
            {
                "id": one.id,
                "label": one.label.as_dict(),
                "before": one.before.as_dict(),
                "after": one.after.as_dict(),
                "points": one.points,
                "cost": one.cost,
                "person_days": one.person_days,
                "start_quarter": choice.starts[one.step],
            }
            for one in wanted.measures
            if one.step in choice.starts
        ],
    }
