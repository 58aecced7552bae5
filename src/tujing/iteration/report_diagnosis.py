"""The report's chapters on the enterprise, its digital level, and the readiness of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tujing.elements.definition import elements
from tujing.reports import words
from tujing.reports.drawings import Bar, bars
from tujing.reports.paper import Paper

HIGHEST = 4


def enterprise(paper: Paper, found: Mapping[str, Any] | None) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("企业画像与转型路径", "The enterprise and its track"), new_page=True)
    if not found:
        paper.say(t("企业档案还没有填写。", "The enterprise's profile is not filled in yet."))
        return
    scale = t("规上工业企业", "above designated size") if found["above_scale"] else t("规下", "below designated size")
    paper.table(
        [(t("项目", "Item"), 1, "left"), (t("结论", "Finding"), 3, "left")],
        [
            (t("企业规模", "Size"), f"{words.name(found['size_label'], language)}{t('，', ', ')}{scale}"),
            (t("培育梯度", "Ladder"), words.name(found["tier_label"], language)),
            (t("转型路径", "Track"), words.name(found["track_label"], language)),
            (
                t("依据条款", "Clause"),
                t(
                    f"《制造业企业数字化转型实施指南》{found['clause']}",
                    f"Guide to digital transformation of manufacturers, {found['clause']}",
                ),
            ),
        ],
    )
    paper.section(t("判定依据", "How it was found"))
    paper.points([words.name(reason, language) for reason in found["reasons"]])


def diagnosis(paper: Paper, found: Mapping[str, Any] | None) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("水平诊断", "Digital level"))
    if not found:
        paper.say(t("还没有提交过评测。", "No assessment is submitted yet."))
        return
    paper.say(
        t(
            f"按{found['instrument']['title']['zh']}（{words.label(found['assessor'], 'zh')}），"
            f"得 {found['score']:g} 分，水平为“{found['level_name']['zh']}”（{found['level']} 级）。",
            f"By the {found['instrument']['title']['en']} ({words.label(found['assessor'], 'en')}) the score is "
            f"{found['score']:g} and the level “{found['level_name']['en']}” (level {found['level']}).",
        )
    )
    parts = [
        Bar(
            words.name(part["label"], language),
            part["score"],
            part["points"],
            f"{part['score']:g} / {part['points']:g}",
        )
        for part in found["parts"].values()
    ]
    paper.picture(bars(parts), t("各部分得分与满分", "Score of each part, and the most it can be"))
    _scenarios(paper, found)
    _tests(paper, found["tests"])
    _next_level(paper, found["next_level"])
    _claims(paper, found)


def _scenarios(paper: Paper, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    aim = min(found["level"] + 1, HIGHEST)
    rows = list(found["scenarios"].values())
    paper.picture(
        bars(
            [
                Bar(
                    ("★ " if one["mandatory"] else "") + words.name(one["label"], language),
                    one["level"],
                    HIGHEST,
                    t(f"{one['level']} 级", f"level {one['level']}"),
                    aim,
                )
                for one in rows
            ],
            t(f"下一等级对场景的要求：{aim} 级", f"What the next level asks of a scenario: level {aim}"),
        ),
        t("各场景的等级（★ 为必评场景）", "Level of each scenario (★: mandatory)"),
    )


def _tests(paper: Paper, tests: Sequence[Mapping[str, Any]]) -> None:
    t, language = paper.t, paper.language
    paper.section(t("定级规则与达成情况", "Rule of each level, and what was reached"))
    paper.table(
        [
            (t("等级", "Level"), 1.4, "left"),
            (t("得分：达到 / 要求", "Score: reached / asked"), 1.6, "right"),
            (t("达标场景：达到 / 要求", "Scenarios: reached / asked"), 1.6, "right"),
            (t("其中必评场景：达到 / 要求", "Mandatory ones: reached / asked"), 1.8, "right"),
            (t("结论", "Met"), 0.9, "left"),
        ],
        [
            (
                words.name(test["name"], language),
                f"{test['score']:g} / {test['score_asked']:g}",
                f"{test['scenarios']} / {test['scenarios_asked']}",
                f"{test['mandatory']} / {test['mandatory_asked']}",
                t("达到", "yes") if test["met"] else t("未达到", "not yet"),
            )
            for test in tests
        ],
    )


def _next_level(paper: Paper, way: Mapping[str, Any] | None) -> None:
    t, language = paper.t, paper.language
    paper.section(t("离下一等级还差什么", "What is missing for the next level"))
    if not way:
        paper.say(t("已是最高等级。", "This is the highest level."))
        return
    paper.say(
        t(
            f"下表是达到“{way['name']['zh']}”最省力的一组改变（由精确优化求得），完成后得 {way['score_after']:g} 分。",
            f"These changes reach “{way['name']['en']}” with the least effort (found by exact optimisation); the score "
            f"would then be {way['score_after']:g}.",
        )
    )
    paper.table(
        [
            (t("项目", "Item"), 1.2, "left"),
            (t("现状", "Today"), 2.4, "left"),
            (t("要做到", "To reach"), 2.4, "left"),
            (t("加分", "Points"), 0.8, "right"),
            (t("相对工作量", "Relative effort"), 0.95, "right"),
        ],
        [
            (
                words.name(change["label"], language),
                words.name(change["before"], language),
                words.name(change["after"], language),
                f"{change['points']:g}" if change["points"] else words.MISSING,
                f"{change['effort']:g}",
            )
            for change in map(_plain, way["changes"])
        ],
    )


def _plain(change: Any) -> Mapping[str, Any]:
    return change if isinstance(change, Mapping) else vars(change)


def _claims(paper: Paper, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    trust = found["claimed_vs_evidenced"]
    labels = {id: one["label"] for id, one in (*found["indicators"].items(), *found["scenarios"].items())}
    paper.section(t("自报与有证据", "Claimed and evidenced"))
    claimed, evidenced = trust["claimed"], trust["evidenced"]
    paper.say(
        t(
            f"自报 {claimed['score']:g} 分、{claimed['level']} 级；只计有证据的回答为 {evidenced['score']:g} 分、"
            f"{evidenced['level']} 级。",
            f"Claimed: {claimed['score']:g} points, level {claimed['level']}. Counting only answers with evidence: "
            f"{evidenced['score']:g} points, level {evidenced['level']}.",
        )
    )
    if trust["unevidenced"]:
        names = t("、", ", ").join(words.name(labels.get(id, id), language) for id in trust["unevidenced"])
        paper.say(names + t("。", "."), t("还缺证据：", "Without evidence so far: "))
    if not found["measured"]:
        paper.say(t("数据还不足以核对任何一项回答。", "The data cannot yet check any answer."))
        return
    paper.section(t("用数据核对回答", "Answers checked against data"))
    paper.table(
        [
            (t("指标", "Indicator"), 1.5, "left"),
            (t("实测值", "Measured"), 1.05, "right"),
            (t("对应选项", "Its option"), 1.1, "left"),
            (t("与自报", "Against the claim"), 1.0, "left"),
            (t("算法", "How it is worked out"), 3.2, "left"),
        ],
        [
            (
                words.name(labels.get(id, id), language),
                words.percent(fact["value"], 1, signed=id.startswith("R")),
                words.name(fact["label"], language),
                t("一致", "agrees") if fact["option"] == fact["claimed"] else t("不一致", "differs"),
                words.name(fact["formula"], language),
            )
            for id, fact in found["measured"].items()
        ],
    )


def readiness(paper: Paper, rows: Sequence[Mapping[str, Any]] | None) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("数据就绪度", "Readiness of the data"))
    if not rows:
        paper.say(t("还没有测量数据就绪度。", "Readiness has not been measured yet."))
        return
    paper.say(
        t(
            "就绪度由已导入的数据实测得出，不靠填报：必需数据齐备即可运行，可选数据只提高就绪度。",
            "Readiness is measured from the imported data, not asked: a scenario can run once its required data are "
            "there; optional data only raise the share.",
        )
    )
    ordered = sorted(rows, key=lambda one: (not one["ready"], -one["share"], one["scenario"]))
    paper.table(
        [
            (t("场景", "Scenario"), 1.7, "left"),
            (t("就绪度", "Share"), 0.7, "right"),
            (t("可否运行", "Can run"), 0.8, "left"),
            (t("必需而缺", "Required, missing"), 1.9, "left"),
            (t("可选而缺", "Optional, missing"), 2.6, "left"),
        ],
        [
            (
                words.scenario(one["scenario"], language),
                words.percent(one["share"]),
                t("数据齐备", "yes") if one["ready"] else t("尚缺数据", "not yet"),
                _gaps(one["missing"], True, language),
                _gaps(one["missing"], False, language),
            )
            for one in ordered
        ],
    )


def _gaps(missing: Sequence[Mapping[str, Any]], required: bool, language: str) -> str:
    """Names a missing table; of one that is there, says what is wrong with it."""
    known = elements()
    told: dict[str, None] = {}
    for gap in missing:
        if gap["required"] != required:
            continue
        absent = not gap["column"] and gap["zh"].startswith("还没有") and gap["element"] in known
        told[known[gap["element"]].label[language] if absent else words.name(gap, language).rstrip("。.")] = None
    return ("、" if language == "zh" else "; ").join(told) or words.MISSING
