"""The report's chapter on the plan: projects, money by quarter, risk, and what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tujing.reports import words
from tujing.reports.drawings import Span, columns, gantt, histogram
from tujing.reports.paper import Paper


def promise(plan: Mapping[str, Any], language: str) -> str:
    """What the plan costs and brings, in two sentences."""
    npv, risk = plan["npv"], plan["risk"]
    cost, low, middle, high = (
        words.money(value, language) for value in (plan["investment"], npv["p10"], npv["p50"], npv["p90"])
    )
    payback = risk["payback_quarters"]
    chance = "< 0.1%" if 0 < risk["loss_probability"] < 0.001 else words.percent(risk["loss_probability"], 1)
    if language == "zh":
        back = f"中位回收期 {payback:g} 个季度" if payback is not None else "多数情形下期内收不回投入"
        return (
            f"{len(plan['projects'])} 个项目共投入 {cost}，净现值中位数 {middle}，八成可能落在 {low} 与 {high} 之间；"
            f"亏损的可能为 {chance}，{back}。"
        )
    count = len(plan["projects"])
    back = (
        f"the median payback is {payback:g} quarters"
        if payback is not None
        else "in most cases the money does not come back within the horizon"
    )
    return (
        f"{count} {'project costs' if count == 1 else 'projects cost'} {cost} in all. The median net present value is "
        f"{middle}; with a chance of 80% it lies between {low} and {high}. A loss has a chance of {chance}, and {back}."
    )


def plan(paper: Paper, found: Mapping[str, Any] | None) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("转型规划", "The plan"))
    if not found:
        paper.say(t("还没有规划。", "There is no plan yet."))
        return
    if not found["projects"]:
        if found["status"] in ("infeasible", "failed"):
            paper.say(
                t(
                    "在给定的预算、人手与季度内没有可行的规划；请放宽其中一项后重新求解。",
                    "No plan fits the given budget, people and quarters; widen one of them and solve again.",
                )
            )
        else:
            paper.say(
                t(
                    "没有选出项目：在给定条件下，没有哪个场景的预期收益高于投入。",
                    "No project was chosen: within the limits no scenario is expected to bring more than it costs.",
                )
            )
        _rejected(paper, found)
        return
    status = words.label(found["status"], language)
    paper.say(promise(found, language) + t(f"求解状态：{status}。", f" Status of the solution: {status}."))
    _projects(paper, found)
    _money(paper, found)
    _risk(paper, found)
    _rejected(paper, found)


def _projects(paper: Paper, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    projects = found["projects"]
    starts = [date.fromisoformat(words.day(row["start"])) for row in found["budget"]]
    if starts:
        last = starts[-1]
        after = date(last.year + (last.month + 2) // 12, (last.month + 2) % 12 + 1, 1)
        spans = [
            Span(
                words.name(one["name"], language) + t(f" {one['level']} 级", f", L{one['level']}"),
                date.fromisoformat(words.day(one["start"])),
                date.fromisoformat(words.day(one["end"])),
                words.money(one["cost"], language),
            )
            for one in projects
        ]
        paper.picture(
            gantt(spans, [*starts, after], [words.short_quarter(day) for day in starts]),
            t("项目安排与一次性投入", "When each project is under way, and its one-off cost"),
        )
    unit = words.money_unit(language)
    paper.section(t("项目清单", "Projects"))
    paper.table(
        [
            (t("项目", "Project"), 1.6, "left"),
            (t("目标等级", "Level"), 0.8, "right"),
            (t("起止", "From – to"), 1.15, "left"),
            (t(f"投入（{unit}）", f"Cost ({unit})"), 0.95, "right"),
            (t(f"净现值（{unit}）", f"NPV ({unit})"), 1.15, "right"),
            (t("为什么", "Why"), 3.6, "left"),
        ],
        [
            (
                words.name(one["name"], language),
                str(one["level"]),
                f"{words.day(one['start'])[:7]} – {words.day(one['end'])[:7]}",
                words.amount(one["cost"], language),
                words.amount(one["npv"], language),
                words.name(one["why"], language),
            )
            for one in projects
        ],
    )


def _money(paper: Paper, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    rows = found["budget"]
    if not rows:
        return
    scale = words.money_scale(language)
    unit = words.money_unit(language)
    paper.section(t("各季度预算", "Money by quarter"))
    paper.picture(
        columns(
            [row["spent"] / scale for row in rows],
            [row["left"] / scale for row in rows],
            [words.short_quarter(date.fromisoformat(words.day(row["start"]))) for row in rows],
            (t("当季投入（万元）", "spent, thousand CNY"), t("累计结余（万元）", "left over, thousand CNY")),
        ),
        t("各季度投入与累计结余", "Money spent each quarter, and what is left over so far"),
    )
    paper.table(
        [
            (t("季度", "Quarter"), 1.4, "left"),
            (t(f"预算（{unit}）", f"Budget ({unit})"), 1, "right"),
            (t(f"投入（{unit}）", f"Spent ({unit})"), 1, "right"),
            (t(f"累计结余（{unit}）", f"Left over ({unit})"), 1, "right"),
            (t("自有人天：用 / 有", "Own person-days: used / at hand"), 1.5, "right"),
            (t("在建项目", "Under way"), 0.8, "right"),
        ],
        [
            (
                words.quarter(date.fromisoformat(words.day(row["start"])), language),
                words.amount(row["budget"], language),
                words.amount(row["spent"], language),
                words.amount(row["left"], language),
                f"{row['person_days']:,.0f} / {row['person_days_at_hand']:,.0f}",
                str(row["under_way"]),
            )
            for row in rows
        ],
    )


def _risk(paper: Paper, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    npv, risk = found["npv"], found["risk"]
    unit = words.money_unit(language)
    scale = words.money_scale(language)
    paper.section(t("风险", "Risk"))
    paper.say(
        t(
            f"对效果与费用的不确定性做了 {risk['draws']:,} 次抽样。",
            f"Effects and costs, uncertain as they are, were drawn {risk['draws']:,} times.",
        )
    )
    paper.picture(
        histogram(
            [edge / scale for edge in risk["histogram"]["edges"]],
            risk["histogram"]["counts"],
            [(name.upper(), npv[name] / scale) for name in ("p10", "p50", "p90")],
            t("净现值（万元）", "net present value, thousand CNY"),
        ),
        t("净现值的分布（红色为亏损）", "Distribution of the net present value (red: a loss)"),
    )
    if not found["tornado"]:
        return
    paper.table(
        [
            (t("最影响净现值的因素", "What moves the net present value most"), 3, "left"),
            (t(f"不利时（{unit}）", f"at its worst ({unit})"), 1.2, "right"),
            (t(f"有利时（{unit}）", f"at its best ({unit})"), 1.2, "right"),
        ],
        [
            (
                words.name(bar["label"], language),
                words.amount(min(bar["low"], bar["high"]), language),
                words.amount(max(bar["low"], bar["high"]), language),
            )
            for bar in found["tornado"][:6]
        ],
    )


def _rejected(paper: Paper, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    if not found["rejected"]:
        return
    paper.section(t("未列入的场景及理由", "What was left out, and why"))
    paper.table(
        [
            (t("场景", "Scenario"), 1.6, "left"),
            (t("等级", "Level"), 0.7, "right"),
            (t("为什么不列入", "Why not"), 5, "left"),
        ],
        [
            (words.name(one["name"], language), str(one["level"]), words.name(one["why_not"], language))
            for one in found["rejected"]
        ],
    )
