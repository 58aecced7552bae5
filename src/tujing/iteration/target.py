"""A maturity level by a date, built from the newest assessment: the instrument's rule as the plan's own constraints.

An item of the instrument (S05, planning and scheduling) is at a level once one of the scenarios that realise it is. An
answer rises with such an item where `measures.yaml` says so; any other answer may be raised by a small measure with its
own cost and days, or, like results and funds, not by planning at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.loader import atlas
from tujing.atlas.manifest import Provenance, SizeClass
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.instrument import Instrument, LevelTest, instrument
from tujing.diagnosis.next_level import Move, effort, possible_moves
from tujing.diagnosis.scoring import Answers, score
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import classification
from tujing.planning.assumptions import Figure
from tujing.planning.problem import Gain, Item, Target
from tujing.planning.target import Measure, Wanted
from tujing.planning.wishes import quarter_named
from tujing.problems import check_model, read_yaml, refuse

FILE = Path(__file__).parent / "measures.yaml"
HIGHEST = 4

Amount = Annotated[float, Field(gt=0)]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RaisedByItem(Entry):
    level: int
    """Level of the item from which the option counts as chosen."""
    options: dict[str, str]


class Measures(Entry):
    raised_by_item: RaisedByItem
    not_planned: tuple[str, ...]
    cost_of_effort: Figure[dict[SizeClass, Amount]]
    days_of_effort: Figure[dict[SizeClass, Amount]]
    provenance: Provenance


@cache
def measures() -> Measures:
    """Reads the figures shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Measures, read_yaml(FILE), FILE)


def aim(
    organisation: Organisation, level: int | None, by: str | None, levels: Mapping[str, int]
) -> Callable[[date, int], Wanted]:
    """Returns what builds the target once the plan's first day and quarters are known.

    Parameters
    ----------
    level
        Level to reach (default: the next one).
    by
        `2028Q4`, the last quarter that counts (default: the plan's last).
    levels
        Scenario id → level today.

    Raises
    ------
    BadInput
        When there is no assessment, no such level, or it is reached already.
    """
    assessment = diagnosis.latest(organisation)
    if assessment is None:
        raise refuse(
            "no_assessment",
            "还没有提交过评估，无从设定目标等级。请先运行 tujing diagnose。",
            "There is no submitted assessment to set a target level from; run tujing diagnose first.",
            key="target_level",
        )
    known, answers = instrument(assessment.instrument), cast(Answers, assessment.answers)
    now = score(known, answers).level
    wanted = now + 1 if level is None else level
    test = next((one for one in known.level_rule.levels if one.level == wanted), None)
    if test is None:
        names = "、".join(str(one.level) for one in known.level_rule.levels)
        raise refuse(
            "no_such_level",
            f"这套指标没有 {wanted} 级，可选：{names}。",
            f"The instrument has no level {wanted}; there are: {names.replace('、', ', ')}.",
            key="target_level",
            value=str(wanted),
        )
    if wanted <= now:
        raise refuse(
            "level_reached",
            f"今天已是 {now} 级，请选更高的目标等级。",
            f"The enterprise is at level {now} today; choose a higher target.",
            key="target_level",
            value=str(wanted),
        )
    size = cast(SizeClass, classification(organisation).size)
    return lambda start, quarters: _target(
        known, answers, test, quarters - 1 if by is None else quarter_named(by, start, quarters), size, levels
    )


def _target(
    known: Instrument, answers: Answers, test: LevelTest, by: int, size: SizeClass, levels: Mapping[str, int]
) -> Wanted:
    now = score(known, answers)
    reached = {item for item, level in now.scenario_levels.items() if level >= test.level}
    items = tuple(
        Item(one.id, one.mandatory, _steps(one.id, test.level)) for one in known.scenarios if one.id not in reached
    )
    gains, tasks = [], []
    for move in possible_moves(known, answers, effort()):
        name = f"{move.change.question}.{move.change.value}"
        item = measures().raised_by_item.options.get(name)
        if move.change.kind == "scenario" or move.change.question in measures().not_planned:
            continue
        if item is None:
            task = _measure(move, name, size)
            tasks.append(task)
            gains.append(Gain(name, move.change.points, (task.step,)))
        elif groups := _steps(item, measures().raised_by_item.level, levels):
            gains.append(Gain(name, move.change.points, groups))
    mandatory = {one.id for one in known.scenarios if one.mandatory}
    target = Target(
        level=test.level,
        by=by,
        score=max(0.0, round(test.score - now.score, 3)),
        scenarios=max(0, test.scenarios - len(reached)),
        mandatory=max(0, test.mandatory - len(reached & mandatory)),
        gains=tuple(gains),
        items=items,
    )
    return Wanted(target, test.name, tuple(tasks), {one.id: one.label for one in known.scenarios})


def _steps(item: str, level: int, levels: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """Returns the steps that bring a scenario of the item to the level or above it, from below."""
    return tuple(
        f"{name}@{higher}"
        for name, card in atlas().manifests.items()
        if item in card.maps.sme_2024 and (levels is None or levels.get(name, 0) < level)
        for higher in range(level, HIGHEST + 1)
    )


def _measure(move: Move, name: str, size: SizeClass) -> Measure:
    change, figures = move.change, measures()
    return Measure(
        id=name,
        question=change.question,
        label=change.label,
        before=change.before,
        after=change.after,
        points=change.points,
        cost=change.effort * figures.cost_of_effort.value[size],
        person_days=change.effort * figures.days_of_effort.value[size],
        exclusive=change.kind == "single",
    )
