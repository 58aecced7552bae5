"""`tujing loop DIR`: once round the loop on the enterprise's own data, with a Word report and an Excel project list."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.words import Text


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "loop", help="once round: diagnose, plan, implement, evaluate, iterate / 诊断、规划、实施、评估、迭代走一圈"
    )
    parser.add_argument("dir", type=Path)
    parser.add_argument(
        "--budget",
        type=output.yuan,
        metavar="YUAN",
        help="total budget in yuan (default: the workspace's own) / 总预算（元）",
    )
    parser.add_argument("--quarters", type=int, default=12, help="planning horizon (default 12) / 季度数")
    parser.add_argument("--time", type=float, default=20.0, metavar="SECONDS", help="time limit of each scenario run")
    parser.add_argument("--seed", type=int, default=0)
    output.json_option(parser)
    parser.set_defaults(run=_loop)


def _loop(args: argparse.Namespace) -> None:
    from tujing.runtime.limits import check_seconds

    check_seconds(args.time)
    organisation = output.open_workspace(args.dir)
    from tujing.iteration.loop import once_round
    from tujing.runtime.contract import Budget

    document, reports = once_round(
        organisation,
        budget=args.budget,
        quarters=args.quarters,
        run_budget=Budget(seconds=args.time, seed=args.seed),
        reports=args.dir / "reports",
        say=_say,
    )
    output.emit(args, document, _lines(document))
    for path in reports:
        output.say(f"已写出 {path}", f"Wrote {path}")


def _say(words: Text) -> None:
    output.say(words.zh, words.en)


def _lines(document: dict[str, Any]) -> list[str]:
    from tujing.reports.words import label

    language = output.language()
    chinese = language == "zh"
    enterprise, diagnosis, plan = document["enterprise"], document["diagnosis"], document["plan"]
    money = plan["npv"]
    lines = [
        f"{enterprise['name'][language]}  {enterprise['size_label'][language]} · {enterprise['track_label'][language]}",
        f"{'诊断' if chinese else 'Diagnosis'}: {diagnosis['level_name'][language]}  {diagnosis['score']:g}",
        f"{'规划' if chinese else 'Plan'}: {label(plan['status'], language)}, {len(plan['projects'])} "
        + (
            f"个项目，净现值 {money['p50']:,.0f} 元"
            if chinese
            else f"projects, net present value {money['p50']:,.0f} yuan"
        ),
    ]
    for run in document["runs"]:
        status = label(run["status"], language)
        lines.append(f"{'运行' if chinese else 'Run'}: {run['scenario']} {status} ({run['seconds']:.1f} s)")
    for row in document["evaluation"]:
        lines.append(f"{'评估' if chinese else 'Evaluation'}: {row['words'][language]}")
    number = document["next_cycle"]["number"]
    lines.append(f"第 {number} 轮已开启。" if chinese else f"Cycle {number} is open.")
    return lines
