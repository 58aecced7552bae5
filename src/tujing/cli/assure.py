"""`tujing assure DIR`: the data ledger with grades, and the duties that follow."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser("assure", help="data ledger with grades and duties / 数据分级台账")
    parser.add_argument("dir", type=Path)
    output.json_option(parser)
    parser.set_defaults(run=_assure)


def _assure(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.assurance.services import ledger

    found = ledger(organisation)
    language = output.language()
    lines = [
        f"{row['element']:<22}{row['grade']:<11}{row['rows']:>9}  {row['label'][language]}" for row in found["tables"]
    ]
    lines += ["", f"{found['label'][language]}  ({found['source']}, {found['status']})"]
    lines += [f"  · {words[language]}" for words in found["duties"]]
    output.emit(args, found, lines)
