"""The outcomes of control charts and gauge studies, in tables, figures and plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from tujing.problems import refuse
from tujing.runtime.contract import Chart, KpiValue, Outcome, Progress
from tujing.scenarios.production.quality_inspection.parameters import QualityParameters
from tujing.scenarios.production.quality_inspection.sheets import Sheet
from tujing.scenarios.production.quality_inspection.spc import report
from tujing.scenarios.production.quality_inspection.spc.choose import NAMES
from tujing.scenarios.production.quality_inspection.spc.from_inspection import watched
from tujing.scenarios.production.quality_inspection.spc.from_sheet import read_gauge, read_series
from tujing.scenarios.production.quality_inspection.spc.gauge import (
    CATEGORIES_NEEDED,
    GOOD,
    USABLE,
    Gauge,
    gauge_study,
)
from tujing.scenarios.production.quality_inspection.spc.monitor import (
    Case,
    false_share,
    first_pass_yield,
    lead_hours,
    rule_words,
    scrap_ratio,
    watch,
)
from tujing.scenarios.production.quality_inspection.spc.nelson import RULES
from tujing.scenarios.production.quality_inspection.spc.study import Study, examine
from tujing.words import Text

CAPABLE = 1.33
SHOWN = 3
ALERT_COLUMNS = ("alert_id", "work_centre_id", "work_order_id", "time", "rule", "probability")


def sheet_outcome(sheet: Sheet, parameters: QualityParameters, progress: Progress) -> Outcome:
    """Draws the chart of one plain table."""
    series = read_series(sheet, parameters.column)
    series = parameters.specified(series)
    progress.report(0.3)
    study = examine(
        series,
        parameters.chart,
        revise=bool(parameters.revise),
        shift=parameters.shift,
        settings=parameters.chart_settings(),
        confidence=parameters.confidence,
    )
    progress.report(0.9)
    charts = report.control_charts(study)
    histogram = report.histogram(study)
    if histogram is not None:
        charts["histogram"] = histogram
    kpis = {"signal_share": KpiValue(len(study.signalled) / len(series), "1")}
    if study.capability is not None:
        kpis["process_capability"] = KpiValue(study.capability.cpk.value, "1")
    return Outcome(
        status="done",
        kpis=kpis,
        tables=_tables([study]),
        explanation=_study_words(study),
        charts=charts,
        warnings=study.warnings,
    )


def gauge_outcome(sheet: Sheet, parameters: QualityParameters, progress: Progress) -> Outcome:
    """Judges a gauge by a crossed study."""
    data = read_gauge(sheet)
    progress.report(0.3)
    tolerance = None
    if parameters.lower_limit is not None and parameters.upper_limit is not None:
        tolerance = parameters.upper_limit - parameters.lower_limit
    gauge = gauge_study(data.parts, data.operators, data.values, tolerance)
    progress.report(0.9)
    return Outcome(
        status="done",
        kpis={"gauge_share": KpiValue(gauge.share, "1"), "gauge_categories": KpiValue(gauge.categories, "1")},
        tables=report.gauge_tables(gauge),
        explanation=_gauge_words(gauge),
        charts={"variation": report.gauge_chart(gauge)},
    )


def inspection_outcome(tables: Mapping[str, pa.Table], parameters: QualityParameters, progress: Progress) -> Outcome:
    """Watches every characteristic of the organisation's inspections."""
    inspections = tables.get("inspection")
    if inspections is None:
        raise refuse(
            "element_absent", "缺少检验记录，请先导入。", "Inspections are absent; import them.", key="inspection"
        )
    series, warnings = watched(inspections, parameters.trial_samples)
    cases = []
    for number, one in enumerate(series):
        progress.report(0.05 + 0.85 * number / len(series))
        revise = parameters.revise is not False
        cases.append(watch(one, parameters.alert_rules, parameters.chart, revise, parameters.confidence))
    cases.sort(key=lambda case: (-len(case.alerts), case.watched.series.name))
    studies = [case.study for case in cases]
    capable = [study for study in studies if study.capability is not None]
    worst = min(capable, key=lambda study: _cpk(study), default=None)
    kpis = {
        "first_pass_yield": KpiValue(first_pass_yield(inspections), "1"),
        "scrap_ratio": KpiValue(scrap_ratio(tables.get("operation_event")), "1"),
        "process_capability": KpiValue(None if worst is None else _cpk(worst), "1"),
        "alert_lead": KpiValue(lead_hours(cases), "h", lead_hours(cases, today=True)),
        "false_alert_share": KpiValue(false_share(cases), "1", false_share(cases, today=True)),
    }
    charts: dict[str, Chart] = {}
    for number, case in enumerate(cases[:SHOWN], start=1):
        charts |= report.control_charts(case.study, f"control_{number}")
    interval = report.capability_chart(studies)
    if interval is not None:
        charts["capability"] = interval
    if worst is not None and (histogram := report.histogram(worst)) is not None:
        charts["histogram"] = histogram
    known = _known_orders(tables)
    return Outcome(
        status="done",
        kpis={name: kpi for name, kpi in kpis.items() if kpi.value is not None},
        tables=_tables(studies) | {"alerts": alerts_table(cases)},
        explanation=_watch_words(cases, worst, kpis["alert_lead"]),
        writes={"quality_alert": alert_element(cases, known)},
        charts=charts,
        warnings=[*warnings, *(warning for study in studies for warning in study.warnings)],
    )


def _tables(studies: Sequence[Study]) -> dict[str, pa.Table]:
    return {
        "series": report.studies_table(studies),
        "limits": report.limits_table(studies),
        "signals": report.signals_table(studies),
        "points": report.points_table(studies),
    }


def alerts_table(cases: Sequence[Case]) -> pa.Table:
    """Returns the alerts in order of time, with the rule in words."""
    rows = [
        {
            "time": case.watched.times[alert.position],
            "series": case.watched.series.name,
            "characteristic": case.watched.characteristic,
            "work_centre_id": case.watched.machine,
            "work_order_id": case.watched.orders[alert.position],
            "rule": alert.rule,
            **rule_words(alert.rule).as_dict(),
        }
        for case in cases
        for alert in case.alerts
    ]
    columns = ("series", "characteristic", "work_centre_id", "work_order_id", "rule", "zh", "en")
    schema = pa.schema([("time", pa.timestamp("us")), *((name, pa.string()) for name in columns)])
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["time"], row["series"])), schema=schema)


def alert_element(cases: Sequence[Case], orders: set[str] | None) -> pa.Table:
    """Returns the alerts as the data element `quality_alert`; `orders` are those that the work orders know."""
    from tujing.dataspace.schema import arrow_schema
    from tujing.elements.definition import element

    rows = []
    for number, row in enumerate(alerts_table(cases).to_pylist(), start=1):
        order = row["work_order_id"]
        rows.append(
            {
                "alert_id": f"SPC-{number:05d}",
                "work_centre_id": row["work_centre_id"] or None,
                "work_order_id": order if orders is None or order in orders else None,
                "time": row["time"],
                "rule": f"{row['characteristic']}:{row['rule']}",
                "probability": None,
            }
        )
    return pa.Table.from_pylist(rows, schema=arrow_schema(element("quality_alert")))


def _known_orders(tables: Mapping[str, pa.Table]) -> set[str] | None:
    orders = tables.get("work_order")
    return None if orders is None else set(orders["work_order_id"].to_pylist())


def _cpk(study: Study) -> float:
    assert study.capability is not None
    return study.capability.cpk.value


def _study_words(study: Study) -> Text:
    name, chart = study.series.name, NAMES[study.kind]
    panel, first = study.chart.panels[0], study.revisions[0].chart.panels[0]
    zh = f"{name} 用{chart.zh}：{study.reason.zh}。中心线 {first.centre[-1]:.5g}"
    en = f"{name} is drawn as a {chart.en}, because {study.reason.en}. The centre line is {first.centre[-1]:.5g}"
    if first.lower[-1] == first.lower[-1] and first.upper[-1] == first.upper[-1]:
        zh += f"，控制限 {first.lower[-1]:.5g} 至 {first.upper[-1]:.5g}。"
        en += f", the limits {first.lower[-1]:.5g} and {first.upper[-1]:.5g}. "
    else:
        zh, en = zh + "。", en + ". "
    outside = study.signals.get(panel.name, {}).get(1)
    if outside is not None:
        named = [study.series.labels[int(place)] for place in outside[:8]]
        zh += f"样本 {'、'.join(named)} 越出控制限，先查这些样本的人、机、料、法、环有什么不同。"
        en += f"Samples {', '.join(named)} lie beyond the limits: ask first what was different about them. "
    other = sorted({rule for found in study.signals.values() for rule in found if rule != 1})
    if other:
        zh += f"另有链状或趋势信号：{'；'.join(RULES[rule].zh for rule in other[:3])}。"
        en += f"Runs also signal: {'; '.join(RULES[rule].en for rule in other[:3])}. "
    if not len(study.signalled):
        zh += "没有失控信号，过程处于统计控制状态。"
        en += "Nothing signals: the process is in statistical control. "
    last = study.revisions[-1]
    if last.left_out:
        panel = last.chart.panels[0]
        zh += f"剔除 {len(last.left_out)} 个有特殊原因的样本后，控制限为 {panel.lower[-1]:.5g} 至 {panel.upper[-1]:.5g}"
        zh += "（只有查明原因才应剔除；参数 revise=true 按它判异）。"
        en += f"Without the {len(last.left_out)} beyond them the limits are {panel.lower[-1]:.5g} and "
        en += f"{panel.upper[-1]:.5g} (leave samples out only when the cause is known; revise=true judges by these). "
    if study.capability is not None:
        index = study.capability.cpk
        enough = index.value >= CAPABLE
        zh += (
            f"Cpk {index.value:.2f}（区间 {index.low:.2f}–{index.high:.2f}），{'够' if enough else '不够'} {CAPABLE}。"
        )
        en += f"Cpk is {index.value:.2f} ({index.low:.2f} to {index.high:.2f}), {'at least' if enough else 'under'} "
        en += f"{CAPABLE}."
    return Text(zh=zh, en=en.strip())


def _watch_words(cases: Sequence[Case], worst: Study | None, lead: KpiValue) -> Text:
    alerts = sum(len(case.alerts) for case in cases)
    zh = f"看了 {len(cases)} 条控制图，共 {alerts} 次预警。"
    en = f"{len(cases)} control charts were watched, with {alerts} alerts. "
    busy = [case for case in cases if case.alerts][:SHOWN]
    for case in busy:
        last = case.alerts[-1]
        moment, words = case.watched.times[last.position], rule_words(last.rule)
        name = case.watched.series.name
        zh += f"{name} 预警 {len(case.alerts)} 次，最近一次 {moment:%m-%d %H:%M}（{words.zh}）。"
        en += f"{name}: {len(case.alerts)} alerts, the last on {moment:%d %b %H:%M} ({words.en}). "
    if worst is not None:
        value = _cpk(worst)
        zh += f"能力最差的是 {worst.series.name}，Cpk {value:.2f}"
        en += f"The least capable is {worst.series.name}, Cpk {value:.2f}"
        zh += "，先调中心、再减波动。" if value < CAPABLE else "，够用。"
        en += ": centre it first, then reduce its spread. " if value < CAPABLE else ", which is enough. "
    if lead.value is not None:
        zh += f"预警平均比第一件不合格早 {lead.value:.0f} 小时"
        en += f"Alerts come {lead.value:.0f} h before the first piece that fails"
        zh += "" if lead.baseline is None else f"，单值三倍标准差的做法早 {lead.baseline:.0f} 小时"
        en += "" if lead.baseline is None else f", against {lead.baseline:.0f} h by three sigma of single values"
        zh, en = zh + "。", en + "."
    return Text(zh=zh, en=en.strip())


def _gauge_words(gauge: Gauge) -> Text:
    share, categories = gauge.share, gauge.categories
    verdict = Text(zh="量具可用", en="the gauge is good")
    if share > USABLE or categories < 2:
        verdict = Text(
            zh="量具不可用，先换量具或改测量方法再谈控制图", en="the gauge is not usable; mend it before any chart"
        )
    elif share > GOOD or categories < CATEGORIES_NEEDED:
        verdict = Text(zh="量具勉强可用，不宜用于关键特性", en="the gauge is usable, but not for key characteristics")
    main = gauge.repeatability >= gauge.reproducibility
    cause = Text(zh="主要是量具本身（重复性）", en="mostly the gauge itself (repeatability)")
    if not main:
        cause = Text(zh="主要是人与方法（再现性）", en="mostly people and method (reproducibility)")
    zh = f"量具变差占总变差 {share:.1%}，能分辨 {categories} 档：{verdict.zh}。来源{cause.zh}。"
    en = f"The gauge makes {share:.1%} of the total variation and tells {categories} categories apart: {verdict.en}. "
    return Text(zh=zh, en=en + f"It is {cause.en}.")
