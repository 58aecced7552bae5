"""Tasks and projects, budget, risks, conditions and acceptance: how it is carried out and paid for."""

from __future__ import annotations

from datetime import date
from typing import Any

from tujing.blueprint.content import content
from tujing.blueprint.given import Subtask
from tujing.blueprint.made import Blueprint
from tujing.blueprint.model import Element
from tujing.blueprint.telling import codes, months, said, short_name, source, starts
from tujing.reports import words
from tujing.reports.book import Book
from tujing.reports.drawings import Span, gantt
from tujing.words import Text

ROWS_OF_GANTT = 32
"""Rows of the Gantt chart that one page holds."""
MOST_LEFT_OUT = 8


def tasks(book: Book, made: Blueprint) -> None:
    """实施任务与项目清单."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("实施任务与项目清单", "Implementation tasks and projects"))
    book.section(t("总体进度", "Overall schedule"))
    quarters = starts(made.given)
    spans = [
        Span(
            f"{one.code} {short_name(made.model, one, language)}",
            date.fromisoformat(str(one.facts["start"])),
            date.fromisoformat(str(one.facts["end"])),
            words.money(_number(one.facts["cost"]), language),
        )
        for one in model.of("task")
    ]
    after = date.fromisoformat(str(model.of("phase")[-1].facts["end"]))
    for first in range(0, len(spans), ROWS_OF_GANTT):
        part = "" if first == 0 else t("（续）", " (continued)")
        book.captioned_picture(
            gantt(
                spans[first : first + ROWS_OF_GANTT], [*quarters, after], [words.short_quarter(day) for day in quarters]
            ),
            t("项目进度与一次性投入", "Projects in time, with their one-off cost") + part,
            source(language, "plan"),
        )
    book.section(t("项目清单", "Projects"))
    unit = words.money_unit(language)
    book.captioned_table(
        t("项目清单", "Projects"),
        [
            (t("编号", "Code"), 0.85, "left"),
            (t("项目", "Project"), 1.6, "left"),
            (t("起止", "From – to"), 1.25, "left"),
            (t(f"投入（{unit}）", f"Cost ({unit})"), 1.15, "right"),
            (t(f"年运行费（{unit}）", f"Yearly ({unit})"), 1.1, "right"),
            (t("自有人天", "Own days"), 0.8, "right"),
            (t("先行", "After"), 0.85, "left"),
            (t("立项理由", "Why"), 2.9, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                months(one.facts["start"], one.facts["end"]),
                words.amount(_number(one.facts["cost"]), language),
                words.amount(_number(one.facts["yearly_cost"]), language),
                f"{_number(one.facts['person_days']):,.0f}",
                codes(model.sources(one.id, "precedes")),
                said(one, language),
            )
            for one in model.of("task")
        ],
        source(language, "plan"),
    )
    _subtasks(book, made)
    _roles(book, made)
    _left_out(book, made)


def _subtasks(book: Book, made: Blueprint) -> None:
    """What every project consists of, and when each stage of each project is; the workbook has every subtask."""
    t, language, model = book.t, book.language, made.model
    book.section(t("分阶段子任务", "Subtasks by phase"))
    book.say(
        t(
            "各项目按统一的工作分解推进。下表先列各环节的子任务，再按阶段列出各项目每个环节的起止；逐项子任务的责任"
            "角色、人天与费用见项目清单工作簿。",
            "Projects follow one work breakdown. The first table has the subtasks of each stage, the others the "
            "dates of each "
            "stage of each project. Every subtask with role, days and cost stands in the workbook of the project list.",
        )
    )
    stages = _stages(made, language)
    comma = ("；", "、") if language == "zh" else ("; ", ", ")
    book.captioned_table(
        t("工作分解", "Work breakdown"),
        [
            (t("环节", "Stage"), 0.9, "left"),
            (t("子任务", "Subtasks"), 4.6, "left"),
            (t("责任角色", "Roles"), 2, "left"),
        ],
        [
            (
                stage,
                comma[0].join(dict.fromkeys(one.name[language] for one in inside)),
                comma[1].join(dict.fromkeys(one.role[language] for one in inside if one.role)),
            )
            for stage, inside in stages.items()
        ],
        source(language, "delivery"),
    )
    for phase in model.of("phase"):
        inside = [one for one in model.of("task") if phase in model.targets(one.id, "belongs_to")]
        if not inside:
            continue
        year = str(phase.facts["start"])[:4]
        book.captioned_table(
            phase.name[language] + t(f"（{year} 年，月-日）", f" ({year}, month and day)"),
            [
                (t("项目", "Project"), 1.6, "left"),
                *((stage, 1.0, "left") for stage in stages),
            ],
            [
                (
                    f"{task.code} {short_name(model, task, language)}",
                    *(_window(made, task, stage, language, year) for stage in stages),
                )
                for task in inside
            ],
            source(language, "delivery"),
        )


def _stages(made: Blueprint, language: str) -> dict[str, list[Subtask]]:
    """Every project's subtasks by stage, in the order of the breakdown."""
    stages: dict[str, list[Subtask]] = {}
    longest = sorted(made.given.work.values(), key=lambda work: -len({one.stage for one in work.subtasks}))
    for work in longest:
        for one in work.subtasks:
            stages.setdefault(one.stage[language], []).append(one)
    return stages


def _window(made: Blueprint, task: Element, stage: str, language: str, year: str) -> str:
    """First and last day of a stage of a project; another year than the table's is written out."""
    inside = [one for one in made.given.work[task.id.removeprefix("task.")].subtasks if one.stage[language] == stage]
    if not inside:
        return words.MISSING
    return f"{_day(min(one.start for one in inside), year)} – {_day(max(one.end for one in inside), year)}"


def _day(day: date, year: str) -> str:
    return f"{day:%m-%d}" if f"{day:%Y}" == year else f"{day:%Y-%m-%d}"


def _roles(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("人才技能需求", "People and skills"))
    book.captioned_table(
        t("关键岗位与自有人天", "Key roles and own person-days"),
        [
            (t("编号", "Code"), 0.7, "left"),
            (t("职业（岗位）", "Occupation"), 3, "left"),
            (t("自有人天", "Person-days"), 1, "right"),
            (t("投入任务", "Works on"), 2.4, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                f"{_number(one.facts['person_days']):,.0f}",
                codes(model.targets(one.id, "staffs")),
            )
            for one in sorted(model.of("role"), key=lambda one: -_number(one.facts["person_days"]))
        ],
        source(language, "atlas"),
    )


LEFT_OUT: dict[str, Text] = {
    "negative_value": Text(zh="预期效益不抵投入", en="would cost more than it brings"),
    "displaces": Text(zh="列入会挤出更有价值的项目", en="would push out projects worth more"),
    "no_better": Text(zh="列入不增加方案价值", en="would not make the plan worth more"),
    "infeasible": Text(zh="受预算、人手或时间限制", en="does not fit money, people or time"),
    "waits": Text(zh="前一等级未列入", en="waits for the level below it"),
    "prerequisite": Text(zh="先行场景不能列入", en="waits for another scenario"),
    "readiness": Text(zh="所需数据尚未就绪", en="its data are not ready"),
    "missing_baseline": Text(zh="财务基线缺项，效益无法测算", en="no baseline to work its benefit out"),
    "no_figures": Text(zh="场景清单缺本规模的费用或工期", en="no cost or duration for this size"),
    "not_applicable": Text(zh="不适用于本企业的行业或生产类型", en="not meant for this industry or type of production"),
}


def _left_out(book: Book, made: Blueprint) -> None:
    """How many steps were left out and why, and the ones that came nearest."""
    t, language = book.t, book.language
    rejected = made.given.plan["rejected"]
    if not rejected:
        return
    book.section(t("未列入的场景", "What was left out"))
    counts: dict[str, int] = {}
    for one in rejected:
        counts[one["kind"]] = counts.get(one["kind"], 0) + 1
    comma = "；" if language == "zh" else "; "
    told = comma.join(
        f"{LEFT_OUT[kind][language] if kind in LEFT_OUT else kind}{t(f' {count} 项', f': {count}')}"
        for kind, count in sorted(counts.items(), key=lambda item: -item[1])
    )
    book.say(
        t(
            f"图谱中另有 {len(rejected)} 个步骤未列入本规划：{told}。逐项理由见规划文件。",
            f"{len(rejected)} more steps of the map were left out: {told}. The plan gives the reason for each.",
        )
    )
    near = sorted((one for one in rejected if one.get("loss") is not None), key=lambda one: one["loss"])[:MOST_LEFT_OUT]
    if not near:
        return
    unit = words.money_unit(language)
    book.captioned_table(
        t("最接近列入的场景", "The steps that came nearest"),
        [
            (t("场景", "Scenario"), 1.6, "left"),
            (t("等级", "Level"), 0.6, "right"),
            (t(f"列入会减少净现值（{unit}）", f"NPV lost if taken ({unit})"), 1.1, "right"),
            (t("为什么不列入", "Why not"), 4.2, "left"),
        ],
        [
            (
                words.name(one["name"], language),
                str(one["level"]),
                words.amount(one["loss"], language),
                words.name(one["why_not"], language),
            )
            for one in near
        ],
        source(language, "plan"),
    )


def conditions(book: Book, made: Blueprint) -> None:
    """保障条件."""
    t, language = book.t, book.language
    book.chapter(t("保障条件", "Conditions"))
    for one in content().conditions:
        book.section(one.name[language])
        book.points([each[language] for each in one.points])
        book.note(t(f"依据：《实施指南》{one.clause.zh}", f"After the guide, section {one.clause.en}"))
    waiting = [
        need
        for need in made.model.of("requirement")
        if need.facts["requirement"] == "level" and not made.model.sources(need.id, "meets")
    ]
    if not waiting:
        return
    book.section(t("下一等级还需落实的事项", "What the next level needs beside the projects"))
    book.say(
        t(
            "以下事项是达到目标等级的一部分，不由规划项目承担，由领导小组指定责任部门；规划已安排的列出完成季度。",
            "These belong to the level aimed at and no project brings them. The steering group gives each an owner; "
            "where the "
            "plan sets a quarter, it stands here.",
        )
    )
    book.captioned_table(
        t("项目之外还需落实的事项", "To be settled beside the projects"),
        [
            (t("编号", "Code"), 0.7, "left"),
            (t("事项", "What"), 4, "left"),
            (t("责任部门", "Owner"), 1.2, "left"),
            (t("完成期限", "Due"), 1, "left"),
        ],
        [(need.code, need.name[language], "", _measure(need, language)) for need in waiting],
        source(language, "diagnosis"),
    )


def _measure(need: Element, language: str) -> str:
    """When the plan takes the measure up, where it does."""
    planned = need.facts["planned"]
    return "" if planned is None else words.quarter(date.fromisoformat(str(planned)), language)


def acceptance(book: Book, made: Blueprint) -> None:
    """验收与成效评估."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("验收与成效评估", "Acceptance and evaluation"))
    book.say(
        t(
            "每个项目的里程碑以可在本企业数据上运行的检查验收，证据留存；标准、安全与现场等级由指定人员核查；投用满 "
            "26 周后评估成效，以实测值修正下一轮规划。",
            "Milestones are accepted by checks that run on our own data, and the evidence is kept. Standards, "
            "security and the "
            "level on the floor are inspected by the people named. Effects are evaluated 26 weeks after go-live, "
            "and the next "
            "plan is made with what was measured.",
        )
    )
    known = content()
    present: dict[str, list[Element]] = {}
    for one in model.of("acceptance"):
        present.setdefault(str(one.facts["acceptance"]), []).append(one)
    book.section(t("验收方式", "Ways of acceptance"))
    book.captioned_table(
        t("验收方式", "Ways of acceptance"),
        [
            (t("验收", "Acceptance"), 1.9, "left"),
            (t("方法", "Method"), 1.4, "left"),
            (t("验证的需求", "Verifies"), 1.0, "left"),
            (t("由谁", "By"), 3.0, "left"),
            (t("次数", "Times"), 0.75, "right"),
        ],
        [
            (
                one.name[language],
                known.methods[one.method][language],
                ("、" if language == "zh" else ", ").join(known.requirements[each][language] for each in one.verifies),
                one.by[language],
                str(len(present[kind])),
            )
            for kind, one in known.acceptance.items()
            if kind in present
        ],
        source(language, "delivery", "content"),
    )
    book.section(t("验收计划", "Acceptance by project"))
    rows = []
    for task in model.of("task"):
        for one in sorted(model.targets(task.id, "delivers"), key=lambda one: str(one.facts["due"])):
            if not one.facts["runs"]:
                continue
            rows.append(
                (
                    one.code,
                    short_name(made.model, task, language),
                    _criterion(one, language),
                    words.day(one.facts["due"]),
                    codes(model.targets(one.id, "verifies")),
                )
            )
    book.captioned_table(
        t("里程碑验收条件", "Milestones and what must be true"),
        [
            (t("编号", "Code"), 0.7, "left"),
            (t("项目", "Project"), 1.6, "left"),
            (t("验收条件", "Check"), 3.6, "left"),
            (t("期限", "Due"), 1.1, "left"),
            (t("验证需求", "Verifies"), 1.4, "left"),
        ],
        rows,
        source(language, "delivery"),
    )


def _criterion(one: Element, language: str) -> str:
    known = content().acceptance.get(str(one.facts["acceptance"]))
    name = known.name[language] if known else one.name[language]
    if one.text is None or one.text[language] == name:
        return name
    return f"{name}{'：' if language == 'zh' else ': '}{one.text[language]}"


def _number(value: Any) -> float:
    return float(value or 0.0)
