"""The map is computed: its edges are those of the manifests and nothing lies upon anything else."""

from __future__ import annotations

import json
from itertools import combinations, product

import pytest

from tujing.atlas.graph import CHIP_HEIGHT, CHIP_WIDTH, graph, stages
from tujing.atlas.loader import atlas


@pytest.fixture(scope="module")
def drawn():
    return graph(atlas())


def test_data_edges_are_what_one_writes_and_another_reads(drawn):
    manifests = atlas().manifests
    expected = {
        (writer, reader, written.element)
        for writer, reader in product(manifests, manifests)
        for written in manifests[writer].data_elements.writes
        for read in manifests[reader].data_elements.reads
        if writer != reader and written.element == read.element
    }
    found = [(edge.source, edge.target, edge.element) for edge in drawn.edges if edge.kind == "data"]
    assert set(found) == expected and len(found) == len(expected)


def test_prerequisite_edges_are_those_of_the_manifests(drawn):
    expected = {(p.scenario, name) for name, manifest in atlas().manifests.items() for p in manifest.prerequisites}
    assert {(edge.source, edge.target) for edge in drawn.edges if edge.kind == "prerequisite"} == expected


def test_the_map_is_one_piece(drawn):
    joined = {node.id: {node.id} for node in drawn.nodes}
    for edge in drawn.edges:
        if edge.kind == "data":
            both = joined[edge.source] | joined[edge.target]
            for name in both:
                joined[name] = both
    assert len({frozenset(piece) for piece in joined.values()}) == 1


def test_every_scenario_feeds_or_is_fed(drawn):
    data = [edge for edge in drawn.edges if edge.kind == "data"]
    assert {edge.source for edge in data} | {edge.target for edge in data} == {node.id for node in drawn.nodes}


def test_edges_have_ids_of_their_own_and_end_at_nodes(drawn):
    names = {node.id for node in drawn.nodes}
    assert len({edge.id for edge in drawn.edges}) == len(drawn.edges)
    assert all({edge.source, edge.target} <= names for edge in drawn.edges)


def test_chips_lie_apart_and_inside_their_column_and_band(drawn):
    for one, other in combinations(drawn.nodes, 2):
        assert abs(one.x - other.x) >= CHIP_WIDTH or abs(one.y - other.y) >= CHIP_HEIGHT
    columns, bands = {column.id: column for column in drawn.columns}, {band.id: band for band in drawn.bands}
    for node in drawn.nodes:
        column, band = columns[node.wing], bands[str(node.band)]
        assert column.start <= node.x - CHIP_WIDTH / 2 and node.x + CHIP_WIDTH / 2 <= column.start + column.length
        assert band.start <= node.y - CHIP_HEIGHT / 2 and node.y + CHIP_HEIGHT / 2 <= band.start + band.length
    assert max(node.y for node in drawn.nodes) + CHIP_HEIGHT / 2 <= drawn.height


def test_a_prerequisite_stands_below_what_needs_it():
    manifests = atlas().manifests
    bands = stages(manifests)
    for name, manifest in manifests.items():
        if not manifest.prerequisites:
            assert bands[name] == 0
        else:
            assert bands[name] >= 1


def test_scenarios_may_need_each_other_at_different_levels():
    """A at 3 needs B at 2 and B at 4 needs A at 3: no circle, and the map can still be drawn."""
    manifests = atlas().manifests
    needed = manifests["production/scheduling"].prerequisites[0]
    mutual = {
        "a": manifests["production/scheduling"].model_copy(
            update={"prerequisites": (needed.model_copy(update={"scenario": "b", "level": 2, "from_level": 3}),)}
        ),
        "b": manifests["production/scheduling"].model_copy(
            update={"prerequisites": (needed.model_copy(update={"scenario": "a", "level": 3, "from_level": 4}),)}
        ),
    }
    assert stages(mutual) == {"a": 1, "b": 2}


def test_the_json_is_plain_and_the_same_each_time(drawn):
    document = drawn.as_dict()
    assert json.loads(json.dumps(document)) == document
    assert graph(atlas()).as_dict() == document
    first = document["elements"]["nodes"][0]
    assert set(first) == {"data", "position"} and set(first["position"]) == {"x", "y"}
