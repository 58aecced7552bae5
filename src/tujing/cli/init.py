"""`tujing init DIR`: makes a workspace, empty or with an example factory."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.problems import refuse

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
        organisation = create_example(args.dir) if args.example else _create_empty(args)
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


def create_example(home: Path) -> Organisation:
    """Makes a workspace with the example factory: profile, two years of data, answers, and a pilot in use."""
    output.start_django(home)
    from tujing.examples.motor_works import installing_services

    output.say("正在生成两年的示例数据……", "Making two years of example data …")
    return installing_services.make()
