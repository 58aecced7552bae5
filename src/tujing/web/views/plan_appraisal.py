"""What a plan is worth, costs and risks, for its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.web.words import column_name, say, scenario_name

RISKS_SHOWN = 12
BASELINE = "financial_baseline"


def appraisal_context(result: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what `plan/appraisal.html` shows; nothing for a plan from before there was an appraisal."""
    if "value_tree" not in result:
        return {}
    nodes, risk = result["value_tree"]["nodes"], result["risk"]
    return {
        "appraised": True,
        "risk_figures": risk,
        "trough_quarter": risk["trough"]["quarter"] + 1,
        "profit": nodes["profit"],
        "drivers": [
            _driver(name.partition(".")[2], node, nodes) for name, node in nodes.items() if name.startswith("driver.")
        ],
        "value_classes": [row for row in result.get("value_classes", ()) if row["yearly"]],
        "costs": result.get("costs", ()),
        "risks": result.get("risks", ())[:RISKS_SHOWN],
        "risks_more": max(0, len(result.get("risks", ())) - RISKS_SHOWN),
        "expected_losses": sum(row["expected_loss"] for row in result.get("risks", ())),
    }


def _driver(name: str, node: Mapping[str, Any], nodes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns one driver with its effects, the largest share first."""
    shares = [one for one in node.get("inputs", ()) if one.startswith("share.")]
    effects = [_effect(one.partition(".")[2], nodes) for one in shares]
    overlap = nodes.get(f"overlap.{name}", {}).get("value")
    return {
        "name": column_name(name, BASELINE),
        "gross": nodes.get(f"gross.{name}", {}).get("value"),
        "taken_off": None if overlap is None else -round(overlap),
        "net": node["value"],
        "withheld": say(node["withheld"]) if "withheld" in node else "",
        "effects": sorted(effects, key=lambda effect: -(effect["share"] or 0.0)),
        "baseline": nodes.get(f"baseline.{name}"),
    }


def _effect(key: str, nodes: Mapping[str, Any]) -> dict[str, Any]:
    step, _, _ = key.rsplit(".", 2)
    scenario, _, level = step.partition("@")
    money, effect = nodes[f"money.{key}"], nodes[f"effect.{key}"]
    return {
        "scenario": scenario_name(scenario),
        "level": level,
        "path": say(money["label"]),
        "formula": money["formula"],
        "low": effect.get("low"),
        "mean": effect["value"],
        "high": effect.get("high"),
        "alone": money["value"],
        "share": nodes[f"share.{key}"]["value"],
    }
