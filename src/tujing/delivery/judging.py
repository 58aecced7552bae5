"""Running acceptance checks: a milestone passes when the data show it, and keeps what they showed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tujing.adoption.readiness import readiness
from tujing.atlas.manifest import Kpi, Manifest
from tujing.dataspace.facts import ElementFacts
from tujing.delivery.acceptance import AllOf, Check, ElementQuality, KpiTarget, RunGreen
from tujing.elements.definition import element
from tujing.words import Text

GREEN = ("optimal", "feasible", "done")


@dataclass(frozen=True)
class Stood:
    """A version of a table, from the day on which it became the current one."""

    number: int
    sha256: str
    since: date
    facts: ElementFacts


@dataclass(frozen=True)
class Figure:
    """One measured value of a KPI."""

    value: float
    baseline: float | None
    measured: date
    source: str


@dataclass(frozen=True)
class Situation:
    """What is known of an adoption when a milestone is checked."""

    manifest: Manifest
    facts: Mapping[str, ElementFacts]
    runs: Sequence[Mapping[str, Any]] = ()
    """`{"id", "status", "kpis"}` of the runs, newest first, as in the run document."""
    figures: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    """KPI → its measured values, newest first."""
    versions: Mapping[str, Sequence[Stood]] = field(default_factory=dict)
    """Element → the versions of its table, newest first; imports taken back are left out."""
    today: date = date.max


@dataclass(frozen=True)
class Verdict:
    """Whether a check passed, in words, with the facts it rests on."""

    passed: bool
    words: Text
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"passed": self.passed, **self.words.as_dict(), "facts": dict(self.facts)}


def judge(check: Check, situation: Situation) -> Verdict:
    """Runs one check."""
    return _JUDGES[check.kind](check, situation)


def quality(facts: ElementFacts, columns: Sequence[str] = ()) -> float:
    """Returns the quality of a table, 0–1: the least of completeness, uniqueness and validity.

    Completeness is that of the emptiest column among the element's required ones and `columns`.
    """
    if facts.rows == 0:
        return 0.0
    known = element(facts.element).columns
    wanted = [name for name, column in known.items() if column.required]
    wanted += [name for name in columns if name in known]
    filled = min((facts.completeness.get(name, 0.0) for name in wanted), default=1.0)
    return min(filled, facts.uniqueness, facts.validity)


def _data_ready(check: Check, situation: Situation) -> Verdict:
    found = readiness(situation.manifest, situation.facts)
    facts = {"share": found.share, "missing": [gap.reason.as_dict() for gap in found.missing if gap.required]}
    if found.ready:
        words = Text(zh=f"数据就绪度 {found.share:.0%}。", en=f"Data readiness is {found.share:.0%}.")
        return Verdict(True, words, facts)
    first = next(gap for gap in found.missing if gap.required)
    return Verdict(False, first.reason, facts)


def _run_green(check: RunGreen, situation: Situation) -> Verdict:
    newest = situation.runs[: check.runs]
    if not newest:
        words = Text(zh="还没有运行记录，请先运行该场景。", en="There is no run yet; run the scenario first.")
        return Verdict(False, words)
    bad = next((run for run in newest if run["status"] not in GREEN), None)
    if bad is not None:
        facts = {"run": bad["id"], "status": bad["status"]}
        return Verdict(
            False,
            Text(
                zh=f"最近一次运行为 {bad['status']}，请按其说明修正数据后重跑。",
                en=f"The latest run is {bad['status']}; follow its explanation, mend the data and run again.",
            ),
            facts,
        )
    facts = {"run": newest[0]["id"], "status": newest[0]["status"], "runs": [run["id"] for run in newest]}
    if len(newest) < check.runs:
        lacking = check.runs - len(newest)
        words = Text(
            zh=f"要求连续 {check.runs} 次运行有结果，还差 {lacking} 次，请继续运行。",
            en=f"{check.runs} runs in a row must end with a result; {lacking} to go: run it again.",
        )
        return Verdict(False, words, facts)
    words = Text(zh=f"最近一次运行：{newest[0]['status']}。", en=f"The latest run is {newest[0]['status']}.")
    return Verdict(True, words, facts)


def _output_present(check: Check, situation: Situation) -> Verdict:
    written = [need.element for need in situation.manifest.data_elements.writes]
    rows = {name: situation.facts[name].rows if name in situation.facts else 0 for name in written}
    absent = [name for name, count in rows.items() if count == 0]
    if absent:
        labels = [element(name).label for name in absent]
        words = Text(
            zh=f"结果表还没有数据：{'、'.join(one.zh for one in labels)}。",
            en=f"No data yet in: {', '.join(one.en for one in labels)}.",
        )
        return Verdict(False, words, {"rows": rows})
    return Verdict(True, Text(zh="结果表都有数据。", en="Every result table holds data."), {"rows": rows})


def _beats_today(check: Check, situation: Situation) -> Verdict:
    """Judges the headline: the first KPI of the manifest that the run compares with today's method."""
    figures = situation.runs[0]["kpis"] if situation.runs else {}
    for kpi in situation.manifest.kpis:
        found = figures.get(kpi.id)
        if not found or found["value"] is None or found["baseline"] is None:
            continue
        words = Text(
            zh=f"{kpi.name.zh}：{found['value']:g}，现行做法 {found['baseline']:g}（{kpi.unit}）。",
            en=f"{kpi.name.en}: {found['value']:g}, today's method {found['baseline']:g} ({kpi.unit}).",
        )
        facts = {"kpi": kpi.id, "value": found["value"], "baseline": found["baseline"]}
        return Verdict(_gain(kpi, found["value"], found["baseline"]) > 0, words, facts)
    return Verdict(
        False,
        Text(
            zh="最近的运行里没有可与现行做法比较的指标，请先运行该场景。",
            en="The latest run has no KPI to compare with today's method; run the scenario first.",
        ),
    )


def _element_quality(check: ElementQuality, situation: Situation) -> Verdict:
    """Looks at every version that stood in the days asked for; the worst table tells."""
    since = situation.today - timedelta(days=check.days)
    facts: dict[str, Any] = {}
    failed: Text | None = None
    for name in check.elements:
        held, words = _held(name, check, situation, since)
        facts[name] = held
        failed = failed or words
    if failed is not None:
        return Verdict(False, failed, {"quality": facts})
    worst = min(found["quality"] for found in facts.values())
    span_zh = f"连续 {check.days} 天" if check.days else "当前"
    span_en = f"for {check.days} days on end" if check.days else "now"
    words = Text(
        zh=f"数据{span_zh}达标，最低质量 {worst:.1%}。", en=f"Quality held {span_en}, {worst:.1%} at the least."
    )
    return Verdict(True, words, {"quality": facts})


def _held(name: str, check: ElementQuality, situation: Situation, since: date) -> tuple[dict[str, Any], Text | None]:
    """Returns what one table showed, and what is amiss."""
    label = element(name).label
    good_since: date | None = None
    versions = []
    for stood in situation.versions.get(name, ()):
        found = quality(stood.facts, check.columns)
        # Compared at the precision in which it is told: 95 % is 95 %.
        is_good = round(found, 6) >= check.at_least and stood.facts.rows >= check.rows
        versions.append({"version": stood.number, "since": stood.since.isoformat(), "quality": round(found, 4)})
        if not is_good:
            break
        good_since = stood.since
        if stood.since <= since:
            break
    held: dict[str, Any] = {
        "quality": versions[0]["quality"] if versions else 0.0,
        "good_since": good_since.isoformat() if good_since else None,
        "versions": versions,
    }
    if not versions:
        return held, Text(
            zh=f"还没有{label.zh}数据，请导入。", en=f"There is no {label.en.lower()} data yet; import it."
        )
    if good_since is None:
        rows = situation.versions[name][0].facts.rows
        if rows < check.rows:
            return held, Text(
                zh=f"{label.zh}只有 {rows} 行，要求至少 {check.rows} 行，请补充数据。",
                en=f"{label.en} has {rows} rows and {check.rows} are asked for; add data.",
            )
        return held, Text(
            zh=f"{label.zh}当前质量 {held['quality']:.1%}，低于 {check.at_least:.0%}，"
            "请补全必填列、去重并修正引用与取值范围。",
            en=f"The quality of {label.en.lower()} is {held['quality']:.1%}, below {check.at_least:.0%}; "
            "fill required columns, remove duplicates, mend references and ranges.",
        )
    age = situation.versions[name][0].facts.freshness_days
    held["age_days"] = age
    if check.fresh_days is not None and (age is None or age > check.fresh_days):
        return held, Text(
            zh=f"{label.zh}最新一条已是 {age} 天前，要求不超过 {check.fresh_days} 天；请恢复数据采集后重新导入。",
            en=f"The newest row of {label.en.lower()} is {age} days old, {check.fresh_days} are allowed; "
            "let the data flow again and import them.",
        )
    if good_since > since:
        days = max((situation.today - good_since).days, 0)
        due = good_since + timedelta(days=check.days)
        return held, Text(
            zh=f"{label.zh}自 {good_since} 起达标，已保持 {days} 天，要求 {check.days} 天；保持到 {due} 即可通过。",
            en=f"{label.en} has been good since {good_since}, {days} of {check.days} days; "
            f"keep it until {due} to pass.",
        )
    return held, None


def _kpi_target(check: KpiTarget, situation: Situation) -> Verdict:
    kpi = next(one for one in situation.manifest.kpis if one.id == check.kpi)
    newest = list(situation.figures.get(check.kpi, ()))[: check.runs]
    facts: dict[str, Any] = {
        "kpi": kpi.id,
        "figures": [
            {
                "value": one.value,
                "baseline": one.baseline,
                "measured": one.measured.isoformat(),
                "source": one.source,
            }
            for one in newest
        ],
    }
    if len(newest) < check.runs:
        return Verdict(
            False,
            Text(
                zh=f"{kpi.name.zh}要求 {check.runs} 次实测，现有 {len(newest)} 次，请运行场景或做成效评估。",
                en=f"{kpi.name.en} needs {check.runs} measurements and has {len(newest)}; "
                "run the scenario or evaluate it.",
            ),
            facts,
        )
    for one in newest:
        reached, aim = _reaches(kpi, check, one)
        if aim is None:
            return Verdict(
                False,
                Text(
                    zh=f"{kpi.name.zh}没有基线，无法判断改善；请在检查里写明 baseline。",
                    en=f"{kpi.name.en} has no baseline, so an improvement cannot be told; give the check a baseline.",
                ),
                facts,
            )
        if not reached:
            return Verdict(
                False,
                Text(
                    zh=f"{kpi.name.zh}实测 {one.value:g}（{one.measured}），目标 {aim:g}（{kpi.unit}），未达到。",
                    en=f"{kpi.name.en} was {one.value:g} on {one.measured}, "
                    f"the target is {aim:g} ({kpi.unit}): not met.",
                ),
                {**facts, "target": aim},
            )
    aim = _reaches(kpi, check, newest[0])[1]
    words = Text(
        zh=f"{kpi.name.zh}最近 {check.runs} 次均达到目标，最新 {newest[0].value:g}，目标 {aim:g}（{kpi.unit}）。",
        en=f"{kpi.name.en} met its target {check.runs} times on end; now {newest[0].value:g}, "
        f"the target is {aim:g} ({kpi.unit}).",
    )
    return Verdict(True, words, {**facts, "target": aim})


def _reaches(kpi: Kpi, check: KpiTarget, figure: Figure) -> tuple[bool, float | None]:
    """Returns whether a value reaches the target, and the target; none when there is no baseline to improve on."""
    if check.at is not None:
        return _gain(kpi, figure.value, check.at) >= 0, check.at
    baseline = figure.baseline if check.baseline is None else check.baseline
    if baseline is None or check.improvement is None:
        return False, None
    step = abs(baseline) * check.improvement
    aim = baseline - step if kpi.better == "lower" else baseline + step
    gain = _gain(kpi, figure.value, aim)
    return (gain >= 0 if check.improvement else gain > 0), aim


def _gain(kpi: Kpi, value: float, reference: float) -> float:
    return value - reference if kpi.better == "higher" else reference - value


def _all_of(check: AllOf, situation: Situation) -> Verdict:
    found = [judge(one, situation) for one in check.checks]
    telling = next((one for one in found if not one.passed), found[-1])
    facts = {"checks": [{"kind": one.kind, **each.as_dict()} for one, each in zip(check.checks, found, strict=True)]}
    return Verdict(all(one.passed for one in found), telling.words, facts)


_JUDGES: dict[str, Callable[[Any, Situation], Verdict]] = {
    "data_ready": _data_ready,
    "run_green": _run_green,
    "output_present": _output_present,
    "beats_today": _beats_today,
    "element_quality": _element_quality,
    "kpi_target": _kpi_target,
    "all_of": _all_of,
}
