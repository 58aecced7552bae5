"""What the map shows of an organisation: every scenario's and scene's state, as data that the page draws from.

The same states colour the map, fill its legend, stand in its table and on the poster.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tujing.adoption.models import Adoption, EffectBelief
from tujing.adoption.readiness import Readiness, readiness
from tujing.adoption.services import adoptions
from tujing.atlas.graph import CHIP_HEIGHT, CHIP_WIDTH, Strip, graph
from tujing.atlas.loader import atlas
from tujing.atlas.scene_graph import all_industries, one_industry
from tujing.atlas.scenes import IndustryMap, industry_maps, scenes_of
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation
from tujing.runtime.conformance import declared_tier
from tujing.web.words import element_name, say

CERTAIN = 1.645
"""Standard errors that a measured effect must be away from nought to count (90 % two-sided)."""
RISES = ("revenue",)
"""Drivers of which more is better; of all others less is."""

COLOURINGS: dict[str, dict[str, str]] = {
    "readiness": {"ready": noop("Data ready"), "part": noop("Data in part"), "none": noop("No data yet")},
    "adoption": {
        "in_use": noop("In use"), "implementing": noop("Implementing"), "planned": noop("Planned"),
        "candidate": noop("Candidate"), "stopped": noop("Stopped"), "absent": noop("Not taken up"),
    },
    "effect": {
        "better": noop("Measured: better"), "unclear": noop("Measured: not clear"), "worse": noop("Measured: worse"),
        "prior": noop("Only the literature's range"),
    },
}  # fmt: skip
"""Colouring → state → its words; `atlas.css` holds the colours under the same names."""


@dataclass(frozen=True)
class State:
    """One scenario as the organisation stands to it."""

    readiness: Readiness
    adoption: Adoption | None
    effect: str
    tier: str

    @property
    def by_colouring(self) -> dict[str, str]:
        measured = self.readiness
        stage = self.adoption.stage if self.adoption else "absent"
        return {
            "readiness": "ready" if measured.ready else "part" if measured.share > 0 else "none",
            "adoption": "in_use" if stage == "evaluated" else stage,
            "effect": self.effect,
        }


@cache
def tier_of(scenario: str) -> str:
    """Returns the declared tier; empty where a scenario has none yet."""
    return declared_tier(atlas().cards[scenario].folder)


def adopted(organisation: Organisation) -> dict[str, Adoption]:
    """By scenario; where there are both, the whole factory's adoption stands before the pilot."""
    return {one.scenario: one for one in adoptions(organisation).order_by("-is_pilot", "pk")}


def effects(organisation: Organisation) -> dict[str, str]:
    """Returns scenario → `better`, `worse` or `unclear` for those whose effect was measured here."""
    found: dict[str, set[str]] = {}
    seen = set()
    for one in EffectBelief.objects.filter(organisation=organisation).order_by("-measured", "-id"):
        key = (one.scenario, one.level, one.driver)
        if key in seen:
            continue  # an older measurement of the same effect
        seen.add(key)
        gain = one.mean if one.driver in RISES else -one.mean
        clear = abs(one.mean) > CERTAIN * one.standard_deviation
        found.setdefault(one.scenario, set()).add(("better" if gain > 0 else "worse") if clear else "unclear")
    return {
        name: "worse" if "worse" in told else "better" if "better" in told else "unclear"
        for name, told in found.items()
    }


def states(organisation: Organisation) -> dict[str, State]:
    """Returns every scenario's state, in the order of the map."""
    facts, taken, measured = dataspace.facts(organisation), adopted(organisation), effects(organisation)
    return {
        name: State(readiness(manifest, facts), taken.get(name), measured.get(name, "prior"), tier_of(name))
        for name, manifest in atlas().manifests.items()
    }


def legends(found: dict[str, State], shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns each colouring with its states, their words and how many chips of the map have each."""
    return [
        {
            "id": colouring,
            "entries": [
                {"state": state, "words": _(words), "count": sum(one["states"][colouring] == state for one in shown)}
                for state, words in entries.items()
            ],
        }
        for colouring, entries in COLOURINGS.items()
    ]


def scenario_map(found: dict[str, State]) -> dict[str, Any]:
    """The scenarios by wing and stage."""
    drawn = graph(atlas())
    maps = _industries_of()
    nodes = [
        {
            "id": node.id,
            "label": say(node.name),
            "words": f"{node.id} {node.name.zh} {node.name.en}".lower(),
            "x": node.x,
            "y": node.y,
            "runnable": node.runnable,
            "states": found[node.id].by_colouring,
            "wing": node.wing,
            "tier": found[node.id].tier,
            "industries": sorted(maps.get(node.id, ())),
            "url": reverse("atlas_card", args=[node.id]),
        }
        for node in drawn.nodes
    ]
    edges = [
        {
            "id": edge.id,
            "from": edge.source,
            "to": edge.target,
            "kind": edge.kind,
            "label": element_name(edge.element) if edge.element else "",
        }
        for edge in drawn.edges
    ]
    return _drawn(nodes, edges, drawn.columns, drawn.bands, drawn.width, (CHIP_WIDTH, CHIP_HEIGHT))


def scene_map(found: dict[str, State], industry: IndustryMap | None) -> dict[str, Any]:
    """The official scenes of one industry by chain link and activity, or of all industries."""
    manifests = atlas().manifests
    drawn = one_industry(industry, manifests) if industry else all_industries(industry_maps())
    nodes = []
    for place in drawn.places:
        scene = place.scene
        best = _best([found[one.scenario] for one in scene.realised_by])
        nodes.append(
            {
                "id": scene.code,
                "label": say(scene.name),
                "words": f"{scene.code} {scene.name.zh} {scene.name.en}".lower(),
                "x": place.x,
                "y": place.y,
                "runnable": any(atlas().cards[one.scenario].runnable for one in scene.realised_by),
                "states": best,
                "wing": scene.activity,
                "tier": max((found[one.scenario].tier for one in scene.realised_by), key=_rank, default=""),
                "industries": [place.map],
                "link": scene.link,
                "main": scene.is_main,
                "url": reverse("atlas_scene", args=[scene.code]),
            }
        )
    edges = [
        {"id": edge.id, "from": edge.source, "to": edge.target, "kind": edge.kind, "label": element_name(edge.element)}
        for edge in drawn.edges
    ]
    return _drawn(nodes, edges, drawn.columns, drawn.bands, drawn.width, drawn.chip)


def _drawn(
    nodes: list[dict[str, Any]],
    edges: list[dict[str, Any]],
    columns: tuple[Strip, ...],
    bands: tuple[Strip, ...],
    width: float,
    chip: tuple[int, int],
) -> dict[str, Any]:
    return {
        "chip": {"width": chip[0], "height": chip[1]},
        "heads": [
            {"id": one.id, "label": say(one.name), "x": one.start + one.length / 2, "y": 18, "width": one.length - 12}
            for one in columns
        ],
        "bands": [
            {
                "id": one.id,
                "label": say(one.name),
                "x": width / 2,
                "y": one.start + one.length / 2,
                "width": width,
                "height": one.length - 4,
            }
            for one in bands
        ],
        "nodes": nodes,
        "edges": edges,
    }


def _best(of: list[State]) -> dict[str, str]:
    """A scene stands as the furthest of the scenarios that realise it."""
    told = [one.by_colouring for one in of]
    return {
        colouring: next((state for state in entries if any(one[colouring] == state for one in told)), list(entries)[-1])
        for colouring, entries in COLOURINGS.items()
    }


def _rank(tier: str) -> int:
    return ("", "bronze", "silver", "gold", "platinum").index(tier)


@cache
def _industries_of() -> dict[str, set[str]]:
    return {name: {scene.code[:4] for scene, _reason in scenes} for name, scenes in scenes_of().items()}
