"""The appendices: the trace matrix with all requirements, the gaps, and where the figures come from."""

from __future__ import annotations

from typing import Any, cast

from tujing.blueprint import pictures
from tujing.blueprint.content import RequirementKind, content
from tujing.blueprint.made import Blueprint
from tujing.blueprint.telling import codes, source
from tujing.blueprint.trace import threads
from tujing.planning.assumptions import assumptions
from tujing.reports import words
from tujing.reports.book import Book


def trace(book: Book, made: Blueprint) -> None:
    """追溯矩阵."""
    t, language, model = book.t, book.language, made.model
    book.appendix(t("追溯矩阵", "Trace matrix"))
    book.say(
        t(
            "每个项目都能从驱动因素追溯到验收；编号首字母：D 驱动因素，G 目标，R 需求，S 场景，C 能力，E 数据要素，"
            "M 知识模型，A 应用系统，I 基础设施，P 岗位，"
            "N 标准，F 阶段，T 任务，V 验收。",
            "Every project is traced from its drivers to its acceptances. Codes begin with D driver, G goal, R "
            "requirement, "
            "S scenario, C capability, E data element, M model, A application, I infrastructure, P role, N standard, "
            "F phase, T task, V acceptance.",
        )
    )
    book.captioned_picture(pictures.thread(language), t("追溯链", "The thread"), source(language, "model"))
    book.captioned_table(
        t("项目追溯矩阵", "Projects"),
        [
            (t("任务", "Task"), 0.85, "left"),
            (t("驱动", "Driver"), 1, "left"),
            (t("目标", "Goals"), 1, "left"),
            (t("需求", "Req."), 1.5, "left"),
            (t("场景", "Sc."), 0.85, "left"),
            (t("能力", "Cap."), 0.85, "left"),
            (t("数据", "Data"), 1.5, "left"),
            (t("应用", "Appl."), 1, "left"),
            (t("标准", "Std."), 0.9, "left"),
            (t("验收", "Acc."), 1.2, "left"),
        ],
        [
            (
                row.task.code,
                codes(row.drivers),
                codes(row.goals),
                codes(row.requirements),
                row.scenario.code,
                row.capability.code,
                codes(row.data),
                codes(row.applications),
                codes(row.standards),
                codes(row.acceptances),
            )
            for row in threads(model)
        ],
        source(language, "model"),
    )
    kinds = content().requirements
    book.captioned_table(
        t("需求清单", "Requirements"),
        [
            (t("编号", "Code"), 0.75, "left"),
            (t("类别", "Kind"), 1.2, "left"),
            (t("需求", "Requirement"), 3.4, "left"),
            (t("目标", "Serves"), 1.9, "left"),
            (t("场景", "Met by"), 0.8, "left"),
            (t("验收", "Verified by"), 1.9, "left"),
        ],
        [
            (
                one.code,
                kinds[cast(RequirementKind, one.facts["requirement"])][language],
                one.name[language],
                codes(model.targets(one.id, "serves")),
                codes(model.sources(one.id, "meets")),
                codes(model.sources(one.id, "verifies")),
            )
            for one in model.of("requirement")
        ],
        source(language, "model"),
    )


def gaps(book: Book, made: Blueprint) -> None:
    """追溯缺口."""
    t, language = book.t, book.language
    book.appendix(t("追溯缺口与处置", "Gaps and what to do"))
    errors = sum(gap.severity == "error" for gap in made.gaps)
    if not made.gaps:
        book.say(t("未发现缺口。", "No gap was found."))
        return
    book.say(
        t(
            f"模型检查发现 {errors} 项错误、{len(made.gaps) - errors} 项提醒。错误会中断追溯链，须在批复前处置；提醒"
            "由责任人决定处置时间。",
            f"The model's check found {errors} errors and {len(made.gaps) - errors} warnings. An error breaks the "
            "thread and must "
            "be settled before approval; for a warning the owner decides when.",
        )
    )
    severity = {"error": t("错误", "error"), "warning": t("提醒", "warning")}
    book.captioned_table(
        t("缺口清单", "Gaps"),
        [
            (t("程度", "Severity"), 0.7, "left"),
            (t("缺口", "Gap"), 4, "left"),
            (t("下一步", "Next step"), 2.6, "left"),
            (t("责任人与期限", "Owner and date"), 1.2, "left"),
        ],
        [(severity[gap.severity], gap.words[language], gap.next_step[language], "") for gap in made.gaps],
        source(language, "model"),
    )


def sources(book: Book, made: Blueprint) -> None:
    """数据来源与假设."""
    t, language = book.t, book.language
    book.appendix(t("数据来源与假设", "Sources and assumptions"))
    book.say(
        t(
            "每个数字都标明状态：有出处、凭通行认识（待核实）、构造估计、实测。构造估计应以本企业实测值替换。",
            "Every figure has a status: found in a source, recalled (to be checked), constructed estimate, measured. "
            "Constructed estimates are to be replaced by measured values.",
        )
    )
    used, known = made.given.plan["parameters"]["assumptions"], assumptions().model_dump(mode="json")
    book.captioned_table(
        t("规划假设", "Assumptions of the plan"),
        [
            (t("假设", "Assumption"), 2.4, "left"),
            (t("取值", "Value"), 1.8, "left"),
            (t("状态", "Status"), 1.1, "left"),
            (t("来源", "Source"), 3, "left"),
        ],
        [
            (
                words.name(known[name]["label"], language),
                _value(value, language),
                words.label(known[name]["status"], language),
                words.one_language(known[name]["source"], language),
            )
            for name, value in used.items()
            if name in known
        ],
        source(language, "plan"),
    )
    rows = []
    for scenario in made.model.of("scenario"):
        manifest = made.given.manifests[scenario.id.removeprefix("scenario.")]
        given = [one.provenance for one in manifest.effects]
        given += [one.provenance for one in manifest.costs] + [one.provenance for one in manifest.durations]
        status = sorted({str(one.status) for one in given})
        rows.append(
            (
                f"{scenario.name[language]} ({scenario.code})",
                f"{manifest.id}, {manifest.version}",
                ("、" if language == "zh" else ", ").join(words.label(one, language) for one in status),
                words.one_language(manifest.effects[0].provenance.source, language),
            )
        )
    book.captioned_table(
        t("场景清单版本与数字来源", "Manifests and where their figures come from"),
        [
            (t("场景", "Scenario"), 2, "left"),
            (t("清单编号与版本", "Manifest, version"), 2.2, "left"),
            (t("数字状态", "Status"), 1.2, "left"),
            (t("效果与费用的来源", "Source of effects and costs"), 3, "left"),
        ],
        rows,
        source(language, "atlas"),
    )
    book.note(t(f"模型指纹（SHA-256）：{made.model.digest}", f"Model digest (SHA-256): {made.model.digest}"))


def _value(value: Any, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(f"{one:g}" for one in value)
    if isinstance(value, dict):
        return ("，" if language == "zh" else ", ").join(
            f"{words.label(key, language)} {one:g}" for key, one in value.items()
        )
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
