"""Tasks and projects, budget, risks, conditions and acceptance: how it is carried out and paid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tujing.blueprint.budget import by_phase, sources
from tujing.blueprint.content import content
from tujing.blueprint.given import Subtask
from tujing.blueprint.model import Element
from tujing.blueprint.services import Blueprint
from tujing.blueprint.telling import codes, months, risk_parts, said, source
from tujing.blueprint.work import QUARTERS_A_PHASE
from tujing.reports import words
from tujing.reports.book import Book
from tujing.reports.drawings import Span, columns, gantt, histogram

MOST_RISKS = 12


def tasks(book: Book, made: Blueprint) -> None:
    """实施任务与项目清单."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("实施任务与项目清单", "Implementation tasks and projects"))
    book.section(t("总体进度", "Overall schedule"))
    starts = _starts(made)
    spans = [
        Span(
            f"{one.code} {_short_name(made, one, language)}",
            date.fromisoformat(str(one.facts["start"])),
            date.fromisoformat(str(one.facts["end"])),
            words.money(_number(one.facts["cost"]), language),
        )
        for one in model.of("task")
    ]
    after = date.fromisoformat(str(model.of("phase")[-1].facts["end"]))
    book.captioned_picture(
        gantt(spans, [*starts, after], [words.short_quarter(day) for day in starts]),
        t("项目进度与一次性投入", "Projects in time, with their one-off cost"),
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


def _short_name(made: Blueprint, task: Element, language: str) -> str:
    scenario = made.model.by_id[f"scenario.{task.facts['scenario']}"]
    return f"{scenario.name[language]}{' L' if language == 'en' else ' '}{task.facts['level']}" + (
        " 级" if language == "zh" else ""
    )


def _starts(made: Blueprint) -> list[date]:
    return [date.fromisoformat(row["start"]) for row in made.given.plan["budget"]]


def _subtasks(book: Book, made: Blueprint) -> None:
    """Each phase's projects by the stages of their work breakdown; the workbook has every subtask."""
    t, language, model = book.t, book.language, made.model
    book.section(t("分阶段子任务", "Subtasks by phase"))
    book.say(
        t(
            "各项目按统一的工作分解推进，下表按环节汇总；逐项子任务、责任角色与费用见项目清单工作簿。",
            "Projects follow one work breakdown; the tables sum it up by stage. Every subtask with role and cost "
            "stands in "
            "the workbook of the project list.",
        )
    )
    unit = words.money_unit(language)
    for phase in model.of("phase"):
        inside = [one for one in model.of("task") if phase in model.targets(one.id, "belongs_to")]
        if not inside:
            continue
        year = str(phase.facts["start"])[:4]
        rows = [row for task in inside for row in _stages(made, task, language, year)]
        book.captioned_table(
            phase.name[language],
            [
                (t("项目", "Project"), 1.5, "left"),
                (t("环节", "Stage"), 1.1, "left"),
                (t("子任务", "Subtasks"), 3.4, "left"),
                (t("责任角色", "Roles"), 1.7, "left"),
                (t(f"起止（{year} 年）", f"From – to ({year})"), 1.6, "left"),
                (t(f"费用（{unit}）", f"Cost ({unit})"), 1.1, "right"),
            ],
            rows,
            source(language, "delivery"),
        )


def _day(day: date, year: str) -> str:
    """Month and day; another year than the table's is written out."""
    return f"{day:%m-%d}" if f"{day:%Y}" == year else f"{day:%Y-%m-%d}"


def _stages(made: Blueprint, task: Element, language: str, year: str) -> list[tuple[str, ...]]:
    subtasks = made.given.work[task.id.removeprefix("task.")].subtasks
    stages: dict[str, list[Subtask]] = {}
    for one in subtasks:
        stages.setdefault(one.stage[language], []).append(one)
    comma = "；" if language == "zh" else "; "
    rows = []
    for place, (stage, inside) in enumerate(stages.items()):
        roles = list(dict.fromkeys(one.role[language] for one in inside if one.role))
        start, end = min(one.start for one in inside), max(one.end for one in inside)
        rows.append(
            (
                f"{task.code} {_short_name(made, task, language)}" if place == 0 else "",
                stage,
                comma.join(one.name[language] for one in inside),
                ("、" if language == "zh" else ", ").join(roles),
                f"{_day(start, year)} – {_day(end, year)}",
                words.amount(sum(one.cost or 0.0 for one in inside), language),
            )
        )
    return rows


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


def budget(book: Book, made: Blueprint) -> None:
    """投入预算."""
    t, language, given = book.t, book.language, made.given
    rows, unit, scale = given.plan["budget"], words.money_unit(language), words.money_scale(language)
    book.chapter(t("投入预算", "Budget"))
    book.section(t("分阶段投入", "By phase"))
    phases = list(zip(made.model.of("phase"), by_phase(given, QUARTERS_A_PHASE), strict=True))
    total = [(t("合计", "Total"), {key: sum(row[key] for _, row in phases) for key in phases[0][1]})]
    book.captioned_table(
        t("分阶段投入", "Money by phase"),
        [
            (t("阶段", "Phase"), 2, "left"),
            (t(f"预算（{unit}）", f"Budget ({unit})"), 1, "right"),
            (t(f"投入（{unit}）", f"Spent ({unit})"), 1, "right"),
            (t("自有人天：用 / 有", "Own days: used / at hand"), 1.2, "right"),
        ],
        [
            (
                name,
                words.amount(row["budget"], language),
                words.amount(row["spent"], language),
                f"{row['person_days']:,.0f} / {row['person_days_at_hand']:,.0f}",
            )
            for name, row in [*((phase.name[language], row) for phase, row in phases), *total]
        ],
        source(language, "plan"),
    )
    book.section(t("分季度预算", "By quarter"))
    book.captioned_picture(
        columns(
            [row["spent"] / scale for row in rows],
            [row["left"] / scale for row in rows],
            [words.short_quarter(day) for day in _starts(made)],
            (t("当季投入（万元）", "spent, thousand CNY"), t("累计结余（万元）", "left over, thousand CNY")),
        ),
        t("各季度投入与累计结余", "Money spent each quarter, and what is left over so far"),
        source(language, "plan"),
    )
    book.captioned_table(
        t("分季度预算", "Budget by quarter"),
        [
            (t("季度", "Quarter"), 1.4, "left"),
            (t(f"预算（{unit}）", f"Budget ({unit})"), 1, "right"),
            (t(f"投入（{unit}）", f"Spent ({unit})"), 1, "right"),
            (t(f"累计结余（{unit}）", f"Left over ({unit})"), 1, "right"),
            (t("在建项目", "Under way"), 0.8, "right"),
        ],
        [
            (
                words.quarter(date.fromisoformat(row["start"]), language),
                words.amount(row["budget"], language),
                words.amount(row["spent"], language),
                words.amount(row["left"], language),
                str(row["under_way"]),
            )
            for row in rows
        ],
        source(language, "plan"),
    )
    _sources_of_money(book, made)
    _return(book, made)


def _sources_of_money(book: Book, made: Blueprint) -> None:
    t, language = book.t, book.language
    unit = words.money_unit(language)
    book.section(t("资金来源", "Sources of money"))
    book.captioned_table(
        t("资金来源", "Sources of money"),
        [(t("来源", "Source"), 3, "left"), (t(f"规划期合计（{unit}）", f"Whole plan ({unit})"), 1, "right")],
        [(name[language], words.amount(sum(amounts), language)) for name, amounts in sources(made.given)],
        source(language, "plan"),
    )


def _return(book: Book, made: Blueprint) -> None:
    t, language, plan = book.t, book.language, made.given.plan
    npv, risk = plan["npv"], plan["risk"]
    unit, scale = words.money_unit(language), words.money_scale(language)
    book.section(t("投入产出测算", "What it brings"))
    payback = risk["payback_quarters"]
    rate = plan["parameters"].get("assumptions", {}).get("discount_rate")
    chance = "< 0.1%" if 0 < risk["loss_probability"] < 0.001 else words.percent(risk["loss_probability"], 1)
    told = [
        (t("一次性投入", "One-off investment"), words.amount(plan["investment"], language)),
        (
            t("全部投用后年运行费", "Yearly cost once all is in use"),
            words.amount(sum(one["yearly_cost"] for one in plan["projects"]), language),
        ),
        (t("净现值 P10", "Net present value, P10"), words.amount(npv["p10"], language)),
        (t("净现值 P50", "Net present value, P50"), words.amount(npv["p50"], language)),
        (t("净现值 P90", "Net present value, P90"), words.amount(npv["p90"], language)),
        (
            t("释放的占用资金（单列，不计入净现值）", "Cash set free (beside, not in it)"),
            words.amount(plan["freed_cash"], language),
        ),
        (t("亏损可能性", "Chance of a loss"), chance),
        (
            t("回收期（中位）", "Payback, median"),
            words.MISSING if payback is None else t(f"{payback:g} 个季度", f"{payback:g} quarters"),
        ),
    ]
    if rate is not None:
        told.append((t("折现率", "Discount rate"), words.percent(rate, 1)))
    book.captioned_table(
        t("投入产出测算", "What the plan costs and brings"),
        [(t("项目", "Item"), 3, "left"), (t(f"数值（金额单位：{unit}）", f"Figure (money in {unit})"), 1.4, "right")],
        told,
        source(language, "plan", "finance"),
    )
    book.captioned_picture(
        histogram(
            [edge / scale for edge in risk["histogram"]["edges"]],
            risk["histogram"]["counts"],
            [(name.upper(), npv[name] / scale) for name in ("p10", "p50", "p90")],
            t("净现值（万元）", "net present value, thousand CNY"),
        ),
        t(
            f"净现值分布（{risk['draws']:,} 次抽样，红色为亏损）",
            f"Distribution of the net present value ({risk['draws']:,} draws; red: a loss)",
        ),
        source(language, "plan"),
    )
    book.note(
        t(
            "效果与费用按场景清单的区间抽样，彼此相关；假设及其来源见附录 C。",
            "Effects and costs are drawn from the manifests' ranges, correlated; appendix C has the assumptions and "
            "their "
            "sources.",
        )
    )


def risks(book: Book, made: Blueprint) -> None:
    """风险与应对."""
    t, language, plan = book.t, book.language, made.given.plan
    book.chapter(t("风险与应对", "Risks and answers"))
    unit = words.money_unit(language)
    if plan["tornado"]:
        book.section(t("影响收益的主要因素", "What moves the benefit most"))
        book.captioned_table(
            t("最影响净现值的因素", "What moves the net present value most"),
            [
                (t("因素", "Factor"), 3, "left"),
                (t(f"不利时净现值（{unit}）", f"NPV at its worst ({unit})"), 1.3, "right"),
                (t(f"有利时净现值（{unit}）", f"NPV at its best ({unit})"), 1.3, "right"),
            ],
            [
                (
                    words.name(bar["label"], language),
                    words.amount(min(bar["low"], bar["high"]), language),
                    words.amount(max(bar["low"], bar["high"]), language),
                )
                for bar in plan["tornado"][:8]
            ],
            source(language, "plan"),
        )
    book.section(t("风险登记册", "Risk register"))
    registered = [one for one in plan.get("risks") or [] if "mitigation" in one]
    if registered:
        _registered(book, made, registered)
    else:
        _known_risks(book, made)


def _registered(book: Book, made: Blueprint, registered: Sequence[Mapping[str, Any]]) -> None:
    """The risks that planning found from facts and priced."""
    t, language = book.t, book.language
    unit = words.money_unit(language)
    book.captioned_table(
        t("风险登记册", "Risk register"),
        [
            (t("项目", "Project"), 1.3, "left"),
            (t("风险", "Risk"), 2.6, "left"),
            (t("可能性", "Chance"), 0.7, "right"),
            (t(f"期望损失（{unit}）", f"Expected loss ({unit})"), 0.9, "right"),
            (t("应对", "Answer"), 2.6, "left"),
            (t("责任人", "Owner"), 1, "left"),
        ],
        [
            (
                _project_of(made, one, language),
                f"{words.name(one['name'], language)}{t('：', ': ')}{words.name(one['why'], language)}",
                words.percent(one["probability"]),
                words.amount(one["expected_loss"], language),
                words.name(one["mitigation"]["action"], language),
                words.name(one["owner"], language),
            )
            for one in registered[:MOST_RISKS]
        ],
        source(language, "plan"),
    )


def _project_of(made: Blueprint, risk: Mapping[str, Any], language: str) -> str:
    task = made.model.by_id.get(f"task.{risk.get('scenario')}@{risk.get('level')}")
    return f"{task.code} {_short_name(made, task, language)}" if task else words.MISSING


def _known_risks(book: Book, made: Blueprint) -> None:
    """The risks that the manifests name, each with its answer."""
    t, language = book.t, book.language
    rows = []
    for scenario in made.model.of("scenario"):
        manifest = made.given.manifests[scenario.id.removeprefix("scenario.")]
        for told in manifest.risks:
            risk, answer = risk_parts(told.as_dict(), language)
            rows.append((f"{scenario.name[language]} ({scenario.code})", risk, answer))
    book.captioned_table(
        t("风险登记册", "Risk register"),
        [
            (t("场景", "Scenario"), 1.4, "left"),
            (t("风险", "Risk"), 3, "left"),
            (t("应对", "Answer"), 3, "left"),
        ],
        rows,
        source(language, "atlas"),
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
            "以下事项是达到下一等级最省力路径的一部分，规划项目未覆盖，由领导小组指定责任部门与期限。",
            "These belong to the cheapest way to the next level and no project brings them. The steering group "
            "gives each an "
            "owner and a date.",
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
        [(need.code, need.name[language], "", "") for need in waiting],
        source(language, "diagnosis"),
    )


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
                    _short_name(made, task, language),
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
