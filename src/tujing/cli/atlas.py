"""`tujing atlas`: the map, its four lists, and the check of manifests."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.atlas.audit import Audit
    from tujing.atlas.coverage import PassageCoverage, SceneCoverage
    from tujing.atlas.loader import Card
    from tujing.atlas.manifest import DataNeed, Manifest, Prerequisite


def add(commands: Any) -> None:
    """Adds `atlas` with list, show, graph, lists, export, import, diff, catalogue, coverage and check."""
    group = commands.add_parser("atlas", help="一图四清单 / the map of scenarios and its four lists")
    actions = group.add_subparsers(dest="action", required=True)
    _action(actions, "list", _list, "全部场景 / all scenarios")
    _action(actions, "show", _show, "一个场景 / one scenario").add_argument("scenario", help="production/scheduling")
    _action(actions, "graph", _graph, "场景关系图 / who feeds whom")
    _action(actions, "lists", _lists, "四清单 / the four lists")
    exporting = _action(actions, "export", _export, "导出 / export")
    exporting.add_argument("file", type=Path, help="FILE.xlsx | FILE.json | FOLDER")
    exporting.add_argument(
        "--format",
        choices=["lists", "xlsx", "json", "yaml", "pack"],
        help="lists: 四清单（阅读）/ to read; xlsx: 可编辑再导入 / to edit and import; yaml: 文件夹 / a folder; "
        "pack: 可分发的 .zip / a .zip to hand on",
    )
    exporting.add_argument("--pack", default="my-pack", metavar="ID", help="包编号 / the pack's id")
    exporting.add_argument("--version", default="0.1.0", help="语义化版本 / semantic version")
    exporting.add_argument("--publisher", default="—", help="发布者 / who publishes it")
    importing = _action(actions, "import", _import, "导入编辑过的工作簿 / read an edited workbook")
    importing.add_argument("file", type=Path, help="FILE.xlsx | FILE.zip")
    importing.add_argument("folder", type=Path, help="写入的新文件夹 / the new folder to write")
    _action(actions, "coverage", _coverage, "指南条文与官方场景的覆盖 / the guide's passages and official scenes")
    comparing = _action(actions, "diff", _diff, "两个版本的差异 / what changed between two packs")
    comparing.add_argument("old", type=Path, help="文件夹或 .xlsx / folder or .xlsx")
    comparing.add_argument(
        "new", type=Path, nargs="?", help="同上；默认为已安装的图谱 / the installed atlas when not given"
    )
    _action(actions, "catalogue", _catalogue, "标准、工具、职业目录 / standards, tools, occupations").add_argument(
        "name", choices=["standards", "tools", "occupations"]
    )
    checking = _action(actions, "check", _check, "检查场景清单 / check manifests")
    checking.add_argument(
        "folder", type=Path, nargs="?", help="<wing>/<name> 或其上级 / one scenario's folder or its root"
    )


def _action(actions: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    output.json_option(parser)
    parser.set_defaults(run=run)
    return parser


def _list(args: argparse.Namespace) -> None:
    from tujing.atlas.loader import atlas

    cards = atlas().cards.values()
    output.emit(args, {"scenarios": [_card(card) for card in cards]}, [_card_line(card) for card in cards])


def _show(args: argparse.Namespace) -> None:
    from tujing.atlas.loader import atlas

    card = atlas().card(args.scenario)
    document = card.manifest.model_dump(mode="json") | {"runnable": card.runnable, "light_app": card.has_light_app}
    output.emit(args, document, _page(card))


def _graph(args: argparse.Namespace) -> None:
    from tujing.atlas.graph import graph
    from tujing.atlas.loader import atlas
    from tujing.elements.definition import elements

    drawn = graph(atlas())
    lines = []
    for edge in drawn.edges:
        data = edge.kind == "data"
        through = elements()[edge.element].label[output.language()] if data else _order(edge.level, edge.from_level)
        lines.append(f"{edge.source} → {edge.target}  {edge.element} {through}")
    output.emit(args, drawn.as_dict(), lines)


def _lists(args: argparse.Namespace) -> None:
    from tujing.atlas.labels import labels
    from tujing.atlas.lists import four_lists
    from tujing.atlas.loader import atlas

    language = output.language()
    lists = four_lists(atlas())
    lines = []
    for name, rows in lists.items():
        lines.append(f"{labels().sheets[name][language]} ({len(rows)})")
        key = "element_name" if name == "data_elements" else "name"
        lines += [f"  {row['scenario']:<38} {row[f'{key}_{language}']}" for row in rows]
    output.emit(args, lists, lines)


def _export(args: argparse.Namespace) -> None:
    from tujing.atlas.export import export, export_to
    from tujing.atlas.loader import atlas
    from tujing.atlas.packs.folder import write_folder
    from tujing.atlas.packs.workbook import as_workbook

    if args.format == "xlsx":
        export_to(args.file, ".xlsx", as_workbook(atlas().manifests))
    elif args.format == "yaml":
        write_folder(atlas().manifests, args.file)
    elif args.format == "pack":
        _export_pack(args)
    else:
        export(atlas(), args.file)
    output.emit(args, {"file": str(args.file), "scenarios": len(atlas().cards)}, [str(args.file)])


def _export_pack(args: argparse.Namespace) -> None:
    from tujing.atlas.export import export_to
    from tujing.atlas.loader import atlas
    from tujing.atlas.packs.archive import PackCard, as_archive
    from tujing.problems import check_model

    title = {"zh": args.pack, "en": args.pack}
    content = {"id": args.pack, "version": args.version, "title": title, "publisher": args.publisher}
    export_to(args.file, ".zip", as_archive(check_model(PackCard, content, "--pack"), atlas().manifests))


def _import(args: argparse.Namespace) -> None:
    from tujing.atlas.packs.folder import write_folder

    report = write_folder(_pack(args.file), args.folder)
    document = {"folder": str(args.folder), "scenarios": report.scenarios}
    output.emit(
        args, document, [f"{args.folder}  {_say(f'{report.scenarios} 个场景', f'{report.scenarios} scenarios')}"]
    )


def _diff(args: argparse.Namespace) -> None:
    from tujing.atlas.loader import atlas
    from tujing.atlas.packs.diff import difference

    found = difference(_pack(args.old), _pack(args.new) if args.new else atlas().manifests)
    document = {
        "added": list(found.added),
        "removed": list(found.removed),
        "changes": [
            {"scenario": c.scenario, "key": c.key, "before": c.before, "after": c.after} for c in found.changes
        ],
        "step": found.step,
    }
    lines = [*(f"+ {name}" for name in found.added), *(f"- {name}" for name in found.removed)]
    lines += [f"~ {c.scenario}  {c.key}: {c.before} → {c.after}" for c in found.changes]
    output.emit(args, document, [*lines, _say(f"版本步进：{found.step}", f"version step: {found.step}")])


def _pack(path: Path) -> dict[str, Manifest]:
    from tujing.atlas.packs.archive import read_archive
    from tujing.atlas.packs.folder import read_folder
    from tujing.atlas.packs.workbook import read

    ending = path.suffix.lower()
    if ending == ".zip":
        return read_archive(path)[1]
    return read(path) if ending == ".xlsx" else read_folder(path)


def _catalogue(args: argparse.Namespace) -> None:
    from tujing.atlas.catalogues import occupations, software_classes
    from tujing.atlas.loader import atlas
    from tujing.atlas.standards import standards

    language = output.language()
    document: dict[str, Any]
    if args.name == "standards":
        found = standards(atlas())
        document = {
            one.number: {"title": one.title.as_dict(), "status": one.status, "scenarios": list(one.scenarios)}
            for one in found
        }
        lines = [f"{one.number:<20} {one.title[language]}  ({len(one.scenarios)})" for one in found]
    elif args.name == "tools":
        document = {name: one.model_dump(mode="json") for name, one in software_classes().items()}
        lines = [
            f"{name:<18} {one.name[language]}  {'; '.join(f'{each.name} ({each.licence})' for each in one.open_source)}"
            for name, one in software_classes().items()
        ]
    else:
        document = {name: one.model_dump(mode="json") for name, one in occupations().items()}
        lines = [f"{name}  {one.en}  {one.code}".rstrip() for name, one in occupations().items()]
    output.emit(args, {args.name: document}, lines)


def _check(args: argparse.Namespace) -> int:
    from tujing.atlas.loader import check

    report = check(args.folder)
    problems = list(report.problems)
    counts: dict[str, Any] = {}
    if args.folder is None and report.ok:
        whole = _audit()
        problems += whole.problems
        counts = {
            "elements": whole.elements,
            "scenes": whole.scenes,
            "numbers_without_source": whole.numbers_without_source,
            "untranslated": whole.untranslated,
            "imported_elements": list(whole.imported),
        }
    errors = len(problems)
    document = {
        "scenarios": report.scenarios,
        "errors": errors,
        **counts,
        "problems": [problem.as_dict() for problem in problems],
    }
    english = f"{_count(report.scenarios, 'scenario')}, {_count(errors, 'error')}"
    summary = _say(f"{report.scenarios} 个场景，{errors} 处错误（{english}）", english)
    output.emit(args, document, [*(problem.sentence(output.language()) for problem in problems), summary])
    return 2 if problems else 0


def _audit() -> Audit:
    from tujing.atlas.audit import audit
    from tujing.atlas.loader import atlas
    from tujing.atlas.scenes import industry_maps
    from tujing.elements.definition import elements

    return audit(atlas(), elements(), industry_maps())


def _coverage(args: argparse.Namespace) -> int:
    from tujing.atlas import coverage
    from tujing.atlas.loader import atlas
    from tujing.atlas.scenes import industry_maps

    found = coverage.passages(atlas())
    scenes = coverage.scenes(atlas(), industry_maps())
    document = {
        "passages": [
            {
                "clause": one.clause,
                "text": one.text,
                "covered": one.covered,
                "scenarios": list(one.scenarios),
                "runnable": list(one.runnable),
                "missing": list(one.missing),
            }
            for one in found
        ],
        "passages_covered": sum(one.covered for one in found) / len(found),
        "not_named_by_the_guide": coverage.unnamed(atlas()),
        "scenes": {
            "read": scenes.scenes,
            "linked": scenes.linked,
            "linked_share": scenes.linked / scenes.scenes,
            "runnable": scenes.runnable,
            "official": scenes.official,
            "tools": scenes.tools,
            "tools_linked": scenes.tools_linked,
        },
        "instruments": _read_by_facts(),
    }
    output.emit(args, document, _coverage_lines(found, scenes))
    return 0 if all(one.covered for one in found) else 2


def _read_by_facts() -> dict[str, dict[str, int]]:
    """Returns how many items of each instrument are answered by capability facts."""
    from tujing.diagnosis.catalogue import every_instrument, item_ids
    from tujing.diagnosis.crosswalk.facts import mapping

    return {
        id: {"items": len(item_ids(one)), "read_from_facts": len(mapping().get(id, {}))}
        for id, one in every_instrument().items()
    }


def _coverage_lines(found: list[PassageCoverage], scenes: SceneCoverage) -> Iterator[str]:
    for one in found:
        state = _say("已覆盖", "covered") if one.covered else _say("缺", "missing")
        runs = _say(f"{len(one.runnable)} 个可运行", f"{len(one.runnable)} can run")
        yield f"{one.clause}  [{state}]  {one.text}"
        yield f"    {', '.join(one.scenarios)}  ({runs})"
        yield from (f"    {_say('缺', 'missing')}: {words}" for words in one.missing)
    yield _say(
        f"行业细分场景 {scenes.scenes} 个（官方共 {scenes.official} 个），已关联 {scenes.linked} 个，"
        f"其中 {scenes.runnable} 个有可运行的场景",
        f"{scenes.scenes} industry scenes (of {scenes.official} official ones), {scenes.linked} linked, "
        f"{scenes.runnable} to a scenario that runs",
    )


def _card(card: Card) -> dict[str, Any]:
    manifest = card.manifest
    return {
        "id": manifest.id,
        "name": manifest.name.as_dict(),
        "wing": manifest.wing,
        "version": manifest.version,
        "runnable": card.runnable,
        "light_app": card.has_light_app,
        "reads": [need.element for need in manifest.data_elements.reads],
        "writes": [need.element for need in manifest.data_elements.writes],
    }


def _card_line(card: Card) -> str:
    state = _say("可运行", "can run") if card.runnable else _say("尚不能运行", "cannot run yet")
    return f"{card.manifest.id:<38} {card.manifest.name[output.language()]}  [{state}]"


def _page(card: Card) -> Iterator[str]:
    manifest, language = card.manifest, output.language()
    yield _card_line(card)
    yield manifest.summary[language]
    yield ""
    yield f"{_say('指南', 'Guide')} {manifest.guide.clause}: {manifest.guide.passage}"
    yield from _section("痛点", "Pain points", [point[language] for point in manifest.pain_points])
    yield from _section("阶梯", "Ladder", [f"{n}  {manifest.ladder[n][language]}" for n in sorted(manifest.ladder)])
    yield from _section("读取", "Reads", [_need(need) for need in manifest.data_elements.reads])
    yield from _section("写出", "Writes", [_need(need) for need in manifest.data_elements.writes])
    yield from _section("知识模型", "Knowledge models", [model.name[language] for model in manifest.knowledge_models])
    tools = [f"{tool.software_class}  {tool.name[language]}" for tool in manifest.tools]
    yield from _section("工具软件", "Tools", tools)
    days = _say("人天", "days")
    skills = [f"{skill.name[language]}  {skill.person_days:g} {days}" for skill in manifest.skills]
    yield from _section("人才技能", "Skills", skills)
    yield from _section("先行场景", "Prerequisites", [_prerequisite(needed) for needed in manifest.prerequisites])
    kpis = [f"{kpi.name[language]} ({kpi.unit}): {kpi.formula}" for kpi in manifest.kpis]
    yield from _section("指标", "KPIs", kpis)
    yield from _section("效果", "Effects", _effects(manifest))


def _prerequisite(needed: Prerequisite) -> str:
    return f"{_order(needed.level, needed.from_level)}  {needed.scenario}  {needed.reason[output.language()]}"


def _order(level: int | None, from_level: int | None) -> str:
    return _say(f"先达第 {level} 级，方可达第 {from_level} 级", f"level {level} before level {from_level}")


def _effects(manifest: Manifest) -> Iterator[str]:
    for effect in manifest.effects:
        change = effect.change
        span = f"{change.low:+.1%} … {change.mode:+.1%} … {change.high:+.1%}"
        yield f"{effect.level}  {effect.driver}: {span}  [{effect.provenance.status}: {effect.provenance.source}]"


def _need(need: DataNeed) -> str:
    optional = "" if need.required else _say("（可选）", " (optional)")
    return f"{need.element}{optional}  {need.purpose[output.language()]}"


def _section(zh: str, en: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield _say(zh, en)
    for line in lines:
        yield f"  {line}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _say(zh: str, en: str) -> str:
    return Text(zh=zh, en=en)[output.language()]
