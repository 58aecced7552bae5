"""The Word report of one turn of the loop (转型诊断与规划报告): one page for the manager, then a chapter a step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tujing.iteration import report_diagnosis, report_outcome, report_plan, report_turns
from tujing.reports import words
from tujing.reports.paper import Paper


def write_report(path: Path, document: Mapping[str, Any], language: str = "zh") -> Path:
    """Writes what `loop.once_round` found as a Word file in one language. A step that is absent is said to be absent.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    language = "en" if language.startswith("en") else "zh"
    enterprise = words.name(
        (document.get("enterprise") or {}).get("name", {"zh": "企业", "en": "Enterprise"}), language
    )
    title = "转型诊断与规划报告" if language == "zh" else "Transformation diagnosis and plan"
    page_words = ("第 ", " 页") if language == "zh" else ("Page ", "")
    dash = "  ·  "
    paper = Paper(language, f"{enterprise} {title}", f"{enterprise}{dash}{title}", page_words)
    paper.title(title, _below_title(document, enterprise, language))
    _summary(paper, document)
    report_diagnosis.enterprise(paper, document.get("enterprise"))
    report_diagnosis.diagnosis(paper, document.get("diagnosis"))
    report_diagnosis.readiness(paper, document.get("readiness"))
    report_plan.plan(paper, document.get("plan"))
    report_outcome.delivery(paper, document.get("milestones"), document.get("runs"))
    report_outcome.evaluation(paper, document.get("evaluation"))
    report_turns.turns(paper, document.get("cycles"))
    report_outcome.next_cycle(paper, document.get("next_cycle"))
    report_outcome.sources(paper, document)
    return paper.save(path)


def _below_title(document: Mapping[str, Any], enterprise: str, language: str) -> str:
    number = (document.get("next_cycle") or {}).get("number")
    submitted = (document.get("diagnosis") or {}).get("submitted")
    parts = [enterprise]
    if number:
        parts.append(f"第 {number - 1} 轮" if language == "zh" else f"Cycle {number - 1}")
    if submitted:
        parts.append(f"评测日期 {words.day(submitted)}" if language == "zh" else f"assessed on {words.day(submitted)}")
    return "  ·  ".join(parts)


def _summary(paper: Paper, document: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    diagnosis, plan = document.get("diagnosis"), document.get("plan")
    paper.chapter(t("一页摘要", "Summary on one page"))
    projects = plan["projects"] if plan else []
    measured = [row for row in document.get("evaluation") or [] if row["verdict"] in ("better", "worse")]
    paper.figures(
        [
            (
                words.name(diagnosis["level_name"], language) if diagnosis else words.MISSING,
                t("数字化水平", "digital level"),
            ),
            (f"{diagnosis['score']:g}" if diagnosis else words.MISSING, t("得分（满分 100）", "score out of 100")),
            (
                words.money(plan["investment"], language) if plan and projects else words.MISSING,
                t("规划投入", "planned investment"),
            ),
            (
                words.money(plan["npv"]["p50"], language) if plan and projects else words.MISSING,
                t("净现值（中位）", "net present value, median"),
            ),
        ]
    )
    _where_we_stand(paper, document)
    paper.section(t("先做什么", "What to do first"))
    if projects:
        paper.points([_first(paper, one) for one in sorted(projects, key=lambda one: one["start"])[:4]])
    else:
        paper.say(t("本轮规划没有选出项目，原因见“转型规划”。", "The plan chose no project; its chapter says why."))
    paper.section(t("能带来什么", "What it brings"))
    if plan and projects:
        paper.say(report_plan.promise(plan, language))
    else:
        paper.say(t("没有项目，暂无预期收益。", "Without projects there is no benefit to expect."))
    paper.section(t("实测到了什么", "What was measured"))
    if measured:
        paper.points([_told(row, language) for row in measured[:4]])
    else:
        paper.say(
            t(
                "还没有可以下结论的实测效果；场景投用满 6 周后再评估。",
                "No effect can be concluded from the data yet; evaluate again once a scenario has run for six weeks.",
            )
        )


def _where_we_stand(paper: Paper, document: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    enterprise, diagnosis = document.get("enterprise"), document.get("diagnosis")
    ready = document.get("readiness") or []
    paper.section(t("站在哪里", "Where we stand"))
    lines = []
    if enterprise:
        labels = [words.name(enterprise[key], language) for key in ("size_label", "tier_label", "track_label")]
        lines.append(t("企业：", "Enterprise: ") + t("；", "; ").join(labels) + t("。", "."))
    if diagnosis:
        way = diagnosis["next_level"]
        if way:
            lines.append(
                t(
                    f"离“{way['name']['zh']}”最省力的路是改变 {len(way['changes'])} 项现状。",
                    f"The easiest way to “{way['name']['en']}” changes {len(way['changes'])} answers.",
                )
            )
        else:
            lines.append(t("已达到最高等级。", "The highest level is reached."))
    if ready:
        done = sum(one["ready"] for one in ready)
        lines.append(
            t(
                f"{len(ready)} 个场景中，{done} 个的必需数据已就绪。",
                f"{done} of {len(ready)} scenarios have the data they require.",
            )
        )
    paper.points(lines or [t("本轮还没有诊断。", "There is no diagnosis in this cycle yet.")])


def _first(paper: Paper, project: Mapping[str, Any]) -> str:
    title = words.name(project["name"], paper.language)
    begin = words.day(project["start"])[:7]
    cost = words.money(project["cost"], paper.language)
    return paper.t(
        f"{begin} 起：{title}，到 {project['level']} 级，投入 {cost}。",
        f"From {begin}: {title}, to level {project['level']}, for {cost}.",
    )


def _told(row: Mapping[str, Any], language: str) -> str:
    scenario = words.scenario(row["scenario"], language)
    where = words.scope(row.get("scope"), language)
    return (
        f"{scenario}（{where}）{words.sentence(row['words'], language)}"
        if language == "zh"
        else f"{scenario} ({where}). {words.sentence(row['words'], language)}"
    )
