"""`tujing blueprint DIR`: the newest plan laid out as a document, a project list or a model for other tools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output

if TYPE_CHECKING:
    from tujing.blueprint.made import Blueprint

FORMATS = ("docx", "xlsx", "archimate", "sysml")


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "blueprint", help="the plan as a model and its files: Word, Excel, ArchiMate, SysML / 编制规划方案"
    )
    parser.add_argument("dir", type=Path)
    parser.add_argument("--format", choices=FORMATS, default="docx", help="default docx / 输出格式")
    parser.add_argument(
        "--lang", dest="file_language", choices=["zh", "en"], default="zh", help="language of the file / 文件语言"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="default DIR/reports/blueprint.… / 输出文件")
    output.json_option(parser)
    parser.set_defaults(run=_blueprint)


def _blueprint(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.blueprint.files import default_name, write
    from tujing.blueprint.services import blueprint

    made = blueprint(organisation)
    target = args.out or args.dir / "reports" / default_name(args.format, args.file_language)
    path = write(made, args.format, args.file_language, target)
    output.emit(args, {**made.summary(), "format": args.format, "file": str(path)}, _lines(made))
    output.say(f"规划方案已写入 {path}", f"Blueprint written to {path}")


def _lines(made: Blueprint) -> list[str]:
    language = output.language()
    found = made.summary()
    counts = {kind: count for kind, count in found["elements"].items() if count}
    from tujing.blueprint.content import content

    kinds = content().kinds
    told = "  ".join(f"{kinds[kind][language]} {count}" for kind, count in counts.items())
    errors, warnings = found["errors"], found["warnings"]
    head = (
        f"追溯缺口：错误 {errors} 项，提醒 {warnings} 项"
        if language == "zh"
        else f"Gaps in the trace: {errors} errors, {warnings} warnings"
    )
    signs = {"error": "!", "warning": "·"}
    return [
        told,
        head,
        *(f"{signs[gap.severity]} {gap.words[language]} → {gap.next_step[language]}" for gap in made.gaps),
    ]
