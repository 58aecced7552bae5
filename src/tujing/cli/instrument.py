"""`tujing instrument`: every official form, what it asks, and what a file of answers comes to."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.diagnosis.catalogue import Listed
    from tujing.diagnosis.grading.form import Form
    from tujing.diagnosis.instrument import Instrument


def add(commands: Any) -> None:
    """Adds `instrument` with list, show and score."""
    group = commands.add_parser("instrument", help="全部评测指标与评分 / every instrument, and scoring")
    actions = group.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="全部评测指标 / all instruments")
    listing.set_defaults(run=_list)
    showing = actions.add_parser("show", help="一套指标：条目、规则、假设 / one instrument: items, rule, assumptions")
    showing.set_defaults(run=_show)
    scoring = actions.add_parser("score", help="给一份答卷评分 / grade a file of answers")
    scoring.set_defaults(run=_score)
    for parser in (showing, scoring):
        parser.add_argument("instrument", metavar="ID", help="sme-2024, cmmm-2020 …")
    scoring.add_argument("answers", metavar="ANSWERS", type=Path, help="答卷 / answers: .yaml, .json")
    scoring.add_argument("--kind", default="", help="企业类型 / kind of enterprise: discrete, process …")
    scoring.add_argument(
        "--switch", action="append", default=[], metavar="NAME=CHOICE", help="改用另一假设 / another assumption"
    )
    for parser in (listing, showing, scoring):
        output.json_option(parser)


def _list(args: argparse.Namespace) -> None:
    from datetime import date

    from tujing.diagnosis.catalogue import listed

    today = date.today()
    lines = listed()
    document = {"instruments": [_listed(one, today) for one in lines]}
    output.emit(args, document, (_line(one, today) for one in lines))


def _show(args: argparse.Namespace) -> None:
    from tujing.diagnosis.catalogue import find

    one = find(args.instrument)
    output.emit(args, one.model_dump(mode="json"), _page(one))


def _score(args: argparse.Namespace) -> None:
    from tujing.diagnosis.catalogue import find
    from tujing.diagnosis.grading.form import Form

    one = find(args.instrument)
    document = _graded(one, args) if isinstance(one, Form) else _scored(one, args)
    output.emit(args, document, _outcome(document))


def _graded(form: Form, args: argparse.Namespace) -> dict[str, Any]:
    from tujing.diagnosis.grading import answer_file
    from tujing.diagnosis.grading.grade import grade
    from tujing.diagnosis.grading.next_level import next_level
    from tujing.problems import refuse

    given = answer_file.read(args.answers, form)
    switches = dict(given.switches)
    for pair in args.switch:
        name, found, choice = pair.partition("=")
        if not found:
            raise refuse(
                "bad_switch",
                "--switch 应写成 名称=选择。",
                "Write --switch as NAME=CHOICE.",
                key="--switch",
                value=pair,
            )
        switches[name] = choice
    kind = args.kind or given.kind
    graded = grade(form, given.answers, kind, switches)
    # The advice goes by the stated assumptions; with others it would advise towards another rule.
    way = None if switches else next_level(form, given.answers, kind)
    return {
        "schema": 1,
        "instrument": form.id,
        "version": form.version,
        "title": form.title.as_dict(),
        "kind": graded.kind,
        "switches": switches,
        "score": graded.score,
        "score_of_answered": graded.score_of_answered,
        "level": graded.level,
        "level_name": graded.level_name.as_dict(),
        "groups": graded.groups,
        "next_level": asdict(way) if way else None,
        "answered": len(graded.answered),
        "missing": list(graded.missing),
        "left_out": list(graded.left_out),
        "assumptions": [each.words.as_dict() for each in form.assumptions],
    }


def _scored(instrument: Instrument, args: argparse.Namespace) -> dict[str, Any]:
    from tujing.diagnosis.answer_file import read
    from tujing.diagnosis.next_level import next_level
    from tujing.diagnosis.scoring import score

    answers = read(args.answers, instrument).answers
    result, way = score(instrument, answers), next_level(instrument, answers)
    return {
        "schema": 1,
        "instrument": instrument.id,
        "version": instrument.version,
        "title": instrument.title.as_dict(),
        "kind": "all",
        "switches": {},
        "score": result.score,
        "score_of_answered": None,
        "level": result.level,
        "level_name": result.level_name.as_dict(),
        "groups": result.parts,
        "next_level": asdict(way) if way else None,
        "points": result.points,
        "scenario_levels": result.scenario_levels,
        "answered": len(instrument.question_ids()) - len(result.unanswered),
        "missing": list(result.unanswered),
        "left_out": [],
        "assumptions": [],
    }


def _listed(one: Listed, today: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "title": one.title.as_dict(),
        "document": one.document,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "in_force": one.in_force(today),
        "superseded_by": one.superseded_by,
        "method": one.method,
        "items": one.items,
        "grades": one.grades,
        "statuses": dict(one.statuses),
        "assumptions": [words.as_dict() for words in one.assumptions],
    }


def _line(one: Listed, today: Any) -> str:
    state = "" if one.in_force(today) else _say("（已停用）", " (no longer in force)")
    items = _say(f"{one.items} 项", f"{one.items} items")
    return f"{one.id:<26} {one.title[output.language()]}{state}  {items}"


def _page(one: Form | Instrument) -> Iterator[str]:
    from tujing.diagnosis.grading.form import Form

    language = output.language()
    yield f"{one.title[language]}  {one.document}"
    yield one.wording[language]
    if isinstance(one, Form):
        for group in one.groups:
            inside = [item for item in one.items if item.group == group.id]
            if inside:
                yield f"{group.label[language]}"
            yield from (f"  {item.id:<18} {item.label[language]}  [{item.provenance.status}]" for item in inside)
        yield from (f"{_say('假设', 'Assumption')} {each.id}: {each.words[language]}" for each in one.assumptions)
    else:
        for id in one.question_ids():
            yield f"  {id:<4} {one.label(id)[language]}"


def _outcome(document: dict[str, Any]) -> Iterator[str]:
    language = output.language()
    score = "" if document["score"] is None else f"  {_say('得分', 'score')} {document['score']:.4g}"
    yield f"{document['title'][language]}: {document['level_name'][language]}{score}"
    for group, value in document["groups"].items():
        yield f"  {group:<18} {'—' if value is None else f'{value:.4g}'}"
    way = document["next_level"]
    if way:
        yield f"{_say('到下一等级最省的改动', 'cheapest changes for the next level')}: {way['name'][language]}"
        for one in way["changes"]:
            label, before, after = (one[key][language] for key in ("label", "before", "after"))
            yield f"  {one['question']:<18} {label}: {before} → {after}"
    if document["missing"]:
        yield f"{_say('未答', 'not answered')}: {', '.join(document['missing'])}"
    for words in document["assumptions"]:
        yield f"{_say('假设', 'assumption')}: {words[language]}"


def _say(zh: str, en: str) -> str:
    return Text(zh=zh, en=en)[output.language()]
