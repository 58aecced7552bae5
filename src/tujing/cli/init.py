"""`tujing init DIR`: makes a workspace, empty or with an example factory."""

from __future__ import annotations

import argparse
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.problems import check_model, read_yaml, refuse

if TYPE_CHECKING:
    from tujing.enterprise.models import Organisation

EXAMPLES = ("motor-works",)


def add(commands: Any) -> None:
    parser = commands.add_parser("init", help="make a workspace, empty or with an example factory / 新建工作区")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--example", choices=EXAMPLES, help="open with an example factory / 载入示例工厂")
    parser.add_argument("--name-zh", help="enterprise name in Chinese / 企业名称")
    parser.add_argument("--name-en", help="enterprise name in English")
    parser.add_argument("--industry", help="GB/T 4754 code, e.g. C3812 / 行业代码")
    parser.add_argument("--staff", type=int, help="people / 从业人数")
    parser.add_argument("--revenue", type=output.yuan, help="yearly revenue in yuan / 年营业收入（元）")
    parser.add_argument("--type", choices=["discrete", "process"], default="discrete", help="离散 / 流程")
    output.json_option(parser)
    parser.set_defaults(run=_init)


def _init(args: argparse.Namespace) -> None:
    if (args.dir / "tujing.db").exists():
        raise refuse(
            "workspace_exists",
            "这里已是一个工作区；请换一个文件夹，或删除后重来。",
            "This is a workspace already; choose another folder, or remove it first.",
            file=args.dir,
        )
    is_new = not args.dir.exists()
    try:
        organisation = create_example(args.dir, args.example) if args.example else _create_empty(args)
    except BaseException:
        if is_new:
            shutil.rmtree(args.dir, ignore_errors=True)
        raise
    name = organisation.name
    document = {"workspace": str(args.dir), "organisation": organisation.slug, "name": name}
    output.emit(args, document, [f"{name[output.language()]}  →  {args.dir}"])
    if not args.example:
        output.say(
            f"下一步：tujing diagnose {args.dir} --template 答卷.xlsx，填好后用 --answers 读入；"
            "再用 tujing import 导入数据。",
            f"Next: tujing diagnose {args.dir} --template answers.xlsx (fill it in, read it with --answers), "
            "then import your data with tujing import.",
        )
        return
    output.say(
        f"下一步：tujing loop {args.dir}（走一圈），或 tujing serve {args.dir}（打开网页）。",
        f"Next: tujing loop {args.dir} (once round), or tujing serve {args.dir} (open the site).",
    )


def _create_empty(args: argparse.Namespace) -> Organisation:
    missing = [name for name in ("name_zh", "industry", "staff", "revenue") if getattr(args, name) is None]
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise refuse(
            "profile_incomplete",
            f"请补充 {options}；或用 --example motor-works 载入示例。",
            f"Give {options} too; or use --example motor-works.",
        )
    output.start_django(args.dir)
    from tujing.enterprise.services import create_organisation

    return create_organisation(
        "enterprise",
        {"zh": args.name_zh, "en": args.name_en or args.name_zh},
        {
            "industry": args.industry,
            "staff": args.staff,
            "revenue": args.revenue,
            "production_type": args.type,
        },
    )


def create_example(home: Path, name: str) -> Organisation:
    """Makes a workspace with an example factory: profile, two years of data, answers, and a pilot in use.

    All or nothing: the rows are written in one transaction.
    """
    output.start_django(home)
    from django.db import transaction

    from tujing.dataspace import services as dataspace
    from tujing.diagnosis import services as diagnosis
    from tujing.diagnosis.answer_file import read as read_answers
    from tujing.diagnosis.crosswalk.services import answer_facts
    from tujing.diagnosis.instrument import instrument
    from tujing.diagnosis.pain.services import read_pain_points
    from tujing.elements.definition import parents_first
    from tujing.enterprise.services import create_organisation
    from tujing.examples import motor_works
    from tujing.examples.motor_works.generate import generate

    output.say("正在生成两年的示例数据……", "Making two years of example data …")
    tables = generate()
    folder = Path(motor_works.__file__).parent
    profile = dict(read_yaml(folder / "profile.yaml"))
    with transaction.atomic():
        organisation = create_organisation(profile["slug"], profile["name"], profile["profile"])
        for element in parents_first(tables):
            dataspace.write_table(organisation, element, tables[element], source=f"example:{name}")
        answers = read_answers(folder / "answers.sme_2024.yaml", instrument("sme_2024"))
        diagnosis.record(organisation, answers, "sme_2024")
        answer_facts(organisation, dict(read_yaml(folder / "facts.yaml"))["facts"], str(folder / "facts.yaml"))
        read_pain_points(organisation, folder / "pain_points.yaml")
        _adopt(organisation, read_yaml(folder / "adoptions.yaml"), folder / "adoptions.yaml")
    dataspace.facts(organisation)  # measured and kept now, so that the first page need not wait for it
    return organisation


def _adopt(organisation: Organisation, content: Any, path: Path) -> None:
    from pydantic import BaseModel, ConfigDict

    from tujing.adoption.models import Cycle
    from tujing.adoption.services import ensure

    class Taken(BaseModel):
        model_config = ConfigDict(extra="forbid")
        scenario: str
        stage: str
        level_today: int
        level_target: int
        start: date
        go_live: date
        scope: dict[str, list[str]]
        is_pilot: bool

    class Adoptions(BaseModel):
        model_config = ConfigDict(extra="forbid")
        opened: date
        adoptions: list[Taken]

    checked = check_model(Adoptions, content, path)
    cycle = Cycle.objects.create(organisation=organisation, number=1, opened=checked.opened)
    for taken in checked.adoptions:
        adoption = ensure(organisation, taken.scenario, cycle, taken.is_pilot)
        for name, value in taken.model_dump(exclude={"scenario"}).items():
            setattr(adoption, name, value)
        adoption.save()
