"""`tujing evaluate DIR`: what the scenarios in use have changed, and the guide's indicators."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output

if TYPE_CHECKING:
    from tujing.evaluation.models import Evaluation


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "evaluate", help="what the scenarios in use have changed, with intervals; indicators and ratings / 成效评估"
    )
    parser.add_argument("dir", type=Path)
    parser.add_argument("--kpi", type=Path, metavar="FILE", help="declare KPIs of your own (.yaml) / 自定义 KPI")
    parser.add_argument(
        "--ratings", type=Path, metavar="FILE", help="bring in ratings (.xlsx, .csv, .yaml) / 导入评价与量表"
    )
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="leave data after this day aside / 评估截止日期"
    )
    output.json_option(parser)
    parser.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.evaluation.appraisal.services import appraisal, record_ratings
    from tujing.evaluation.services import evaluate, withheld
    from tujing.evaluation.store import declare
    from tujing.iteration.documents import evaluation_document

    if args.kpi:
        for kpi in declare(organisation, args.kpi):
            output.say(f"已登记 KPI {kpi.name.zh}。", f"KPI {kpi.name.en} is declared.")
    if args.ratings:
        count = len(record_ratings(organisation, args.ratings))
        output.say(f"已导入 {count} 份评价。", f"{count} ratings are in.")
    found = evaluate(organisation, args.as_of)
    if not found:
        output.say(
            "还没有投用的场景可评估；先完成规划与实施。", "No scenario is in use yet; plan and implement one first."
        )
    document = {
        "evaluation": [evaluation_document(row) for row in found],
        **appraisal(organisation, args.as_of),
        "withheld": withheld(organisation),
    }
    output.emit(args, document, _lines(found, document))


def _lines(rows: list[Evaluation], document: Mapping[str, Any]) -> list[str]:
    from tujing.evaluation.words import beside, indicator, sentence

    language = output.language()
    lines = []
    for row in rows:
        lines.append(sentence(row.verdict, row.method, row.result)[language])
        lines += [f"  {line[language]}" for line in beside(row.result)]
    for kind in ("performance", "capability"):
        lines += [indicator(one)[language] for one in document["indicators"][kind]]
    heard = document["ratings"]["heard"]
    silent = [heard[name]["label"][language] for name in document["ratings"]["not_heard"]]
    if silent:
        lines.append(
            ("尚未参评：" if language == "zh" else "Not heard yet: ")
            + ("、" if language == "zh" else ", ").join(silent)
        )
    return [*lines, *(f"{one['scenario']}: {one[language]}" for one in document["withheld"])]
