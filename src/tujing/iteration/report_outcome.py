"""The report's chapters on what was done, what it did, the next cycle, and where every figure comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tujing.atlas.loader import atlas
from tujing.diagnosis.instrument import instruments
from tujing.elements.definition import elements
from tujing.planning.assumptions import assumptions
from tujing.reports import words
from tujing.reports.drawings import Interval, intervals
from tujing.reports.paper import Paper

SHARES = ("discount_rate", "cost_of_capital", "own_time_share", "ramp_up")


def delivery(
    paper: Paper, milestones: Sequence[Mapping[str, Any]] | None, runs: Sequence[Mapping[str, Any]] | None
) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("实施与验收", "Implementation and acceptance"))
    paper.section(t("里程碑", "Milestones"))
    if milestones:
        passed = sum(bool(one["passed"]) for one in milestones)
        paper.say(
            t(
                f"{len(milestones)} 个里程碑中 {passed} 个已凭数据通过；未到期的将在数据到位后再验。",
                f"{passed} of {len(milestones)} milestones passed on the data; the rest are checked as data come.",
            )
        )
        paper.table(
            [
                (t("场景", "Scenario"), 1.5, "left"),
                (t("里程碑", "Milestone"), 1.6, "left"),
                (t("应于", "Due"), 1.2, "left"),
                (t("结论", "Verdict"), 0.8, "left"),
                (t("依据", "On what grounds"), 3, "left"),
            ],
            [
                (
                    words.scenario(one["scenario"], language),
                    words.label(one["kind"], language),
                    words.day(one["due"]),
                    t("通过", "passed") if one["passed"] else t("未通过", "not yet"),
                    _grounds(one, language),
                )
                for one in milestones
            ],
        )
    else:
        paper.say(t("还没有立项，所以没有里程碑。", "No project is under way, so there are no milestones."))
    paper.section(t("场景运行", "Runs"))
    if not runs:
        paper.say(t("本轮没有运行任何场景。", "No scenario was run in this cycle."))
    for run in runs or ():
        _run(paper, run)


def _grounds(milestone: Mapping[str, Any], language: str) -> str:
    """The verdict's sentence, with names in place of the codes of statuses, tables and units."""
    facts = milestone.get("facts") or {}
    told = words.sentence(milestone, language)
    names = {code: known.label[language] for code in facts.get("rows", ()) if (known := elements().get(code))}
    if "status" in facts:
        names[str(facts["status"])] = words.label(facts["status"], language)
    for code, name in names.items():
        told = name.join(re.split(rf"\b{re.escape(code)}\b", told, flags=re.ASCII))
    return told.replace("（min）", "（分钟）")


def _run(paper: Paper, run: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    name = words.scenario(run["scenario"], language)
    status = words.label(run["status"], language)
    paper.say(
        t(f"{status}，用时 {run['seconds']:.1f} 秒。", f"{status}, in {run['seconds']:.1f} s. ")
        + words.name(run["explanation"], language),
        t(f"{name}（运行 {run['id']}）：", f"{name} (run {run['id']}): "),
    )
    rows = []
    for identity, kpi in run["kpis"].items():
        unit = words.shown_unit(run["scenario"], identity, kpi["unit"])
        figures = [words.figure(kpi[which], unit, language) for which in ("value", "baseline")]
        rows.append(
            (words.kpi(run["scenario"], identity, language), *figures, _change({**kpi, "unit": unit}, language))
        )
    paper.table(
        [
            (t("指标", "KPI"), 2, "left"),
            (t("本次", "This run"), 1.2, "right"),
            (t("现行做法", "Today's method"), 1.2, "right"),
            (t("变化", "Change"), 1, "right"),
        ],
        rows,
    )


def _change(kpi: Mapping[str, Any], language: str) -> str:
    value, base = kpi["value"], kpi["baseline"]
    if value is None or base is None:
        return words.MISSING
    if kpi["unit"] == "1":
        points = round((value - base) * 100, 1) + 0.0
        return f"{points:+.1f} {'个百分点' if language == 'zh' else 'points'}".replace("-", "−")
    return words.percent((value - base) / abs(base), 1, signed=True) if base else words.MISSING


def evaluation(paper: Paper, rows: Sequence[Mapping[str, Any]] | None) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("成效评估", "Measured effects"))
    if not rows:
        paper.say(
            t(
                "还没有投用满 6 周的场景，暂无可评估的成效。",
                "No scenario has been in use for six weeks yet, so there is no effect to evaluate.",
            )
        )
        return
    told = [row for row in rows if _is_told(row)]
    waiting = [row for row in rows if not _is_told(row)]
    if told:
        paper.say(
            t(
                "效果是投用后相对“若不投用会怎样”的变化，附 95% 区间；安慰剂检验假装提前投用，应当测不到效果。",
                "An effect is the change after go-live against what would have been without it, with a 95% interval. "
                "The placebo pretends an earlier go-live and should find nothing.",
            )
        )
        paper.picture(
            intervals(
                [_interval(row, language) for row in told],
                (t("效果与 95% 区间", "effect with 95% interval"), t("安慰剂区间", "placebo interval")),
            ),
            t(
                "实测效果（绿色改善，红色变差，灰色尚不能判断）",
                "Measured effects (green: better, red: worse, grey: cannot be told yet)",
            ),
        )
        _effects(paper, told)
        _forecasts(paper, told)
    if waiting:
        paper.section(t("还不能判断的", "What cannot be told yet"))
        paper.points([_with_place(row, language) for row in waiting])


def _is_told(row: Mapping[str, Any]) -> bool:
    effect = row.get("effect")
    return effect is not None and all(effect[key] is not None for key in ("relative", "low", "high"))


def _with_place(row: Mapping[str, Any], language: str) -> str:
    place = f"{words.scenario(row['scenario'], language)}, {words.scope(row.get('scope'), language)}"
    if language == "zh":
        return f"{place.replace(', ', '（', 1)}）{words.sentence(row['words'], language)}"
    return f"{place}. {words.sentence(row['words'], language)}"


def _interval(row: Mapping[str, Any], language: str) -> Interval:
    effect, placebo = row["effect"], row.get("placebo")
    doubt = None
    if placebo and placebo["low"] is not None and placebo["high"] is not None:
        doubt = (placebo["low"], placebo["high"])
    good = {"better": True, "worse": False}.get(row["verdict"])
    label = words.name(row["name"], language)
    return Interval(label, effect["low"], effect["relative"], effect["high"], good, doubt)


def _effects(paper: Paper, told: Sequence[Mapping[str, Any]]) -> None:
    t, language = paper.t, paper.language
    paper.table(
        [
            (t("场景、范围与方法", "Scenario, scope and method"), 2.2, "left"),
            (t("指标", "Measure"), 1.7, "left"),
            (t("投用前 → 后", "Before → after"), 1.5, "left"),
            (t("若不投用", "Without it"), 1.25, "right"),
            (t("效果（95% 区间）", "Effect (95% interval)"), 1.9, "left"),
            (t("安慰剂", "Placebo"), 1.3, "right"),
            (t("结论", "Verdict"), 1.1, "left"),
        ],
        [
            (
                f"{words.scenario(row['scenario'], language)}\n{words.scope(row.get('scope'), language)}\n"
                + words.label(row["method"], language),
                words.name(row["name"], language),
                f"{words.figure(row['before'], row['unit'], language)} → "
                f"{words.figure(row['after'], row['unit'], language)}",
                words.figure(row["counterfactual"], row["unit"], language),
                f"{words.percent(row['effect']['relative'], 1, True)}"
                f"{t('（', ' (')}{words.percent(row['effect']['low'], 1, True)}{t(' 至 ', ' to ')}"
                f"{words.percent(row['effect']['high'], 1, True)}{t('）', ')')}",
                words.percent((row.get("placebo") or {}).get("relative"), 1, True),
                words.label(row["verdict"], language),
            )
            for row in told
        ],
    )


def _forecasts(paper: Paper, told: Sequence[Mapping[str, Any]]) -> None:
    t, language = paper.t, paper.language
    drivers = [(row, driver) for row in told for driver in row.get("drivers", ())]
    if not drivers:
        return
    paper.section(t("预测与实测", "Forecast and measured"))
    paper.say(
        t(
            "把实测效果折算到财务科目，与投用前的预测合并成今后采用的估计（± 为标准差）。",
            "The measured effect, carried over to the accounts, is joined with the forecast into what is believed from "
            "now on (±: standard deviation).",
        )
    )
    paper.table(
        [
            (t("财务科目", "Account"), 1.4, "left"),
            (t("由哪项指标", "From"), 1.4, "left"),
            (t("预测", "Forecast"), 1.6, "right"),
            (t("实测", "Measured"), 1.6, "right"),
            (t("今后采用", "Believed now"), 1.6, "right"),
            (t("折算的依据", "Carried over by"), 1.2, "left"),
        ],
        [
            (
                words.label(driver["driver"], language),
                words.name(row["name"], language),
                *(_plus_minus(driver[key]) for key in ("forecast", "measured", "posterior")),
                words.label(driver["status"], language),
            )
            for row, driver in drivers
        ],
    )


def _plus_minus(belief: Mapping[str, Any]) -> str:
    return f"{words.percent(belief['mean'], 1, True)} ± {words.percent(belief['standard_deviation'], 1)}"


def next_cycle(paper: Paper, found: Mapping[str, Any] | None) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("下一轮", "The next cycle"))
    if not found:
        paper.say(t("还没有开启下一轮。", "The next cycle is not open yet."))
        return
    number, opened = found["number"], words.day(found["opened"])
    paper.say(t(f"第 {number} 轮于 {opened} 开启。", f"Cycle {number} was opened on {opened}."))
    if found["carried_over"]:
        paper.section(t("带入的场景", "Carried over"))
        paper.table(
            [
                (t("场景", "Scenario"), 2, "left"),
                (t("范围", "Scope"), 1.5, "left"),
                (t("状态", "State"), 1, "left"),
                (t("今天的等级", "Level today"), 0.8, "right"),
            ],
            [
                (
                    words.scenario(row["scenario"], language),
                    words.scope(row.get("scope"), language),
                    words.label(row["stage"], language),
                    str(row["level_today"]),
                )
                for row in found["carried_over"]
            ],
        )
    if found["beliefs"]:
        paper.section(t("实测后的认识", "What is believed after measuring"))
        paper.points(
            [
                t(
                    f"{words.scenario(row['scenario'], 'zh')} {row['level']} 级"
                    f"对{words.label(row['driver'], 'zh')}的影响：{_plus_minus(row)}。",
                    f"{words.scenario(row['scenario'], 'en')}, level {row['level']}, on "
                    f"{words.label(row['driver'], 'en')}: {_plus_minus(row)}.",
                )
                for row in found["beliefs"]
            ]
        )
    plan = found.get("plan")
    paper.section(t("新的规划", "The new plan"))
    if not plan or not plan["projects"]:
        paper.say(t("新一轮规划没有选出项目。", "The new plan chose no project."))
        return
    unit = words.money_unit(language)
    middle = words.money(plan["npv"]["p50"], language)
    paper.say(
        t(
            f"按实测效果重新求解，选出 {len(plan['projects'])} 个项目，净现值中位数 {middle}。",
            f"Solved again with what was measured: {len(plan['projects'])} projects, median NPV {middle}.",
        )
    )
    paper.table(
        [
            (t("项目", "Project"), 2, "left"),
            (t("目标等级", "Level"), 0.8, "right"),
            (t("起止", "From – to"), 1.6, "left"),
            (t(f"投入（{unit}）", f"Cost ({unit})"), 1, "right"),
            (t(f"净现值（{unit}）", f"NPV ({unit})"), 1, "right"),
        ],
        [
            (
                words.name(one["name"], language),
                str(one["level"]),
                f"{words.day(one['start'])[:7]} – {words.day(one['end'])[:7]}",
                words.amount(one["cost"], language),
                words.amount(one["npv"], language),
            )
            for one in plan["projects"]
        ],
    )


def sources(paper: Paper, document: Mapping[str, Any]) -> None:
    t, language = paper.t, paper.language
    paper.chapter(t("口径与出处", "Where the figures come from"))
    paper.say(
        t(
            "每个数字分四种：有出处、凭通行认识（待核实）、构造估计、实测。实测值来自企业导入的数据；"
            "构造估计由图景设定，不是行业统计，应尽快用本企业实测值替换。",
            "Every figure is of one of four kinds: found in a source, recalled (to be checked), constructed estimate, "
            "or measured. Measured figures come from the enterprise's imported data. Constructed estimates are set by "
            "Tujing; they are no industry statistics and should give way to the enterprise's own measurements.",
        )
    )
    diagnosis = document.get("diagnosis")
    if diagnosis and diagnosis["instrument"]["id"] in instruments():
        known = instruments()[diagnosis["instrument"]["id"]]
        paper.say(f"{known.document}{t('。', '. ')}{known.wording[language]}", t("评测指标：", "Instrument: "))
    _effect_statuses(paper, document.get("plan"))
    plan = document.get("plan")
    if not plan:
        return
    paper.section(t("规划的假设", "What the plan assumes"))
    given = assumptions().model_dump(mode="json")
    used = (plan.get("parameters") or {}).get("assumptions") or {}
    paper.table(
        [
            (t("假设", "Assumption"), 2.2, "left"),
            (t("取值", "Value"), 1.6, "left"),
            (t("状态", "Status"), 1, "left"),
            (t("来源", "Source"), 2.6, "left"),
        ],
        [
            (
                words.name(given[key]["label"], language),
                _assumed(key, value, language),
                words.label(given[key]["status"], language),
                words.one_language(given[key]["source"], language),
            )
            for key, value in used.items()
            if key in given
        ],
    )


def _effect_statuses(paper: Paper, plan: Mapping[str, Any] | None) -> None:
    """Counts by status the ranges of effects and costs that the chosen projects rest on."""
    if not plan or not plan["projects"]:
        return
    t, language = paper.t, paper.language
    size = (plan.get("parameters") or {}).get("size")
    counts: Counter[str] = Counter()
    for one in plan["projects"]:
        known = atlas().manifests.get(one["scenario"])
        if known is None:
            continue
        counts.update(row.provenance.status for row in known.effects if row.level == one["level"])
        counts.update(
            row.provenance.status for row in known.costs if row.level == one["level"] and size in (None, row.size)
        )
    told = t("，", ", ").join(f"{words.label(status, language)} {count}" for status, count in counts.items())
    paper.say(
        t(
            f"规划所选项目用到 {counts.total()} 个效果与费用区间，其中：{told}。",
            f"The chosen projects rest on {counts.total()} ranges of effects and costs; of these: {told}.",
        ),
        t("效果与费用：", "Effects and costs: "),
    )


def _assumed(key: str, value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        joined = "，" if language == "zh" else ", "
        return joined.join(f"{words.label(name, language)} {one:g}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return " / ".join(_assumed(key, one, language) for one in value)
    return words.percent(value) if key in SHARES else f"{value:g}"
