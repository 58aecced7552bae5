"""Once round the loop, in one go: diagnose → plan → implement → evaluate → iterate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tujing.delivery import services as delivery
from tujing.diagnosis import services as diagnosis
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
from tujing.planning.document import plan_document
from tujing.planning.project_list import write_project_list
from tujing.problems import refuse
from tujing.runtime.contract import Budget
from tujing.words import Text


def once_round(
    organisation: Organisation,
    *,
    budget: float | None,
    quarters: int,
    run_budget: Budget,
    reports: Path,
    say: Callable[[Text], None],
) -> tuple[dict[str, Any], list[Path]]:
    """Takes the organisation once round and writes the reports. Returns what each step found, and the files.

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
    say(Text(zh="诊断：评分与数据就绪度", en="Diagnosis: score and readiness"))
    document: dict[str, Any] = {
        "enterprise": enterprise_document(organisation),
        "diagnosis": diagnosis.summary(assessment),
        "readiness": readiness_document(diagnosis.readiness_by_scenario(organisation)),
    }

    say(Text(zh="规划：求最优项目组合", en="Plan: the best portfolio"))
    budget = services.usual_budget(organisation, quarters) if budget is None else budget
    plan = services.make_plan(organisation, budget=budget, quarters=quarters, seed=run_budget.seed)
    document["plan"] = plan_document(plan)

    say(Text(zh="实施：立项、运行、验收", en="Implement: adopt, run, accept"))
    services.take_up_plan(organisation, plan)
    document["runs"] = [run_document(run) for run in services.run_all(organisation, run_budget, say)]
    document["milestones"] = [
        {"scenario": milestone.adoption.scenario, "kind": milestone.kind, "due": milestone.due, **verdict.as_dict()}
        for milestone, verdict in delivery.accept_all(organisation)
    ]

    say(Text(zh="评估：实测效果与区间", en="Evaluate: measured effects with intervals"))
    cycle, next_plan = services.iterate(organisation, budget, quarters, run_budget.seed)
    document["evaluation"] = [evaluation_document(row) for row in evaluation.latest(organisation)]

    say(Text(zh="迭代：开启下一轮", en="Iterate: the next cycle"))
    document["next_cycle"] = cycle_document(organisation, cycle, next_plan)

    reports.mkdir(parents=True, exist_ok=True)
    files = [
        write_report(reports / "loop-report.zh.docx", document, "zh"),
        write_report(reports / "loop-report.en.docx", document, "en"),
        write_project_list(document["plan"], reports / "project-list.xlsx"),
    ]
    document["reports"] = [str(path) for path in files]
    return document, files
