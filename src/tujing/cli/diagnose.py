"""`tujing diagnose DIR`: score, level, what is missing for the next level, and how far it rests on evidence."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.cli.diagnose_lines import lines
from tujing.problems import refuse

if TYPE_CHECKING:
    from tujing.diagnosis.models import Assessment

NOT_GENUINE = 3
"""Exit code of a frozen copy that does not hold."""


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
    _add_shared_work(parser)
    _add_beside(parser)
    output.json_option(parser)
    parser.set_defaults(run=run)


def _add_shared_work(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="PERSON", help="以谁的名义 / in whose name (a user name)")
    parser.add_argument("--draft", action="store_true", help="答卷只存为草稿 / keep the answers as a draft")
    parser.add_argument(
        "--prefill", action="store_true", help="用已知能力事实填草稿 / fill the draft's open questions from known facts"
    )
    parser.add_argument("--submit", action="store_true", help="提交草稿 / submit the draft")
    parser.add_argument(
        "--assign",
        action="append",
        default=[],
        metavar="SECTION=PERSON",
        help="把一部分、一题或 all 分派给某人 / give a section, a question or all to a person",
    )
    parser.add_argument(
        "--evidence",
        action="append",
        default=[],
        metavar="QUESTION=WHAT",
        help="证据：文件、https:、run:编号、fact、table:数据要素 / a file, https:, run:<id>, fact, table:<element>",
    )
    parser.add_argument(
        "--verdict",
        action="append",
        default=[],
        metavar="QUESTION=VERDICT[:WORDS]",
        help="审核：accepted、rejected:理由、more:要补什么 / accepted, rejected:<why>, more:<what>",
    )
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="导出存档 / write a frozen copy")
    parser.add_argument("--verify", type=Path, metavar="FILE", help="核验存档后结束 / check a frozen copy and stop")


def _add_beside(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pain", type=Path, metavar="FILE", help="痛点清单 / pain points: .xlsx, .csv, .yaml, .json")
    parser.add_argument(
        "--pain-sheet",
        type=Path,
        metavar="FILE.xlsx",
        help="导出痛点清单后结束 / write the list of pain points and stop",
    )
    parser.add_argument(
        "--population", type=Path, metavar="FILE", help="同行匿名结果 / anonymous results of peers: .parquet, .csv"
    )
    parser.add_argument(
        "--consent", choices=["yes", "no"], help="是否允许匿名参与同行比较 / count, nameless, among the peers of others"
    )


def run(args: argparse.Namespace) -> int | None:
    from tujing.diagnosis.catalogue import find

    known = find(args.instrument)
    if args.template:
        _write_template(args)
        return None
    organisation = output.open_workspace(args.folder)
    if args.verify:
        return _verify(args, organisation)
    if args.pain_sheet:
        from tujing.diagnosis.pain.services import write_pain_points

        _check_target(args.pain_sheet, "--pain-sheet")
        write_pain_points(organisation, args.pain_sheet)
        output.emit(args, {"pain_sheet": str(args.pain_sheet)}, [str(args.pain_sheet)])
        return None
    assessment, stored = _store(args, organisation, known)
    if args.all or (args.facts and not args.answers):
        _every_result(args, organisation)
    elif assessment is not None:
        from tujing.diagnosis import services

        document = services.summary(assessment)
        output.emit(args, document, lines(document))
    elif stored:
        output.emit(args, stored, [f"{name}: {value}" for name, value in stored.items()])
    else:
        raise refuse(
            "no_assessment",
            "还没有提交过评测，请用 --template 导出答卷，填好后用 --answers 读入。",
            "No assessment is submitted yet; export a sheet with --template and read it in with --answers.",
            key="--answers",
        )
    return None


def _store(args: argparse.Namespace, organisation: Any, known: Any) -> tuple[Assessment | None, dict[str, Any]]:
    """Stores all that the command brings, or nothing; returns the assessment it is about and what lies beside it."""
    from django.db import transaction

    with transaction.atomic():
        if args.facts:
            _store_facts(args, organisation)
        assessment = _worked_on(args, organisation, known)
        if assessment is not None:
            _review(args, organisation, assessment)
            _freeze(args, organisation, assessment)
        elif args.verdict or args.snapshot:
            raise refuse(
                "no_assessment",
                "还没有可审核或存档的评测。",
                "There is no assessment yet to review or freeze.",
                key="--verdict" if args.verdict else "--snapshot",
            )
        return assessment, _store_beside(args, organisation)


def _worked_on(args: argparse.Namespace, organisation: Any, known: Any) -> Assessment | None:
    """Returns the assessment that the command is about, after its answers, assignments and evidence are stored."""
    from tujing.diagnosis import services
    from tujing.diagnosis.review import services as review

    by = _person(args.by) if args.by else None
    if not (args.draft or args.submit or args.assign or args.evidence or args.prefill):
        if args.answers:
            return services.record(organisation, *_answers(args, known), by)
        return services.latest(organisation, known.id)
    draft = services.draft(organisation, known.id) or services.open_assessment(organisation, known.id, by)
    if args.answers:
        file, instrument = _answers(args, known)
        if file.assessor != draft.assessor:
            draft = services.open_assessment(organisation, instrument, by, file.assessor)
        draft = services.fill(organisation, draft, file, by)
    if args.prefill:
        from tujing.diagnosis.crosswalk.services import prefill

        prefill(organisation, draft, by)
    for section, person in map(_pair, args.assign):
        review.assign(organisation, draft, section, _person(person), by)
    for question, what in map(_pair, args.evidence):
        _add_evidence(organisation, draft, question, what, by)
    draft.refresh_from_db()
    return services.submit(draft, by) if args.submit else draft


def _answers(args: argparse.Namespace, known: Any) -> tuple[Any, str]:
    """Returns the answer file and the instrument that it answers."""
    from tujing.diagnosis import answer_file
    from tujing.diagnosis.answers import AnswerFile
    from tujing.diagnosis.grading import answer_file as form_answers
    from tujing.diagnosis.grading.form import Form

    if not isinstance(known, Form):
        return answer_file.read(args.answers, known), known.id
    given = form_answers.read(args.answers, known)
    return AnswerFile(given.answers, given.evidence, given.assessor), known.id


def _add_evidence(organisation: Any, draft: Any, question: str, what: str, by: Any) -> None:
    from tujing.diagnosis import services
    from tujing.enterprise.files import LARGEST

    if what.startswith(("http://", "https://")):
        services.add_evidence(organisation, draft, question, "link", reference=what, by=by)
    elif what.startswith("run:"):
        services.add_evidence(organisation, draft, question, "run", reference=what, by=by)
    elif what == "fact" or what.startswith("table:"):
        reference = what if what.startswith("table:") else ""
        services.add_evidence(organisation, draft, question, "measured", reference=reference, by=by)
    else:
        path = Path(what)
        if not path.is_file():
            raise refuse(
                "missing_file", "找不到这个证据文件，请检查路径。", "No such evidence file; check the path.", file=path
            )
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        services.attach_file(organisation, draft, question, content, path.name, by=by)


def _review(args: argparse.Namespace, organisation: Any, assessment: Any) -> None:
    from tujing.diagnosis.review.services import give_verdict

    by = _person(args.by) if args.by else None
    for question, said in map(_pair, args.verdict):
        verdict, _, words = said.replace("：", ":").partition(":")
        give_verdict(organisation, assessment, question, verdict, words, by=by)


def _freeze(args: argparse.Namespace, organisation: Any, assessment: Any) -> None:
    """Keeps a new frozen copy when verdicts came in, and writes the newest where it is asked for."""
    from tujing.diagnosis.frozen import services as frozen

    if args.verdict and assessment.submitted:
        frozen.take(organisation, assessment, _person(args.by) if args.by else None)
    if args.snapshot:
        kept = frozen.newest(organisation, assessment) or frozen.take(organisation, assessment)
        frozen.write(kept, args.snapshot)


def _verify(args: argparse.Namespace, organisation: Any) -> int:
    from tujing.diagnosis.frozen.services import verify

    try:
        content = args.verify.read_bytes()
    except OSError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=args.verify
        ) from None
    checks = verify(organisation, content, str(args.verify))
    genuine = all(one.held is not False for one in checks)
    document = {
        "verified": genuine,
        "checks": [{"id": one.id, "held": one.held, "words": one.words.as_dict()} for one in checks],
    }
    language, marks = output.language(), {True: "✓", False: "✗", None: "–"}
    output.emit(args, document, (f"{marks[one.held]} {one.words[language]}" for one in checks))
    return 0 if genuine else NOT_GENUINE


def _store_beside(args: argparse.Namespace, organisation: Any) -> dict[str, Any]:
    """Takes in pain points, peers and consent; returns what was stored."""
    stored: dict[str, Any] = {}
    if args.pain:
        from tujing.diagnosis.pain.services import read_pain_points

        stored["pain_points"] = read_pain_points(organisation, args.pain)
    if args.population:
        from tujing.diagnosis.peers.services import take_in

        stored["population"] = take_in(args.population)
    if args.consent:
        from tujing.diagnosis.peers.services import give_consent, take_back_consent

        (give_consent if args.consent == "yes" else take_back_consent)(organisation)
        stored["consent"] = args.consent
    return stored


def _pair(text: str) -> tuple[str, str]:
    left, found, right = text.partition("=")
    if not (left and found and right):
        raise refuse("bad_option", f"{text} 应写成 甲=乙。", f"Write {text} as LEFT=RIGHT.", value=text)
    return left, right


def _person(name: str) -> Any:
    from django.contrib.auth import get_user_model

    found = get_user_model().objects.filter(username=name).first()
    if found is None:
        raise refuse(
            "no_person",
            f"没有用户 {name}，请先在网页的“人员”里添加。",
            f"There is no user {name}; add the person on the site under People first.",
            value=name,
        )
    return found


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


def _write_template(args: argparse.Namespace) -> None:
    from tujing.diagnosis.catalogue import find
    from tujing.diagnosis.spreadsheet import workbook

    known = find(args.instrument)
    target: Path = args.template
    _check_target(target, "--template")
    workbook.template(known, target)
    output.emit(args, {"template": str(target), "instrument": known.id}, [str(target)])


def _check_target(target: Path, option: str) -> None:
    if target.suffix.lower() != ".xlsx" or not target.parent.is_dir():
        raise refuse(
            "bad_target",
            "请给出已有文件夹中的 .xlsx 文件名。",
            "Give the name of an .xlsx file in a folder that exists.",
            key=option,
            file=target,
        )
