"""Process mining: the flow as it is, where it loses time, and what a change would bring."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from tujing.runtime.contract import (
    Artifact,
    Budget,
    Chart,
    Data,
    Format,
    KpiValue,
    Outcome,
    Parameters,
    Progress,
    Solution,
)
from tujing.scenarios.management.process_mining import charts
from tujing.scenarios.management.process_mining.baseline import work_content
from tujing.scenarios.management.process_mining.bpmn import write_bpmn
from tujing.scenarios.management.process_mining.deviations import Conformance, against_routes
from tujing.scenarios.management.process_mining.discover import Discovered, discover
from tujing.scenarios.management.process_mining.event_log import MICRO, EventLog
from tujing.scenarios.management.process_mining.findings import explain, process_finding
from tujing.scenarios.management.process_mining.from_elements import read_elements
from tujing.scenarios.management.process_mining.log_file import EventLogFiles, LogFile
from tujing.scenarios.management.process_mining.measures import Measures, measure
from tujing.scenarios.management.process_mining.pnml import write_pnml
from tujing.scenarios.management.process_mining.what_if import WhatIf, try_changes
from tujing.words import Text

DAY = 86_400.0 * MICRO


def _words(zh: str, en: str, zh_help: str, en_help: str, unit: str = "") -> dict[str, Any]:
    return {"label": {"zh": zh, "en": en}, "help": {"zh": zh_help, "en": en_help}, "unit": unit}


def _column(zh: str, en: str) -> Any:
    """A parameter that names a column of a CSV log."""
    help_zh, help_en = "CSV 日志中的列名；不填则自动识别。", "Heading in a CSV log; found by name when left empty."
    return Field(default=None, min_length=1, max_length=200, json_schema_extra=_words(zh, en, help_zh, help_en))


class ProcessMiningParameters(Parameters):
    """Columns of a CSV log, how much noise discovery passes over, and what the simulation tries."""

    case: str | None = _column("案例列", "Case column")
    activity: str | None = _column("活动列", "Activity column")
    start: str | None = _column("开始时间列", "Start column")
    end: str | None = _column("结束时间列", "End column")
    resource: str | None = _column("资源列", "Resource column")
    lifecycle: str | None = _column("生命周期列", "Life-cycle column")
    noise: float = Field(
        default=0.0,
        ge=0,
        le=1,
        json_schema_extra=_words(
            "噪声阈值",
            "Noise threshold",
            "0 表示模型能重放全部案例；0.2 略去比同一活动最强去向的两成还少的走法。",
            "0: the model replays every case; 0.2 passes over what is rarer than a fifth of an activity's "
            "strongest way on.",
            "1",
        ),
    )
    simulate: bool = Field(
        default=True,
        json_schema_extra=_words(
            "仿真试算", "Simulate", "是否仿真并试算改动。", "Whether to simulate and try changes."
        ),
    )
    factor: float = Field(
        default=0.8,
        gt=0,
        le=1,
        json_schema_extra=_words(
            "提速系数",
            "Time factor",
            "试算中被改动的作业或等待时间乘以它。",
            "The work or wait that a change shortens is multiplied by it.",
            "1",
        ),
    )
    less_rework: float = Field(
        default=0.5,
        ge=0,
        le=1,
        json_schema_extra=_words(
            "返工减少比例", "Rework avoided", "试算中不再发生的返工比例。", "Share of rework that a change avoids.", "1"
        ),
    )


class _Watch:
    """Reports progress that only grows, at most every twentieth of a second."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.share = 0.0
        self.told = 0.0

    def stage(self, share: float, zh: str, en: str) -> None:
        self.share = max(self.share, share)
        self.progress.report(self.share, Text(zh=zh, en=en))

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self.told > 0.05:
            self.told = now
            self.progress.report(self.share)


class ProcessMining(Solution):
    """Mines an event log."""

    Parameters: ClassVar[type[Parameters]] = ProcessMiningParameters
    formats: ClassVar[tuple[Format, ...]] = (EventLogFiles(),)

    def _run(self, data: Data, parameters: ProcessMiningParameters, budget: Budget, progress: Progress) -> Outcome:
        began = time.monotonic()
        watch = _Watch(progress)
        watch.stage(0.01, "读取日志", "reading the log")
        log, model = _log(data, parameters)
        watch.stage(0.3, f"统计 {len(log)} 个事件", f"measuring {len(log)} events")
        measured = measure(log)
        watch.stage(0.5, "发现模型并检查符合度", "discovering and checking the model")
        found = discover(log, parameters.noise, model, began + 0.6 * budget.seconds, watch)
        watch.stage(0.75, "与工艺路线比对", "comparing with the routes")
        conformance = against_routes(log)
        tried = None
        if parameters.simulate and len(log.cases) > 1:
            watch.stage(0.8, "仿真试算", "simulating")
            tried = try_changes(
                log,
                found,
                budget.seed,
                parameters.factor,
                parameters.less_rework,
                began + 0.85 * budget.seconds,
                watch,
            )
        watch.stage(0.98, "整理结果", "putting results together")
        return _outcome(log, measured, found, conformance, tried)


def _log(data: Data, parameters: ProcessMiningParameters) -> tuple[EventLog, Any]:
    if isinstance(data.instance, LogFile):
        roles = ("case", "activity", "start", "end", "resource", "lifecycle")
        wanted = {role: getattr(parameters, role) for role in roles if getattr(parameters, role)}
        return data.instance.read(wanted), data.instance.model
    return read_elements(data.tables), None


def _outcome(
    log: EventLog, measured: Measures, found: Discovered, conformance: Conformance, tried: WhatIf | None
) -> Outcome:
    return Outcome(
        status="done",
        kpis=_kpis(log, measured, found, tried),
        tables=_tables(measured, found, conformance, tried),
        explanation=explain(log, measured, found, tried, conformance),
        writes={"process_finding": process_finding(log, measured)},
        charts=_charts(measured, tried),
        files=_files(found),
        warnings=[*log.warnings, *found.warnings, *_untried(tried)],
    )


def _untried(tried: WhatIf | None) -> list[Text]:
    if tried is None or not tried.left_out:
        return []
    zh, en = "、".join(words.zh for words in tried.left_out), ", ".join(words.en for words in tried.left_out)
    return [
        Text(zh=f"时限内没有试算：{zh}；请放宽 --time。", en=f"Not simulated within the time: {en}; give more --time.")
    ]


def _kpis(log: EventLog, measured: Measures, found: Discovered, tried: WhatIf | None) -> dict[str, KpiValue]:
    begins = np.array([log.extra.released.get(name, int(at)) for name, at in zip(log.cases, log.begins, strict=True)])
    ends = np.array([log.extra.completed.get(name, int(at)) for name, at in zip(log.cases, log.ends, strict=True)])
    begins = np.minimum(begins, log.begins)
    elapsed = float((ends - begins).sum())
    cases = len(log.cases)
    kpis = {
        "flow_efficiency": KpiValue(measured.working / elapsed if elapsed else None, "1"),
        "throughput_time": KpiValue(float(np.median(ends - begins)) / DAY, "d"),
        "rework_share": KpiValue(measured.reworked_cases / cases, "1"),
        "variant_share": KpiValue(sum(count for _, count in log.traces.most_common(5)) / cases, "1"),
        "fitness": KpiValue(found.fitness.log, "1", found.plain.log),
        "precision": KpiValue(found.precision.value, "1"),
        "alignment_fitness": KpiValue(found.aligned.log if found.aligned.aligned else None, "1"),
    }
    if tried is not None:
        real = float(np.mean(tried.real))
        if real > 0:
            kpis["lead_time_error"] = KpiValue(
                abs(float(np.mean(tried.throughput)) / real - 1), "1", abs(work_content(log) / real - 1)
            )
    return kpis


def _tables(
    measured: Measures, found: Discovered, conformance: Conformance, tried: WhatIf | None
) -> dict[str, pa.Table]:
    tables = {
        "variants": measured.variants,
        "edges": measured.edges,
        "activities": measured.activities,
        "bottlenecks": measured.bottlenecks,
        "rework": measured.rework,
        "handovers": measured.handovers,
        "batches": measured.batches,
        "conformance": _conformance(found),
    }
    if conformance.conforming is not None:
        tables["deviations"] = conformance.table
    if tried is not None:
        tables["what_if"] = tried.changes
    return tables


def _conformance(found: Discovered) -> pa.Table:
    """One row a figure, with the definition that it follows."""
    rows = [
        ("fitness", "token replay, by sums of tokens over the log", found.fitness.log),
        ("mean_fitness", "token replay, mean over cases", found.fitness.mean),
        ("fitting_share", "cases replayed without missing or remaining token", found.fitness.fitting),
        ("alignment_fitness", "1 - cost of optimal alignments / worst cost, over the log", found.aligned.log),
        ("mean_alignment_fitness", "the same, mean over cases", found.aligned.mean),
        ("aligned_share", "cases aligned within the time", found.aligned.aligned),
        ("precision", "escaping edges on token-replay states (ETC)", found.precision.value),
    ]
    rows += [
        (f"skipped: {found.names[one]}", "events the model has no room for", n)
        for one, n in found.aligned.skipped.items()
    ]
    rows += [
        (f"inserted: {found.names[one]}", "steps the model asks for", n) for one, n in found.aligned.inserted.items()
    ]
    return pa.table(
        {
            "figure": [row[0] for row in rows],
            "definition": [row[1] for row in rows],
            "value": pa.array([float(row[2]) for row in rows], pa.float64()),
        }
    )


def _charts(measured: Measures, tried: WhatIf | None) -> dict[str, Chart]:
    made = {
        "process": charts.process_graph(measured.edges, measured.activities),
        "bottlenecks": charts.bottleneck_bars(measured.bottlenecks),
        "variants": charts.variant_bars(measured.variants),
        "handovers": charts.handover_map(measured.handovers),
    }
    if tried is not None:
        made["throughput"] = charts.quantile_lines(tried.real, tried.throughput)
        made["what_if"] = charts.change_bars(tried.changes)
    return made


def _files(found: Discovered) -> dict[str, Artifact]:
    pnml = Artifact(
        write_pnml(found.net, found.names), "application/xml", Text(zh="Petri 网（PNML）", en="Petri net (PNML)")
    )
    files = {"process.pnml": pnml}
    if found.tree is not None:
        files["process.bpmn"] = Artifact(
            write_bpmn(found.tree, found.names),
            "application/xml",
            Text(zh="流程图（BPMN 2.0）", en="Process (BPMN 2.0)"),
        )
        tree = found.tree.text(found.names)
        files["process_tree.txt"] = Artifact(tree.encode(), "text/plain", Text(zh="流程树", en="Process tree"))
    return files
