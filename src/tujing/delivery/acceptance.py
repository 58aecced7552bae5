"""The grammar of acceptance checks: what a milestone may ask of the data, in a few typed kinds.

A check is a mapping with a `kind` and its parameters, in YAML or JSON:

    {kind: element_quality, elements: [work_order], at_least: 0.95, days: 14}
    {kind: kpi_target, kpi: makespan, improvement: 0.05, runs: 3}
    {kind: all_of, checks: [{kind: data_ready}, {kind: run_green, runs: 2}]}

`judging.py` runs it; a milestone closes on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tujing.atlas.manifest import Entry, Manifest
from tujing.elements.definition import elements
from tujing.problems import check_model, refuse
from tujing.words import Text


class DataReady(Entry):
    """The data that the scenario reads are ready, as readiness measures it."""

    kind: Literal["data_ready"] = "data_ready"


class RunGreen(Entry):
    """The newest runs of the scenario ended with a result."""

    kind: Literal["run_green"] = "run_green"
    runs: int = Field(default=1, ge=1, le=100)
    """How many of the newest runs, in a row."""


class OutputPresent(Entry):
    """Every table that the scenario writes holds rows."""

    kind: Literal["output_present"] = "output_present"


class BeatsToday(Entry):
    """The newest run is better than today's method on the manifest's headline KPI."""

    kind: Literal["beats_today"] = "beats_today"


class ElementQuality(Entry):
    """Tables have been there at a quality for so many days, judged over every version that stood in that time."""

    kind: Literal["element_quality"] = "element_quality"
    elements: tuple[str, ...] = Field(min_length=1)
    at_least: float = Field(gt=0, le=1)
    """Lowest quality: the least of completeness, uniqueness and validity."""
    days: int = Field(default=0, ge=0, le=3650)
    """0: as the tables stand now."""
    rows: int = Field(default=1, ge=1)
    """Fewest rows."""
    columns: tuple[str, ...] = ()
    """Columns that must be filled beside the element's required ones."""
    fresh_days: int | None = Field(default=None, ge=0, le=3650)
    """The newest row may be this many days old, so that data which no longer come do not count; for tables with a
    time."""


class KpiTarget(Entry):
    """A KPI has reached a figure, or is better than its baseline by a share, in the newest measurements."""

    kind: Literal["kpi_target"] = "kpi_target"
    kpi: str
    at: float | None = None
    """The figure to reach, in the KPI's unit; lower or higher as the manifest says which is better."""
    improvement: float | None = Field(default=None, ge=0, le=10)
    """Relative improvement on the baseline; 0.05 is five per cent better, 0 merely better."""
    baseline: float | None = None
    """Taken in place of the measured baseline."""
    runs: int = Field(default=1, ge=1, le=100)
    """How many of the newest measurements must all reach it."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.at is None) == (self.improvement is None):
            raise ValueError("give either at or improvement")
        if self.baseline is not None and self.improvement is None:
            raise ValueError("a baseline goes with improvement only")
        return self


class AllOf(Entry):
    """Several checks at once."""

    kind: Literal["all_of"] = "all_of"
    checks: tuple[Check, ...] = Field(min_length=1)


Check = Annotated[
    DataReady | RunGreen | OutputPresent | BeatsToday | ElementQuality | KpiTarget | AllOf, Field(discriminator="kind")
]
AllOf.model_rebuild()

KINDS: dict[str, Text] = {
    "data_ready": Text(zh="数据就绪", en="Data ready"),
    "run_green": Text(zh="在本企业数据上跑通", en="Runs on our data"),
    "output_present": Text(zh="结果已进入数据空间", en="Results are in the data space"),
    "beats_today": Text(zh="优于现行做法", en="Better than today's method"),
    "element_quality": Text(zh="数据持续达标", en="Data keep their quality"),
    "kpi_target": Text(zh="指标达到目标", en="KPI at target"),
    "all_of": Text(zh="各项检查同时通过", en="All of several checks"),
}
NEEDS_A_RUN = ("run_green", "beats_today")


def read_check(content: Any, file: Path | str = "check", manifest: Manifest | None = None) -> Check:
    """Reads one check and, given the scenario's manifest, sees that what it names is there.

    Raises
    ------
    BadInput
        When the kind is not known, a parameter does not fit, or an element, column or KPI does not exist; names it.
    """
    kind = content.get("kind") if isinstance(content, dict) else None
    if kind not in KINDS:
        raise refuse(
            "unknown_check",
            f"没有验收检查 {kind}，可用的有：{'、'.join(KINDS)}。",
            f"There is no check {kind}; there are: {', '.join(KINDS)}.",
            file=file,
            key="kind",
        )
    check: Check = check_model(_MODELS[kind], content, file)
    if manifest is not None:
        check_fits(check, manifest, file)
    return check


def check_fits(check: Check, manifest: Manifest, file: Path | str = "check") -> None:
    """Refuses a check that names an element, column or KPI that is not there.

    Raises
    ------
    BadInput
        Names what is not there and what is.
    """
    known = elements()
    for one in parts(check):
        if isinstance(one, KpiTarget) and one.kpi not in {kpi.id for kpi in manifest.kpis}:
            names = [kpi.id for kpi in manifest.kpis]
            raise refuse(
                "unknown_kpi",
                f"场景 {manifest.id} 没有指标 {one.kpi}，可用的有：{'、'.join(names)}。",
                f"Scenario {manifest.id} has no KPI {one.kpi}; there are: {', '.join(names)}.",
                file=file,
                key="kpi",
                value=one.kpi,
            )
        if isinstance(one, ElementQuality):
            for name in one.elements:
                if name not in known:
                    raise refuse(
                        "unknown_element",
                        f"没有数据要素 {name}，请用 tujing element 查看有哪些。",
                        f"There is no data element {name}; see tujing element for those there are.",
                        file=file,
                        key="elements",
                        value=name,
                    )
            timeless = [name for name in one.elements if one.fresh_days is not None and not known[name].time_column]
            if timeless:
                raise refuse(
                    "no_time_column",
                    f"数据要素 {timeless[0]} 没有时间列，不能要求新鲜度，请去掉 fresh_days。",
                    f"{timeless[0]} has no time column, so freshness cannot be asked for; leave out fresh_days.",
                    file=file,
                    key="fresh_days",
                    value=timeless[0],
                )
            absent = [
                column for column in one.columns if not any(column in known[name].columns for name in one.elements)
            ]
            if absent:
                raise refuse(
                    "unknown_column",
                    f"数据要素 {'、'.join(one.elements)} 没有列 {absent[0]}，请改正列名。",
                    f"{', '.join(one.elements)} has no column {absent[0]}; correct the name.",
                    file=file,
                    key="columns",
                    value=absent[0],
                )


def parts(check: Check) -> Iterator[Check]:
    """Yields the simple checks that a check consists of."""
    if isinstance(check, AllOf):
        for one in check.checks:
            yield from parts(one)
    else:
        yield check


def needs_a_run(check: Check) -> bool:
    """Returns whether only a scenario that runs here can ever pass."""
    return any(one.kind in NEEDS_A_RUN for one in parts(check))


def in_words(check: Check, manifest: Manifest) -> Text:
    """Says what a check demands, as an acceptance criterion to be written into a contract."""
    if isinstance(check, AllOf):
        each = [in_words(one, manifest) for one in check.checks]
        return Text(zh="；".join(one.zh.rstrip("。") for one in each) + "。", en=" ".join(one.en for one in each))
    if isinstance(check, ElementQuality):
        known = elements()
        labels = [known[name].label for name in check.elements]
        held_zh = f"连续 {check.days} 天" if check.days else "当前"
        held_en = f"for {check.days} days on end" if check.days else "now"
        fresh = check.fresh_days is not None
        return Text(
            zh=f"{'、'.join(one.zh for one in labels)}{held_zh}有数据，完整、唯一、有效均不低于 {check.at_least:.0%}"
            + (f"，最新一条不超过 {check.fresh_days} 天。" if fresh else "。"),
            en=f"{', '.join(one.en for one in labels)}: present {held_en}, "
            f"complete, unique and valid to {check.at_least:.0%} at least"
            + (f", the newest row at most {check.fresh_days} days old." if fresh else "."),
        )
    if isinstance(check, KpiTarget):
        return _target(check, manifest)
    if isinstance(check, RunGreen) and check.runs > 1:
        return Text(
            zh=f"最近 {check.runs} 次运行都有结果。", en=f"The latest {check.runs} runs all ended with a result."
        )
    return _PLAIN[check.kind]


def _target(check: KpiTarget, manifest: Manifest) -> Text:
    kpi = next(one for one in manifest.kpis if one.id == check.kpi)
    times_zh = f"最近 {check.runs} 次实测" if check.runs > 1 else "最近一次实测"
    times_en = f"the latest {check.runs} measurements" if check.runs > 1 else "the latest measurement"
    if check.at is not None:
        unit = "" if kpi.unit == "1" else f" {kpi.unit}"
        zh = f"{'不高于' if kpi.better == 'lower' else '不低于'} {check.at:g}{unit}"
        en = f"{'at most' if kpi.better == 'lower' else 'at least'} {check.at:g}{unit}"
    elif check.improvement:
        zh, en = (
            f"比基线改善不少于 {check.improvement:.1%}",
            f"better than the baseline by {check.improvement:.1%} or more",
        )
    else:
        zh, en = "优于基线", "better than the baseline"
    return Text(zh=f"{kpi.name.zh}：{times_zh}{zh}。", en=f"{kpi.name.en}: {times_en} {en}.")


_PLAIN = {
    "data_ready": Text(
        zh="场景必需的数据全部就绪：有数据、必填列填满九成、主键唯一、95% 的行通过校验。",
        en="All data that the scenario requires are ready: present, required columns filled, keys unique, rows valid.",
    ),
    "run_green": Text(zh="最近一次运行有结果。", en="The latest run ended with a result."),
    "output_present": Text(zh="场景的每张结果表都有数据。", en="Every result table of the scenario holds data."),
    "beats_today": Text(
        zh="最近一次运行的首要指标优于现行做法。",
        en="The latest run is better than today's method on the headline KPI.",
    ),
}
_MODELS: dict[str, Any] = {
    "data_ready": DataReady,
    "run_green": RunGreen,
    "output_present": OutputPresent,
    "beats_today": BeatsToday,
    "element_quality": ElementQuality,
    "kpi_target": KpiTarget,
    "all_of": AllOf,
}
