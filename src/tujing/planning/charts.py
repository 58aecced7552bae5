"""The plan's charts as data: Gantt, money by quarter, net present value, tornado. The page and the report draw them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.runtime.contract import Chart
from tujing.words import Text


def charts(document: Mapping[str, Any]) -> dict[str, Chart]:
    """Returns the charts of a plan's document (see `document.py`). Money in yuan."""
    return {
        "gantt": Chart(
            "gantt",
            Text(zh="实施安排", en="When each step is under way"),
            {
                "rows": [
                    {key: one[key] for key in ("scenario", "name", "level", "start", "end", "cost", "npv")}
                    for one in document["projects"]
                ]
            },
        ),
        "budget": Chart(
            "bar",
            Text(zh="各季度投入与结余（元）", en="Money spent and left over, by quarter (CNY)"),
            {
                "quarters": [row["start"] for row in document["budget"]],
                "spent": [row["spent"] for row in document["budget"]],
                "left": [row["left"] for row in document["budget"]],
            },
        ),
        "npv": Chart(
            "histogram",
            Text(zh="净现值分布（元）", en="Distribution of net present value (CNY)"),
            {**document["risk"]["histogram"], **{key: document["npv"][key] for key in ("p10", "p50", "p90")}},
        ),
        "tornado": Chart(
            "bar",
            Text(zh="什么最影响净现值（元）", en="What moves the net present value most (CNY)"),
            {"middle": document["npv"]["expected"], "bars": document["tornado"]},
        ),
    }
