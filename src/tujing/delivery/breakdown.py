"""The work breakdown of a project: its tasks with dates, money, people's days and the one who answers for each.

A project raises one scenario by one level. Its tasks come from the templates of `breakdown.yaml`; the longest chain of
them fills the project's time but for a buffer at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tujing.atlas.manifest import Entry, Status
from tujing.delivery.schedule import Activity, Link, critical_path, in_order
from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

FILE = Path(__file__).parent / "breakdown.yaml"

Option = Literal["buy", "subscribe", "build"]
Level = Annotated[int, Field(ge=1, le=4)]


class Weights(Entry):
    """What a task takes of its project's time, own people's days and one-off cost, relative to the other tasks."""

    time: int = Field(ge=1)
    effort: float = Field(ge=0)
    cost: float = Field(ge=0)


class Template(Entry):
    """A task as every project of an option and level has it."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    phase: str
    name: Text
    role: str
    """Who does it: a key of `responsibility.yaml`."""
    cost_class: str
    needs: tuple[str, ...] = ()
    """Codes; those that do not apply to an option or level fall away."""
    gate: str = ""
    """The stage gate that ends with it: a key of `gates.yaml`."""
    levels: tuple[Level, ...] = (1, 2, 3, 4)
    by_option: dict[Option, Weights]


class Templates(Entry):
    source: str = Field(min_length=3)
    status: Status
    buffer: float = Field(ge=0, lt=0.5)
    phases: dict[str, Text]
    cost_classes: dict[str, Text]
    options: dict[Option, Text]
    tasks: tuple[Template, ...]

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        for task in self.tasks:
            if task.phase not in self.phases or task.cost_class not in self.cost_classes:
                raise ValueError(f"task {task.code} names a phase or cost class that is not declared")
        in_order(Activity(task.code, 1, tuple(map(Link, task.needs))) for task in self.tasks)
        return self


@dataclass(frozen=True)
class Task:
    """One task of one project."""

    number: str
    """`phase.place`, as shown: 2.1."""
    code: str
    phase: str
    name: Text
    role: str
    cost_class: str
    start: date
    end: date
    """Last day."""
    needs: tuple[str, ...]
    """Numbers of the tasks that must be finished first."""
    cost: float
    """Yuan."""
    person_days: float
    gate: str

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@cache
def templates() -> Templates:
    """Reads the templates shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Templates, read_yaml(FILE), FILE)


def break_down(
    level: int, option: str, start: date, end: date, cost: float = 0.0, person_days: float = 0.0
) -> tuple[Task, ...]:
    """Returns the tasks of a project between two days, both included, in the order of the breakdown.

    Costs and people's days add up to those of the project, to the cent and the tenth of a day.

    Raises
    ------
    BadInput
        When there is no such option, or the time is too short for the tasks to have a day each.
    """
    known = templates()
    if option not in known.options:
        raise refuse(
            "unknown_option",
            f"没有方式 {option}，可选：{'、'.join(known.options)}。",
            f"There is no option {option}; there are: {', '.join(known.options)}.",
            key="option",
            value=option,
        )
    chosen = [(task, task.by_option[option]) for task in known.tasks if _applies(task, level, option)]
    codes = {task.code for task, _ in chosen}
    needs = {task.code: tuple(code for code in task.needs if code in codes) for task, _ in chosen}
    network = critical_path(Activity(task.code, each.time, tuple(map(Link, needs[task.code]))) for task, each in chosen)
    span = (end - start).days + 1
    usable = span - round(span * known.buffer)
    # So long that every task spans a whole day at least, wherever rounding puts its ends.
    if usable * min(each.time for _, each in chosen) < network.length:
        raise refuse(
            "too_short",
            f"{start} 到 {end} 只有 {span} 天，排不下这个项目的各项任务，请把结束日期推后。",
            f"{start} to {end} is only {span} days, too short for the tasks of this project; move its end.",
            key="end",
            value=end.isoformat(),
        )

    def day(weight: int) -> int:
        # Rounding is monotone: a task never starts before those it needs have ended.
        return round(weight * usable / network.length)

    numbers = _numbers([task for task, _ in chosen], list(known.phases))
    money = _parts(cost, [each.cost for _, each in chosen], 2)
    effort = _parts(person_days, [each.effort for _, each in chosen], 1)
    tasks = []
    for (task, _), yuan, days in zip(chosen, money, effort, strict=True):
        times = network.times[task.code]
        first, after = day(times.early_start), day(times.early_finish)
        tasks.append(
            Task(
                number=numbers[task.code],
                code=task.code,
                phase=task.phase,
                name=task.name,
                role=task.role,
                cost_class=task.cost_class,
                start=start + timedelta(days=first),
                end=start + timedelta(days=after - 1),
                needs=tuple(numbers[code] for code in needs[task.code]),
                cost=yuan,
                person_days=days,
                gate=task.gate,
            )
        )
    return tuple(sorted(tasks, key=lambda one: tuple(map(int, one.number.split(".")))))


def gate_days(tasks: Sequence[Task]) -> Mapping[str, date]:
    """Returns the last day of each stage gate: the end of the task that leads to it."""
    return {task.gate: task.end for task in tasks if task.gate}


def _applies(task: Template, level: int, option: str) -> bool:
    return level in task.levels and option in task.by_option


def _numbers(tasks: Sequence[Template], phases: Sequence[str]) -> Mapping[str, str]:
    """Numbers phases and the tasks in them without gaps."""
    present = [phase for phase in phases if any(task.phase == phase for task in tasks)]
    numbers: dict[str, str] = {}
    for place, phase in enumerate(present, start=1):
        inside = [task.code for task in tasks if task.phase == phase]
        numbers |= {code: f"{place}.{index}" for index, code in enumerate(inside, start=1)}
    return numbers


def _parts(total: float, weights: Sequence[float], digits: int) -> Sequence[float]:
    """Splits a total by weights into rounded parts that add up to it: the cumulated sum is rounded, not the parts."""
    whole = sum(weights)
    parts, before, weight = [], 0.0, 0.0
    for each in weights:
        weight += each
        until = round(total * weight / whole, digits)
        parts.append(round(until - before, digits))
        before = until
    return parts
