"""Round the loop in one go: diagnose → plan → implement → evaluate → iterate, and round again.

An example whose factory can live on does so between two turns: what was taken up goes live on its day, the next year
is lived through with it, and its tables come in as an ordinary import. A real enterprise has its own next year: then
the loop takes what its data hold, and says what is still to be measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.utils import timezone

from tujing.adoption.models import Cycle
from tujing.adoption.services import current_cycle
from tujing.atlas.loader import atlas
from tujing.delivery import services as delivery
from tujing.delivery.models import LevelProject
from tujing.delivery.situation_services import Reader
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.models import Assessment
from tujing.enterprise.models import Organisation
from tujing.evaluation import services as evaluation
from tujing.iteration import services
from tujing.iteration.documents import (
    cycle_document,
    enterprise_document,
    evaluation_document,
    readiness_document,
    run_document,
)
from tujing.iteration.keeping import cost_factor
from tujing.planning import services as planning
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.planning.project_list import write_project_list
from tujing.problems import refuse
from tujing.runtime.contract import Budget
from tujing.words import Text

Say = Callable[[Text], None]


@dataclass(frozen=True)
class WentLive:
    """A level of a scenario that was accepted; `expected`: driver → the manifest's likeliest relative change; `cost`:
    what the manifest lets expect, yuan."""

    scenario: str
    level: int
    start: date
    go_live: date
    expected: dict[str, float]
    cost: float


class World(Protocol):
    """An example's factory: a calendar of its own, and a year that it can live through next."""

    @property
    def today(self) -> date:
        """The last day of its data."""

    @property
    def next_end(self) -> date | None:
        """The last day of the year it would live through next; None when its story has ended."""

    def lives_with(self, scenario: str, level: int) -> bool:
        """Whether a level that went live in an earlier year is in use in its factory."""

    def live_on(self, taken_up: Sequence[WentLive]) -> None:
        """Lives through the next year and imports what it wrote down."""


@dataclass(frozen=True)
class Wishes:
    """What was asked of the rounds."""

    budget: float | None
    quarters: int
    run_budget: Budget


def go_round(
    organisation: Organisation,
    *,
    budget: float | None,
    quarters: int,
    run_budget: Budget,
    reports: Path,
    say: Say,
    rounds: int = 1,
    world: World | None = None,
) -> tuple[dict[str, Any], list[Path]]:
    """Takes the organisation round the loop and writes the reports of the last turn.

    Returns what each step of the last turn found, with every turn taken under `cycles`; and the files.

    Raises
    ------
    BadInput
        When no assessment was submitted, no budget is known, or the data cannot be used.
    """
    from tujing.iteration.report import write_report  # its extra may be absent: better known before the first step

    assessment = diagnosis.latest(organisation)
    if assessment is None:
        raise refuse(
            "no_assessment",
            "还没有提交过评测，请先运行 tujing diagnose 工作区 --answers 答卷。",
            "No assessment is submitted yet; run tujing diagnose WORKSPACE --answers FILE first.",
        )
    document: dict[str, Any] = {}
    turns: list[dict[str, Any]] = []
    for turn in range(rounds):
        wishes = Wishes(budget if turn == 0 else None, quarters, run_budget)
        document, reviewed = _one_round(organisation, assessment, wishes, say, world)
        turns.append(reviewed)
    document["cycles"] = turns
    reports.mkdir(parents=True, exist_ok=True)
    files = [
        write_report(reports / "loop-report.zh.docx", document, "zh"),
        write_report(reports / "loop-report.en.docx", document, "en"),
        write_project_list(document["plan"], reports / "project-list.xlsx"),
    ]
    document["reports"] = [str(path) for path in files]
    return document, files


def _one_round(
    organisation: Organisation, assessment: Assessment, wishes: Wishes, say: Say, world: World | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Takes one turn. Returns what each step found, and the review of the cycle that it closed."""
    today = None if world is None else world.today
    cycle = current_cycle(organisation, today)
    say(
        Text(
            zh=f"第 {cycle.number} 轮 · 诊断：评分与数据就绪度",
            en=f"Cycle {cycle.number} · Diagnosis: score and readiness",
        )
    )
    document: dict[str, Any] = {
        "enterprise": enterprise_document(organisation),
        "diagnosis": diagnosis.summary(assessment),
    }

    say(Text(zh="规划：求最优项目组合", en="Plan: the best portfolio"))
    plan = _plan(organisation, cycle, wishes, today)
    document["plan"] = plan_document(plan)

    say(Text(zh="实施：立项、运行、验收", en="Implement: adopt, run, accept"))
    services.take_up_plan(organisation, plan)
    if world is not None and cycle.opened >= world.today and world.next_end is not None:
        _live_on(organisation, wishes, say, world)
        today = world.today
    document["readiness"] = readiness_document(diagnosis.readiness_by_scenario(organisation))
    document["runs"] = [run_document(run) for run in services.run_all(organisation, wishes.run_budget, say)]
    document["milestones"] = [
        {"scenario": milestone.adoption.scenario, "kind": milestone.kind, "due": milestone.due, **verdict.as_dict()}
        for milestone, verdict in delivery.accept_all(organisation, today)
    ]

    say(Text(zh="评估：实测效果与区间", en="Evaluate: measured effects with intervals"))
    opened, next_plan = services.iterate(
        organisation, float(sum(plan.budget)), plan.quarters, wishes.run_budget.seed, today
    )
    document["evaluation"] = [
        evaluation_document(row) for row in evaluation.latest(organisation) if row.adoption.cycle_id == cycle.pk
    ]

    say(Text(zh="迭代：开启下一轮", en="Iterate: the next cycle"))
    document["next_cycle"] = cycle_document(organisation, opened, next_plan)
    cycle.refresh_from_db()
    closed = cycle.closed.isoformat() if cycle.closed else None
    return document, {**cycle.review, "closed": closed, "still_to_measure": _still_to_measure(cycle, world)}


def _plan(organisation: Organisation, cycle: Cycle, wishes: Wishes, today: date | None) -> Plan:
    """Returns the open cycle's plan: the one it was opened with, unless another budget is asked for."""
    standing = planning.latest_plan(organisation)
    if standing is not None and standing.cycle_id == cycle.pk and cycle.number > 1 and wishes.budget is None:
        return standing
    budget = services.usual_budget(organisation, wishes.quarters) if wishes.budget is None else wishes.budget
    return services.make_plan(organisation, today, budget=budget, quarters=wishes.quarters, seed=wishes.run_budget.seed)


def _live_on(organisation: Organisation, wishes: Wishes, say: Say, world: World) -> None:
    """Accepts what is due within the example's next year on its day, and lives through the year with it in use."""
    until = world.next_end
    assert until is not None
    services.run_all(organisation, wishes.run_budget, say, never_run_only=True)
    _accept_until(organisation, until)
    live = [one for one in _went_live(organisation) if not world.lives_with(one.scenario, one.level)]
    say(
        Text(
            zh=f"示例工厂继续运转到 {until}：{len(live)} 项投用，新数据按常规导入",
            en=f"The example's factory lives on until {until}: {len(live)} steps go live, new data are imported",
        )
    )
    world.live_on(live)


def _accept_until(organisation: Organisation, until: date) -> None:
    """Judges each open project on the day it is planned to end, in that order; those accepted go live on it."""
    due = LevelProject.objects.filter(
        organisation=organisation, adoption__cycle=current_cycle(organisation), closed__isnull=True, end__lte=until
    )
    for project in due.select_related("adoption").order_by("end", "level", "id"):
        reader = Reader(organisation, project.end)
        for milestone in project.adoption.milestones.filter(level=project.level):
            delivery.accept(organisation, milestone.pk, reader)


def _went_live(organisation: Organisation) -> list[WentLive]:
    """Returns every level that was accepted: on its day, or late at the end of an earlier turn."""
    accepted = LevelProject.objects.filter(organisation=organisation, closed__isnull=False, withdrawn__isnull=True)
    live = []
    for project in accepted.select_related("adoption__cycle").order_by("closed", "level", "id"):
        scenario = project.adoption.scenario
        assert project.closed is not None
        live.append(
            WentLive(
                scenario=scenario,
                level=project.level,
                start=project.start,
                go_live=project.closed,
                expected={
                    str(effect.driver): effect.change.mode
                    for effect in atlas().card(scenario).manifest.effects
                    if effect.level == project.level
                },
                cost=project.budget / cost_factor(project.adoption.cycle),
            )
        )
    return live


def _still_to_measure(cycle: Cycle, world: World | None) -> dict[str, str] | None:
    """Says what a turn lacks whose forecasts could not meet a measurement."""
    waiting = [one["scenario"] for one in cycle.review["lessons"] if one["action"] == "wait"]
    projects = len(cycle.review["plan"]["projects"]) if cycle.review["plan"] else 0
    if cycle.review["forecast_error"] is not None and not waiting:
        return None
    day = timezone.localdate() if world is None else world.today
    return Text(
        zh=f"截至 {day}，本轮规划的 {projects} 个项目中已投用而尚不能判断的有 {len(waiting)} 个；"
        "投用满 6 周后导入新数据，再运行一次。",
        en=f"Up to {day}, of this cycle's {projects} planned projects and what is in use, {len(waiting)} cannot be "
        "told yet; import new data once they have been in use for six weeks, and run this again.",
    ).as_dict()
