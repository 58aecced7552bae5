"""`tujing diagnose DIR`: score, level, what is missing for the next level, and how far it rests on evidence."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.problems import refuse


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "diagnose", help="评测数字化水平，找出到下一等级的最省路径 / digital level, and the cheapest way to the next"
    )
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="答卷 / answers: .yaml, .json, .xlsx, .csv")
    parser.add_argument("--instrument", default="sme_2024", help="评测指标编号 / instrument id")
    parser.add_argument(
        "--template", type=Path, metavar="FILE.xlsx", help="导出空白答卷后结束 / write the blank answer sheet and stop"
    )
    parser.add_argument("--facts", type=Path, metavar="FILE", help="能力事实 / answers to facts: .yaml, .json")
    parser.add_argument(
        "--all", action="store_true", help="一次作答，全部指标评分 / every instrument, from what is answered once"
    )
    output.json_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from tujing.diagnosis.instrument import instrument

    known = instrument(args.instrument)
    if args.template:
        _write_template(args, known)
        return
    organisation = output.open_workspace(args.folder)
    from tujing.diagnosis import services

    if args.facts:
        _store_facts(args, organisation)
    if args.all or (args.facts and not args.answers):
        _every_result(args, organisation)
        return
    if args.answers:
        from tujing.diagnosis.answer_file import read

        assessment = services.record(organisation, read(args.answers, known), known.id)
    else:
        found = services.latest(organisation)
        if found is None:
            raise refuse(
                "no_assessment",
                "还没有提交过评测，请用 --template 导出答卷，填好后用 --answers 读入。",
                "No assessment is submitted yet; export a sheet with --template and read it in with --answers.",
                key="--answers",
            )
        assessment = found
    document = services.summary(assessment)
    output.emit(args, document, _lines(document))


def _store_facts(args: argparse.Namespace, organisation: Any) -> None:
    from tujing.diagnosis.answer_file import read_document
    from tujing.diagnosis.crosswalk.services import answer_facts

    document = read_document(args.facts)
    if not isinstance(document, dict) or not isinstance(document.get("facts"), dict):
        raise refuse(
            "no_facts",
            "文件里没有 facts 一项，应写成 facts: {编号: 值}。",
            "The file has no facts entry; write facts: {id: value}.",
            file=args.facts,
            key="facts",
        )
    answer_facts(organisation, document["facts"], str(args.facts))


def _every_result(args: argparse.Namespace, organisation: Any) -> None:
    from tujing.diagnosis.crosswalk.services import every_result

    document = every_result(organisation)
    output.emit(args, document, _all_lines(document))


def _all_lines(document: dict[str, Any]) -> Iterator[str]:
    language = output.language()
    facts = document["facts"]
    yield {
        "zh": f"已知能力事实 {facts['known']} / {facts['all']}，已评 {document['scored']} 套指标",
        "en": f"{facts['known']} of {facts['all']} facts known, {document['scored']} instruments scored",
    }[language]
    heads = {"zh": ("作答", "实测", "缺"), "en": ("answered", "measured", "missing")}[language]
    for one in document["instruments"]:
        shares = (one["answered_share"], one["measured_share"], one["missing_share"])
        told = "  ".join(f"{head} {share:.0%}" for head, share in zip(heads, shares, strict=True))
        score = "" if one["score"] is None else f" {one['score']:.4g}"
        yield f"  {one['title'][language]}: {one['level_name'][language]}{score}  ({told})"
    for each in document["conflicts"]:
        yield f"  ! {each['label'][language]}: {each['taken']} ({each['origin']}) ≠ {each['others']}"


def _write_template(args: argparse.Namespace, known: Any) -> None:
    from tujing.diagnosis import workbook

    target: Path = args.template
    if target.suffix.lower() != ".xlsx" or not target.parent.is_dir():
        raise refuse(
            "bad_target",
            "请给出已有文件夹中的 .xlsx 文件名。",
            "Give the name of an .xlsx file in a folder that exists.",
            key="--template",
            file=target,
        )
    workbook.template(known, target)
    output.emit(args, {"template": str(target), "instrument": known.id}, [str(target)])


WORDS = {
    "score": {"zh": "得分", "en": "score"},
    "none": {"zh": "已是最高等级", "en": "highest level reached"},
    "next": {"zh": "到下一等级最省的改动", "en": "cheapest changes for the next level"},
    "effort": {"zh": "投入", "en": "effort"},
    "evidence": {"zh": "有证据支撑的等级", "en": "level backed by evidence"},
    "unevidenced": {"zh": "缺证据的题", "en": "answers without evidence"},
    "measured": {"zh": "数据测得（括号内为自报）", "en": "measured from data (claimed in brackets)"},
}


def _lines(document: dict[str, Any]) -> Iterator[str]:
    language = output.language()

    def word(key: str) -> str:
        return WORDS[key][language]

    yield f"{document['instrument']['title'][language]}"
    yield f"  {document['level_name'][language]}  {word('score')} {document['score']:g}"
    for part in document["parts"].values():
        yield f"    {part['label'][language]} {part['score']:g} / {part['points']:g}"
    way = document["next_level"]
    if way is None:
        yield f"  {word('none')}"
    else:
        yield f"  {word('next')}: {way['name'][language]} ({word('effort')} {way['effort']:g})"
        for change in way["changes"]:
            label, before, after = (change[key][language] for key in ("label", "before", "after"))
            step = f"+ {after}" if change["kind"] == "multi" else f"{before} → {after}"
            gain = f"  (+{change['points']:g})" if change["points"] else ""
            yield f"    {change['question']} {label}: {step}{gain}"
    trust = document["claimed_vs_evidenced"]
    yield f"  {word('evidence')}: {trust['evidenced']['level']} ({word('unevidenced')} {len(trust['unevidenced'])})"
    if document["measured"]:
        yield f"  {word('measured')}"
        for id, fact in document["measured"].items():
            yield f"    {id} {fact['label'][language]} ({fact['claimed'] or '—'})  {fact['formula'][language]}"
