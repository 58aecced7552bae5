"""What one assessment came to, as a report: Word, PDF, or tables. Writes on any paper of `reports/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tujing.diagnosis.catalogue import find, item_ids
from tujing.diagnosis.questionnaire import label
from tujing.reports import words
from tujing.reports.drawings import Bar, bars
from tujing.reports.paper import Paper
from tujing.reports.print import Print

HIGHEST = 4
"""Of a scenario's levels."""

Writer = Paper | Print


def level(paper: Writer, found: Mapping[str, Any]) -> None:
    """Writes score and level with what they rest on, from a document of `document.py`."""
    t = paper.t
    number = words.MISSING if found["score"] is None else f"{found['score']:.4g}"
    paper.say(
        t(
            f"按{found['instrument']['title']['zh']}（{words.label(found['assessor'], 'zh')}），"
            f"得 {number} 分，水平为“{found['level_name']['zh']}”{_number(found['level'], ('（', ' 级）'))}。",
            f"By the {found['instrument']['title']['en']} ({words.label(found['assessor'], 'en')}) the score is "
            f"{number} and the level “{found['level_name']['en']}”{_number(found['level'], (' (level ', ')'))}.",
        )
    )
    _parts(paper, list(found["parts"].values()))
    if found["scenarios"]:
        _scenarios(paper, found)
    if found["tests"]:
        _tests(paper, found["tests"])
    _next_level(paper, found)
    _claims(paper, found)


def _number(level: int | None, around: tuple[str, str]) -> str:
    return "" if level is None else f"{around[0]}{level}{around[1]}"


def _parts(paper: Writer, parts: Sequence[Mapping[str, Any]]) -> None:
    """Bars where the most is known, else a table."""
    t, language = paper.t, paper.language
    if not parts:
        return
    if all("points" in part for part in parts):
        shown = [
            Bar(
                words.name(part["label"], language),
                part["score"],
                part["points"],
                f"{part['score']:g} / {part['points']:g}",
            )
            for part in parts
        ]
        paper.picture(bars(shown), t("各部分得分与满分", "Score of each part, and the most it can be"))
        return
    paper.table(
        [(t("部分", "Part"), 3, "left"), (t("得分", "Score"), 1, "right")],
        [(words.name(part["label"], language), _figure(part["score"])) for part in parts],
    )


def _figure(value: float | None) -> str:
    return words.MISSING if value is None else f"{value:.4g}"


def _scenarios(paper: Writer, found: Mapping[str, Any]) -> None:
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


def _tests(paper: Writer, tests: Sequence[Mapping[str, Any]]) -> None:
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


def _next_level(paper: Writer, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    way = found["next_level"]
    paper.section(t("离下一等级还差什么", "What is missing for the next level"))
    if not way:
        paper.say(f"{words.name(found['no_advice'], language)}{t('。', '.')}")
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
            for change in way["changes"]
        ],
    )


def _claims(paper: Writer, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    trust = found["claimed_vs_evidenced"]
    one = find(found["instrument"]["id"])
    labels = {id: label(one, id).as_dict() for id in item_ids(one)}
    paper.section(t("自报与有证据", "Claimed and evidenced"))
    claimed, evidenced = trust["claimed"], trust["evidenced"]
    paper.say(
        t(
            f"自报 {_figure(claimed['score'])} 分、{claimed['level'] or 0} 级；只计有证据的回答为 "
            f"{_figure(evidenced['score'])} 分、{evidenced['level'] or 0} 级。",
            f"Claimed: {_figure(claimed['score'])} points, level {claimed['level'] or 0}. Counting only answers with "
            f"evidence: {_figure(evidenced['score'])} points, level {evidenced['level'] or 0}.",
        )
    )
    if trust["unevidenced"]:
        names = t("、", ", ").join(words.name(labels.get(id, id), language) for id in trust["unevidenced"])
        paper.say(names + t("。", "."), t("还缺证据：", "Without evidence so far: "))
    if not found["indicators"]:  # only the SME form has questions that data answer
        return
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


def whole(paper: Writer, found: Mapping[str, Any], enterprise: str) -> None:
    """Writes the whole report of one assessment: level, how sure it is, the two versions, what hurts, signature."""
    t, language = paper.t, paper.language
    title = words.name(found["instrument"]["title"], language)
    day = words.day(found["submitted"]) if found["submitted"] else t("草稿", "draft")
    paper.title(t("数字化水平诊断报告", "Digital level: diagnosis report"), f"{enterprise}  ·  {title}  ·  {day}")
    trust = found["claimed_vs_evidenced"]
    holds = words.percent(found["confidence"]["chance_level_holds"])
    paper.figures(
        [
            (words.name(found["level_name"], language), t("自报等级", "level claimed")),
            (_figure(found["score"]), t("得分", "score")),
            (_figure(trust["evidenced"]["score"]), t("有证据的得分", "score with evidence")),
            (holds, t("等级站得住的概率", "chance that the level holds")),
        ]
    )
    paper.chapter(t("水平", "Level"))
    level(paper, found)
    _sure(paper, found["confidence"])
    if found["disagreement"]:
        _two_versions(paper, found["disagreement"])
    if found["pain_points"]:
        _pains(paper, found["pain_points"])
    _signed(paper, found)


def _sure(paper: Writer, sure: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    paper.section(t("等级有多稳", "How sure the level is"))
    flips = sure["flips"]
    if flips:
        names = t("、", ", ").join(words.name(one["label"], language) for one in flips["questions"])
        paper.say(
            t(
                f"只要这 {flips['fewest']} 项不成立，等级就会下降：{names}。",
                f"If these {flips['fewest']} answers did not hold, the level would fall: {names}.",
            )
        )
    else:
        paper.say(t("没有证据的回答不足以使等级下降。", "The answers without evidence are not enough to lower it."))
    share = words.percent(sure["assumed"]["holds"]["unevidenced"])
    paper.note(
        t(
            f"概率按“无证据的回答成立的可能为 {share}”计算，此为图景声明的假设。",
            f"The chance takes an answer without evidence to be true with {share}, an assumption declared by Tujing.",
        )
    )


def _two_versions(paper: Writer, found: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    paper.section(t("自评与第三方的分歧", "Where own and third-party version differ"))
    reading = words.name(found["agreement"]["reading"], language)
    rows = [*found["questions"], *found["scenarios"]]
    paper.say(
        t(
            f"共对比 {found['compared']} 题，{len(rows)} 题不同；一致性：{reading}。",
            f"Of {found['compared']} questions {len(rows)} differ; agreement: {reading}.",
        )
    )
    if rows:
        paper.table(
            [
                (t("题目", "Question"), 3, "left"),
                (t("差距", "How far apart"), 1, "right"),
                (t("若采用对方答案的等级", "Level, if theirs"), 1.4, "right"),
            ],
            [
                (words.name(one["label"], language), words.percent(one["distance"]), str(one["level_if_other"]))
                for one in rows
            ],
        )


def _pains(paper: Writer, pains: Sequence[Mapping[str, Any]]) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("痛点", "What hurts"))
    paper.table(
        [
            (t("部门", "Department"), 1, "left"),
            (t("原话", "In their words"), 3, "left"),
            (t("程度", "Severity"), 0.7, "right"),
            (t("对应场景", "Scenarios"), 2, "left"),
        ],
        [
            (
                one["department"],
                words.name(one["words"], language),
                f"{one['severity']} / 5",
                t("、", ", ").join(words.scenario(id, language) for id in one["scenarios"]) or words.MISSING,
            )
            for one in pains
        ],
    )


def _signed(paper: Writer, found: Mapping[str, Any]) -> None:
    t = paper.t
    if found["signature"]:
        paper.section(t("签名", "Signature"))
        paper.note(f"SHA-256 {found['signature']}")
    one = find(found["instrument"]["id"])
    paper.note(words.name(one.wording, paper.language))
