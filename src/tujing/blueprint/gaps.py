"""What is broken in a blueprint, told in words with the next step.

An error breaks the thread from driver to acceptance: somebody would have to answer "nobody" before the board. A warning
is a thing that the plan leaves open and that the enterprise has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tujing.blueprint.model import Element, Model
from tujing.words import Text

Severity = Literal["error", "warning"]

RECORDS_FROM_LEVEL = 3
"""Reaching levels 1 and 2 is what creates the records (as planning assumes): missing data are no error there."""


@dataclass(frozen=True)
class Gap:
    """One break in the thread. `elements`: ids, the one that it is about first."""

    kind: str
    severity: Severity
    words: Text
    next_step: Text
    elements: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "severity": self.severity,
            **self.words.as_dict(),
            "next_step": self.next_step.as_dict(),
            "elements": list(self.elements),
        }


def gaps(model: Model) -> list[Gap]:
    """Returns every gap, errors first, in the order of the rules and of the model."""
    found = [gap for rule in RULES for gap in rule(model)]
    return sorted(found, key=lambda gap: gap.severity != "error")


def _unanswered_drivers(model: Model) -> Iterator[Gap]:
    for driver in model.of("driver"):
        if not model.targets(driver.id, "motivates"):
            yield Gap(
                "driver_unanswered",
                "warning",
                Text(
                    zh=f"{_both(driver).zh}没有任何目标回应，规划里没有为它做事的项目。",
                    en=f"No goal answers {_both(driver).en}: no project of the plan works on it.",
                ),
                Text(
                    zh="把对应场景列入规划，或写明暂不处理的理由。",
                    en="Take a scenario for it into the plan, or say why it waits.",
                ),
                (driver.id,),
            )


def _unserved_goals(model: Model) -> Iterator[Gap]:
    for goal in model.of("goal"):
        if not model.sources(goal.id, "serves"):
            yield Gap(
                "goal_unserved",
                "error",
                Text(zh=f"目标{_both(goal).zh}没有需求支撑。", en=f"No requirement serves goal {_both(goal).en}."),
                Text(
                    zh="把能支撑它的场景列入规划，或撤回这个目标。",
                    en="Take a scenario that serves it into the plan, or withdraw the goal.",
                ),
                (goal.id,),
            )


def _requirements_for_nothing(model: Model) -> Iterator[Gap]:
    for need in model.of("requirement"):
        if not model.targets(need.id, "serves"):
            yield Gap(
                "requirement_serves_no_goal",
                "error",
                Text(zh=f"需求{_both(need).zh}不支撑任何目标。", en=f"Requirement {_both(need).en} serves no goal."),
                Text(zh="说明它服务的目标，或删去。", en="Name the goal that it serves, or drop it."),
                (need.id,),
            )


def _unmet_requirements(model: Model) -> Iterator[Gap]:
    for need in model.of("requirement"):
        if model.sources(need.id, "meets"):
            continue
        if need.facts["requirement"] == "level":
            if need.facts["planned"]:
                continue
            yield Gap(
                "level_change_unplanned",
                "warning",
                Text(
                    zh=f"达到下一等级还需要{_both(need).zh}，规划里没有项目承担。",
                    en=f"The next level also needs {_both(need).en}; no project of the plan brings it.",
                ),
                Text(
                    zh="在保障条件中指定责任人和期限，或把对应场景列入规划。",
                    en="Give it an owner and a date among the conditions, or take a scenario for it into the plan.",
                ),
                (need.id,),
            )
        else:
            yield Gap(
                "requirement_unmet",
                "error",
                Text(zh=f"需求{_both(need).zh}没有场景满足。", en=f"No scenario meets requirement {_both(need).en}."),
                Text(zh="把满足它的场景列入规划。", en="Take a scenario that meets it into the plan."),
                (need.id,),
            )


def _unverified_requirements(model: Model) -> Iterator[Gap]:
    for need in model.of("requirement"):
        if need.facts["requirement"] != "level" and not model.sources(need.id, "verifies"):
            yield Gap(
                "requirement_unverified",
                "error",
                Text(zh=f"需求{_both(need).zh}没有人验证。", en=f"Nobody verifies requirement {_both(need).en}."),
                Text(zh="为承担它的任务补一项验收。", en="Add an acceptance to the task that brings it."),
                (need.id,),
            )


def _capabilities_without_work(model: Model) -> Iterator[Gap]:
    for capability in model.of("capability"):
        if model.targets(capability.id, "part_of") and not model.sources(capability.id, "realises"):
            yield Gap(
                "capability_without_task",
                "error",
                Text(
                    zh=f"能力{_both(capability).zh}没有实施任务建设。",
                    en=f"No task builds capability {_both(capability).en}.",
                ),
                Text(zh="补一项实施任务。", en="Add a task for it."),
                (capability.id,),
            )


def _tasks_without_acceptance(model: Model) -> Iterator[Gap]:
    for task in model.of("task"):
        if not model.targets(task.id, "delivers"):
            yield Gap(
                "task_without_acceptance",
                "error",
                Text(zh=f"任务{_both(task).zh}没有验收。", en=f"Task {_both(task).en} has no acceptance."),
                Text(
                    zh="为它设里程碑和能在数据上运行的验收条件。",
                    en="Give it milestones with acceptance checks that run on the data.",
                ),
                (task.id,),
            )


def _tasks_without_people(model: Model) -> Iterator[Gap]:
    for task in model.of("task"):
        if not model.sources(task.id, "staffs"):
            yield Gap(
                "task_unstaffed",
                "warning",
                Text(zh=f"任务{_both(task).zh}没有配备岗位。", en=f"No role works on task {_both(task).en}."),
                Text(zh="为它配备人员。", en="Give it people."),
                (task.id,),
            )


def _idle_acceptances(model: Model) -> Iterator[Gap]:
    for acceptance in model.of("acceptance"):
        if not model.targets(acceptance.id, "verifies"):
            yield Gap(
                "acceptance_for_nothing",
                "warning",
                Text(
                    zh=f"验收{_both(acceptance).zh}没有对应的需求。",
                    en=f"Acceptance {_both(acceptance).en} verifies no requirement.",
                ),
                Text(zh="写明它验证的需求，或删去。", en="Name the requirement that it verifies, or drop it."),
                (acceptance.id,),
            )


def _missing_data(model: Model) -> Iterator[Gap]:
    """A required table that is empty today: nobody writes it, or its writer is finished too late."""
    for need in model.of("requirement"):
        if need.facts["requirement"] != "data":
            continue
        data = model.by_id.get(f"data.{need.facts['element']}")
        if data is None or data.facts["rows"]:
            continue
        readers = _tasks(model, str(need.facts["scenario"]))
        writers = [
            task
            for scenario in model.sources(data.id, "writes")
            if scenario.id != f"scenario.{need.facts['scenario']}"
            for task in _tasks(model, scenario.id.removeprefix("scenario."))
        ]
        if not writers:
            highest = max((int(one.facts["level"] or 0) for one in readers), default=0)
            yield Gap(
                "data_without_producer",
                "error" if highest >= RECORDS_FROM_LEVEL else "warning",
                Text(
                    zh=f"数据要素{_both(data).zh}今天没有数据，规划中也没有别的场景产生它，而{_both(need).zh}要用它。",
                    en=f"Data element {_both(data).en} holds nothing today and no other scenario of the plan writes "
                    f"it, yet {_both(need).en} rests on it.",
                ),
                Text(
                    zh="从现有系统或表格导入（tujing import），或把产生它的场景列入规划。",
                    en="Import it from a system or sheet (tujing import), or plan a scenario that writes it.",
                ),
                (data.id, need.id),
            )
        elif readers and min(_end(one) for one in writers) > min(_end(one) for one in readers):
            yield Gap(
                "data_late",
                "warning",
                Text(
                    zh=f"数据要素{_both(data).zh}要到 {min(_end(one) for one in writers)} 才由其他项目产生，"
                    f"晚于{_both(need).zh}的需要。",
                    en=f"Data element {_both(data).en} is written by another project only from "
                    f"{min(_end(one) for one in writers)}, later than {_both(need).en} needs it.",
                ),
                Text(
                    zh="先从现有系统导入，或调整项目先后。",
                    en="Import it meanwhile, or change the order of the projects.",
                ),
                (data.id, need.id),
            )


def _homeless_applications(model: Model) -> Iterator[Gap]:
    for application in model.of("application"):
        if not model.sources(application.id, "hosts"):
            yield Gap(
                "application_without_host",
                "error",
                Text(
                    zh=f"应用系统{_both(application).zh}没有承载它的基础设施。",
                    en=f"No infrastructure hosts application {_both(application).en}.",
                ),
                Text(zh="写明部署位置和接口。", en="Say where it runs and how it is joined."),
                (application.id,),
            )


RULES: tuple[Callable[[Model], Iterator[Gap]], ...] = (
    _unanswered_drivers,
    _unserved_goals,
    _requirements_for_nothing,
    _unmet_requirements,
    _unverified_requirements,
    _capabilities_without_work,
    _tasks_without_acceptance,
    _tasks_without_people,
    _idle_acceptances,
    _missing_data,
    _homeless_applications,
)


def _both(element: Element) -> Text:
    return Text(zh=f"“{element.name.zh}”（{element.code}）", en=f'"{element.name.en}" ({element.code})')


def _tasks(model: Model, scenario: str) -> list[Element]:
    return [one for one in model.of("task") if one.facts["scenario"] == scenario]


def _end(task: Element) -> str:
    return str(task.facts["end"])
