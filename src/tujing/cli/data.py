"""tujing import and tujing data: files into the workspace's tables, and what the tables are good for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.problems import refuse

if TYPE_CHECKING:
    from tujing.dataspace.facts import ElementFacts
    from tujing.dataspace.models import TableVersion


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    importing = commands.add_parser("import", help="import a CSV file or a workbook / 导入 CSV 或 Excel")
    importing.add_argument("folder", metavar="DIR", help="the workspace / 工作区")
    importing.add_argument("file", metavar="FILE", type=Path)
    importing.add_argument("--element", metavar="NAME", required=True, help="what the rows are / 数据要素")
    importing.add_argument(
        "--map", metavar="OURS=THEIRS", nargs="+", action="extend", default=[], help="column=heading"
    )
    importing.add_argument("--mode", choices=["replace", "append"], default="replace")
    importing.add_argument("--skip-bad", action="store_true", help="import the good rows only / 只导入合格的行")
    importing.add_argument("--sheet", default="", help="sheet of the workbook, the first by default / 工作表")
    importing.set_defaults(run=import_file)

    data = commands.add_parser("data", help="the tables and how ready they are / 数据与就绪情况")
    data.add_argument("folder", metavar="DIR", help="the workspace / 工作区")
    data.add_argument("--undo", metavar="ELEMENT", help="take back the last import of an element / 撤销最近一次导入")
    data.set_defaults(run=show_data)

    for parser in (importing, data):
        output.json_option(parser)


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """Reads `column=heading` arguments.

    Raises
    ------
    BadInput
        When one has no `=` or an empty side.
    """
    found = {}
    for text in texts:
        column, _, heading = text.partition("=")
        if not column.strip() or not heading.strip():
            raise refuse(
                "bad_map",
                f"--map 应写成 列名=表头，例如 quantity=数量；收到的是 {text}。",
                f"--map takes column=heading, such as quantity=数量; it got {text}.",
                value=text,
            )
        found[column.strip()] = heading.strip()
    return found


def import_file(args: argparse.Namespace) -> None:
    mapping = pairs(args.map)
    organisation = output.open_workspace(args.folder)
    from tujing.dataspace import services

    report = services.import_file(
        organisation,
        args.element,
        args.file,
        mapping=mapping,
        mode=args.mode,
        skip_bad=args.skip_bad,
        sheet=args.sheet,
        by="cli",
        progress=_bar if sys.stderr.isatty() else None,
    )
    language = output.language()
    document = {
        "element": report.element,
        "rows": report.rows,
        "rejected": report.rejected,
        "version": report.version.number,
        "total_rows": report.version.rows,
        "reject_file": str(report.reject_file) if report.reject_file else None,
        "problems": [problem.as_dict() for problem in report.problems],
        "warnings": [warning.as_dict() for warning in report.warnings],
        "columns": report.columns,
        "encoding": report.encoding,
        "seconds": round(report.seconds, 3),
    }
    number, seconds = report.version.number, f"{report.seconds:.1f}"
    done = {
        "zh": f"已导入 {report.element}：{report.rows:,} 行，第 {number} 版，用时 {seconds} 秒",
        "en": f"Imported {report.element}: {report.rows:,} rows, version {number}, {seconds} s",
    }
    refused = {
        "zh": f"另有 {report.rejected:,} 行未导入，见 {report.reject_file}",
        "en": f"{report.rejected:,} rows were left out, see {report.reject_file}",
    }
    lines = [done[language], *([refused[language]] if report.rejected else [])]
    output.emit(args, document, [*lines, *(warning[language] for warning in report.warnings)])


def show_data(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.folder)
    from tujing.dataspace import services

    if args.undo:
        _report_undo(args, services.undo(organisation, args.undo))
        return
    facts = services.facts(organisation)
    output.emit(args, {"elements": {name: _document(fact) for name, fact in facts.items()}}, _table(facts))


def _report_undo(args: argparse.Namespace, version: TableVersion | None) -> None:
    if version is None:
        zh, en = f"{args.undo} 已撤销，现在没有数据。", f"{args.undo} was taken back and now has no data."
    else:
        zh = f"{args.undo} 已回到第 {version.number} 版（{version.rows:,} 行）。"
        en = f"{args.undo} is back at version {version.number} ({version.rows:,} rows)."
    number, rows = (version.number, version.rows) if version else (None, 0)
    document = {"element": args.undo, "version": number, "rows": rows}
    output.emit(args, document, [en if output.language() == "en" else zh])


def _document(fact: ElementFacts) -> dict[str, Any]:
    return {name: value for name, value in asdict(fact).items() if name != "element"}


def _table(facts: dict[str, ElementFacts]) -> list[str]:
    if not facts:
        empty = {
            "zh": "还没有数据，请先用 tujing import 导入。",
            "en": "There is no data yet; bring some in with tujing import.",
        }
        return [empty[output.language()]]
    heads = {
        "zh": ("数据要素", "行数", "起", "止", "天数", "距今", "完整", "唯一", "有效"),
        "en": ("element", "rows", "first", "last", "days", "age", "complete", "unique", "valid"),
    }[output.language()]
    lines = ["\t".join(heads)]
    for name, fact in facts.items():
        complete = sum(fact.completeness.values()) / len(fact.completeness)
        lines.append(
            f"{name}\t{fact.rows:,}\t{fact.first or '–'}\t{fact.last or '–'}\t{fact.span_days}\t"
            f"{'–' if fact.freshness_days is None else fact.freshness_days}\t"
            f"{complete:.0%}\t{fact.uniqueness:.1%}\t{fact.validity:.1%}"
        )
    return lines


def _bar(share: float) -> None:
    print(f"\r{share:4.0%}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
