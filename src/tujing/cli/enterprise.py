"""`tujing enterprise DIR`: size class, ladder tier and the guide's track, with their reasons."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.problems import refuse

if TYPE_CHECKING:
    from tujing.enterprise.classify import Classification


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "enterprise", help="企业规模、梯度与转型路径 / size class, ladder tier and track of the enterprise"
    )
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--on", metavar="DATE", help="按某日有效的规则（YYYY-MM-DD） / by the rules in force on a day")
    output.json_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    on = _day(args.on)
    organisation = output.open_workspace(args.folder)
    from tujing.enterprise import services

    found = services.classification(organisation, on)
    output.emit(args, document(organisation.name, found), _lines(organisation.name, found))


def document(name: dict[str, str], found: Classification) -> dict[str, Any]:
    """The JSON of one classification."""
    return {"name": name, **asdict(found)}


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(
            "bad_date",
            f"日期 {text} 写法不对，请写成 2026-04-01。",
            f"The date {text} cannot be read; write it like 2026-04-01.",
            key="--on",
            value=text,
        ) from None


def _lines(name: dict[str, str], found: Classification) -> Iterator[str]:
    language = output.language()
    yield name.get(language) or name["zh"]
    track = f"{found.clause} {found.track_label[language]}"
    yield f"  {found.size_label[language]} · {found.tier_label[language]} · {track}"
    for reason in found.reasons:
        yield f"  - {reason[language]}"
    if found.next_rung:
        heading = {"zh": "下一阶梯", "en": "next rung"}[language]
        yield f"  {heading}: {found.next_rung.label[language]} ({found.next_rung.document})"
        for test in found.next_rung.tests:
            mark = {True: "✓", False: "✗", None: "?"}[test.met]
            yield f"    {mark} {test.words[language]}"
        yield f"    {found.next_rung.besides[language]}"
