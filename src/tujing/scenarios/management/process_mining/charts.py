"""The charts of a mined process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.words import Text

EDGES, BARS, PEOPLE = 40, 10, 20
HOUR = 3600.0


def span(seconds: float) -> Text:
    """A time as a person says it."""
    for size, zh, en in ((86400.0, "天", "d"), (HOUR, "小时", "h"), (60.0, "分钟", "min")):
        if seconds >= size:
            return Text(zh=f"{seconds / size:.1f} {zh}", en=f"{seconds / size:.1f} {en}")
    return Text(zh=f"{seconds:.0f} 秒", en=f"{seconds:.0f} s")


def process_graph(edges: pa.Table, activities: pa.Table) -> Chart:
    """Returns the strongest directly-follows pairs as a graph: node size by events, `level` by median work."""
    rows = edges.slice(0, EDGES).to_pylist()
    drawn = {row[end] for row in rows for end in ("source", "target")}
    known = [row for row in activities.to_pylist() if row["activity"] in drawn]
    slowest = max((row["median_seconds"] for row in known), default=0.0) or 1.0
    return Chart(
        "graph",
        Text(zh="实际流程：次数与间隔", en="The process as it is: counts and times between"),
        {
            "nodes": [
                {
                    "id": row["activity"],
                    "name": f"{row['activity']} ({row['count']})",
                    "size": row["count"],
                    "level": row["median_seconds"] / slowest,
                }
                for row in known
            ],
            "edges": [
                {
                    "source": row["source"],
                    "target": row["target"],
                    "weight": row["count"],
                    "label": {
                        language: f"{row['count']} · {words}"
                        for language, words in span(row["median_seconds"]).as_dict().items()
                    },
                }
                for row in rows
            ],
        },
    )


def variant_bars(variants: pa.Table) -> Chart:
    rows = variants.slice(0, BARS).to_pylist()
    return Chart(
        "bar",
        Text(zh="最常见的变体", en="The commonest variants"),
        {
            "categories": [f"#{row['variant']} ({row['length']})" for row in rows],
            "series": [{"name": {"zh": "案例数", "en": "cases"}, "values": [row["count"] for row in rows]}],
            "horizontal": True,
        },
    )


def handover_map(handovers: pa.Table) -> Chart:
    """Returns who hands over to whom, among those who hand over most."""
    rows = handovers.to_pylist()
    given: dict[str, int] = {}
    for row in rows:
        for end in ("source", "target"):
            given[row[end]] = given.get(row[end], 0) + row["count"]
    names = sorted(sorted(given, key=lambda name: (-given[name], name))[:PEOPLE])
    at = {name: number for number, name in enumerate(names)}
    return Chart(
        "heatmap",
        Text(zh="交接次数（行交给列）", en="Hand-overs (from row to column)"),
        {
            "x": names,
            "y": names,
            "values": [
                [at[row["target"]], at[row["source"]], row["count"]]
                for row in rows
                if row["source"] in at and row["target"] in at
            ],
        },
    )


def bottleneck_bars(bottlenecks: pa.Table) -> Chart:
    rows = bottlenecks.slice(0, BARS).to_pylist()
    return Chart(
        "bar",
        Text(zh="等待最久的环节", en="Where cases wait longest"),
        {
            "categories": [f"{row['source']} → {row['target']}" for row in rows],
            "series": [
                {
                    "name": {"zh": "班内等待", "en": "waiting within shifts"},
                    "values": [row["open_hours"] for row in rows],
                },
                {
                    "name": {"zh": "停班", "en": "closed"},
                    "values": [max(row["waiting_hours"] - row["open_hours"], 0.0) for row in rows],
                },
            ],
            "stacked": True,
            "horizontal": True,
            "unit": "h",
        },
    )


def quantile_lines(real: Sequence[float], simulated: Sequence[float]) -> Chart:
    """Returns the share of cases done within so many days: real and simulated."""
    shares = list(range(5, 100, 5))
    return Chart(
        "line",
        Text(zh="流转时间：实际与仿真", en="Throughput time: real and simulated"),
        {
            "x": {"name": {"zh": "案例百分位", "en": "percentile of cases"}, "values": shares},
            "series": [
                {"name": {"zh": "实际", "en": "real"}, "values": (np.percentile(real, shares) / 86400).tolist()},
                {
                    "name": {"zh": "仿真", "en": "simulated"},
                    "values": (np.percentile(simulated, shares) / 86400).tolist(),
                },
            ],
            "unit": "d",
        },
    )


def change_bars(changes: pa.Table) -> Chart:
    rows = changes.to_pylist()
    return Chart(
        "bar",
        Text(zh="若这样改，流转时间中位数", en="Median throughput time after a change"),
        {
            "categories": [{"zh": row["zh"], "en": row["en"]} for row in rows],
            "series": [
                {"name": {"zh": "中位数", "en": "median"}, "values": [row["median_hours"] / 24 for row in rows]}
            ],
            "horizontal": True,
            "unit": "d",
        },
    )
