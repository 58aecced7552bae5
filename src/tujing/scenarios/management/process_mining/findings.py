"""What was found, as the data element `process_finding` and in words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tujing.scenarios.management.process_mining.charts import span
from tujing.scenarios.management.process_mining.deviations import Conformance
from tujing.scenarios.management.process_mining.discover import Discovered
from tujing.scenarios.management.process_mining.event_log import MICRO, EventLog
from tujing.scenarios.management.process_mining.measures import Measures
from tujing.scenarios.management.process_mining.what_if import WhatIf
from tujing.words import Text

FINDING = pa.schema(
    [
        ("finding_id", pa.string()),
        ("kind", pa.string()),
        ("from_operation", pa.string()),
        ("to_operation", pa.string()),
        ("cases", pa.int64()),
        ("hours", pa.float64()),
    ]
)
VARIANTS, WAITS, BOTTLENECKS = 5, 20, 3


def process_finding(log: EventLog, measured: Measures) -> pa.Table:
    """Returns the data element: five commonest variants, the longest waits, all rework; hours are means a case.

    A reworked case counts once, at the first step back it took, so the rows of `rework` add up to the reworked cases.
    """
    rows: list[dict[str, object]] = []

    def add(kind: str, number: int, source: str | None, target: str | None, cases: int, hours: float) -> None:
        rows.append(
            {
                "finding_id": f"{kind}-{number:03d}",
                "kind": kind,
                "from_operation": source,
                "to_operation": target,
                "cases": cases,
                "hours": max(float(hours), 0.0),
            }
        )

    names = log.activities
    for number, row in enumerate(measured.variants.slice(0, VARIANTS).to_pylist(), start=1):
        trace = log.variants[number - 1]
        add("variant", number, names[trace[0]], names[trace[-1]], row["count"], row["mean_seconds"] / 3600)
    for number, row in enumerate(measured.bottlenecks.slice(0, WAITS).to_pylist(), start=1):
        kind = "bottleneck" if number <= BOTTLENECKS else "wait"
        add(kind, number, row["source"], row["target"], row["cases"], row["waiting_hours"] / row["cases"])
    for number, row in enumerate(measured.returns.to_pylist(), start=1):
        add("rework", number, row["source"], row["target"], row["cases"], row["mean_hours"])
    return pa.Table.from_pylist(rows, FINDING)


def explain(
    log: EventLog, measured: Measures, found: Discovered, tried: WhatIf | None, conformance: Conformance
) -> Text:
    """Says what was found, why, and what to do next."""
    throughput = span(float(np.median(log.ends - log.begins)) / MICRO)
    cases, events, variants = len(log.cases), len(log), len(log.variants)
    zh = f"{cases} 个案例、{events} 个事件走出 {variants} 种走法，流转时间中位数 {throughput.zh}。"
    en = f"{cases} cases with {events} events took {variants} ways; the median throughput time is {throughput.en}."
    share = measured.working / measured.elapsed if measured.elapsed else 1.0
    zh += f"其中真正在做的时间约占 {share:.0%}，其余在等。"
    en += f" About {share:.0%} of it is work, the rest waiting."
    worst = measured.bottlenecks.slice(0, 1).to_pylist()
    if worst:
        row = worst[0]
        hours, place = row["open_hours"], f"{row['source']} → {row['target']}"
        zh += f"等得最久的一段是 {place}：{row['count']} 次共 {hours:.0f} 小时"
        en += f" Cases wait longest at {place}: {hours:.0f} h in {row['count']} passes"
        if row["money"] is not None:
            zh += f"，按小时费率折合 {row['money']:.0f} 元"
            en += f", {row['money']:.0f} yuan at the hourly cost"
        zh, en = zh + "。", en + "."
    if measured.reworked_cases:
        zh += f"{measured.reworked_cases} 个案例（{measured.reworked_cases / cases:.0%}）回头重做过。"
        en += f" {measured.reworked_cases} cases ({measured.reworked_cases / cases:.0%}) went back to an earlier step."
    if conformance.conforming is not None:
        zh += f"有规定路线的 {conformance.cases} 个案例中，{conformance.conforming:.0%} 完全照路线走。"
        en += f" Of {conformance.cases} cases with a prescribed route {conformance.conforming:.0%} keep to it."
    zh += f"模型能重放 {found.fitness.fitting:.0%} 的案例（拟合度 {found.fitness.log:.3f}），"
    zh += f"精确度 {found.precision.value:.3f}。"
    en += (
        f" The model replays {found.fitness.fitting:.0%} of the cases (fitness {found.fitness.log:.3f}), precision "
        f"{found.precision.value:.3f}."
    )
    if tried is not None:
        rows = tried.changes.slice(1).to_pylist()
        best = max(rows, key=lambda row: row["gain"], default=None)
        if best is not None and best["gain"] > 0.01:
            zh += f"仿真试算：{best['zh']}，中位数缩短 {best['gain']:.0%}；先在一条线上试行并复测。"
            en += (
                f" By simulation, {best['en']} would cut the median by {best['gain']:.0%}: try it on one line and "
                "measure again."
            )
        else:
            zh += "仿真试算的几种单项改动都缩短不到 1%，应先查等待的原因。"
            en += " None of the single changes simulated cuts the median by 1 %: look into the causes of waiting."
    return Text(zh=zh, en=en)
