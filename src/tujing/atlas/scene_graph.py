"""The official scenes as a map: one industry by chain link and activity, or all industries beside each other.

Scenes stand where their codes put them; what joins two of them is a data element between scenarios that realise them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tujing.atlas.graph import GAP, HEADER_HEIGHT, WINGS, Edge, Strip, data_edges
from tujing.atlas.labels import labels
from tujing.atlas.manifest import Manifest
from tujing.atlas.scenes import IndustryMap, Scene
from tujing.words import Text

WIDE, HIGH = 132, 40
NARROW, LOW = 104, 30
"""A chip of one industry's map, and of the map of all, in CSS pixels."""
TALLEST = 8
"""Chips that a cell of the map of all stacks before its column grows broader."""


@dataclass(frozen=True)
class ScenePlace:
    """A scene on the map. `x`, `y` are the chip's centre; y grows downwards."""

    scene: Scene
    map: str
    x: float
    y: float


@dataclass(frozen=True)
class SceneGraph:
    places: tuple[ScenePlace, ...]
    edges: tuple[Edge, ...]
    columns: tuple[Strip, ...]
    bands: tuple[Strip, ...]
    width: float
    height: float
    chip: tuple[int, int]


def one_industry(found: IndustryMap, manifests: Mapping[str, Manifest]) -> SceneGraph:
    """Lays out one industry: a column a link of its chain, a band an activity."""
    columns = [(link, name) for link, name in found.links.items() if any(one.link == link for one in found.scenes)]
    cells: dict[tuple[str, str], list[tuple[str, Scene]]] = {}
    for scene in found.scenes:
        cells.setdefault((scene.link, scene.activity), []).append((found.code, scene))
    return _laid(cells, columns, (WIDE, HIGH), dict.fromkeys(found.links, 2), _edges(found, manifests))


def all_industries(maps: Mapping[str, IndustryMap]) -> SceneGraph:
    """Lays out every industry: a column an industry, a band an activity. Nothing joins scenes of two industries."""
    cells: dict[tuple[str, str], list[tuple[str, Scene]]] = {}
    for code, found in maps.items():
        for scene in found.scenes:
            cells.setdefault((code, scene.activity), []).append((code, scene))
    # An industry with many scenes gets a broad column, so that none makes the map taller than TALLEST chips a band.
    fullest = {code: max(len(scenes) for (other, _), scenes in cells.items() if other == code) for code in maps}
    broad = {code: -(-count // TALLEST) for code, count in fullest.items()}
    return _laid(cells, [(code, one.title) for code, one in maps.items()], (NARROW, LOW), broad, ())


def _laid(
    cells: Mapping[tuple[str, str], list[tuple[str, Scene]]],
    columns: list[tuple[str, Text]],
    chip: tuple[int, int],
    per_row: Mapping[str, int],
    edges: tuple[Edge, ...],
) -> SceneGraph:
    wide, high = chip
    strips, left = [], 0.0
    for id, name in columns:
        width = per_row[id] * wide + (per_row[id] + 1) * GAP
        strips.append(Strip(id, name, left, width))
        left += width
    bands, top = [], float(HEADER_HEIGHT)
    for wing in WINGS:
        rows = max((-(-len(one) // per_row[id]) for (id, other), one in cells.items() if other == wing), default=0)
        if rows:
            length = rows * high + (rows + 1) * GAP
            bands.append(Strip(wing, labels().wings[wing], top, length))
            top += length
    tops, lefts = {band.id: band.start for band in bands}, {strip.id: strip.start for strip in strips}
    places = []
    for (column, band), scenes in cells.items():
        for place, (code, scene) in enumerate(scenes):
            row, chip_place = divmod(place, per_row[column])
            x = lefts[column] + GAP + chip_place * (wide + GAP) + wide / 2
            y = tops[band] + GAP + row * (high + GAP) + high / 2
            places.append(ScenePlace(scene, code, x, y))
    return SceneGraph(tuple(places), edges, tuple(strips), tuple(bands), left, top, chip)


def _edges(found: IndustryMap, manifests: Mapping[str, Manifest]) -> tuple[Edge, ...]:
    """One edge for each two scenes whose scenarios feed one another, with the first element that joins them."""
    scenes: dict[str, list[str]] = {}
    for scene in found.scenes:
        for one in scene.realised_by:
            scenes.setdefault(one.scenario, []).append(scene.code)
    joined: dict[tuple[str, str], Edge] = {}
    for edge in data_edges(manifests):
        for source in scenes.get(edge.source, ()):
            for target in scenes.get(edge.target, ()):
                if source != target:
                    joined.setdefault((source, target), Edge(source, target, "data", element=edge.element))
    return tuple(joined.values())
