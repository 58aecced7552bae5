"""The map, its tables, the official scenes, the comparison and the poster."""

import json
import re
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import openpyxl
import pytest
from django.urls import reverse
from tests.web.conftest import SAMPLE, SCENARIO

from tujing.adoption.models import EffectBelief, Stage
from tujing.adoption.services import current_cycle, ensure
from tujing.atlas.loader import atlas
from tujing.atlas.scenes import industry_maps, scenes_by_code, scenes_of
from tujing.dataspace import services as dataspace
from tujing.web.atlas_map import COLOURINGS, effects


@pytest.fixture
def plain(organisation):
    """A factory with tables for one scenario, which it uses, and one effect measured."""
    for name in ("product", "work_centre", "calendar", "operation_route", "setup_time", "work_order"):
        dataspace.import_file(organisation, name, SAMPLE / f"{name}.csv")
    adoption = ensure(organisation, SCENARIO, current_cycle(organisation))
    adoption.stage, adoption.level_today, adoption.level_target = Stage.IN_USE, 2, 3
    adoption.save()
    believe(organisation, "late_penalty", -0.2, 0.05, date(2026, 3, 1))
    return organisation


def believe(organisation, driver, mean, deviation, day):
    EffectBelief.objects.create(
        organisation=organisation, scenario=SCENARIO, level=2, driver=driver, kpi="on_time_completion", mean=mean,
        standard_deviation=deviation, measured=day, source="evaluation:7",
    )  # fmt: skip


def drawn(page):
    return json.loads(re.search(r'id="atlas-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def test_the_map_colours_every_scenario_by_what_is_measured(plain, sign_in):
    page = sign_in(plain).get(reverse("atlas")).content.decode()
    nodes = {node["id"]: node for node in drawn(page)["nodes"]}
    assert set(nodes) == set(atlas().cards)
    assert nodes[SCENARIO]["states"] == {"readiness": "ready", "adoption": "in_use", "effect": "better"}
    assert nodes[SCENARIO]["tier"] == "platinum" and "JB01" in nodes[SCENARIO]["industries"]
    for colouring, states in COLOURINGS.items():
        found = [node["states"][colouring] for node in nodes.values()]
        assert set(found) <= set(states)
        legend = re.search(rf'data-legend="{colouring}".*?</div>', page, re.DOTALL)[0]
        counts = {
            state: int(count) for state, count in re.findall(r'data-state="(\w+)".*?<b>(\d+)</b>', legend, re.DOTALL)
        }
        assert counts == {state: found.count(state) for state in states}


def test_an_effect_counts_by_its_newest_measurement_and_only_when_it_is_clear(plain):
    assert effects(plain) == {SCENARIO: "better"}
    believe(plain, "late_penalty", -0.02, 0.05, date(2026, 5, 1))
    assert effects(plain) == {SCENARIO: "unclear"}
    believe(plain, "revenue", 0.10, 0.01, date(2026, 5, 1))
    assert effects(plain) == {SCENARIO: "better"}
    believe(plain, "labour_cost", 0.10, 0.01, date(2026, 5, 1))
    assert effects(plain) == {SCENARIO: "worse"}


@pytest.mark.parametrize("industry", ["JB01", "all"])
def test_official_scenes_are_drawn_with_the_state_of_what_realises_them(plain, sign_in, industry):
    page = sign_in(plain).get(reverse("atlas"), {"industry": industry}).content.decode()
    nodes = {node["id"]: node for node in drawn(page)["nodes"]}
    codes = scenes_by_code() if industry == "all" else {scene.code for scene in industry_maps()[industry].scenes}
    assert set(nodes) == set(codes)
    scene = next(scene for scene, _reason in scenes_of()[SCENARIO] if scene.code.startswith("JB01"))
    assert nodes[scene.code]["states"]["adoption"] == "in_use"


def test_a_card_tells_levels_scenes_checks_and_effects_with_their_source(plain, sign_in):
    client = sign_in(plain)
    page = client.get(reverse("atlas_card", args=[SCENARIO])).content.decode()
    assert page.count('aria-current="step"') == 1 and "实测" in page and "-20.0%" in page and "evaluation:7" in page
    for scene, _reason in scenes_of()[SCENARIO]:
        assert scene.code in page
    assert page.count("check-done") == 14 and "达成后可推进" in page
    assert page.count("source-menu") >= len(atlas().manifests[SCENARIO].effects)
    beside = client.get(reverse("atlas_card", args=[SCENARIO]), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in beside


def test_scene_and_scenario_are_found_both_ways_by_code(plain, sign_in):
    client = sign_in(plain)
    code = scenes_of()[SCENARIO][0][0].code
    page = client.get(reverse("atlas_scenes"), {"q": code}).content.decode()
    assert code in page and reverse("atlas_card", args=[SCENARIO]) in page
    assert reverse("atlas_card", args=[SCENARIO]) in client.get(reverse("atlas_scene", args=[code])).content.decode()
    assert "排程排产" in client.get(reverse("atlas_table"), {"q": code}).content.decode()
    assert client.get(reverse("atlas_scene", args=["XX01-A-1-1"])).status_code == 404
    file = client.get(reverse("atlas_scenes_export", args=["csv"]), {"industry": "JB01"}).content.decode("utf-8-sig")
    assert len(file.strip().splitlines()) == 1 + len(industry_maps()["JB01"].scenes)


@pytest.mark.parametrize("which", ["data_elements", "knowledge_models", "tools", "skills"])
def test_each_list_is_searched_sorted_and_exported(plain, sign_in, which):
    client = sign_in(plain)
    page = client.get(reverse("atlas_list", args=[which]), {"q": SCENARIO, "sort": "-scenario_name_zh"})
    assert page.status_code == 200 and SCENARIO in page.content.decode()
    made = client.get(reverse("atlas_list_export", args=[which, "xlsx"]), {"q": SCENARIO})
    sheet = openpyxl.load_workbook(BytesIO(made.content)).active
    assert sheet.max_row > 1 and {row[0].value for row in sheet.iter_rows(min_row=2)} == {SCENARIO}


def test_industries_are_compared(plain, sign_in):
    client = sign_in(plain)
    page = client.get(reverse("atlas_compare"), {"left": "JB01", "right": "QB01"}).content.decode()
    assert "工程机械" in page and "家电" in page and "共有场景" in page
    assert client.get(reverse("atlas_compare"), {"left": "XX01"}).status_code == 404


def test_the_map_asks_the_database_few_times(plain, sign_in, django_assert_max_num_queries):
    client = sign_in(plain)
    client.get(reverse("atlas"))
    with django_assert_max_num_queries(24):
        client.get(reverse("atlas"), {"scenario": SCENARIO})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["A1", "A3"])
def test_a_poster_holds_every_scenario_whose_map_it_is_and_the_day(plain, sign_in, language, size):
    client = sign_in(plain)
    client.cookies["django_language"] = language
    made = client.get(reverse("atlas_poster", args=["svg"]), {"size": size, "colour": "adoption"})
    root = ElementTree.fromstring(made.content)
    words = "".join(node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text"))
    assert ("测试工厂" if language == "zh-hans" else "Test works") in words
    assert re.search(r"\d{4}-\d{2}-\d{2}", words)
    assert root.get("width") == {"A1": "841mm", "A3": "420mm"}[size] and "…" not in words
    for card in atlas().cards.values():
        name = card.manifest.name.zh if language == "zh-hans" else card.manifest.name.en
        assert name.replace(" ", "") in words.replace(" ", ""), name


def test_a_poster_prints_as_one_page(plain, sign_in):
    client = sign_in(plain)
    made = client.get(reverse("atlas_poster", args=["pdf"]), {"size": "A3"}).content
    assert made.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page[^s]", made)) == 1
    assert client.get(reverse("atlas_poster", args=["pdf"]), {"size": "A9"}).status_code == 404
