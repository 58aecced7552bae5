"""`tujing contribute DIR`: lets measured effects flow into the map and shows what that cost in privacy."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "contribute",
        help="give measured effects to the map, with differential privacy / 贡献实测效果（差分隐私）",
    )
    parser.add_argument("dir", type=Path)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--consent",
        type=float,
        metavar="EPSILON",
        help="consent, up to this privacy budget in all / 同意贡献，隐私预算上限",
    )
    what.add_argument("--revoke", action="store_true", help="take consent back for the future / 今后不再贡献")
    what.add_argument(
        "--release",
        type=float,
        metavar="EPSILON",
        help="as the map's keeper: release what enough firms consent to, at this cost to each / 发布汇总（地图管理方）",
    )
    output.json_option(parser)
    parser.set_defaults(run=_contribute)


def _contribute(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.adoption.learning_services import give_consent, revoke_consent
    from tujing.iteration.contributing import account_document, release_all

    released = []
    if args.consent is not None:
        give_consent(organisation, args.consent)
    elif args.revoke:
        revoke_consent(organisation)
    elif args.release is not None:
        released = release_all(args.release)
    document = account_document(organisation)
    if args.release is not None:
        document["released"] = [
            {"scenario": row.scenario, "level": row.level, "driver": row.driver, "firms": row.firms, "mean": row.mean}
            for row in released
        ]
    output.emit(args, document, _lines(document, len(released) if args.release is not None else None))


def _lines(document: dict[str, Any], released: int | None) -> list[str]:
    chinese = output.language() == "zh"
    spent, budget = document["spent"], document["budget"]
    if chinese:
        lines = [
            f"{'已同意贡献' if document['consents'] else '未同意贡献'}；隐私预算 ε = {budget:g}，已用 {spent:g}。",
            f"可贡献的实测效果 {len(document['measured'])} 项；来自其他企业的先验 {len(document['pooled'])} 项。",
        ]
        return lines if released is None else [*lines, f"本次发布 {released} 项。"]
    lines = [
        f"{'Consents' if document['consents'] else 'No consent'}; privacy budget ε = {budget:g}, spent {spent:g}.",
        f"{len(document['measured'])} measured effects to give; {len(document['pooled'])} priors from other firms.",
    ]
    return lines if released is None else [*lines, f"{released} released now."]
