import shutil

import pytest

from tujing.atlas.catalogues import software_classes
from tujing.atlas.loader import atlas
from tujing.atlas.scenes import FOLDER, SCENE_CODE, industry_maps, map_of, maps_by_division, tool_classes
from tujing.problems import BadInput


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "industries")


def test_every_scene_is_there_and_linked_with_a_reason():
    maps = industry_maps()
    scenes = [scene for one in maps.values() for scene in one.scenes]
    assert (len(maps), len(scenes)) == (14, 333)
    assert len({scene.code for scene in scenes}) == 333
    for scene in scenes:
        assert scene.realised_by, scene.code
        for one in scene.realised_by:
            assert one.scenario in atlas().cards
            assert one.reason.zh and one.reason.en


def test_scenes_are_those_of_the_shared_facts(shared_data):
    source = shared_data / "scene-atlas"
    if not source.is_dir():
        pytest.skip("the extraction of the official cards is not at hand")
    for code in industry_maps():
        assert (FOLDER / code / "scenes.csv").read_bytes() == (source / f"{code}.csv").read_bytes()


def test_every_division_of_manufacturing_has_a_map_and_a_borrowed_one_says_why():
    divisions = maps_by_division()
    assert len(divisions) == 31
    assert all(one.maps for one in divisions.values())
    assert map_of("C3812").maps == ("QB01", "SJ01")
    assert map_of("C3812").borrowed is None
    assert map_of("C17").borrowed.en
    with pytest.raises(BadInput):
        map_of("C99")


def test_a_sub_scene_belongs_to_the_nearest_main_one_below():
    one = industry_maps()["SJ03"]
    by_code = {scene.code: scene for scene in one.scenes}
    assert one.parent(by_code["SJ03-C-5-1"]) is None
    children = [scene for scene in one.scenes if not scene.is_main]
    assert children
    for child in children:
        parent = one.parent(child)
        assert parent is None or (parent.is_main and parent.code[:8] == child.code[:8])


def test_the_table_of_tools_names_terms_of_cards_and_classes_of_the_catalogue():
    terms = {term for one in industry_maps().values() for scene in one.scenes for term in scene.tools}
    assert set(tool_classes()) <= terms
    assert set(tool_classes().values()) <= set(software_classes())
    assert tool_classes()["生产执行系统"] == "MES"


@pytest.mark.parametrize(
    ("code", "fits"), [("YB01-B-2-1", True), ("YB1-B-2-1", False), ("YB01-b-2-1", False), ("YB01-B-22-1", False)]
)
def test_the_coding_rule(code, fits):
    assert bool(SCENE_CODE.fullmatch(code)) == fits


@pytest.mark.parametrize(
    ("file", "before", "after", "word"),
    [
        ("scenes.csv", "WJ01-B-2-1", "WJ01-B-2", "rule"),
        ("scenes.csv", "WJ01-D-2-1", "WJ01-B-2-1", "twice"),
        ("scenes.csv", "code,link", "code,chain", "Columns"),
        ("scenarios.csv", "production/quality_management", "production/nothing", "no such scenario"),
        ("scenarios.csv", "WJ01-B-2-1", "WJ01-B-2-9", "no scene"),
    ],
)
def test_a_broken_map_is_refused_by_file_and_row(folder, file, before, after, word):
    path = folder / "WJ01" / file
    text = path.read_text(encoding="utf-8").replace(before, after)
    if word == "twice":
        text = text.replace("WJ01-B-2-1,D", "WJ01-B-2-1,B")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        industry_maps(folder)
    assert any(word in problem.words.en and file in problem.file for problem in caught.value.problems)
