"""tujing element list | show | check: the data elements, and files against them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.elements.definition import Element, elements, read_element
from tujing.elements.definition import element as element_named


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("element", help="data elements: the canonical tables / 数据要素")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="all data elements / 全部数据要素")
    listing.set_defaults(run=list_elements)

    show = actions.add_parser("show", help="one element's columns and rules / 某一要素的列与规则")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=show_element)

    check = actions.add_parser("check", help="a definition, or a data file against one / 检查定义或数据文件")
    check.add_argument("file", metavar="FILE", type=Path, help="a definition (.yaml), a CSV file or a workbook")
    check.add_argument("--element", metavar="NAME", help="the element the data is of / 数据属于哪个要素")
    check.add_argument("--map", metavar="OURS=THEIRS", nargs="+", action="extend", default=[], help="column=heading")
    check.add_argument("--sheet", default="", help="sheet of the workbook / 工作表")
    check.set_defaults(run=check_file)

    for parser in (listing, show, check):
        output.json_option(parser)


def list_elements(args: argparse.Namespace) -> None:
    language = output.language()
    found = elements().values()
    output.emit(
        args,
        {"elements": [_summary(element) for element in found]},
        (f"{element.name:<22} {element.label[language]}" for element in found),
    )


def show_element(args: argparse.Namespace) -> None:
    element = element_named(args.name)
    output.emit(args, element.model_dump(mode="json"), _described(element))


def check_file(args: argparse.Namespace) -> int:
    if args.file.suffix.lower() in (".yaml", ".yml"):
        element = read_element(args.file)
        output.emit(
            args,
            {"file": str(args.file), "kind": "definition", "element": element.name, "problems": []},
            [f"{args.file}: {element.name} v{element.version}, {len(element.columns)} columns: OK"],
        )
        return 0
    from tujing.cli.data import pairs
    from tujing.dataspace.inspecting import inspect_file

    found = inspect_file(args.file, args.element, asked=pairs(args.map), sheet=args.sheet)
    document = {
        "file": str(args.file),
        "kind": "data",
        "element": found.element,
        "rows": found.rows,
        "bad_rows": found.bad_rows,
        "problem_count": found.problem_count,
        "problems": [problem.as_dict() for problem in found.problems],
        "columns": found.columns,
        "ignored": list(found.ignored),
    }
    language = output.language()
    lines = [problem.sentence(language) for problem in found.problems]
    verdict = {
        "zh": f"{found.element}：{found.rows:,} 行合格，{found.bad_rows:,} 行有问题（共 {found.problem_count:,} 处）",
        "en": f"{found.element}: {found.rows:,} good rows, {found.bad_rows:,} bad ({found.problem_count:,} problems)",
    }
    output.emit(args, document, [*lines, verdict[language]])
    return 2 if found.bad_rows else 0


def _summary(element: Element) -> dict[str, Any]:
    return {
        "name": element.name,
        "version": element.version,
        "label": element.label.as_dict(),
        "standard": element.standard,
        "grade": element.grade,
        "columns": len(element.columns),
    }


def _described(element: Element) -> list[str]:
    language = output.language()
    lines = [
        f"{element.name} v{element.version}  {element.label[language]}",
        element.description[language],
        f"{element.standard}",
        "",
    ]
    for name, column in element.columns.items():
        rules = ["key"] if name in element.key else []
        rules += ["required"] if column.required and name not in element.key else []
        rules += [f"≥ {column.minimum:g}"] if column.minimum is not None else []
        rules += [f"≤ {column.maximum:g}"] if column.maximum is not None else []
        rules += [" | ".join(column.enum)] if column.enum else []
        rules += [f"→ {column.reference}"] if column.reference else []
        unit = "" if column.unit in ("", "1") else f" {column.unit}"
        lines.append(f"  {name:<22} {column.type + unit:<14} {column.label[language]:<16} {', '.join(rules)}".rstrip())
    return lines
