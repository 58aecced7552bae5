"""What to do next, and why: a few steps from what is known of the turn, the most useful first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tujing.words import Text

Place = Literal["diagnosis", "plan", "delivery", "evaluation", "iteration", "data", "scenario", "home"]


@dataclass(frozen=True)
class Known:
    """Where an enterprise stands, and what is on one person's own desk."""

    today: date
    assessed: bool
    draft_share: float | None
    """Share of an open assessment answered; None when none is open."""
    has_baseline: bool
    """Whether the financial baseline has data: without it nothing has a money value."""
    planned: bool
    """Whether the open turn has a plan."""
    milestones: int
    late_milestones: int
    earliest_late: date | None
    unevaluated: tuple[tuple[Text, date], ...]
    """Scenarios in use that no evaluation has looked at, with the day they went live."""
    all_evaluated: bool
    never_run: tuple[tuple[str, Text], ...]
    """Scenarios that run, whose data are there, and that were never run: id and name."""
    own_late: int
    """Things given to this person that are late."""


@dataclass(frozen=True)
class NextStep:
    """One step: what to do, why now, where, and the action of the permissions that it takes."""

    id: str
    words: Text
    reason: Text
    place: Place
    action: str
    weight: int
    """The higher, the sooner."""
    scenario: str = ""


WEEKS_TO_TELL = 4
"""Younger than this, no effect can be told from the ups and downs of the weeks."""


def next_steps(known: Known, allowed: Callable[[str], bool], most: int = 3) -> list[NextStep]:
    """Returns the steps that a person may take, the most useful first."""
    found = [step for step in _steps(known) if allowed(step.action)]
    return sorted(found, key=lambda step: -step.weight)[:most]


def _steps(known: Known) -> Iterator[NextStep]:
    yield from _own(known)
    yield from _diagnose(known)
    yield from _plan(known)
    yield from _deliver(known)
    yield from _run(known)
    yield from _evaluate(known)


def _own(known: Known) -> Iterator[NextStep]:
    if known.own_late:
        yield NextStep(
            "own_late",
            Text(zh="处理您的逾期事项", en="Do what is late on your desk"),
            Text(
                zh=f"交给您的 {known.own_late} 件事已过期限。", en=f"{known.own_late} of your tasks are past their day."
            ),
            "home",
            "comment",
            95,
        )


def _diagnose(known: Known) -> Iterator[NextStep]:
    if known.draft_share is not None:
        yield NextStep(
            "go_on_answering",
            Text(zh="接着答完评测问卷", en="Finish the assessment"),
            Text(
                zh=f"已答 {known.draft_share:.0%}，提交后才有等级。",
                en=f"{known.draft_share:.0%} answered; the level comes once it is submitted.",
            ),
            "diagnosis",
            "answer",
            86 if not known.assessed else 62,
        )
    elif not known.assessed:
        yield NextStep(
            "assess",
            Text(zh="先做一次水平评测", en="Begin with an assessment"),
            Text(zh="约 10 分钟；规划要知道从哪一级起步。", en="About ten minutes; a plan must know where you start."),
            "diagnosis",
            "answer",
            85,
        )


def _plan(known: Known) -> Iterator[NextStep]:
    if not known.has_baseline:
        yield NextStep(
            "baseline",
            Text(zh="导入财务基线", en="Import the financial baseline"),
            Text(
                zh="没有 12 个月的收入与成本，就算不出任何场景值多少钱。",
                en="Without twelve months of revenue and cost no scenario has a value.",
            ),
            "data",
            "import",
            84,
        )
    elif known.assessed and not known.planned:
        yield NextStep(
            "plan",
            Text(zh="生成本轮规划", en="Make the plan of this turn"),
            Text(
                zh="等级与财务基线都有了，给出预算即可求解。",
                en="Level and baseline are there; a budget is all it takes.",
            ),
            "plan",
            "plan",
            83,
        )


def _deliver(known: Known) -> Iterator[NextStep]:
    if known.planned and not known.milestones:
        yield NextStep(
            "take_up",
            Text(zh="把规划变成项目", en="Turn the plan into projects"),
            Text(zh="规划已定，还没有里程碑。", en="The plan is made and has no milestones yet."),
            "delivery",
            "deliver",
            82,
        )
    if known.late_milestones:
        since = f"{known.earliest_late}" if known.earliest_late else ""
        yield NextStep(
            "late",
            Text(zh="处理逾期里程碑", en="See to the late milestones"),
            Text(
                zh=f"{known.late_milestones} 个未通过验收，最早应在 {since} 完成。",
                en=f"{known.late_milestones} have not passed; the earliest was due {since}.",
            ),
            "delivery",
            "deliver",
            90,
        )


def _run(known: Known) -> Iterator[NextStep]:
    if known.never_run:
        scenario, name = known.never_run[0]
        rest = len(known.never_run) - 1
        more = (f"另有 {rest} 个场景也是。", f" So are {rest} more.") if rest else ("", "")
        yield NextStep(
            "run",
            Text(zh=f"用自己的数据运行「{name.zh}」", en=f"Run “{name.en}” on your own data"),
            Text(zh=f"数据已齐备，还没有运行过。{more[0]}", en=f"Its data are ready and it was never run.{more[1]}"),
            "scenario",
            "run",
            60,
            scenario,
        )


def _evaluate(known: Known) -> Iterator[NextStep]:
    old_enough = [(name, live) for name, live in known.unevaluated if (known.today - live).days >= 7 * WEEKS_TO_TELL]
    if old_enough:
        name, live = old_enough[0]
        weeks = (known.today - live).days // 7
        yield NextStep(
            "evaluate",
            Text(zh=f"评估「{name.zh}」的成效", en=f"Evaluate the effect of “{name.en}”"),
            Text(zh=f"投用已 {weeks} 周，还没有评估过。", en=f"In use for {weeks} weeks and not evaluated yet."),
            "evaluation",
            "evaluate",
            70,
        )
    elif known.all_evaluated:
        yield NextStep(
            "next_turn",
            Text(zh="开启下一轮", en="Open the next turn"),
            Text(
                zh="在用场景都评估过了，实测效果会用于下一份规划。",
                en="All in use are evaluated; the next plan will use what was measured.",
            ),
            "iteration",
            "plan",
            72,
        )
