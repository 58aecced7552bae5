"""The report's chapter on the turns taken: forecast beside measured, and the lessons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tujing.reports import words
from tujing.reports.paper import Paper


def turns(paper: Paper, cycles: Sequence[Mapping[str, Any]] | None) -> None:
    """Writes the chapter; without a reviewed turn there is none."""
    t, language = paper.t, paper.language
    reviewed = [turn for turn in cycles or () if "lessons" in turn]
    if not reviewed:
        return
    paper.chapter(t("各轮回顾", "The turns so far"))
    paper.say(
        t(
            "预测在规划时留存，实测后比对。误差为预测与实测之差除以首次预测，按实测的精度加权；不同轮的误差对应不同的"
            "实测，可比的是“早先预测在同样实测上的误差”。",
            "Forecasts are kept when a plan is made and compared once measured. The error is forecast less measured "
            "over the first forecast, weighted by how well it was measured. Errors of different turns are errors on "
            "different measurements; what compares is the error of earlier forecasts on the same ones.",
        )
    )
    paper.table(
        [
            (t("轮次", "Turn"), 0.7, "left"),
            (t("起止", "From – to"), 1.8, "left"),
            (t("规划净现值", "NPV of the plan"), 1.3, "right"),
            (t("检验的预测", "Forecasts measured"), 1.1, "right"),
            (t("误差", "Error"), 0.9, "right"),
            (t("早先预测在同样实测上的误差", "Earlier forecasts on the same"), 1.8, "left"),
        ],
        [_turn(turn, language) for turn in reviewed],
    )
    measured = [(turn["number"], row) for turn in reviewed for row in turn["measured"]]
    if measured:
        _measured(paper, measured)
    lessons = [(turn["number"], one) for turn in reviewed for one in turn["lessons"]]
    if lessons:
        paper.section(t("停、推广、整改", "What to stop, scale up and fix"))
        paper.table(
            [
                (t("轮次", "Turn"), 0.6, "left"),
                (t("场景", "Scenario"), 1.8, "left"),
                (t("做法", "Action"), 0.8, "left"),
                (t("理由", "Why"), 4, "left"),
            ],
            [
                (
                    str(number),
                    words.scenario(one["scenario"], language) + (t("（试点）", " (pilot)") if one["is_pilot"] else ""),
                    words.name(one["label"], language),
                    words.sentence(one["why"], language),
                )
                for number, one in lessons
            ],
        )


def _turn(turn: Mapping[str, Any], language: str) -> tuple[str, ...]:
    found, plan = turn["forecast_error"], turn["plan"]
    begin, end = words.day(turn["opened"])[:7], words.day(turn["closed"])[:7] if turn.get("closed") else words.MISSING
    earlier = [] if found is None else found["earlier"]
    joined = "；" if language == "zh" else "; "
    return (
        str(turn["number"]),
        f"{begin} – {end}",
        words.money(plan["npv"]["p50"], language) if plan else words.MISSING,
        str(found["count"]) if found else "0",
        words.percent(found["mean_error"], 1) if found else words.MISSING,
        joined.join(
            f"第 {one['cycle']} 轮 {words.percent(one['mean_error'], 1)}"
            if language == "zh"
            else f"turn {one['cycle']}: {words.percent(one['mean_error'], 1)}"
            for one in earlier
        )
        or words.MISSING,
    )


def _measured(paper: Paper, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    t, language = paper.t, paper.language
    paper.section(t("预测与实测", "Forecast and measured"))
    paper.table(
        [
            (t("轮次", "Turn"), 0.6, "left"),
            (t("场景与等级", "Scenario and level"), 2.2, "left"),
            (t("财务科目", "Account"), 1.4, "left"),
            (t("预测", "Forecast"), 1, "right"),
            (t("实测（± 标准误）", "Measured (± standard error)"), 1.6, "right"),
        ],
        [
            (
                str(number),
                words.scenario(row["scenario"], language) + t(f" {row['level']} 级", f", level {row['level']}"),
                words.label(row["driver"], language),
                words.percent(row["forecast"], 1, True),
                f"{words.percent(row['mean'], 1, True)} ± {words.percent(row['standard_deviation'], 1)}",
            )
            for number, row in rows
        ],
    )
