"""The official scenes as maps, and two industries side by side."""

from tujing.atlas.comparing import compare
from tujing.atlas.loader import atlas
from tujing.atlas.scene_graph import all_industries, one_industry
from tujing.atlas.scenes import industry_maps, scenes_by_code, scenes_of


def overlapping(drawn):
    wide, high = drawn.chip
    places = sorted(drawn.places, key=lambda one: one.x)
    return [
        (one.scene.code, other.scene.code)
        for place, one in enumerate(places)
        for other in places[place + 1 :]
        if abs(one.x - other.x) < wide and abs(one.y - other.y) < high
    ]


def test_every_scene_has_its_place_on_both_maps_and_none_lies_on_another():
    maps, manifests = industry_maps(), atlas().manifests
    whole = all_industries(maps)
    assert {place.scene.code for place in whole.places} == set(scenes_by_code())
    assert overlapping(whole) == [] and whole.edges == ()
    for code, one in maps.items():
        drawn = one_industry(one, manifests)
        assert len(drawn.places) == len(one.scenes), code
        assert overlapping(drawn) == [], code
        assert all(0 < place.x < drawn.width and 0 < place.y < drawn.height for place in drawn.places)


def test_two_scenes_are_joined_where_their_scenarios_are():
    manifests = atlas().manifests
    one = industry_maps()["JB01"]
    by_code = {scene.code: scene for scene in one.scenes}
    edges = one_industry(one, manifests).edges
    assert edges
    for edge in edges:
        writes = {
            need.element
            for each in by_code[edge.source].realised_by
            for need in manifests[each.scenario].data_elements.writes
        }
        assert edge.element in writes and edge.source != edge.target


def test_a_comparison_leaves_no_scene_and_no_scenario_out():
    left, right = industry_maps()["JB01"], industry_maps()["QB01"]
    found = compare(left, right)
    assert sum(len(one.left) for one in found.activities) == len(left.scenes)
    assert sum(len(one.right) for one in found.activities) == len(right.scenes)
    mine = {one.scenario for scene in left.scenes for one in scene.realised_by}
    assert set(found.shared) | set(found.only_left) == mine
    assert all(found.scenes[name][0] and found.scenes[name][1] for name in found.shared)


def test_scene_and_scenario_are_found_both_ways():
    for name, scenes in scenes_of().items():
        for scene, reason in scenes:
            assert reason.zh and any(one.scenario == name for one in scenes_by_code()[scene.code][1].realised_by)
