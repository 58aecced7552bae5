"""The map as tables: scenarios, the four lists, the official scenes, two industries side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.atlas.comparing import compare as compare_maps
from tujing.atlas.export import as_json, as_workbook
from tujing.atlas.graph import WINGS
from tujing.atlas.labels import labels
from tujing.atlas.lists import LISTS, four_lists
from tujing.atlas.loader import atlas
from tujing.atlas.scenes import industry_maps, scenes_by_code, scenes_of
from tujing.runtime.conformance import TIERS
from tujing.web.access import member
from tujing.web.atlas_map import states
from tujing.web.exports import XLSX, as_csv, as_xlsx, attachment
from tujing.web.paging import page_of
from tujing.web.sources import source
from tujing.web.words import label, language, say

CODED = ("direction", "grade", "kind", "deployment", "level")
"""Columns of the lists whose values have words of their own."""
FIRST_COLUMNS = ("scenario", "scenario_name")
NAMED = ("scenario", "element")
"""Columns of codes: in the files, and not on the page, where the names stand."""


@require_GET
@member
def table(request: HttpRequest) -> HttpResponse:
    """All scenarios as a table, searched, filtered and sorted; the accessible equal of the map."""
    context = {
        "rows": _scenarios(request),
        "wings": WINGS,
        "tiers": TIERS,
        "maps": industry_maps(),
        "given": {name: request.GET.get(name, "") for name in ("q", "wing", "only", "tier", "industry", "sort")},
    }
    return render(request, "atlas/rows.html" if request.htmx else "atlas/table.html", context)


@require_GET
@member
def export(request: HttpRequest, ending: str) -> HttpResponse:
    """The whole map: scenarios, links and the four lists."""
    if ending == "xlsx":
        return attachment(as_workbook(atlas()), "tujing-atlas.xlsx", XLSX)
    if ending == "json":
        return attachment(as_json(atlas()).encode(), "tujing-atlas.json", "application/json")
    raise Http404


@require_GET
@member
def table_export(request: HttpRequest, ending: str) -> HttpResponse:
    """The table of scenarios as it is searched and filtered, with the organisation's own states."""
    columns = [
        _("Scenario"), _("Name"), _("Wing"), _("Readiness"), _("Stage"), _("Level today"), _("Target"), _("Effect"),
        _("Tier"), _("Runnable"), _("Official scenes"),
    ]  # fmt: skip
    rows = []
    for row in _scenarios(request):
        taken, manifest = row["state"].adoption, row["card"].manifest
        rows.append(
            [
                manifest.id, say(manifest.name), label(manifest.wing), round(row["state"].readiness.share, 4),
                label(taken.stage) if taken else "", taken.level_today if taken else None,
                taken.level_target if taken else None, row["state"].effect, row["state"].tier,
                _("yes") if row["card"].runnable else "", row["scenes"],
            ]
        )  # fmt: skip
    return _file(ending, "scenarios", columns, rows)


@require_GET
@member
def four(request: HttpRequest, which: str) -> HttpResponse:
    """One of the four lists over all scenarios, searched and sorted."""
    if which not in LISTS:
        raise Http404
    columns, rows = _list(request, which)
    shown = [place for place, (key, _words) in enumerate(columns) if key not in NAMED]
    page = page_of(request, rows)
    for row in page.object_list:
        row["cells"] = [row["cells"][place] for place in shown]
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "which": which,
        "lists": [(name, labels().sheets[name]) for name in LISTS],
        "columns": [columns[place] for place in shown],
        "page": page,
        "q": request.GET.get("q", ""),
        "sort": request.GET.get("sort", ""),
        "query": query.urlencode(),
    }
    return render(request, "atlas/list_rows.html" if request.htmx else "atlas/lists.html", context)


@require_GET
@member
def four_export(request: HttpRequest, which: str, ending: str) -> HttpResponse:
    """One list as a file, as it is searched and sorted."""
    if which not in LISTS:
        raise Http404
    columns, rows = _list(request, which)
    return _file(ending, f"atlas-{which}", [words for _key, words in columns], [row["cells"] for row in rows])


@require_GET
@member
def scenes(request: HttpRequest) -> HttpResponse:
    """The official scenes, found by code or words, filtered by industry, link, activity and by what realises them."""
    rows = _scenes(request)
    query = request.GET.copy()
    query.pop("page", None)
    industry = request.GET.get("industry", "")
    context = {
        "page": page_of(request, rows),
        "total": len(rows),
        "official": sum(one.official_count for one in industry_maps().values()),
        "maps": industry_maps(),
        "links": industry_maps()[industry].links if industry in industry_maps() else {},
        "wings": WINGS,
        "given": {name: request.GET.get(name, "") for name in ("q", "industry", "link", "wing", "only")},
        "query": query.urlencode(),
    }
    return render(request, "atlas/scene_rows.html" if request.htmx else "atlas/scenes.html", context)


@require_GET
@member
def scenes_export(request: HttpRequest, ending: str) -> HttpResponse:
    """The official scenes as they are searched and filtered."""
    columns = [
        _("Code"), _("Name"), _("Industry"), _("Chain link"), _("Activity"), _("Realised by"), _("Reason"),
        _("Data elements"), _("Knowledge models"), _("Tools"), _("Skills"),
    ]  # fmt: skip
    rows = [
        [
            scene.code, say(scene.name), say(found.title), say(found.links[scene.link]), label(scene.activity),
            "; ".join(one.scenario for one in scene.realised_by),
            "; ".join(say(one.reason) for one in scene.realised_by),
            *("; ".join(terms) for terms in (scene.data, scene.models, scene.tools, scene.skills)),
        ]
        for found, scene in _scenes(request)
    ]  # fmt: skip
    return _file(ending, "official-scenes", columns, rows)


@require_GET
@member
def scene(request: HttpRequest, scene: str) -> HttpResponse:
    """One official scene and the scenarios that realise it: beside the map for htmx, else a page of its own."""
    if scene not in scenes_by_code():
        raise Http404
    found, one = scenes_by_code()[scene]
    known = states(request.organisation)
    context = {
        "map": found,
        "scene": one,
        "link": found.links[one.link],
        "parent": found.parent(one),
        "parts": [other for other in found.scenes if not other.is_main and found.parent(other) == one],
        "realised": [
            {"card": atlas().cards[each.scenario], "reason": each.reason, "state": known[each.scenario]}
            for each in one.realised_by
        ],
    }
    return render(request, "atlas/scene.html" if request.htmx else "atlas/scene_page.html", context)


@require_GET
@member
def compare(request: HttpRequest) -> HttpResponse:
    """Two industries side by side."""
    maps = industry_maps()
    codes = list(maps)
    left, right = request.GET.get("left", codes[0]), request.GET.get("right", codes[1])
    if left not in maps or right not in maps:
        raise Http404
    known = states(request.organisation)
    found = compare_maps(maps[left], maps[right])
    context = {
        "maps": maps,
        "left": maps[left],
        "right": maps[right],
        "found": found,
        "shared": [(name, *found.scenes[name], known[name]) for name in found.shared],
        "alone": [
            (maps[left], [(name, found.scenes[name][0]) for name in found.only_left]),
            (maps[right], [(name, found.scenes[name][1]) for name in found.only_right]),
        ],
    }
    return render(request, "atlas/compare.html", context)


def _scenarios(request: HttpRequest) -> list[dict[str, Any]]:
    given = request.GET
    wish = given.get("q", "").strip().lower()
    wing, only, tier, industry = (given.get(name, "") for name in ("wing", "only", "tier", "industry"))
    rows = []
    for name, state in states(request.organisation).items():
        card = atlas().cards[name]
        manifest = card.manifest
        scenes = scenes_of().get(name, ())
        words = f"{name} {manifest.name.zh} {manifest.name.en} {manifest.summary.zh} {manifest.summary.en}".lower()
        codes = " ".join(scene.code for scene, _reason in scenes).lower()
        if wish and wish not in words and wish not in codes:
            continue
        if (wing and manifest.wing != wing) or (tier and state.tier != tier):
            continue
        if industry and not any(scene.code.startswith(industry) for scene, _reason in scenes):
            continue
        if (only == "runnable" and not card.runnable) or (only == "ready" and not state.readiness.ready):
            continue
        rows.append({"card": card, "state": state, "scenes": len(scenes)})
    return _sorted(rows, given.get("sort", ""))


def _sorted(rows: list[dict[str, Any]], wish: str) -> list[dict[str, Any]]:
    keys = {
        "name": lambda row: say(row["card"].manifest.name),
        "readiness": lambda row: row["state"].readiness.share,
        "tier": lambda row: ("", *TIERS).index(row["state"].tier),
        "scenes": lambda row: row["scenes"],
    }
    key = keys.get(wish.removeprefix("-"))
    return sorted(rows, key=key, reverse=wish.startswith("-")) if key else rows


def _list(request: HttpRequest, which: str) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """The columns (key, words) and the rows (cells in words, with their scenario)."""
    spoken = language()
    other = "_zh" if spoken == "en" else "_en"
    found = four_lists(atlas())[which]
    keys = [key for key in found[0] if not key.endswith(other)]
    columns = [(key, labels().headings[key.removesuffix(f"_{spoken}")][spoken]) for key in keys]
    wish = request.GET.get("q", "").strip().lower()
    rows = []
    for row in found:
        cells = [_cell(key, row[key]) for key in keys]
        if not wish or wish in " ".join(str(cell) for cell in (*row.values(), *cells)).lower():
            rows.append({"scenario": row["scenario"], "element": row.get("element", ""), "cells": cells})
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") in keys:
        place = keys.index(sort.removeprefix("-"))
        rows.sort(key=lambda row: _order(row["cells"][place]), reverse=sort.startswith("-"))
    return columns, rows


def _cell(key: str, value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else ""
    if key == "provenance" and value:
        status, _parted, origin = value.partition(": ")
        return f"{label(status)} · {source(origin)}"
    return label(value) if key in CODED else value


def _order(value: Any) -> tuple[bool, Any]:
    return (isinstance(value, str), value)


def _scenes(request: HttpRequest) -> list[tuple[Any, Any]]:
    given = request.GET
    wish = given.get("q", "").strip().lower()
    industry, link, wing, only = (given.get(name, "") for name in ("industry", "link", "wing", "only"))
    rows = []
    for found, scene in scenes_by_code().values():
        named = " ".join(
            f"{one.scenario} {say(atlas().cards[one.scenario].manifest.name)}" for one in scene.realised_by
        )
        if wish and wish not in f"{scene.code} {scene.name.zh} {scene.name.en} {named}".lower():
            continue
        if (industry and found.code != industry) or (link and scene.link != link) or (wing and scene.activity != wing):
            continue
        if only == "realised" and not scene.realised_by:
            continue
        if only == "open" and scene.realised_by:
            continue
        if only == "runnable" and not any(atlas().cards[one.scenario].runnable for one in scene.realised_by):
            continue
        rows.append((found, scene))
    return rows


def _file(ending: str, name: str, columns: list[str], rows: list[list[Any]]) -> HttpResponse:
    if ending == "csv":
        return as_csv(columns, rows, f"{name}.csv")
    if ending == "xlsx":
        return as_xlsx({name: (columns, rows)}, f"{name}.xlsx")
    raise Http404
