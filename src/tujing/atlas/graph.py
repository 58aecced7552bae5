"""The map: scenarios, who feeds whom through which data element, and where each stands on the page.

Nothing here is drawn by hand. An edge is a data element that one scenario writes and another reads, or a prerequisite.
A scenario's column is its wing; its band is how many stages of prerequisites must go first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Literal, get_args

from tujing.atlas.checks import LEVELS, Step, prerequisite_steps
from tujing.atlas.labels import labels
from tujing.atlas.loader import Atlas
from tujing.atlas.manifest import Manifest, Wing
from tujing.elements.definition import elements
from tujing.words import Text

WINGS: tuple[str, ...] = get_args(Wing)
CHIP_WIDTH, CHIP_HEIGHT = 132, 40
GAP = 12
CHIPS_PER_ROW = 2
COLUMN_WIDTH = CHIPS_PER_ROW * CHIP_WIDTH + (CHIPS_PER_ROW + 1) * GAP
HEADER_HEIGHT = 48
"""Page lengths in CSS pixels."""


@dataclass(frozen=True)
class Node:
    """A scenario on the map. `x`, `y` are the chip's centre; y grows downwards."""

    id: str
    name: Text
    wing: str
    band: int
    runnable: bool
    has_light_app: bool
    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """`source` feeds `target` through `element`, or must reach `level` before `target` reaches `from_level`."""

    source: str
    target: str
    kind: Literal["data", "prerequisite"]
    element: str = ""
    level: int | None = None
    from_level: int | None = None

    @property
    def id(self) -> str:
        through = self.element or f"{self.level}-{self.from_level}"
        return f"{self.kind}:{self.source}:{through}:{self.target}"


@dataclass(frozen=True)
class Strip:
    """A column (a wing) or a band of the page: where it begins and how long it is."""

    id: str
    name: Text
    start: float
    length: float


@dataclass(frozen=True)
class Graph:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    columns: tuple[Strip, ...]
    bands: tuple[Strip, ...]
    width: float
    height: float

    def as_dict(self) -> dict[str, Any]:
        """Returns the map as JSON-ready data; `elements` is what cytoscape takes with its `preset` layout."""
        return {
            "schema": 1,
            "width": self.width,
            "height": self.height,
            "columns": [_strip(column) for column in self.columns],
            "bands": [_strip(band) for band in self.bands],
            "elements": {
                "nodes": [_node(node) for node in self.nodes],
                "edges": [_edge(edge) for edge in self.edges],
            },
        }


def graph(atlas: Atlas) -> Graph:
    """Computes the map of an atlas; the same atlas gives the same places."""
    manifests = atlas.manifests
    bands = stages(manifests)
    cells: dict[tuple[str, int], list[str]] = {}
    for name in sorted(manifests):
        cells.setdefault((manifests[name].wing, bands[name]), []).append(name)
    wings = [wing for wing in WINGS if any(wing == used for used, _ in cells)]
    columns = tuple(
        Strip(wing, labels().wings[wing], place * COLUMN_WIDTH, COLUMN_WIDTH) for place, wing in enumerate(wings)
    )
    rows = _bands(cells)
    tops, lefts = {int(row.id): row.start for row in rows}, {column.id: column.start for column in columns}
    nodes = []
    for (wing, band), names in sorted(cells.items()):
        for place, name in enumerate(names):
            row, chip = divmod(place, CHIPS_PER_ROW)
            card = atlas.cards[name]
            nodes.append(
                Node(
                    id=name,
                    name=card.manifest.name,
                    wing=wing,
                    band=band,
                    runnable=card.runnable,
                    has_light_app=card.has_light_app,
                    x=lefts[wing] + GAP + chip * (CHIP_WIDTH + GAP) + CHIP_WIDTH / 2,
                    y=tops[band] + GAP + row * (CHIP_HEIGHT + GAP) + CHIP_HEIGHT / 2,
                )
            )
    return Graph(
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        edges=(*data_edges(manifests), *prerequisite_edges(manifests)),
        columns=columns,
        bands=rows,
        width=len(columns) * COLUMN_WIDTH,
        height=HEADER_HEIGHT + sum(row.length for row in rows),
    )


def data_edges(manifests: Mapping[str, Manifest]) -> tuple[Edge, ...]:
    """Returns one edge for each data element that one scenario writes and another reads."""
    writers: dict[str, list[str]] = {}
    for name, manifest in sorted(manifests.items()):
        for need in manifest.data_elements.writes:
            writers.setdefault(need.element, []).append(name)
    return tuple(
        Edge(writer, name, "data", element=need.element)
        for name, manifest in sorted(manifests.items())
        for need in manifest.data_elements.reads
        for writer in writers.get(need.element, ())
        if writer != name
    )


def prerequisite_edges(manifests: Mapping[str, Manifest]) -> tuple[Edge, ...]:
    """Returns one edge for each prerequisite, from the scenario that goes first."""
    return tuple(
        Edge(needed.scenario, name, "prerequisite", level=needed.level, from_level=needed.from_level)
        for name, manifest in sorted(manifests.items())
        for needed in manifest.prerequisites
    )


def stages(manifests: Mapping[str, Manifest]) -> dict[str, int]:
    """Returns how many scenarios stand in the longest chain of prerequisites before each; 0 can begin at once."""
    steps = prerequisite_steps(manifests)
    depth: dict[Step, int] = {}
    for step in TopologicalSorter(steps).static_order():
        depth[step] = max((depth[other] + (other[0] != step[0]) for other in steps[step]), default=0)
    return {name: depth[name, LEVELS[-1]] for name in manifests}


def _bands(cells: Mapping[tuple[str, int], list[str]]) -> tuple[Strip, ...]:
    """Returns the bands from top to bottom; what can begin at once lies lowest, as a foundation does."""
    strips, top = [], float(HEADER_HEIGHT)
    for band in sorted({band for _, band in cells}, reverse=True):
        fullest = max(len(names) for (_, other), names in cells.items() if other == band)
        rows = -(-fullest // CHIPS_PER_ROW)
        height = rows * CHIP_HEIGHT + (rows + 1) * GAP
        words = labels().bands["after" if band else "start"]
        name = Text(zh=words.zh.format(count=band), en=words.en.format(count=band))
        strips.append(Strip(str(band), name, top, height))
        top += height
    return tuple(strips)


def _strip(strip: Strip) -> dict[str, Any]:
    return {"id": strip.id, "name": strip.name.as_dict(), "start": strip.start, "length": strip.length}


def _node(node: Node) -> dict[str, Any]:
    return {
        "data": {
            "id": node.id,
            "name": node.name.as_dict(),
            "wing": node.wing,
            "band": node.band,
            "runnable": node.runnable,
            "light_app": node.has_light_app,
        },
        "position": {"x": node.x, "y": node.y},
    }


def _edge(edge: Edge) -> dict[str, Any]:
    data: dict[str, Any] = {"id": edge.id, "source": edge.source, "target": edge.target, "kind": edge.kind}
    if edge.kind == "data":
        data |= {"element": edge.element, "name": elements()[edge.element].label.as_dict()}
    else:
        data |= {"level": edge.level, "from_level": edge.from_level}
    return {"data": data}
