"""The report's chapters on the enterprise, its digital level, and the readiness of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tujing.diagnosis import report
from tujing.elements.definition import elements
from tujing.reports import words
from tujing.reports.paper import Paper


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
    t = paper.t
    paper.chapter(t("水平诊断", "Digital level"))
    if not found:
        paper.say(t("还没有提交过评测。", "No assessment is submitted yet."))
        return
    report.level(paper, found)


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
