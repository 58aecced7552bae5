"""`tujing deliver DIR`: the projects of the open cycle, their gates, earned value and early warnings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser("deliver", help="projects, gates, earned value, early warning / 项目实施与验收")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--take-up", action="store_true", help="turn the newest plan into projects / 将最新规划立项")
    parser.add_argument("--accept", action="store_true", help="run every open check / 运行全部验收检查")
    parser.add_argument("--date", metavar="DAY", help="as of this day (default today) / 截至日期")
    output.json_option(parser)
    parser.set_defaults(run=_deliver)


def _deliver(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from django.utils import timezone

    from tujing.delivery.cells import read_day
    from tujing.delivery.document import delivery_document
    from tujing.delivery.services import accept_all
    from tujing.iteration.services import take_up_plan
    from tujing.planning.services import latest_plan
    from tujing.problems import refuse

    day = read_day(args.date, "--date") if args.date else timezone.localdate()
    if args.take_up:
        plan = latest_plan(organisation)
        if plan is None:
            raise refuse(
                "no_plan",
                "还没有规划，请先运行 tujing plan 工作区。",
                "There is no plan yet; run tujing plan WORKSPACE first.",
            )
        taken = take_up_plan(organisation, plan)
        output.say(f"已立项 {len(taken)} 个场景。", f"{len(taken)} scenarios taken up.")
    if args.accept and day != timezone.localdate():
        raise refuse(
            "accept_today",
            "验收检查只能按今天的数据运行，请去掉 --date 或 --accept。",
            "Checks run on the data of today; leave out --date or --accept.",
            key="--date",
            value=args.date,
        )
    if args.accept:
        judged = accept_all(organisation)
        passed = sum(verdict.passed for _, verdict in judged)
        output.say(f"{len(judged)} 项检查中 {passed} 项通过。", f"{passed} of {len(judged)} checks passed.")
    document = delivery_document(organisation, day)
    if not document["projects"]:
        output.say(
            "还没有项目；先运行 tujing plan，再运行 tujing deliver 工作区 --take-up。",
            "There is no project yet; run tujing plan, then tujing deliver WORKSPACE --take-up.",
        )
    output.emit(args, document, _lines(document))


def _lines(document: dict[str, Any]) -> list[str]:
    language = output.language()
    chinese = language == "zh"
    marks = {"passed": "●", "waived": "◐", "open": "○"}
    rows = []
    for one in document["projects"]:
        value = one["earned_value"]
        gates = " ".join(f"{marks[gate['state']]}{gate['name'][language]}" for gate in one["gates"])
        end = one["closed"] or one["forecast"]["end"]
        figures = f"SPI(t) {_figure(value['spi_time'])}  CPI {_figure(value['cpi'])}"
        rows.append(
            f"{one['start']} – {one['end']}  {one['name'][language]} → {one['level']}  {gates}  "
            + (f"预计 {end}  {figures}" if chinese else f"expected {end}  {figures}")
        )
        rows += [f"  ! {warning[language]} {warning['next_step'][language]}" for warning in one["warnings"]]
    return rows


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
