"""`tujing evaluate DIR`: what the scenarios in use have changed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output

if TYPE_CHECKING:
    from tujing.evaluation.models import Evaluation


def add(commands: Any) -> None:
    parser = commands.add_parser("evaluate", help="what the scenarios in use have changed, with intervals / 成效评估")
    parser.add_argument("dir", type=Path)
    output.json_option(parser)
    parser.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.evaluation.services import evaluate
    from tujing.iteration.documents import evaluation_document

    found = evaluate(organisation)
    if not found:
        output.say(
            "还没有投用的场景可评估；先完成规划与实施。", "No scenario is in use yet; plan and implement one first."
        )
    output.emit(args, {"evaluation": [evaluation_document(row) for row in found]}, _lines(found))


def _lines(rows: list[Evaluation]) -> list[str]:
    from tujing.evaluation.words import sentence

    return [sentence(row.verdict, row.method, row.result)[output.language()] for row in rows]
