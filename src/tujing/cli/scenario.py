"""`tujing scenario list | show | new | check | run`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.problems import refuse

if TYPE_CHECKING:
    from tujing.atlas.manifest import Manifest
    from tujing.runtime.contract import Solution


def add(commands: Any) -> None:
    group = commands.add_parser("scenario", help="scenarios: list, show, new, check, run / 场景")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="every scenario on the map, and whether it runs / 全部场景")
    output.json_option(listing)
    listing.set_defaults(run=_list)

    show = actions.add_parser("show", help="one scenario's card / 场景卡片")
    show.add_argument("id", help="e.g. production/scheduling")
    output.json_option(show)
    show.set_defaults(run=_show)

    new = actions.add_parser("new", help="make a scenario folder that is green at once / 新建场景")
    new.add_argument("id", help="wing/name, e.g. production/press_balancing")
    new.add_argument("--into", default="scenarios", help="folder to write into (default: ./scenarios)")
    new.add_argument("--zh", default="新场景", help="Chinese name / 中文名")
    new.add_argument("--en", default="New scenario", help="English name / 英文名")
    output.json_option(new)
    new.set_defaults(run=_new)

    check = actions.add_parser("check", help="run the conformance suite on a folder / 一致性检查")
    check.add_argument("folder", type=Path, nargs="?", help="a scenario's ID or folder / 场景编号或文件夹")
    check.add_argument("--all", action="store_true", help="every runnable scenario on the map / 地图上全部可运行场景")
    output.json_option(check)
    check.set_defaults(run=_check)

    run = actions.add_parser("run", help="run a scenario on files or on a workspace / 运行场景")
    run.add_argument("id", help="e.g. production/scheduling, or a scenario's folder / 场景编号或场景文件夹")
    run.add_argument("--input", action="append", default=[], metavar="[NAME=]PATH", help="data file or folder")
    run.add_argument("--workspace", type=Path, metavar="DIR", help="run on a workspace's own data instead of files")
    run.add_argument("--time", type=float, default=30.0, metavar="SECONDS", help="time limit (default 30)")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--workers", type=int, default=4, help="solver threads (default 4)")
    run.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help="a parameter of the solution")
    run.add_argument(
        "--out", type=Path, default=Path("tujing-out"), help="folder for files and tables over 20 000 rows"
    )
    run.add_argument("--resume", type=Path, metavar="DIR", help="keep long work in this folder and go on from there")
    output.json_option(run)
    run.set_defaults(run=_run)


def _list(args: argparse.Namespace) -> None:
    from tujing.atlas.loader import atlas
    from tujing.runtime.conformance import declared_tier

    rows = [
        {
            "id": name,
            "name": card.manifest.name.as_dict(),
            "wing": card.manifest.wing,
            "runnable": card.runnable,
            "tier": declared_tier(card.folder) if card.runnable else "",
        }
        for name, card in atlas().cards.items()
    ]
    language = output.language()
    marks = {True: "可运行" if language == "zh" else "runs", False: "尚不可运行" if language == "zh" else "not yet"}
    output.emit(
        args,
        rows,
        (f"{row['id']:<38}{row['name'][language]}  [{marks[row['runnable']]}]  {row['tier']}" for row in rows),
    )


def _show(args: argparse.Namespace) -> None:
    from tujing.atlas.loader import atlas

    card = atlas().card(args.id).manifest
    runnable = atlas().card(args.id).runnable
    language = output.language()
    lines = [f"{card.name[language]}  ({card.id})", card.summary[language], ""]
    lines += [f"{level}  {words[language]}" for level, words in sorted(card.ladder.items())]
    lines += (
        ["", "可运行。" if runnable else "尚不可运行。"]
        if language == "zh"
        else ["", "Runs." if runnable else "Not runnable yet."]
    )
    output.emit(args, {**card.model_dump(mode="json"), "runnable": runnable}, lines)


def _new(args: argparse.Namespace) -> int:
    from tujing.runtime.conformance import check
    from tujing.runtime.new import scaffold

    folder = scaffold(Path(args.into), args.id, args.zh, args.en)
    report = check(folder)
    output.emit(args, {"folder": str(folder), **report.as_dict()}, [str(folder), *_lines(report)])
    output.say(
        f"下一步：改写 {folder}/scenario.yaml 与 solution.py，再运行 tujing scenario check {folder}。",
        f"Next: rewrite {folder}/scenario.yaml and solution.py, then run tujing scenario check {folder}.",
    )
    return 1 if report.failed else 0


def _check(args: argparse.Namespace) -> int:
    from tujing.atlas.loader import atlas
    from tujing.runtime.conformance import check

    if args.all == (args.folder is not None):
        raise refuse(
            "what_to_check", "请给出一个场景编号或文件夹，或用 --all。", "Give one scenario's ID or folder, or --all."
        )
    if args.folder is not None:
        on_map = atlas().cards.get(args.folder.as_posix())
        report = check(on_map.folder if on_map and not args.folder.is_dir() else args.folder)
        output.emit(args, report.as_dict(), _lines(report))
        return 1 if report.failed else 0
    reports = [check(card.folder) for card in atlas().cards.values() if card.runnable]
    lines = [line for report in reports for line in (report.scenario, *_lines(report))]
    output.emit(args, [report.as_dict() for report in reports], lines)
    return 1 if any(report.failed for report in reports) else 0


def _lines(report: Any) -> list[str]:
    language = output.language()
    lines = [f"  ✗ {entry['check']}: {entry[language]} {entry['detail']}" for entry in report.failed]
    lines += [f"  – {entry['check']}: {entry['reason']}" for entry in report.skipped]
    content = report.as_dict()
    counts = (content["run"], content["passed"], content["failed"], len(report.skipped))
    if language == "zh":
        lines.append("检查 {} 项：通过 {}，未过 {}；跳过 {}。".format(*counts) + f" 等级：{report.tier or '无'}")
    else:
        lines.append(
            "{} checks run: {} passed, {} failed; {} skipped.".format(*counts) + f" Tier: {report.tier or 'none'}"
        )
    return lines


def _run(args: argparse.Namespace) -> int:
    from tujing.runtime.contract import Budget
    from tujing.runtime.document import document
    from tujing.runtime.limits import check_seconds, check_seed
    from tujing.runtime.load import from_paths

    card, solution = _runnable(args.id)
    check_seconds(args.time)
    check_seed(args.seed)
    if args.resume is not None:
        args.resume.mkdir(parents=True, exist_ok=True)
    budget = Budget(seconds=args.time, seed=args.seed, workers=max(1, args.workers), folder=args.resume)
    parameters = dict(_pair(item, "--param") for item in args.param)
    if args.workspace is not None:
        if args.input:
            raise refuse(
                "two_sources", "--input 与 --workspace 只能用一个。", "Give either --input or --workspace, not both."
            )
        organisation = output.open_workspace(args.workspace)
        from tujing.runtime.services import run_now

        content = run_now(organisation, card.id, parameters, budget, Ticker()).document
    else:
        inputs = _inputs(args.input)
        data = from_paths(solution, card, inputs)
        content = document(solution.run(data, parameters, budget, Ticker()), args.out)
    output.emit(args, content, _summary(content))
    return 0


def _runnable(wanted: str) -> tuple[Manifest, Solution]:
    """Returns the card and solution of an id on the map, or of a scenario's folder anywhere."""
    from tujing.atlas.loader import manifest, read_manifest
    from tujing.runtime.registry import runnable, solution_in

    path = Path(wanted) / "scenario.yaml"
    if not path.is_file():
        return manifest(wanted), runnable(wanted)
    card = read_manifest(path)
    solution = solution_in(path.parent, card.id)
    if solution is None:
        raise refuse(
            "not_runnable",
            "这个文件夹里没有 solution.py，还不能运行。",
            "This folder holds no solution.py, so it is not runnable yet.",
            file=path.parent,
        )
    return card, solution


def _inputs(items: list[str]) -> dict[str, Path]:
    from tujing.runtime.load import NAMELESS

    inputs: dict[str, Path] = {}
    for item in items:
        name, path = _pair(item, "--input") if "=" in item and not Path(item).exists() else (NAMELESS, item)
        if name in inputs:
            raise refuse("input_twice", f"输入 {name} 给了两次。", f"Input {name} is given twice.", key=name)
        inputs[name] = Path(path)
    return inputs


def _pair(item: str, option: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals or not name:
        raise refuse(
            "not_a_pair", f"{option} 应写成 名称=值，收到“{item}”。", f"{option} takes NAME=VALUE, not {item!r}."
        )
    return name, value


def _summary(content: dict[str, Any]) -> list[str]:
    language = output.language()
    lines = [f"{content['scenario']}: {content['status']}  ({content['run']['seconds']:.1f} s)"]
    for name, kpi in content["kpis"].items():
        baseline = (
            ""
            if kpi["baseline"] is None
            else f"   ({'现行做法' if language == 'zh' else 'baseline'} {kpi['baseline']:g})"
        )
        value = "—" if kpi["value"] is None else f"{kpi['value']:g}"
        lines.append(f"  {name:<24}{value} {kpi['unit']}{baseline}")
    lines += [warning[language] for warning in content["warnings"]]
    lines += [f"  {file['title'][language]}: {file['path']}" for file in content["files"].values()]
    lines.append(content["explanation"][language])
    return lines


class Ticker:
    """Progress on stderr when a person watches; silent in a pipe."""

    def __init__(self) -> None:
        self.watched = sys.stderr.isatty()

    def report(self, share: float, message: Any = None, incumbent: float | None = None) -> None:
        if not self.watched:
            return
        bar = "█" * round(share * 30)
        best = "" if incumbent is None else f"  {incumbent:g}"
        sys.stderr.write(f"\r{bar:<30} {share:4.0%}{best}   ")
        if share >= 1.0:
            sys.stderr.write("\n")
        sys.stderr.flush()
