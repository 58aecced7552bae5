"""The map of scenarios and scenes, and one scenario's card."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tujing.adoption.models import EffectBelief
from tujing.adoption.readiness import cells, readiness
from tujing.atlas.graph import WINGS, graph
from tujing.atlas.loader import Card, atlas
from tujing.atlas.scenes import industry_maps, scenes_of
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.runtime.conformance import TIERS, declared_rules
from tujing.web.access import member
from tujing.web.atlas_map import COLOURINGS, adopted, legends, scenario_map, scene_map, states, tier_of
from tujing.web.tiers import CHECKS

EVERY = "all"
"""Of the industries: all of them beside each other."""


@require_GET
@member
def map_page(request: HttpRequest) -> HttpResponse:
    """The map; `?industry=` shows official scenes instead of scenarios, `?scenario=` opens one card beside it."""
    industry = request.GET.get("industry", "")
    if industry and industry != EVERY and industry not in industry_maps():
        raise Http404
    selected = request.GET.get("scenario", "")
    found = states(request.organisation)
    colouring = request.GET.get("colour", "readiness")
    drawn = scene_map(found, industry_maps().get(industry)) if industry else scenario_map(found)
    context: dict[str, Any] = {
        "map": drawn | {"selected": selected},
        "industry": industry,
        "maps": industry_maps(),
        "links": industry_maps()[industry].links if industry in industry_maps() else {},
        "wings": WINGS,
        "tiers": TIERS,
        "legends": legends(found, drawn["nodes"]),
        "colouring": colouring if colouring in COLOURINGS else "readiness",
        "total": len(drawn["nodes"]),
    }
    if selected in atlas().cards:
        context |= card_context(request.organisation, atlas().cards[selected])
    return render(request, "atlas/map.html", context)


@require_GET
@member
def card(request: HttpRequest, scenario: str) -> HttpResponse:
    """One scenario's card: beside the map for htmx, else a page of its own."""
    found = atlas().cards.get(scenario)
    if found is None:
        raise Http404
    template = "atlas/card.html" if request.htmx else "atlas/card_page.html"
    return render(request, template, card_context(request.organisation, found))


def card_context(organisation: Organisation, card: Card) -> dict[str, Any]:
    manifest = card.manifest
    drawn = graph(atlas())
    has_profile = Profile.objects.filter(organisation=organisation).exists()
    size = classification(organisation).size if has_profile else ""
    adoption = adopted(organisation).get(manifest.id)
    facts = dataspace.facts(organisation)
    return {
        "card": card,
        "scenario": manifest,
        "readiness": readiness(manifest, facts),
        "cells": {cell.element: cell for cell in cells(manifest, facts)},
        "adoption": adoption,
        "size": size,
        "costs": [cost for cost in manifest.costs if not size or cost.size == size],
        "feeds": [edge for edge in drawn.edges if edge.source == manifest.id and edge.kind == "data"],
        "fed_by": [edge for edge in drawn.edges if edge.target == manifest.id and edge.kind == "data"],
        "unlocks": [edge for edge in drawn.edges if edge.source == manifest.id and edge.kind == "prerequisite"],
        "scenes": scenes_of().get(manifest.id, ()),
        "effects": _effects(organisation, card),
        "tier": tier_of(manifest.id),
        "checks": [
            {"words": CHECKS[rule.name], "tier": rule.tier, "state": state.partition(":")[0], "why": state[8:]}
            for rule, state in declared_rules(card.folder)
        ],
        "levels": [
            {
                "level": level,
                "words": words,
                "today": adoption is not None and level == adoption.level_today,
                "target": adoption is not None and level == adoption.level_target,
                "state": "now"
                if adoption and level <= adoption.level_today
                else "target"
                if adoption and level == adoption.level_target
                else "",
            }
            for level, words in sorted(manifest.ladder.items())
        ],
    }


def _effects(organisation: Organisation, card: Card) -> list[dict[str, Any]]:
    """Each effect the manifest expects, beside what was measured here; the newest measurement counts."""
    measured: dict[tuple[int, str], EffectBelief] = {}
    rows = EffectBelief.objects.filter(organisation=organisation, scenario=card.manifest.id)
    for row in rows.order_by("-measured", "-id"):
        measured.setdefault((row.level, row.driver), row)
    return [{"prior": one, "here": measured.get((one.level, one.driver))} for one in card.manifest.effects]
