"""The tier that a list shows, and checking every scenario at once."""

from __future__ import annotations

import json

import pytest

from tujing.atlas.loader import SCENARIOS, atlas
from tujing.cli.main import main
from tujing.problems import BadInput, read_yaml
from tujing.runtime import conformance
from tujing.runtime.conformance import RULES, declared_tier


def test_the_list_tells_the_tier_that_the_folder_declares(capsys):
    assert main(["scenario", "list", "--json"]) == 0
    listed = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert listed["production/scheduling"]["tier"] == "platinum"
    assert all(bool(row["tier"]) == row["runnable"] for row in listed.values())


def test_a_rule_that_nobody_names_or_that_is_still_to_do_holds_the_tier_down(tmp_path):
    everything = {rule.name: "done" for rule in RULES}
    for rules, tier in (
        (everything, "platinum"),
        (everything | {"explains": "todo"}, "bronze"),
        ({name: state for name, state in everything.items() if name != "cancellable"}, "silver"),
        ({}, ""),
    ):
        (tmp_path / "quality.yaml").write_text(json.dumps({"rules": rules}), encoding="utf-8")
        assert declared_tier(tmp_path) == tier


def test_check_takes_one_folder_or_all_and_not_both(capsys):
    assert main(["scenario", "check"]) == 2
    assert main(["scenario", "check", str(SCENARIOS / "production/scheduling"), "--all"]) == 2
    assert "--all" in capsys.readouterr().err


def test_a_key_written_twice_in_a_manifest_is_refused_with_its_line(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text("id: a/b\nname: {zh: 一, en: one}\nid: c/d\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_yaml(path)
    assert (caught.value.problems[0].row, caught.value.problems[0].key) == (3, "id")


def test_the_words_of_a_scenario_cover_its_own_results():
    for card in atlas().cards.values():
        assert all(words.zh and words.en for words in card.words.values())


def test_a_scenario_on_the_map_is_checked_by_its_id(capsys, monkeypatch):
    seen = []

    def look(folder):
        seen.append(folder)
        return conformance.Report("production/scheduling")

    monkeypatch.setattr(conformance, "check", look)
    assert main(["scenario", "check", "production/scheduling", "--json"]) == 0
    assert seen == [SCENARIOS / "production/scheduling"]
    assert json.loads(capsys.readouterr().out)["scenario"] == "production/scheduling"


@pytest.mark.parametrize("written", ["2.06e11", "2.06e+11", "206E9", "2.06E11"])
def test_a_number_with_an_exponent_is_a_number_as_people_write_it(tmp_path, written):
    path = tmp_path / "a.yaml"
    path.write_text(f"young: {written}\nname: e11\ntext: '{written}'\n", encoding="utf-8")
    assert read_yaml(path) == {"young": 206e9, "name": "e11", "text": written}


def test_an_input_of_no_known_name_and_format_names_the_formats(tmp_path, capsys):
    path = tmp_path / "train.csv"
    path.write_text("a,b\nx,y\n", encoding="utf-8")
    assert main(["--lang", "en", "scenario", "run", "service/predictive_maintenance", "--input", f"train={path}"]) == 2
    said = capsys.readouterr().err
    assert "train is no data element" in said and "known formats (" in said
