import json
import re

import pytest

from tujing.atlas import audit, coverage
from tujing.atlas.loader import Atlas, atlas
from tujing.atlas.scenes import industry_maps
from tujing.cli.main import main
from tujing.elements.definition import elements
from tujing.words import Text


def test_every_passage_is_covered_and_every_scenario_is_named():
    found = coverage.passages(atlas())
    assert {one.clause for one in found} == {f"三（{number}）" for number in "一二三四五六"}
    assert all(one.covered and one.scenarios for one in found)
    assert coverage.unnamed(atlas()) == []


def test_the_passages_are_the_whole_text_of_the_guide(shared_data):
    path = shared_data.parent / "guide.zh.md"
    if not path.is_file():
        pytest.skip("the guide's text is not at hand")
    text = path.read_text(encoding="utf-8")
    body = text.split("**三、聚焦场景突破**", 1)[1].split("**四、", 1)[0]
    parts = [part.strip() for part in re.split(r"\*\*（.）[^*]+\*\*", body)][1:]
    assert ["".join(one.text for one in clause.passages) for clause in coverage.guide().clauses] == parts


def test_what_a_sentence_names_stands_in_it():
    for clause in coverage.guide().clauses:
        for passage in clause.passages:
            for words, names in passage.names.items():
                assert words in passage.text
                assert set(names) <= set(atlas().cards)


def test_a_missing_scenario_leaves_its_passage_uncovered():
    fewer = Atlas({name: card for name, card in atlas().cards.items() if name != "cross_stage/industrial_os"})
    (gap,) = [one for one in coverage.passages(fewer) if not one.covered]
    assert gap.clause == "三（六）"
    assert "工业操作系统转型升级" in gap.missing


def test_scenes_are_linked():
    found = coverage.scenes(atlas(), industry_maps())
    assert found.linked / found.scenes >= 0.95
    assert 0 < found.runnable < found.scenes < found.official


def test_the_audit_finds_nothing():
    found = audit.audit(atlas(), elements(), industry_maps())
    assert found.problems == ()
    assert (found.numbers_without_source, found.untranslated, found.scenes) == (0, 0, 333)
    assert found.elements >= 55
    assert "sales_order" in found.imported


def test_the_audit_sees_what_is_wrong():
    cards = dict(atlas().cards)
    card = cards["production/safety"]
    skill = card.manifest.skills[0].model_copy(update={"provenance": None, "name": Text(zh="安全", en="安全")})
    kpi = card.manifest.kpis[0].model_copy(update={"formula": "count(hazard.hazard_id"})
    manifest = card.manifest.model_copy(
        update={"skills": (skill, *card.manifest.skills[1:]), "kpis": (kpi, *card.manifest.kpis[1:])}
    )
    cards["production/safety"] = type(card)(manifest, card.folder)
    found = audit.audit(Atlas(cards), elements(), industry_maps())
    assert {problem.code for problem in found.problems} == {"untranslated", "number_without_source", "bad_formula"}
    assert (found.numbers_without_source, found.untranslated) == (1, 1)


def test_the_command_covers_passages_scenes_and_instruments(capsys):
    assert main(["atlas", "coverage", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["passages_covered"] == 1 and found["scenes"]["linked_share"] >= 0.95
    assert found["instruments"]["cmmm_2020"] == {"items": 20, "read_from_facts": 20}
    assert main(["--lang", "en", "atlas", "coverage"]) == 0
    assert "covered" in capsys.readouterr().out
