"""Budget and risks: what it costs, who pays, what it brings, what may go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tujing.blueprint.budget import by_phase, money_columns, sources
from tujing.blueprint.made import Blueprint
from tujing.blueprint.telling import risk_parts, short_name, source, starts
from tujing.blueprint.work import QUARTERS_A_PHASE
from tujing.reports import words
from tujing.reports.book import Book
from tujing.reports.drawings import columns, histogram

MOST_RISKS = 12


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
    extra = sum(row["spent"] for row in rows) - given.plan["investment"]
    if extra > 0.005 * given.plan["investment"]:
        book.note(
            t(
                f"投入含达到目标等级的管理措施 {words.money(extra, 'zh')}，见 11.7。",
                f"Spent money includes {words.money(extra, 'en')} for measures of the target level; see 11.7.",
            )
        )
    book.section(t("分季度预算", "By quarter"))
    book.captioned_picture(
        columns(
            [row["spent"] / scale for row in rows],
            [row["left"] / scale for row in rows],
            [words.short_quarter(day) for day in starts(made.given)],
            (t("当季投入（万元）", "spent, thousand CNY"), t("累计结余（万元）", "left over, thousand CNY")),
        ),
        t("各季度投入与累计结余", "Money spent each quarter, and what is left over so far"),
        source(language, "plan"),
    )
    money = money_columns(rows)
    book.captioned_table(
        t(f"分季度预算（{unit}）", f"Budget by quarter ({unit})"),
        [
            (t("季度", "Quarter"), 1.4, "left"),
            *((name[language], 1.0, "right") for name, _ in money),
            (t("在建项目", "Under way"), 0.8, "right"),
        ],
        [
            (
                words.quarter(date.fromisoformat(row["start"]), language),
                *(words.amount(row[key], language) for _, key in money),
                str(row["under_way"]),
            )
            for row in rows
        ],
        source(language, "plan"),
    )
    _cost_classes(book, made)
    _sources_of_money(book, made)
    _return(book, made)
    _other_plans(book, made)


def _cost_classes(book: Book, made: Blueprint) -> None:
    """Licence, hardware, integration, people …, where the plan tells them apart."""
    t, language = book.t, book.language
    classes = made.given.plan.get("costs") or []
    if not classes:
        return
    unit = words.money_unit(language)
    book.section(t("费用构成", "By class of cost"))
    book.captioned_table(
        t("费用构成", "Cost by class"),
        [
            (t("费用类别", "Class"), 2.4, "left"),
            (t(f"一次性（{unit}）", f"One-off ({unit})"), 1, "right"),
            (t(f"每年（{unit}）", f"A year ({unit})"), 1, "right"),
        ],
        [
            (
                words.name(one["label"], language),
                words.amount(one["one_off"], language),
                words.amount(one["yearly"], language),
            )
            for one in classes
        ],
        source(language, "plan"),
    )


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
    loan = (made.given.plan.get("funding") or {}).get("loan")
    if loan and loan.get("drawn"):
        drawn, interest = words.money(loan["drawn"], language), words.money(loan["interest"], language)
        book.note(
            t(
                f"贷款共提取 {drawn}，年利率 {words.percent(loan['rate'], 2)}，期限 {loan['quarters']} 个季度，"
                f"利息共 {interest}。",
                f"The loan: {drawn} drawn at {words.percent(loan['rate'], 2)} a year over {loan['quarters']} quarters, "
                f"with interest of {interest}.",
            )
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
    struck = risk.get("with_events")
    if struck:
        told.append(
            (t("计入风险事件后的净现值 P50", "NPV with risk events, P50"), words.amount(struck["p50"], language))
        )
        told.append(
            (
                t("计入风险事件后的亏损可能性", "Chance of a loss with risk events"),
                words.percent(struck["loss_probability"], 1),
            )
        )
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


def _other_plans(book: Book, made: Blueprint) -> None:
    """The Pareto front of value, maturity and risk, with the plan's own point on it."""
    t, language = book.t, book.language
    points = made.given.plan.get("pareto") or []
    if len(points) < 2:
        return
    unit = words.money_unit(language)
    book.section(t("方案比选", "Other plans"))
    book.say(
        t(
            "下表各方案互不占优：要提高其中一项，必须在另一项上让步。“●”为本方案。",
            "None of these plans is better than another in everything: more of one thing costs another. The dot "
            "marks this "
            "plan.",
        )
    )
    book.captioned_table(
        t("价值、成熟度与风险的取舍", "Value, maturity and risk"),
        [
            ("", 0.4, "left"),
            (t(f"净现值（{unit}）", f"NPV ({unit})"), 1.1, "right"),
            (t("提升等级数", "Levels raised"), 0.9, "right"),
            (t(f"最差一成平均损益（{unit}）", f"Mean of the worst tenth ({unit})"), 1.4, "right"),
            (t("项目数", "Projects"), 0.7, "right"),
            (t("比本方案多 / 少", "More / fewer than this plan"), 1.2, "right"),
        ],
        [
            (
                "●" if one.get("yours") else "",
                words.amount(one["value"], language),
                f"{one['maturity']:g}" if one.get("maturity") is not None else words.MISSING,
                words.amount(None if one.get("risk") is None else -one["risk"], language),
                str(one.get("steps", words.MISSING)),
                f"{len(one.get('adds', ()))} / {len(one.get('drops', ()))}",
            )
            for one in points
        ],
        source(language, "plan"),
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
    _robustness(book, made)
    book.section(t("风险登记册", "Risk register"))
    registered = [one for one in plan.get("risks") or [] if "mitigation" in one]
    if registered:
        _registered(book, made, registered)
    else:
        _known_risks(book, made)


def _robustness(book: Book, made: Blueprint) -> None:
    """In what share of the draws each project is chosen again, where the plan was made anew in draws."""
    t, language = book.t, book.language
    found = made.given.plan.get("robustness")
    if not found:
        return
    share = found["share"]
    tasks = sorted(made.model.of("task"), key=lambda task: -share.get(task.id.removeprefix("task."), 0.0))
    book.section(t("稳健性", "How firm the choice is"))
    book.captioned_table(
        t(
            f"按 {found['draws']} 次抽样重新求解时各项目入选的比例",
            f"How often each project is chosen again, planned anew in {found['draws']} draws",
        ),
        [(t("项目", "Project"), 3, "left"), (t("入选比例", "Chosen"), 1, "right")],
        [
            (
                f"{task.code} {short_name(made.model, task, language)}",
                words.percent(share.get(task.id.removeprefix("task."), 0.0)),
            )
            for task in tasks
        ],
        source(language, "plan"),
    )


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
    return f"{task.code} {short_name(made.model, task, language)}" if task else words.MISSING


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
