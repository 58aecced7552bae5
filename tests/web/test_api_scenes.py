"""By the API as by the pages: the four lists, official scenes, two industries side by side."""

from __future__ import annotations

import pytest
from tests.web.api_client import calling, refused
from tests.web.conftest import SCENARIO

from tujing.atlas.comparing import compare
from tujing.atlas.lists import four_lists
from tujing.atlas.loader import atlas
from tujing.atlas.scenes import industry_maps, scenes_by_code, scenes_of
from tujing.enterprise.models import Role

__all__ = ["calling"]


@pytest.fixture
def viewer(other_works, calling):
    return calling(other_works, Role.VIEWER)


def test_each_of_the_four_lists_comes_whole_and_of_one_scenario(viewer):
    whole = four_lists(atlas())
    skills = list(viewer.atlas.four_list("skills"))
    assert [one.entry for one in skills] == whole["skills"]
    mine = list(viewer.atlas.four_list("tools", scenario=SCENARIO))
    assert mine and [one.entry for one in mine] == [row for row in whole["tools"] if row["scenario"] == SCENARIO]
    assert not list(viewer.atlas.four_list("tools", q="no such words anywhere"))


def test_official_scenes_are_found_by_what_realises_them(viewer):
    realising = {scene.code for scene, _reason in scenes_of()[SCENARIO]}
    assert {one.code for one in viewer.atlas.scenes(scenario=SCENARIO)} == realising
    open_ = viewer.atlas.scenes(realised=False)
    assert {one.code for one in open_} == {
        code for code, (_whole, one) in scenes_by_code().items() if not one.realised_by
    }
    code = min(realising)
    told = viewer.atlas.scene(code)
    assert told.code == code and SCENARIO in [one.scenario for one in told.realised_by] and told.name.zh
    with refused("not_found", 404):
        viewer.atlas.scene("no-such")


def test_two_industries_stand_side_by_side(viewer):
    maps = {one.code: one for one in viewer.atlas.industries()}
    assert set(maps) == set(industry_maps())
    left, right = list(maps)[:2]
    found = viewer.atlas.compare_industries(left=left, right=right)
    wanted = compare(industry_maps()[left], industry_maps()[right])
    assert (found.shared, found.only_left) == (list(wanted.shared), list(wanted.only_left))
    assert sum(one.industry == left for one in viewer.atlas.scenes(industry=left)) == maps[left].scenes
    with refused("not_found", 404):
        viewer.atlas.compare_industries(left=left, right="moon")
