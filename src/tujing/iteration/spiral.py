"""The spiral: where an enterprise stands in the five steps of the loop, and what comes next.

《制造业企业数字化转型实施指南》 二（一）–（四）: plan (with diagnosis), implement, evaluate, iterate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tujing.words import Text

StepId = Literal["diagnose", "plan", "implement", "evaluate", "iterate"]

NAMES: dict[StepId, Text] = {
    "diagnose": Text(zh="诊断", en="Diagnose"),
    "plan": Text(zh="规划", en="Plan"),
    "implement": Text(zh="实施", en="Implement"),
    "evaluate": Text(zh="评估", en="Evaluate"),
    "iterate": Text(zh="迭代", en="Iterate"),
}


@dataclass(frozen=True)
class Standing:
    """What is known of the open cycle."""

    cycle: int
    assessment_level: int | None
    """Level of the newest submitted assessment; None when there is none."""
    assessment_progress: float
    """Share of a draft assessment's questions answered (0–1)."""
    plan_projects: int | None
    """Projects of the cycle's plan; None when there is none."""
    milestones: int
    milestones_passed: int
    in_use: int
    """Adoptions in use or evaluated."""
    evaluated: int


@dataclass(frozen=True)
class Step:
    """One of the five steps: how far it is, in a number and in words."""

    id: StepId
    name: Text
    share: float
    state: Literal["done", "current", "later"]
    words: Text


@dataclass(frozen=True)
class Spiral:
    cycle: int
    steps: tuple[Step, ...]

    @property
    def current(self) -> Step:
        """The step that `continue` leads to."""
        return next(step for step in self.steps if step.state == "current")


def spiral(standing: Standing) -> Spiral:
    """Returns the five steps; the first unfinished one is current."""
    measured: Sequence[tuple[StepId, float, Text]] = (
        ("diagnose", *_diagnose(standing)),
        ("plan", *_plan(standing)),
        ("implement", *_implement(standing)),
        ("evaluate", *_evaluate(standing)),
        ("iterate", 0.0, Text(zh="带着实测效果开启下一轮。", en="Open the next cycle with what was measured.")),
    )
    steps: list[Step] = []
    found_current = False
    for step_id, share, words in measured:
        if share >= 1.0 and not found_current:
            state: Literal["done", "current", "later"] = "done"
        elif not found_current:
            state, found_current = "current", True
        else:
            state = "later"
        steps.append(Step(step_id, NAMES[step_id], share, state, words))
    return Spiral(standing.cycle, tuple(steps))


def _diagnose(standing: Standing) -> tuple[float, Text]:
    if standing.assessment_level is not None:
        level = standing.assessment_level
        return 1.0, Text(zh=f"数字化水平：{level} 级。", en=f"Digital level: {level}.")
    if standing.assessment_progress > 0:
        share = f"{standing.assessment_progress:.0%}"
        return standing.assessment_progress * 0.99, Text(zh=f"问卷已答 {share}。", en=f"{share} of questions answered.")
    return 0.0, Text(zh="先做一次水平评测，约 10 分钟。", en="Begin with an assessment, about ten minutes.")


def _plan(standing: Standing) -> tuple[float, Text]:
    if standing.plan_projects is None:
        return 0.0, Text(zh="给出预算，算出该先做什么。", en="Give a budget; see what to do first.")
    count = standing.plan_projects
    return 1.0, Text(zh=f"已选出 {count} 个项目。", en=f"{count} projects chosen.")


def _implement(standing: Standing) -> tuple[float, Text]:
    if standing.milestones == 0:
        return 0.0, Text(zh="把规划变成项目与里程碑。", en="Turn the plan into projects with milestones.")
    passed, count = standing.milestones_passed, standing.milestones
    return passed / count, Text(
        zh=f"里程碑 {passed}/{count} 已通过验收。", en=f"{passed} of {count} milestones passed."
    )


def _evaluate(standing: Standing) -> tuple[float, Text]:
    if standing.in_use == 0:
        return 0.0, Text(zh="场景投用后评估成效。", en="Evaluate once a scenario is in use.")
    done, count = standing.evaluated, standing.in_use
    return done / count, Text(
        zh=f"已评估 {done}/{count} 个在用场景。", en=f"{done} of {count} scenarios in use evaluated."
    )
