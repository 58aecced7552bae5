"""`tujing value DIR STEP`: what one step costs in each way, what it is worth, and where every figure comes from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser("value", help="one step's cost and value, opened to its figures / 单项投入产出测算")
    parser.add_argument("dir", type=Path)
    parser.add_argument("step", metavar="ID[@LEVEL]", help="scenario and level, by default the next / 场景与等级")
    parser.add_argument("--quarters", type=int, default=12, help="length of the plan (default 12) / 规划季度数")
    parser.add_argument("--figures", type=Path, metavar="FILE.yaml", help="the enterprise's own figures / 本企业参数")
    output.json_option(parser)
    parser.set_defaults(run=_value)


def _value(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.iteration.services import levels_today
    from tujing.planning.opening_services import value_of_step
    from tujing.planning.own_figures import PlanFigures, read_own

    figures = read_own(args.figures) if args.figures else PlanFigures()
    document = value_of_step(organisation, args.step, levels_today(organisation), figures, args.quarters)
    output.emit(args, document, _lines(document))


def _lines(document: dict[str, Any]) -> list[str]:
    from tujing.planning.reasons import wan, yuan

    language = output.language()
    chinese = language == "zh"
    amount = wan if chinese else yuan
    lines = [f"{document['name'][language]}  {document['step']}"]
    for one in document["options"]:
        once, each_year = amount(one["one_off"]["mean"]), amount(one["yearly"]["mean"])
        worth = "–" if one["npv"] is None else amount(one["npv"])
        quarters, days = one["quarters"], f"{one['person_days']:.0f}"
        lines.append(
            f"+ {one['name']['zh']}：一次性 {once}，每年 {each_year}，{quarters} 个季度，自有 {days} 人天，"
            f"净现值 {worth}"
            if chinese
            else f"+ {one['name']['en']}: one-off {once}, yearly {each_year}, {quarters} quarters, {days} own days, "
            f"NPV {worth}"
        )
    lines += [f"! {row['why'][language]}" for row in document.get("withheld", ())]
    nodes = document.get("value_tree", {}).get("nodes", {})
    for name, node in nodes.items():
        if name.startswith("money."):
            effect = nodes[name.replace("money.", "effect.", 1)]
            lines.append(
                f"  {node['label'][language]}: {node['formula']} = {amount(node['value'])}"
                f" ({effect['low']:.1%} … {effect['high']:.1%})"
            )
    return lines
