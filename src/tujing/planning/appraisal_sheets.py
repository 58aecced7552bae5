"""Sheets of the project list that open a plan's value, cost and risk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tujing.elements.definition import element

Row = Mapping[str, Any]
Column = tuple[str, str, Callable[[Row], Any]]
"""Heading, kind as in `project_list.py`, and the value of a row."""

EFFECTS: tuple[Column, ...] = (
    ("场景与等级 Step", "text", lambda row: row["step"]),
    ("财务基线列", "name", lambda row: row["column"]["zh"]),
    ("Baseline column", "name", lambda row: row["column"]["en"]),
    ("指标 KPI", "text", lambda row: row["kpi"]),
    ("效益途径", "name", lambda row: row["label"]["zh"]),
    ("Path to money", "name", lambda row: row["label"]["en"]),
    ("公式 Formula", "name", lambda row: row["formula"]),
    ("效果下限 Effect, low", "share", lambda row: row["low"]),
    ("效果均值 Effect, mean", "share", lambda row: row["effect"]),
    ("效果上限 Effect, high", "share", lambda row: row["high"]),
    ("单独效益（元/年） Alone, CNY a year", "money", lambda row: row["alone"]),
    ("扣除重叠后份额（元/年） Share after overlap, CNY a year", "money", lambda row: row["share"]),
    ("基线月份 Baseline months", "text", lambda row: row["months"]),
    ("出处 Source", "long", lambda row: row["source"]),
)
DRIVERS: tuple[Column, ...] = (
    ("成本动因", "name", lambda row: row["label"]["zh"]),
    ("Driver", "name", lambda row: row["label"]["en"]),
    ("单独效益之和（元/年） Sum alone, CNY a year", "money", lambda row: row["gross"]),
    ("重叠扣除（元/年） Overlap taken off, CNY a year", "money", lambda row: row["overlap"]),
    ("净效益（元/年） Net, CNY a year", "money", lambda row: row["net"]),
    ("说明", "long", lambda row: row["withheld"]["zh"]),
    ("Note", "long", lambda row: row["withheld"]["en"]),
)
CLASSES: tuple[Column, ...] = (
    ("价值类别（GB/T 23011）", "name", lambda row: row["label"]["zh"]),
    ("Value class", "name", lambda row: row["label"]["en"]),
    ("大类", "name", lambda row: row["group_label"]["zh"]),
    ("Group", "name", lambda row: row["group_label"]["en"]),
    ("年效益（元） Benefit a year, CNY", "money", lambda row: row["yearly"]),
    ("效益现值（元） Present value, CNY", "money", lambda row: row["present"]),
)
COSTS: tuple[Column, ...] = (
    ("费用类别", "name", lambda row: row["label"]["zh"]),
    ("Cost class", "name", lambda row: row["label"]["en"]),
    ("一次性（元） One-off, CNY", "money", lambda row: row["one_off"]),
    ("每年（元） Yearly, CNY", "money", lambda row: row["yearly"]),
)
RISKS: tuple[Column, ...] = (
    ("场景编号 Scenario", "text", lambda row: row["scenario"]),
    ("等级 Level", "number", lambda row: row["level"]),
    ("风险", "name", lambda row: row["name"]["zh"]),
    ("Risk", "name", lambda row: row["name"]["en"]),
    ("依据", "long", lambda row: row["why"]["zh"]),
    ("Why", "long", lambda row: row["why"]["en"]),
    ("概率 Probability", "share", lambda row: row["probability"]),
    ("发生时损失（元） Loss if it happens, CNY", "money", lambda row: row["loss"]["mean"]),
    ("期望损失（元） Expected loss, CNY", "money", lambda row: row["expected_loss"]),
    ("最差情形中出现 In the worst cases", "share", lambda row: row["in_tail"]),
    ("应对措施", "long", lambda row: row["mitigation"]["action"]["zh"]),
    ("Mitigation", "long", lambda row: row["mitigation"]["action"]["en"]),
    ("措施费用（元） Its cost, CNY", "money", lambda row: row["mitigation"]["cost"]),
    ("措施净收益（元） Its gain, CNY", "money", lambda row: row["mitigation"]["gain"]),
    ("责任人", "name", lambda row: row["owner"]["zh"]),
    ("Owner", "name", lambda row: row["owner"]["en"]),
    ("出处 Source", "long", lambda row: row["source"]),
)


def appraisal_sheets(document: Mapping[str, Any]) -> list[tuple[str, Sequence[Column], Sequence[Row]]]:
    """Returns title, columns and rows of each sheet; a plan from before there was an appraisal has none."""
    if "value_tree" not in document:
        return []
    nodes = document["value_tree"]["nodes"]
    sheets: list[tuple[str, Sequence[Column], Sequence[Row]]] = [
        ("效益明细 Effects", EFFECTS, _effects(nodes)),
        ("动因与重叠 Drivers", DRIVERS, _drivers(nodes)),
    ]
    named = (
        ("价值类别 Value classes", CLASSES, "value_classes"),
        ("费用构成 Costs", COSTS, "costs"),
        ("风险登记 Risks", RISKS, "risks"),
    )
    return sheets + [(title, columns, document[key]) for title, columns, key in named if key in document]


def _effects(nodes: Mapping[str, Any]) -> list[Row]:
    columns = element("financial_baseline").columns
    rows: list[Row] = []
    for name, node in nodes.items():
        kind, _, key = name.partition(".")
        if kind != "share":
            continue
        money, effect = nodes[f"money.{key}"], nodes[f"effect.{key}"]
        step, driver, kpi = key.rsplit(".", 2)
        months = nodes.get(f"baseline.{driver}", {}).get("months", [])
        rows.append(
            {
                "step": step,
                "column": columns[driver].label.as_dict(),
                "kpi": kpi,
                "label": money["label"],
                "formula": money["formula"],
                "low": effect["low"],
                "effect": effect["value"],
                "high": effect["high"],
                "alone": money["value"],
                "share": node["value"],
                "months": f"{months[0]} – {months[-1]}" if months else "",
                "source": effect["source"],
            }
        )
    return rows


def _drivers(nodes: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name, node in nodes.items():
        kind, _, driver = name.partition(".")
        if kind == "driver":
            gross, overlap = nodes.get(f"gross.{driver}", {}), nodes.get(f"overlap.{driver}", {})
            rows.append(
                {
                    "label": node["label"],
                    "gross": gross.get("value"),
                    "overlap": overlap.get("value"),
                    "net": node["value"],
                    "withheld": node.get("withheld", {"zh": "", "en": ""}),
                }
            )
    return rows
