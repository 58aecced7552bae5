"""The map of scenarios, its table, and one scenario's card."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tujing.adoption.models import Adoption
from tujing.adoption.readiness import Readiness, readiness
from tujing.adoption.services import adoptions
from tujing.atlas.export import as_json, as_workbook
from tujing.atlas.graph import CHIP_HEIGHT, CHIP_WIDTH, Graph, graph
from tujing.atlas.loader import Card, atlas
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.web.access import member
from tujing.web.exports import XLSX, attachment
from tujing.web.words import element_name, say

COLOURS = ("#1677ff", "#13a8a8", "#722ed1", "#d46b08", "#389e0d", "#c41d7f")


@require_GET
@member
def map_page(request: HttpRequest) -> HttpResponse:
    """The map; `?scenario=` opens one card beside it."""
    selected = request.GET.get("scenario", "")
    context: dict[str, Any] = {"map": _map_data(request.organisation, selected)}
    if selected in atlas().cards:
        context |= _card_context(request.organisation, atlas().cards[selected])
    return render(request, "atlas/map.html", context)


@require_GET
@member
def table(request: HttpRequest) -> HttpResponse:
    """All scenarios as a table, searched and filtered; the accessible equal of the map."""
    wish = request.GET.get("q", "").strip().lower()
    wing = request.GET.get("wing", "")
    only = request.GET.get("only", "")
    measured, adopted = _readiness(request.organisation), _adopted(request.organisation)
    rows = []
    for name, card in atlas().cards.items():
        words = f"{name} {card.manifest.name.zh} {card.manifest.name.en} {card.manifest.summary.zh}".lower()
        if (wish and wish not in words) or (wing and card.manifest.wing != wing):
            continue
        if (only == "runnable" and not card.runnable) or (only == "ready" and not measured[name].ready):
            continue
        rows.append({"card": card, "readiness": measured[name], "adoption": adopted.get(name)})
    wings = sorted({card.manifest.wing for card in atlas().cards.values()})
    context = {"rows": rows, "wings": wings, "wing": wing, "q": request.GET.get("q", ""), "only": only}
    return render(request, "atlas/rows.html" if request.htmx else "atlas/table.html", context)


@require_GET
@member
def card(request: HttpRequest, scenario: str) -> HttpResponse:
    """One scenario's card: beside the map for htmx, else a page of its own."""
    found = atlas().cards.get(scenario)
    if found is None:
        raise Http404
    template = "atlas/card.html" if request.htmx else "atlas/card_page.html"
    return render(request, template, _card_context(request.organisation, found))


@require_GET
@member
def export(request: HttpRequest, ending: str) -> HttpResponse:
    if ending == "xlsx":
        return attachment(as_workbook(atlas()), "tujing-atlas.xlsx", XLSX)
    if ending == "json":
        return attachment(as_json(atlas()).encode(), "tujing-atlas.json", "application/json")
    raise Http404


def _readiness(organisation: Organisation) -> dict[str, Readiness]:
    facts = dataspace.facts(organisation)
    return {name: readiness(manifest, facts) for name, manifest in atlas().manifests.items()}


def _adopted(organisation: Organisation) -> dict[str, Adoption]:
    """By scenario; where there are both, the whole factory's adoption stands before the pilot."""
    return {one.scenario: one for one in adoptions(organisation).order_by("-is_pilot", "pk")}


def _colour_of(measured: Readiness) -> str:
    return "ready" if measured.ready else "part" if measured.share > 0 else "none"


def _map_data(organisation: Organisation, selected: str) -> dict[str, Any]:
    drawn: Graph = graph(atlas())
    measured, adopted = _readiness(organisation), _adopted(organisation)
    return {
        "chip": {"width": CHIP_WIDTH, "height": CHIP_HEIGHT},
        "selected": selected,
        "heads": [
            {
                "id": one.id,
                "label": say(one.name),
                "x": one.start + one.length / 2,
                "y": 18,
                "width": one.length - 12,
                "colour": COLOURS[place % len(COLOURS)],
            }
            for place, one in enumerate(drawn.columns)
        ],
        "bands": [
            {
                "id": one.id,
                "label": say(one.name),
                "x": drawn.width / 2,
                "y": one.start + one.length / 2,
                "width": drawn.width,
                "height": one.length - 4,
            }
            for one in drawn.bands
        ],
        "nodes": [
            {
                "id": node.id,
                "label": say(node.name),
                "x": node.x,
                "y": node.y,
                "runnable": node.runnable,
                "readiness": _colour_of(measured[node.id]),
                "stage": adopted[node.id].stage if node.id in adopted else "",
                "url": reverse("atlas_card", args=[node.id]),
            }
            for node in drawn.nodes
        ],
        "edges": [
            {
                "id": edge.id,
                "from": edge.source,
                "to": edge.target,
                "kind": edge.kind,
                "label": element_name(edge.element) if edge.element else "",
            }
            for edge in drawn.edges
        ],
    }


def _card_context(organisation: Organisation, card: Card) -> dict[str, Any]:
    manifest = card.manifest
    drawn = graph(atlas())
    has_profile = Profile.objects.filter(organisation=organisation).exists()
    size = classification(organisation).size if has_profile else ""
    adoption = _adopted(organisation).get(manifest.id)
    return {
        "card": card,
        "scenario": manifest,
        "readiness": readiness(manifest, dataspace.facts(organisation)),
        "adoption": adoption,
        "size": size,
        "costs": [cost for cost in manifest.costs if not size or cost.size == size],
        "feeds": [edge for edge in drawn.edges if edge.source == manifest.id and edge.kind == "data"],
        "fed_by": [edge for edge in drawn.edges if edge.target == manifest.id and edge.kind == "data"],
        "levels": [
            {
                "level": level,
                "words": words,
                "state": "now"
                if adoption and level <= adoption.level_today
                else "target"
                if adoption and level == adoption.level_target
                else "",
            }
            for level, words in sorted(manifest.ladder.items())
        ],
    }
