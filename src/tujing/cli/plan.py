"""`tujing plan DIR`: which scenarios to take up, when, and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser("plan", help="what to take up, when, and why / 转型规划")
    parser.add_argument("dir", type=Path)
    parser.add_argument(
        "--budget", type=output.yuan, metavar="YUAN", help="whole budget in yuan (default: as before) / 总预算（元）"
    )
    parser.add_argument("--quarters", type=int, default=12, help="length of the plan (default 12) / 规划季度数")
    parser.add_argument("--capacity", type=float, metavar="DAYS", help="own people's days a quarter / 每季度自有人天")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pin", action="append", default=[], metavar="ID@LEVEL", help="take this step / 必须列入")
    parser.add_argument("--forbid", action="append", default=[], metavar="ID[@LEVEL]", help="leave this out / 不列入")
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="also write the project list / 另存项目清单")
    output.json_option(parser)
    parser.set_defaults(run=_plan)


def _plan(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.iteration.services import make_plan, usual_budget
    from tujing.planning.document import plan_document
    from tujing.planning.project_list import write_project_list

    plan = make_plan(
        organisation,
        budget=usual_budget(organisation, args.quarters) if args.budget is None else args.budget,
        quarters=args.quarters,
        capacity=args.capacity,
        seed=args.seed,
        pinned=args.pin,
        forbidden=args.forbid,
    )
    document = plan_document(plan)
    if args.xlsx:
        write_project_list(document, args.xlsx)
        output.say(f"项目清单已写入 {args.xlsx}", f"Project list written to {args.xlsx}")
    output.emit(args, document, _lines(document))


def _lines(document: dict[str, Any]) -> list[str]:
    from tujing.planning.reasons import wan, yuan

    language = output.language()
    chinese = language == "zh"
    amount = wan if chinese else yuan
    npv = document["npv"]
    status = {"optimal": ("已证明最优", "proven optimal"), "feasible": ("限时内最好", "best found in time")}
    words = status[document["status"]][0 if chinese else 1]
    head = (
        f"规划（{words}）：净现值 P10 {amount(npv['p10'])}，P50 {amount(npv['p50'])}，P90 {amount(npv['p90'])}"
        if chinese
        else f"Plan ({words}): NPV P10 {amount(npv['p10'])}, P50 {amount(npv['p50'])}, P90 {amount(npv['p90'])}"
    )
    rows = [head]
    for one in document["projects"]:
        rows.append(
            f"+ {one['start']} – {one['end']}  {one['name'][language]} → {one['level']}  {one['why'][language]}"
        )
    for one in document["rejected"]:
        rows.append(f"- {one['name'][language]} → {one['level']}  {one['why_not'][language]}")
    return rows
