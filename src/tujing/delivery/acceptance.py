"""Acceptance checks: a milestone passes when the data show it, and keeps what they showed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tujing.adoption.readiness import readiness
from tujing.atlas.manifest import Manifest
from tujing.dataspace.facts import ElementFacts
from tujing.words import Text

GREEN = ("optimal", "feasible", "done")
NEEDS_A_RUN = ("run_green", "beats_today")


@dataclass(frozen=True)
class Situation:
    """What is known of an adoption when a milestone is checked."""

    manifest: Manifest
    facts: Mapping[str, ElementFacts]
    last_run: Mapping[str, Any] | None = None
    """`{"id", "status", "kpis"}` of the newest run, as in the run document."""


@dataclass(frozen=True)
class Verdict:
    """Whether a check passed, in words, with the facts it rests on."""

    passed: bool
    words: Text
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"passed": self.passed, **self.words.as_dict(), "facts": dict(self.facts)}


@dataclass(frozen=True)
class Step:
    """A milestone to be: what is checked, by when."""

    kind: str
    name: Text
    due: date


def milestones(start: date, end: date, is_runnable: bool) -> Sequence[Step]:
    """Returns the steps of bringing a scenario in, spread over its time.

    A scenario that Tujing cannot run yet is brought in with other software: its results come by import.
    """
    span = (end - start).days
    steps = (
        Step("data_ready", Text(zh="数据就绪", en="Data ready"), start + timedelta(days=span // 3)),
        Step("run_green", Text(zh="在本企业数据上跑通", en="Runs on our data"), start + timedelta(days=2 * span // 3)),
        Step("output_present", Text(zh="结果已进入数据空间", en="Results are in the data space"), end),
        Step("beats_today", Text(zh="优于现行做法", en="Better than today's method"), end),
    )
    return tuple(step for step in steps if is_runnable or step.kind not in NEEDS_A_RUN)


def judge(kind: str, situation: Situation) -> Verdict:
    """Runs one check."""
    return CHECKS[kind](situation)


def _data_ready(situation: Situation) -> Verdict:
    found = readiness(situation.manifest, situation.facts)
    facts = {"share": found.share, "missing": [gap.reason.as_dict() for gap in found.missing if gap.required]}
    if found.ready:
        words = Text(zh=f"数据就绪度 {found.share:.0%}。", en=f"Data readiness is {found.share:.0%}.")
        return Verdict(True, words, facts)
    first = next(gap for gap in found.missing if gap.required)
    return Verdict(False, first.reason, facts)


def _run_green(situation: Situation) -> Verdict:
    run = situation.last_run
    if run is None:
        words = Text(zh="还没有运行记录，请先运行该场景。", en="There is no run yet; run the scenario first.")
        return Verdict(False, words)
    facts = {"run": run["id"], "status": run["status"]}
    if run["status"] in GREEN:
        words = Text(zh=f"最近一次运行：{run['status']}。", en=f"The latest run is {run['status']}.")
        return Verdict(True, words, facts)
    return Verdict(
        False,
        Text(
            zh=f"最近一次运行为 {run['status']}，请按其说明修正数据后重跑。",
            en=f"The latest run is {run['status']}; follow its explanation, mend the data and run again.",
        ),
        facts,
    )


def _output_present(situation: Situation) -> Verdict:
    written = [need.element for need in situation.manifest.data_elements.writes]
    rows = {name: situation.facts[name].rows if name in situation.facts else 0 for name in written}
    absent = [name for name, count in rows.items() if count == 0]
    if absent:
        names = ", ".join(absent)
        return Verdict(False, Text(zh=f"结果表还没有数据：{names}。", en=f"No data yet in: {names}."), {"rows": rows})
    return Verdict(True, Text(zh="结果表都有数据。", en="Every result table holds data."), {"rows": rows})


def _beats_today(situation: Situation) -> Verdict:
    """Judges the headline: the first KPI of the manifest that the run compares with today's method."""
    figures = {} if situation.last_run is None else situation.last_run["kpis"]
    for kpi in situation.manifest.kpis:
        found = figures.get(kpi.id)
        if not found or found["value"] is None or found["baseline"] is None:
            continue
        gain = found["value"] - found["baseline"]
        words = Text(
            zh=f"{kpi.name.zh}：{found['value']:g}，现行做法 {found['baseline']:g}（{kpi.unit}）。",
            en=f"{kpi.name.en}: {found['value']:g}, today's method {found['baseline']:g} ({kpi.unit}).",
        )
        facts = {"kpi": kpi.id, "value": found["value"], "baseline": found["baseline"]}
        return Verdict((gain if kpi.better == "higher" else -gain) > 0, words, facts)
    return Verdict(
        False,
        Text(
            zh="最近的运行里没有可与现行做法比较的指标，请先运行该场景。",
            en="The latest run has no KPI to compare with today's method; run the scenario first.",
        ),
    )


CHECKS: dict[str, Callable[[Situation], Verdict]] = {
    "data_ready": _data_ready,
    "run_green": _run_green,
    "output_present": _output_present,
    "beats_today": _beats_today,
}
