"""`tujing iterate DIR`: closes this cycle, opens the next and plans it anew with what was measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser("iterate", help="open the next cycle with what was measured / 迭代优化")
    parser.add_argument("dir", type=Path)
    parser.add_argument(
        "--budget",
        type=output.yuan,
        metavar="YUAN",
        help="budget of the next plan in yuan (default: as before) / 预算（元）",
    )
    parser.add_argument("--quarters", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    output.json_option(parser)
    parser.set_defaults(run=_iterate)


def _iterate(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.adoption.services import current_cycle
    from tujing.cli.loop import turn_lines
    from tujing.iteration.documents import cycle_document
    from tujing.iteration.services import iterate

    closing = current_cycle(organisation)
    cycle, plan = iterate(organisation, args.budget, args.quarters, args.seed)
    closing.refresh_from_db()
    language = output.language()
    words = f"第 {cycle.number} 轮已开启。" if language == "zh" else f"Cycle {cycle.number} is open."
    document = {"closed_cycle": closing.review, "next_cycle": cycle_document(organisation, cycle, plan)}
    output.emit(args, document, [*turn_lines(closing.review, language), words])
