"""Task framework, system architecture, technical route and standards: how the goals are reached."""

from __future__ import annotations

from typing import cast

from tujing.atlas.graph import WINGS
from tujing.atlas.labels import labels
from tujing.blueprint import pictures
from tujing.blueprint.content import content
from tujing.blueprint.made import Blueprint
from tujing.blueprint.model import Element
from tujing.blueprint.requirements import GRADES
from tujing.blueprint.telling import codes, months, said, source, standard_numbers
from tujing.delivery.breakdown import templates
from tujing.elements.definition import Grade
from tujing.reports import words
from tujing.reports.book import Book


def framework(book: Book, made: Blueprint) -> None:
    """任务框架."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("任务框架", "Task framework"))
    book.say(
        t(
            "以愿景牵引目标，以目标分解需求，以场景满足需求，以任务建设能力，以验收证明成效。任务按业务环节组织，箭"
            "头两端为场景今天的等级和本规划的目标等级。",
            "The vision sets the goals, goals are broken down into requirements, scenarios meet them, tasks build the "
            "capabilities and acceptances show it. Tasks stand by business stage; the figures are the level today "
            "and the "
            "level aimed at.",
        )
    )
    book.captioned_picture(
        pictures.framework(model, language), t("任务框架", "Task framework"), source(language, "plan", "atlas")
    )
    rows = []
    for wing in WINGS:
        for scenario in model.of("scenario"):
            if scenario.facts["wing"] != wing:
                continue
            tasks = [one for one in model.of("task") if f"scenario.{one.facts['scenario']}" == scenario.id]
            rows.append(
                (
                    labels().wings[wing][language],
                    f"{scenario.name[language]} ({scenario.code})",
                    f"{scenario.facts['level_today']} → {scenario.facts['level']}",
                    codes(tasks),
                    months(tasks[0].facts["start"], tasks[-1].facts["end"]),
                    codes(model.targets(scenario.id, "meets")),
                )
            )
    book.captioned_table(
        t("任务分解", "Tasks"),
        [
            (t("环节", "Stage"), 1.5, "left"),
            (t("场景", "Scenario"), 2, "left"),
            (t("等级", "Level"), 0.7, "left"),
            (t("任务", "Tasks"), 0.9, "left"),
            (t("时间", "Time"), 1.8, "left"),
            (t("需求", "Requirements"), 1.6, "left"),
        ],
        rows,
        source(language, "plan", "model"),
    )


def architecture(book: Book, made: Blueprint) -> None:
    """系统架构: the whole and its four layers."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("系统架构", "System architecture"))
    book.section(t("总体架构", "The whole"))
    book.say(
        t(
            "总体架构分业务、数据、应用、技术四层，安全与标准体系贯穿各层。各层要素及其关系全部由规划模型生成，并以 "
            "ArchiMate 交换文件提供。",
            "The architecture has four layers, business, data, application and technology; security and standards run "
            "through all of them. Elements and relations come from the model, which is also given as an ArchiMate "
            "exchange "
            "file.",
        )
    )
    book.captioned_picture(
        pictures.layers(model, language), t("总体架构", "Overall architecture"), source(language, "model")
    )
    _business(book, made)
    _data(book, made)
    _application(book, made)
    _technology(book, made)


def _business(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("业务架构", "Business architecture"))
    for place, drawn in enumerate(pictures.businesses(model, language)):
        part = "" if place == 0 else t("（续）", " (continued)")
        book.captioned_picture(
            drawn,
            t("场景能力等级：今天与规划", "Scenarios on their ladder, today and by plan") + part,
            source(language, "diagnosis", "plan"),
        )
    book.captioned_table(
        t("能力要求", "What each capability shows on the floor"),
        [
            (t("编号", "Code"), 0.65, "left"),
            (t("能力", "Capability"), 1.7, "left"),
            (t("达到时现场可见", "What is seen"), 4.6, "left"),
            (t("任务", "Task"), 0.7, "left"),
        ],
        [
            (one.code, one.name[language], said(one, language), codes(model.sources(one.id, "realises")))
            for one in model.of("capability")
            if model.targets(one.id, "part_of")
        ],
        source(language, "atlas"),
    )


def _data(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("数据架构", "Data architecture"))
    held = sum(1 for one in model.of("data") if one.facts["rows"])
    count = len(model.of("data"))
    book.say(
        t(
            f"本规划涉及 {count} 个数据要素，其中 {held} 个今天已有数据。下图为场景与数据要素的产生（W）、使用（R）"
            "关系，"
            "一处产生、多处使用。",
            f"The plan touches {count} data elements, of which {held} hold data today. The matrix tells which "
            "scenario writes "
            "(W) and which reads (R) each of them: made once, used by many.",
        )
    )
    for place, drawn in enumerate(pictures.matrices(model, language)):
        part = "" if place == 0 else t("（续）", " (continued)")
        book.captioned_picture(
            drawn, t("场景—数据要素 U/C 矩阵", "Scenarios and data elements") + part, source(language, "atlas")
        )
    book.captioned_table(
        t("数据要素目录", "Data elements"),
        [
            (t("编号", "Code"), 0.7, "left"),
            (t("数据要素", "Data element"), 1.6, "left"),
            (t("级别", "Grade"), 1.0, "left"),
            (t("现有行数", "Rows today"), 0.9, "right"),
            (t("产生", "Written by"), 1.1, "left"),
            (t("使用", "Read by"), 1.5, "left"),
            (t("依据标准", "Standard"), 2.0, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                GRADES[cast(Grade, one.facts["grade"])][language],
                f"{int(one.facts['rows'] or 0):,}",
                codes(model.sources(one.id, "writes")),
                codes(model.sources(one.id, "reads")),
                standard_numbers(str(one.facts["standard"])),
            )
            for one in model.of("data")
        ],
        source(language, "dataspace", "atlas"),
    )


def _application(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("应用架构", "Application architecture"))
    book.captioned_picture(
        pictures.applications(model, language),
        t("应用系统对场景的支持", "Applications and the scenarios that they support"),
        source(language, "atlas"),
    )
    book.captioned_table(
        t("应用系统清单", "Applications"),
        [
            (t("编号", "Code"), 0.65, "left"),
            (t("应用系统", "Application"), 2, "left"),
            (t("类别", "Class"), 1.2, "left"),
            (t("支持场景", "Supports"), 1.4, "left"),
            (t("承载与接口", "Rests on"), 1.6, "left"),
            (t("首次投用", "First in use"), 1, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                _class(one, language),
                codes(model.targets(one.id, "supports")),
                codes(model.sources(one.id, "hosts")),
                _first_use(made, one),
            )
            for one in model.of("application")
        ],
        source(language, "atlas", "plan"),
    )


def _class(one: Element, language: str) -> str:
    """The abbreviation that manifests use; one that is written in Chinese has no English form beside the name."""
    told = str(one.facts["software_class"])
    return told if told.isascii() or language == "zh" else words.MISSING


def _first_use(made: Blueprint, application: Element) -> str:
    model = made.model
    scenarios = {one.id for one in model.targets(application.id, "supports")}
    ends = [str(one.facts["end"]) for one in model.of("task") if f"scenario.{one.facts['scenario']}" in scenarios]
    return min(ends)[:7] if ends else words.MISSING


def _technology(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("技术架构", "Technology architecture"))
    book.captioned_picture(
        pictures.technology(model, language),
        t("承载与连接", "What hosts and joins"),
        source(language, "content", "atlas"),
    )
    book.captioned_table(
        t("基础设施", "Infrastructure"),
        [
            (t("编号", "Code"), 0.65, "left"),
            (t("基础设施", "Infrastructure"), 2, "left"),
            (t("作用", "Purpose"), 3.6, "left"),
            (t("承载应用", "Hosts"), 1.6, "left"),
        ],
        [
            (one.code, one.name[language], said(one, language), codes(model.targets(one.id, "hosts")))
            for one in model.of("infrastructure")
        ],
        t(
            "由场景清单中工具软件的部署方式和接口推得，不是现有资产台账",
            "derived from where the manifests' tools run and how they are joined; no inventory of what there is",
        ),
    )


def route(book: Book, made: Blueprint) -> None:
    """技术路线."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("技术路线", "Technical route"))
    book.section(t("基本原则", "Principles"))
    book.points([one[language] for one in content().principles])
    book.section(t("分阶段技术路线", "Route by phase"))
    rows, seen = [], set[str]()
    for phase in model.of("phase"):
        tasks = [one for one in model.of("task") if phase in model.targets(one.id, "belongs_to")]
        scenarios = [f"scenario.{one.facts['scenario']}" for one in tasks]
        fresh = [
            one
            for one in model.of("application")
            if one.id not in seen and any(each.id in scenarios for each in model.targets(one.id, "supports"))
        ]
        seen |= {one.id for one in fresh}
        models = [
            one
            for one in model.of("model")
            if any(each.id in scenarios for each in model.targets(one.id, "computes_for"))
        ]
        written = [one for one in model.of("data") if any(s.id in scenarios for s in model.sources(one.id, "writes"))]
        names = ("、" if language == "zh" else ", ").join(one.name[language] for one in fresh)
        rows.append((phase.name[language], codes(tasks), names or words.MISSING, codes(models), codes(written)))
    book.captioned_table(
        t("分阶段技术路线", "Route by phase"),
        [
            (t("阶段", "Phase"), 1.3, "left"),
            (t("任务", "Tasks"), 1, "left"),
            (t("新投用应用系统", "Applications new in the phase"), 3.2, "left"),
            (t("知识模型", "Models"), 1.4, "left"),
            (t("产生的数据要素", "Data written"), 1.3, "left"),
        ],
        rows,
        source(language, "model"),
    )
    _options(book, made)
    book.section(t("知识模型", "Knowledge models"))
    book.captioned_table(
        t("知识模型清单", "Knowledge models"),
        [
            (t("编号", "Code"), 0.75, "left"),
            (t("知识模型", "Model"), 1.9, "left"),
            (t("类别", "Kind"), 1.25, "left"),
            (t("适用条件", "Valid where"), 3.7, "left"),
            (t("场景", "Used in"), 0.9, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                words.label(one.facts["model"], language),
                said(one, language),
                codes(model.targets(one.id, "computes_for")),
            )
            for one in model.of("model")
        ],
        source(language, "atlas"),
    )


def _options(book: Book, made: Blueprint) -> None:
    """Buy, subscribe or build, where the plan chose."""
    known = templates().options
    chosen = [one for one in made.model.of("task") if one.facts["option"] in known]
    if not chosen:
        return
    t, language = book.t, book.language
    book.section(t("实施方式", "Buy, subscribe or build"))
    book.captioned_table(
        t("各任务的实施方式", "The way chosen for each task"),
        [(t("实施方式", "Way"), 1, "left"), (t("任务", "Tasks"), 3, "left")],
        [
            (words_of_it[language], codes([one for one in chosen if one.facts["option"] == option]))
            for option, words_of_it in known.items()
            if any(one.facts["option"] == option for one in chosen)
        ],
        source(language, "plan"),
    )


def standards(book: Book, made: Blueprint) -> None:
    """标准体系."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("标准体系", "Standards"))
    book.say(
        t(
            f"本规划引用 {len(model.of('standard'))} 项标准与规范，逐项落实到场景需求，在项目结项时按条款核查，"
            "核查结果计入成效评估的“标准符合性”指标（《实施指南》二（三））。",
            f"The plan cites {len(model.of('standard'))} standards and rules. Each becomes a requirement of the "
            "scenarios, is "
            "inspected clause by clause when a project closes, and counts towards conformity in the evaluation (guide, "
            "section 2(3)).",
        )
    )
    book.captioned_table(
        t("引用标准", "Standards cited"),
        [
            (t("编号", "Code"), 0.7, "left"),
            (t("标准号", "Number"), 1.6, "left"),
            (t("名称", "Title"), 3.6, "left"),
            (t("规范的需求", "Governs"), 1.3, "left"),
            (t("核对", "Checked"), 1.2, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                said(one, language),
                codes(model.targets(one.id, "governs")),
                t("以清单为准", "as the manifest has it")
                if one.facts["status"] == "manifest"
                else words.label(one.facts["status"], language),
            )
            for one in model.of("standard")
        ],
        source(language, "atlas"),
    )
    book.note(
        t(
            "“凭通行认识，待核实”的标准名称在签约和验收前应对照正式文本核对，以现行有效版本为准。",
            "Titles marked as recalled must be checked against the official text before contracts and acceptance; the "
            "edition in force counts.",
        )
    )
