"""Summary, situation and goals: why there is a plan and what it is to reach."""

from __future__ import annotations

from typing import Any

from tujing.blueprint.made import Blueprint
from tujing.blueprint.model import Element
from tujing.blueprint.motivation import driver_name, improvements
from tujing.blueprint.telling import clause, codes, listed, months, said, source
from tujing.planning.value import better
from tujing.reports import words
from tujing.reports.book import Book
from tujing.reports.drawings import Bar, bars

MOST_CAPABILITIES = 16


def summary(book: Book, made: Blueprint) -> None:
    """One page for the board: where we stand, where to, what first, what it costs and brings, what to decide."""
    t, language, plan = book.t, book.language, made.given.plan
    npv, payback = plan["npv"], plan["risk"]["payback_quarters"]
    book.chapter(t("摘要", "Summary"))
    book.figures(
        [
            (str(len(made.model.of("task"))), t("个项目", "projects")),
            (words.money(plan["investment"], language), t("一次性投入", "one-off investment")),
            (words.money(npv["p50"], language), t("净现值（中位）", "net present value, median")),
            (
                words.MISSING if payback is None else t(f"{payback:g} 个季度", f"{payback:g} quarters"),
                t("投资回收期（中位）", "payback, median"),
            ),
        ]
    )
    book.say(_stand(made, language), t("现状。", "Where we stand. "))
    book.say(_aim(made, language), t("目标。", "Aim. "))
    book.say(_way(made, language), t("路径。", "Way. "))
    book.say(_money(made, language), t("投入产出。", "Money. "))
    book.say(_risk(made, language), t("主要风险。", "Main risk. "))
    _phases(book, made)
    book.section(t("提请决策事项", "For decision"))
    first = made.model.of("phase")[0]
    begun = [one for one in made.model.of("task") if first in made.model.targets(one.id, "belongs_to")]
    book.points(
        [
            t(
                f"批准规划期内一次性投入 {words.money(plan['investment'], 'zh')}，"
                f"其中{_bracketed(first.name.zh)} {words.money(_number(first.facts['spent']), 'zh')}。",
                f"Approve a one-off investment of {words.money(plan['investment'], 'en')} over the plan, of which "
                f"{words.money(_number(first.facts['spent']), 'en')} in {first.name.en[0].lower()}{first.name.en[1:]}.",
            ),
            t(
                f"批准启动首批 {len(begun)} 个项目：{listed([_step(one, 'zh') for one in begun], 'zh')}。",
                f"Start the first {len(begun)} projects: {listed([_step(one, 'en') for one in begun], 'en')}.",
            ),
            t(
                "明确首席信息官、首席数据官及各项目业务负责人，成立数字化转型领导小组。",
                "Name the chief information officer, the chief data officer and the owner of each project; set up the "
                "steering group.",
            ),
            t(
                f"对附录 B 所列 {len(made.gaps)} 项追溯缺口逐项指定责任人和期限。",
                f"Give each of the {len(made.gaps)} gaps of appendix B an owner and a date.",
            ),
        ]
    )


def _phases(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    unit = words.money_unit(language)
    book.captioned_table(
        t("分阶段安排", "Phases"),
        [
            (t("阶段", "Phase"), 1.5, "left"),
            (t("时间", "Time"), 1.3, "left"),
            (t(f"投入（{unit}）", f"Spent ({unit})"), 0.9, "right"),
            (t("启动的项目", "Projects that start"), 4, "left"),
        ],
        [
            (
                phase.name[language],
                months(phase.facts["start"], phase.facts["end"]),
                words.amount(_number(phase.facts["spent"]), language),
                listed(
                    [_step(one, language) for one in model.of("task") if phase in model.targets(one.id, "belongs_to")],
                    language,
                ),
            )
            for phase in model.of("phase")
        ],
        source(language, "plan"),
    )


def _bracketed(words_zh: str) -> str:
    """第一阶段：夯实基础 → 第一阶段（夯实基础）."""
    before, _, after = words_zh.partition("：")
    return f"{before}（{after}）"


def _step(one: Element, language: str) -> str:
    """建设排程排产 3 级 → 排程排产 3 级."""
    return one.name.zh.removeprefix("建设") if language == "zh" else one.name.en.removeprefix("Bring ")


def _stand(made: Blueprint, language: str) -> str:
    found = made.given.diagnosis
    if found is None:
        return (
            "尚未开展水平评测，本方案以规划所用的场景等级为起点。"
            if language == "zh"
            else "No assessment was made yet; the plan starts from the levels it was given."
        )
    level, pains = words.name(found["level_name"], language), _pains(made)
    if language == "zh":
        return f"数字化水平为{level}，得分 {found['score']:g}（满分 100）；列入本规划的场景对应 {pains} 条痛点。"
    return (
        f"The digital level is {level}, with {found['score']:g} points of 100; the scenarios taken up answer {pains}"
        " pain "
        "points."
    )


def _pains(made: Blueprint) -> int:
    return sum(one.id.startswith("driver.pain.") for one in made.model.of("driver"))


def _aim(made: Blueprint, language: str) -> str:
    goals = [said(one, language) for one in made.model.of("goal") if one.id in ("goal.vision", "goal.level")]
    moved = [one for one in improvements(made.given).values() if one.mode > 0]
    best = sorted(moved, key=lambda one: -one.mode)[:3]
    if language == "zh":
        told = "、".join(
            f"{driver_name(one.driver).zh}{'提高' if better(one.driver) > 0 else '降低'}约 {one.mode:.1%}"
            for one in best
        )
        return "".join(goals) + (f"主要经营指标：{told}。" if told else "")
    told = ", ".join(
        f"{driver_name(one.driver).en.lower()} {'up' if better(one.driver) > 0 else 'down'} by about {one.mode:.1%}"
        for one in best
    )
    return " ".join(goals) + (f" Money drivers moved most: {told}." if told else "")


def _way(made: Blueprint, language: str) -> str:
    model = made.model
    parts = []
    for phase in model.of("phase"):
        tasks = [one for one in model.of("task") if phase in model.targets(one.id, "belongs_to")]
        if not tasks:
            continue
        if language == "zh":
            parts.append(f"{_bracketed(phase.name.zh)} {len(tasks)} 个项目")
        else:
            parts.append(f"{phase.name.en} ({len(tasks)} {'project' if len(tasks) == 1 else 'projects'})")
    scenarios = len(model.of("scenario"))
    if language == "zh":
        return f"以 {scenarios} 个场景为抓手分步实施：{'；'.join(parts)}。每个项目以能在本企业数据上运行的检查验收。"
    return (
        f"{scenarios} scenarios, step by step: {'; '.join(parts)}. Every project is accepted by checks that run on "
        "our own "
        "data."
    )


def _money(made: Blueprint, language: str) -> str:
    plan = made.given.plan
    npv, loss = plan["npv"], plan["risk"]["loss_probability"]
    low, high = words.money(npv["p10"], language), words.money(npv["p90"], language)
    chance = "< 0.1%" if 0 < loss < 0.001 else words.percent(loss, 1)
    yearly = words.money(sum(one["yearly_cost"] for one in plan["projects"]), language)
    if language == "zh":
        return f"全部投用后年运行费约 {yearly}；净现值八成可能在 {low}至 {high}之间，亏损可能性为 {chance}。"
    return (
        f"Once all is in use it costs about {yearly} a year to run. With a chance of 80% the net present value lies "
        "between "
        f"{low} and {high}; a loss has a chance of {chance}."
    )


def _risk(made: Blueprint, language: str) -> str:
    bars = made.given.plan["tornado"]
    if not bars:
        return words.MISSING
    most = words.name(bars[0]["label"], language)
    errors = sum(gap.severity == "error" for gap in made.gaps)
    warnings = len(made.gaps) - errors
    if language == "zh":
        return (
            f"对净现值影响最大的因素是“{most}”；方案的追溯检查发现 {errors} 项错误、{warnings} 项提醒，见附录 B；"
            "风险与应对见第 10 章。"
        )
    return (
        f'The net present value hangs most on "{most[0].lower()}{most[1:]}". The trace has {errors} errors and '
        f"{warnings} warnings (appendix B); chapter 10 has the risks and the answers to them."
    )


def situation(book: Book, made: Blueprint) -> None:
    """企业现状与转型动因."""
    t, language, enterprise = book.t, book.language, made.given.enterprise
    book.chapter(t("企业现状与转型动因", "Situation and drivers"))
    book.section(t("企业概况", "The enterprise"))
    rows = [(t("企业名称", "Name"), words.name(enterprise.name, language))]
    if enterprise.industry:
        rows.append((t("行业（GB/T 4754）", "Industry"), enterprise.industry[language]))
    if enterprise.staff is not None:
        rows.append((t("从业人员", "People"), f"{enterprise.staff:,}"))
    if enterprise.revenue is not None:
        rows.append((t("年营业收入", "Revenue a year"), words.money(enterprise.revenue, language)))
    rows += [
        (t("企业规模", "Size class"), enterprise.size[language]),
        (t("梯度培育", "Tier"), enterprise.tier[language]),
        (t("分类推进路径", "Track"), enterprise.track[language]),
        (t("重点方向", "Focus"), enterprise.focus[language]),
    ]
    book.captioned_table(
        t("企业概况", "The enterprise"),
        [(t("项目", "Item"), 1, "left"), (t("内容", "Content"), 3.2, "left")],
        rows,
        t(
            f"企业档案；《实施指南》{enterprise.clause}",
            f"the enterprise's profile; the guide, section {clause(enterprise.clause, 'en')}",
        ),
    )
    _level(book, made)
    _drivers(book, made)


def _level(book: Book, made: Blueprint) -> None:
    t, language, found = book.t, book.language, made.given.diagnosis
    book.section(t("数字化水平诊断", "Digital level"))
    if found is None:
        book.say(
            t(
                "尚未提交评测；完成评测后重新编制本方案。",
                "No assessment is submitted; make the blueprint again after one.",
            )
        )
        return
    title = words.name(found["instrument"]["title"], language)
    assessor = words.label(found["assessor"], language)
    book.say(
        t(
            f"按《{title}》{assessor}，得分 {found['score']:g}，为{found['level_name']['zh']}（{found['level']} 级）。",
            f"By the instrument {title} ({assessor}): {found['score']:g} points, {found['level_name']['en']} "
            f"(level {found['level']}).",
        )
    )
    if found.get("parts"):
        rows = [
            Bar(
                words.name(one["label"], language), one["score"], one["points"], f"{one['score']:g} / {one['points']:g}"
            )
            for one in found["parts"].values()
        ]
        book.captioned_picture(bars(rows), t("各部分得分", "Score by part"), source(language, "diagnosis"))
    way = found["next_level"]
    if not way:
        book.say(t("已达到最高等级。", "The highest level is reached."))
        return
    book.captioned_table(
        t(f"达到{way['name']['zh']}最省力的改变", f"The least that must change to reach {way['name']['en']}"),
        [
            (t("指标", "Item"), 0.7, "left"),
            (t("名称", "Name"), 1.2, "left"),
            (t("今天", "Today"), 3, "left"),
            (t("要达到", "To reach"), 3, "left"),
        ],
        [
            (
                one["question"],
                words.name(one["label"], language),
                words.name(one["before"], language),
                words.name(one["after"], language),
            )
            for one in way["changes"]
        ],
        source(language, "diagnosis"),
    )


def _drivers(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("痛点与驱动因素", "Pain points and drivers"))
    told = {"atlas": t("场景典型痛点", "typical of the scenario"), "diagnosis": t("企业提出", "named by our people")}
    book.captioned_table(
        t("驱动因素与对应目标", "Drivers and the goals that they motivate"),
        [
            (t("编号", "Code"), 0.65, "left"),
            (t("驱动因素", "Driver"), 4.2, "left"),
            (t("由来", "From"), 1.3, "left"),
            (t("对应目标", "Goals"), 1.2, "left"),
        ],
        [
            (
                one.code,
                one.name[language],
                told.get(one.source, t("战略与评测", "strategy and assessment")),
                codes(model.targets(one.id, "motivates")),
            )
            for one in model.of("driver")
        ],
        source(language, "diagnosis", "atlas"),
    )


def goals(book: Book, made: Blueprint) -> None:
    """愿景目标."""
    t, language, model = book.t, book.language, made.model
    book.chapter(t("愿景目标", "Vision and goals"))
    vision = model.by_id["goal.vision"]
    book.section(t("愿景", "Vision"))
    book.say(said(vision, language))
    book.section(t("目标体系", "Goals"))
    book.captioned_table(
        t("目标体系", "Goals"),
        [
            (t("编号", "Code"), 0.65, "left"),
            (t("目标", "Goal"), 1.6, "left"),
            (t("目标值", "Target"), 4, "left"),
            (t("支撑需求数", "Served by"), 0.9, "right"),
        ],
        [
            (one.code, one.name[language], said(one, language), str(len(model.sources(one.id, "serves"))))
            for one in model.of("goal")
            if one.id != "goal.vision"
        ],
        source(language, "plan", "finance", "atlas"),
    )
    book.note(
        t(
            "区间取自场景清单的最低与最高估计；同一经营指标受多个场景影响时按 1 − Π(1 − e) 合并，不重复计算。",
            "Ranges come from the lowest and highest estimates of the manifests; several scenarios on one driver "
            "are joined "
            "by 1 − Π(1 − e), so that nothing counts twice.",
        )
    )
    _value_classes(book, made)
    _by_phase(book, made)
    _indicators(book, made)


def _value_classes(book: Book, made: Blueprint) -> None:
    """The nine classes of GB/T 23011, where the plan tells them apart."""
    t, language = book.t, book.language
    classes = [one for one in made.given.plan.get("value_classes") or [] if one["yearly"] or one["present"]]
    if not classes:
        return
    unit = words.money_unit(language)
    book.section(t("价值效益", "Classes of value"))
    book.captioned_table(
        t("价值效益分类（GB/T 23011）", "Benefits by class (GB/T 23011)"),
        [
            (t("类别", "Group"), 1.6, "left"),
            (t("价值效益", "Class"), 2, "left"),
            (t(f"全部见效后每年（{unit}）", f"A year at full effect ({unit})"), 1.3, "right"),
            (t(f"现值（{unit}）", f"Present value ({unit})"), 1.1, "right"),
        ],
        [
            (
                words.name(one["group_label"], language),
                words.name(one["label"], language),
                words.amount(one["yearly"], language),
                words.amount(one["present"], language),
            )
            for one in classes
        ],
        source(language, "plan", "finance"),
    )


def _by_phase(book: Book, made: Blueprint) -> None:
    t, language, model = book.t, book.language, made.model
    book.section(t("分阶段目标", "Goals by phase"))
    rows = []
    for phase in model.of("phase"):
        start, end = str(phase.facts["start"]), str(phase.facts["end"])
        reached = [one for one in model.of("task") if start <= str(one.facts["end"]) <= end]
        capabilities = [each for one in reached for each in model.targets(one.id, "realises")]
        rows.append(
            (
                phase.name[language],
                f"{start[:7]} – {end[:7]}",
                listed([f"{one.name[language]} ({one.code})" for one in capabilities], language, MOST_CAPABILITIES),
                words.amount(_number(phase.facts["spent"]), language),
            )
        )
    unit = words.money_unit(language)
    book.captioned_table(
        t("分阶段目标：到期末建成的能力", "What each phase has built by its end"),
        [
            (t("阶段", "Phase"), 1.5, "left"),
            (t("时间", "Time"), 1.2, "left"),
            (t("建成能力", "Capabilities"), 4.2, "left"),
            (t(f"投入（{unit}）", f"Spent ({unit})"), 0.9, "right"),
        ],
        rows,
        source(language, "plan", "atlas"),
    )


def _indicators(book: Book, made: Blueprint) -> None:
    t, language = book.t, book.language
    book.section(t("关键指标", "Key indicators"))
    rows = []
    for scenario in made.model.of("scenario"):
        manifest = made.given.manifests[scenario.id.removeprefix("scenario.")]
        kpi = manifest.kpis[0]
        rows.append(
            (
                f"{scenario.name[language]} ({scenario.code})",
                kpi.name[language],
                _unit(kpi.unit, language),
                t("降低", "lower") if kpi.better == "lower" else t("提高", "higher"),
                kpi.standard or words.MISSING,
            )
        )
    book.captioned_table(
        t("各场景首要指标", "The headline KPI of each scenario"),
        [
            (t("场景", "Scenario"), 2, "left"),
            (t("指标", "KPI"), 2, "left"),
            (t("单位", "Unit"), 0.8, "left"),
            (t("方向", "Better"), 0.7, "left"),
            (t("出处", "Standard"), 1.8, "left"),
        ],
        rows,
        source(language, "atlas"),
    )


def _unit(unit: str, language: str) -> str:
    if unit == "1":
        return "—"
    known = words.UNITS.get(unit)
    return known[language] if known else unit


def _number(value: Any) -> float:
    return float(value or 0.0)
