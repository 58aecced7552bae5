"""The shipped instrument against the form's structure, and broken instruments."""

from __future__ import annotations

import copy

import pytest
import yaml

from tujing.diagnosis.instrument import INSTRUMENTS, instrument, read_instrument
from tujing.problems import BadInput


def test_sme_2024_has_the_forms_structure(sme):
    numbered = [f"{part}{number}" for part, count in (("B", 7), ("M", 4), ("R", 4)) for number in range(1, count + 1)]
    assert [one.id for one in sme.indicators] == numbered
    assert {part.id: part.points for part in sme.parts} == {"foundation": 50, "management": 30, "results": 20}
    points = {one.id: one.points for one in sme.indicators}
    assert [points[id] for id in ("B1", "B2", "B3", "B4", "B5", "B6", "B7")] == [8, 6, 6, 10, 10, 5, 5]
    assert [points[id] for id in ("M1", "M2", "M3", "M4")] == [7.5] * 4
    assert [points[id] for id in ("R1", "R2", "R3", "R4")] == [7, 7, 3, 3]
    assert len(sme.indicator_by_id["B4"].options) == 14


def test_sme_2024_has_sixteen_scenarios_of_which_ten_are_mandatory(sme):
    assert [one.id for one in sme.scenarios] == [f"S{number:02}" for number in range(1, 17)]
    starred = {one.id for one in sme.scenarios if one.mandatory}
    assert starred == {"S01", "S03", "S06", "S07", "S08", "S09", "S10", "S11", "S12", "S13"}


def test_sme_2024_level_rule_is_the_forms_table(sme):
    table = [(one.level, one.name.zh, one.score, one.scenarios, one.mandatory) for one in sme.level_rule.levels]
    assert table == [
        (1, "初始级", 20, 6, 3),
        (2, "规范级", 40, 6, 3),
        (3, "集成级", 60, 8, 5),
        (4, "协同级", 80, 10, 6),
    ]


def test_sme_2024_says_that_its_wording_is_not_official(sme):
    assert "不是官方原文" in sme.wording.zh
    assert {one.provenance.status for one in sme.indicators} == {"found"}


@pytest.mark.parametrize(
    ("ratio", "option"), [(0, "le_10"), (0.1, "le_10"), (0.1001, "le_20"), (0.4, "le_40"), (0.6, "le_60"), (1, "gt_60")]
)
def test_band_limits_belong_to_the_lower_band(sme, ratio, option):
    assert sme.indicator_by_id["B3"].band(ratio).id == option


def _points(content):
    content["indicators"][0]["options"][1]["points"] = 3


def _order(content):
    content["indicators"][4]["options"].reverse()


def _fine(content):
    content["indicators"][1]["options"][1]["points"] = 1.5001


def _repeat(content):
    content["indicators"][1]["id"] = "B1"


def _part(content):
    content["indicators"][0]["part"] = "luck"


def _source(content):
    content["indicators"][0]["provenance"]["source"] = "hearsay"


def _number(content):
    content["indicators"][1]["numbers"].pop()


def _band(content):
    del content["indicators"][1]["options"][0]["up_to"]


def _trend(content):
    del content["indicators"][11]["options"][0]["trend"]


def _exclusive(content):
    content["indicators"][1]["options"][4]["exclusive"] = True


def _levels(content):
    content["level_rule"]["levels"][2]["score"] = 10


def _reach(content):
    content["level_rule"]["levels"][3]["mandatory"] = 11


def _scenario(content):
    del content["scenarios"][0]["levels"][4]


def _missing(content):
    del content["title"]


def _unknown(content):
    content["colour"] = "red"


def _name(content):
    content["id"] = "other"


@pytest.mark.parametrize(
    ("damage", "code", "key"),
    [
        (_points, "points_do_not_add_up", "indicators.B1.points"),
        (_order, "options_out_of_order", "indicators.B5.options"),
        (_fine, "too_fine_points", "indicators.B2.options"),
        (_repeat, "repeated_id", "B1"),
        (_part, "unknown_name", "indicators.B1.part"),
        (_source, "unknown_name", "indicators.B1.provenance"),
        (_number, "unknown_number", "indicators.B2.numbers"),
        (_band, "open_band", "indicators.B2.options"),
        (_trend, "missing_trend", "indicators.R1.options"),
        (_exclusive, "exclusive_with_points", "indicators.B2.options"),
        (_levels, "levels_not_rising", "level_rule.levels.3"),
        (_reach, "level_out_of_reach", "level_rule.levels.4"),
        (_scenario, "missing_scenario_level", "scenarios.S01.levels"),
        (_missing, "missing", "title"),
        (_unknown, "extra_forbidden", "colour"),
        (_name, "name_differs", "id"),
    ],
)
def test_a_broken_instrument_is_refused_with_its_key(tmp_path, damage, code, key):
    text = (INSTRUMENTS / "sme_2024.yaml").read_text(encoding="utf-8")
    content = copy.deepcopy(yaml.safe_load(text))
    damage(content)
    path = tmp_path / "sme_2024.yaml"
    path.write_text(yaml.dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        read_instrument(path)
    found = {(problem.code, problem.key) for problem in refusal.value.problems}
    assert (code, key) in found
    assert all(problem.file == str(path) for problem in refusal.value.problems)


def test_an_unknown_instrument_names_those_there_are():
    with pytest.raises(BadInput) as refusal:
        instrument("sme_1999")
    assert "sme_2024" in refusal.value.problems[0].words.zh
