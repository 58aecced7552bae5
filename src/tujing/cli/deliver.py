"""`tujing deliver DIR`: the projects of the open cycle, their gates, earned value and early warnings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output

if TYPE_CHECKING:
    from datetime import date

    from tujing.delivery.board_services import Move
    from tujing.enterprise.models import Organisation


def add(commands: Any) -> None:
    parser = commands.add_parser("deliver", help="projects, gates, earned value, early warning / 项目实施与验收")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--take-up", action="store_true", help="turn the newest plan into projects / 将最新规划立项")
    parser.add_argument("--accept", action="store_true", help="run every open check / 运行全部验收检查")
    parser.add_argument(
        "--records", type=Path, metavar="FILE", help="roles, contracts, log, changes … / 登记岗位、合同等"
    )
    parser.add_argument("--import", dest="tasks", type=Path, metavar="FILE", help="an edited breakdown / 导入任务分解")
    parser.add_argument("--actuals", type=Path, metavar="FILE", help="progress and money spent / 导入进度与费用")
    parser.add_argument("--in-yuan", action="store_true", help="small amounts are yuan / 确认金额以元为单位")
    for option, help in (("--withdraw", "give a project up / 撤销项目"), ("--resume", "take it up again / 恢复项目")):
        parser.add_argument(option, metavar="SCENARIO@LEVEL", help=help)
    parser.add_argument("--reason", default="", help="why, for the log / 撤销或恢复的理由")
    parser.add_argument("--by", default="", metavar="PERSON", help="who decides it / 由谁决定")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write .xlsx, or tasks as .csv / 导出")
    parser.add_argument("--date", metavar="DAY", help="as of this day (default today) / 截至日期")
    output.json_option(parser)
    parser.set_defaults(run=_deliver)


def _deliver(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from django.db import transaction
    from django.utils import timezone

    from tujing.delivery.cells import read_day
    from tujing.delivery.document import actual_rows, delivery_document
    from tujing.delivery.services import accept_all
    from tujing.delivery.workbook import write_tables
    from tujing.iteration.services import take_up_plan
    from tujing.planning.services import latest_plan
    from tujing.problems import refuse

    day = read_day(args.date, "--date") if args.date else timezone.localdate()
    if args.accept and day != timezone.localdate():
        raise refuse(
            "accept_today",
            "验收检查只能按今天的数据运行，请去掉 --date 或 --accept。",
            "Checks run on the data of today; leave out --date or --accept.",
            key="--date",
            value=args.date,
        )
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
    with transaction.atomic():  # of several files all are taken in, or none
        _take_in(organisation, args, day)
    if args.withdraw:
        _decide(organisation, args.withdraw, "withdraw", args.by, args.reason)
    if args.resume:
        _decide(organisation, args.resume, "reinstate", args.by, args.reason)
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
    if args.export:
        write_tables(document, actual_rows(organisation), args.export)
        output.say(f"已写入 {args.export}", f"Written to {args.export}")
    output.emit(args, document, _lines(document))


def _decide(organisation: Organisation, wish: str, to: Move, person: str, reason: str) -> None:
    """Gives a project up, or takes it up again, in the name of a person."""
    from tujing.delivery.board_services import move, moves_in_words
    from tujing.delivery.reading_services import projects
    from tujing.planning.wishes import read_step
    from tujing.problems import refuse

    scenario, level, _option = read_step(wish)
    project = projects(organisation).filter(adoption__scenario=scenario, level=level).first()
    if project is None:
        raise refuse(
            "no_project",
            f"本轮没有项目 {wish}，请按“场景@等级”填写，如 production/scheduling@2。",
            f"There is no project {wish} in this cycle; name it by scenario and level, as production/scheduling@2.",
            value=wish,
        )
    move(organisation, project.pk, to, person, reason)
    words = moves_in_words()[to]
    output.say(f"{words.zh}：{wish}。", f"{words.en}: {wish}.")


def _take_in(organisation: Organisation, args: argparse.Namespace, day: date) -> None:
    from tujing.delivery.importing_services import import_actuals, import_tasks
    from tujing.delivery.keeping_services import keep
    from tujing.delivery.record_book import read_book

    if args.records:
        counts = keep(organisation, read_book(args.records), file=args.records.name)
        output.say(f"已登记或更新 {sum(counts.values())} 项记录。", f"{sum(counts.values())} records kept or changed.")
    if args.tasks:
        done = import_tasks(organisation, args.tasks, in_yuan=args.in_yuan)
        output.say(
            f"读入 {done.rows} 行任务，改动 {done.changed} 项。", f"{done.rows} rows read, {done.changed} changed."
        )
        for project, number, start in done.moved:
            output.say(f"{project} 任务 {number} 顺延至 {start}。", f"{project}, task {number} moved on to {start}.")
    if args.actuals:
        done = import_actuals(organisation, args.actuals, in_yuan=args.in_yuan, until=day)
        output.say(
            f"读入 {done.rows} 行进度，改动 {done.changed} 项。", f"{done.rows} rows read, {done.changed} changed."
        )


def _lines(document: dict[str, Any]) -> list[str]:
    language = output.language()
    chinese = language == "zh"
    marks = {"passed": "●", "waived": "◐", "open": "○"}
    rows = []
    total = document["portfolio"]
    if total:
        money = " ".join(f"{short} {total[name]:,.0f}" for short, name in (("PV", "planned"), ("EV", "earned")))
        head = f"BAC {total['budget']:,.0f} {money} AC {total['actual']:,.0f}  SPI(t) {_figure(total['spi_time'])}"
        rows.append(f"截至 {document['date']}（元）：{head}" if chinese else f"As of {document['date']}, CNY: {head}")
    for one in document["projects"]:
        value = one["earned_value"]
        gates = " ".join(f"{marks[gate['state']]}{gate['name'][language]}" for gate in one["gates"])
        end = one["closed"] or one["forecast"]["end"]
        figures = f"SPI(t) {_figure(value['spi_time'])}  CPI {_figure(value['cpi'])}"
        project = f"{one['start']} – {one['end']}  {one['name'][language]} → {one['level']}"
        if one["withdrawn"]:
            rows.append(f"{project}  {'已撤销' if chinese else 'withdrawn'} {one['withdrawn']['on']}")
            continue
        rows.append(f"{project}  {gates}  " + (f"预计 {end}  {figures}" if chinese else f"expected {end}  {figures}"))
        rows += [f"  ! {warning[language]} {warning['next_step'][language]}" for warning in one["warnings"]]
    return rows


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
