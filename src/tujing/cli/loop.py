"""`tujing loop DIR`: once round the loop on the enterprise's own data, with a Word report and an Excel project list."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.problems import refuse
from tujing.words import Text

MOST_ROUNDS = 9


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
    parser.add_argument(
        "--rounds",
        type=int,
        metavar="N",
        help="turns to take (default: two where an example's factory can live on, else one) / 轮数",
    )
    parser.add_argument("--seed", type=int, default=0)
    output.json_option(parser)
    parser.set_defaults(run=_loop)


def _loop(args: argparse.Namespace) -> None:
    from tujing.runtime.limits import check_seconds

    check_seconds(args.time)
    if args.rounds is not None and not 1 <= args.rounds <= MOST_ROUNDS:
        raise refuse(
            "bad_rounds",
            f"轮数请取 1 到 {MOST_ROUNDS}，现为 {args.rounds}。",
            f"Take between 1 and {MOST_ROUNDS} rounds, not {args.rounds}.",
            value=str(args.rounds),
        )
    organisation = output.open_workspace(args.dir)
    from tujing.examples.motor_works.living import Factory, read
    from tujing.iteration.loop import go_round
    from tujing.runtime.contract import Budget

    life = read(args.dir, organisation)
    world = None if life is None else Factory(args.dir, organisation, life)
    lives_on = world is not None and world.next_end is not None
    document, reports = go_round(
        organisation,
        budget=args.budget,
        quarters=args.quarters,
        run_budget=Budget(seconds=args.time, seed=args.seed),
        reports=args.dir / "reports",
        say=_say,
        rounds=args.rounds or (2 if lives_on else 1),
        world=world,
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
    for turn in document["cycles"]:
        lines += turn_lines(turn, language)
    number = document["next_cycle"]["number"]
    lines.append(f"第 {number} 轮已开启。" if chinese else f"Cycle {number} is open.")
    return lines


def turn_lines(turn: dict[str, Any], language: str) -> list[str]:
    """Says what one cycle taught: its forecast error, beside those of earlier forecasts, and its lessons."""
    from tujing.reports.words import scenario

    chinese, number, found = language == "zh", turn["number"], turn["forecast_error"]
    if found is None:
        lines = [
            f"第 {number} 轮：还没有预测得到实测检验。" if chinese else f"Cycle {number}: no forecast was measured yet."
        ]
    else:
        error, count = f"{found['mean_error']:.1%}", found["count"]
        lines = [
            f"第 {number} 轮：{count} 项预测得到实测，误差 {error}。"
            if chinese
            else f"Cycle {number}: {count} forecasts measured, error {error}."
        ]
        lines += [
            f"　第 {one['cycle']} 轮的预测在同样的实测上误差 {one['mean_error']:.1%}。"
            if chinese
            else f"  Cycle {one['cycle']}'s forecasts err by {one['mean_error']:.1%} on the same measurements."
            for one in found["earlier"]
        ]
    indent, colon = ("　", "：") if chinese else ("  ", ": ")
    for one in turn["lessons"]:
        lines.append(
            f"{indent}{one['label'][language]}{colon}{scenario(one['scenario'], language)}{'（' if chinese else ' ('}"
            f"{one['why'][language].rstrip('。.')}{'）' if chinese else ')'}"
        )
    if turn.get("still_to_measure"):
        lines.append(indent + turn["still_to_measure"][language])
    return lines
