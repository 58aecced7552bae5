"""`tujing plan DIR`: which scenarios to take up, in which way, when, and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser("plan", help="what to take up, how, when, and why / 转型规划")
    parser.add_argument("dir", type=Path)
    parser.add_argument(
        "--budget", type=output.yuan, metavar="YUAN", help="whole budget in yuan (default: as before) / 总预算（元）"
    )
    parser.add_argument("--quarters", type=int, default=12, help="length of the plan (default 12) / 规划季度数")
    parser.add_argument("--capacity", type=float, metavar="DAYS", help="own people's days a quarter / 每季度自有人天")
    parser.add_argument(
        "--skill", action="append", default=[], type=_share, metavar="ROLE=DAYS", help="days of a role / 某类人员人天"
    )
    parser.add_argument("--parallel", type=int, metavar="N", help="projects at once / 同时推进项目数")
    parser.add_argument(
        "--department-parallel", type=int, metavar="N", help="the same in one department / 每部门同时推进数"
    )
    parser.add_argument("--loan", type=output.yuan, metavar="YUAN", help="most to borrow / 贷款额度（元）")
    parser.add_argument("--loan-rate", type=float, metavar="RATE", help="a year, 0.045 is 4.5%% / 贷款年利率")
    parser.add_argument("--loan-quarters", type=int, metavar="N", help="term of the loan / 贷款期限（季度）")
    parser.add_argument(
        "--subsidy", action="append", default=[], metavar="RULE", help="count on this rule / 计入补贴规则"
    )
    parser.add_argument(
        "--risk", type=output.yuan, metavar="YUAN", help="most loss of the worst tenth (CVaR) / 最坏一成情形的亏损上限"
    )
    parser.add_argument(
        "--maturity", type=int, metavar="LEVELS", help="raise so many levels at least / 至少提升的等级数"
    )
    parser.add_argument("--target-level", type=int, metavar="LEVEL", help="maturity level to reach / 目标等级")
    parser.add_argument("--by", metavar="2028Q4", help="… by the end of this quarter / 达到目标的季度")
    parser.add_argument("--points", type=int, default=10, metavar="N", help="points of the front (0: none) / 前沿点数")
    parser.add_argument("--draws", type=int, default=0, metavar="N", help="plan anew in N draws / 稳健性抽样次数")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--pin", action="append", default=[], metavar="ID@LEVEL[:WAY]", help="take this step / 必须列入"
    )
    parser.add_argument(
        "--mandatory", action="append", default=[], metavar="ID@LEVEL[:WAY]", help="a duty / 法定或强制项"
    )
    parser.add_argument("--forbid", action="append", default=[], metavar="ID[@LEVEL[:WAY]]", help="leave out / 不列入")
    parser.add_argument("--figures", type=Path, metavar="FILE.yaml", help="the enterprise's own figures / 本企业参数")
    parser.add_argument(
        "--again", action="store_true", help="begin from the last plan, show what changed / 在上一版上调整"
    )
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="also write the project list / 另存项目清单")
    output.json_option(parser)
    parser.set_defaults(run=_plan)


def _share(text: str) -> tuple[str, float]:
    role, _, days = text.partition("=")
    try:
        return role, float(days)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: ROLE=DAYS, digital=40 / 写作 类别=人天，如 digital=40") from None


def _plan(args: argparse.Namespace) -> int:
    organisation = output.open_workspace(args.dir)
    from tujing.iteration.services import make_plan, usual_budget
    from tujing.planning.changes import changes
    from tujing.planning.document import plan_document
    from tujing.planning.infeasible import PlanConflict
    from tujing.planning.own_figures import read_own
    from tujing.planning.project_list import write_project_list
    from tujing.planning.services import latest_plan
    from tujing.planning.solve import Depth

    last = latest_plan(organisation) if args.again else None
    wishes: dict[str, Any] = {}
    if args.target_level is not None or args.by:
        wishes.update(target_level=args.target_level, by=args.by)
    try:
        plan = make_plan(
            organisation,
            budget=usual_budget(organisation, args.quarters) if args.budget is None else args.budget,
            quarters=args.quarters,
            capacity=args.capacity,
            parallel=args.parallel,
            department_parallel=args.department_parallel,
            skills=dict(args.skill),
            loan=args.loan,
            loan_rate=args.loan_rate,
            loan_quarters=args.loan_quarters,
            subsidies=args.subsidy,
            most_loss=args.risk,
            maturity=args.maturity,
            seed=args.seed,
            pinned=args.pin,
            forbidden=args.forbid,
            mandatory=args.mandatory,
            depth=Depth(points=max(0, args.points), robust_draws=max(0, args.draws), what_if=True),
            before=last,
            figures=read_own(args.figures) if args.figures else None,
            say=lambda words: output.say(words.zh, words.en),
            **wishes,
        )
    except PlanConflict as conflict:
        output.complain(conflict)
        output.emit(args, conflict.document, ())
        return conflict.exit_code
    document = plan_document(plan)
    if last is not None:
        document["changes"] = changes(plan_document(last), document)
    if args.xlsx:
        write_project_list(document, args.xlsx)
        output.say(f"项目清单已写入 {args.xlsx}", f"Project list written to {args.xlsx}")
    output.emit(args, document, _lines(document))
    return 0


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
    target = document.get("target")
    if target:
        met = ("可达到", "met") if target["met"] else ("未达到", "not met")
        rows.append(
            f"目标 {target['level']} 级“{target['name']['zh']}”：{met[0]}"
            if chinese
            else f"Target level {target['level']} ({target['name']['en']}): {met[1]}"
        )
    ways = {"buy": ("购买", "buy"), "subscribe": ("订阅", "subscribe"), "build": ("自建", "build")}
    for one in document["projects"]:
        way = ways.get(one["option"], (one["option"], one["option"]))[0 if chinese else 1]
        rows.append(
            f"+ {one['start']} – {one['end']}  {one['name'][language]} → {one['level']} ({way})  {one['why'][language]}"
        )
    for one in (target or {}).get("measures", []):
        rows.append(f"+ {one['label'][language]}: {one['after'][language]}  {amount(one['cost'])}")
    for one in document["rejected"]:
        extra = [part["words"][language] for key in ("relaxation", "break_even") if (part := one.get(key))]
        rows.append(f"- {one['name'][language]} → {one['level']}  {one['why_not'][language]}{' '.join(extra)}")
    for point in document.get("pareto", []):
        yours = ("← 本规划", "← this plan")[0 if chinese else 1] if point["yours"] else ""
        rows.append(
            f"* 净现值 {amount(point['value'])}，提升 {point['maturity']} 级，最坏一成 {amount(-point['risk'])} {yours}"
            if chinese
            else f"* NPV {amount(point['value'])}, {point['maturity']} levels, worst tenth "
            f"{amount(-point['risk'])} {yours}"
        )
    return rows
