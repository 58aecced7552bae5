import json

import pytest
import yaml

from tujing.cli.main import main


@pytest.fixture
def cmmm(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text(
        yaml.safe_dump(
            {"instrument": "cmmm-2020", "kind": "process", "answers": {"M5": {1: 1, 2: [0.8, 1]}, "M1": None}}
        )
    )
    return path


def test_list(capsys):
    assert main(["instrument", "list", "--json"]) == 0
    found = {one["id"]: one for one in json.loads(capsys.readouterr().out)["instruments"]}
    assert len(found) >= 13
    assert found["sme_2024"]["items"] == 31
    assert not found["dcmm_2018"]["in_force"]
    assert found["dcmm_2018"]["superseded_by"] == "dcmm_2025"
    assert found["dtmm_2023"]["assumptions"]


def test_show_and_score(capsys, cmmm):
    assert main(["--lang", "en", "instrument", "show", "cmmm-2020"]) == 0
    assert "Production operations" in capsys.readouterr().out
    assert main(["instrument", "score", "cmmm-2020", str(cmmm), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "process"
    assert found["groups"]["production"] == pytest.approx(0.16)
    assert found["score_of_answered"] == pytest.approx(2)
    assert found["next_level"]["level"] == 1 and found["next_level"]["changes"]


def test_sme_2024_goes_by_its_own_rule(capsys, tmp_path):
    path = tmp_path / "sme.yaml"
    path.write_text(yaml.safe_dump({"answers": {"B2": {"option": "le_40"}, "S05": {"level": 2}}}))
    assert main(["instrument", "score", "sme-2024", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["score"], found["level"], found["answered"]) == (3, 0, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("answers: [1]", "answers"),
        ("answers: {M5: {1: 1}}\nextra: 1", "extra"),
        ("instrument: dcmm_2025\nanswers: {}", "dcmm_2025"),
        ("answers: {M5: {1: 1}, M5: {1: 0}}", "M5"),
        ("answers: {M5: {1: 2}}", "M5"),
        ("switches: 3\nanswers: {}", "switches"),
    ],
)
def test_files_that_are_refused_name_the_place(capsys, tmp_path, content, words):
    path = tmp_path / "answers.yaml"
    path.write_text(content)
    assert main(["instrument", "score", "cmmm-2020", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_bad_switch_and_unknown_instrument(capsys, cmmm):
    assert main(["instrument", "score", "cmmm-2020", str(cmmm), "--switch", "weights"]) == 2
    assert main(["instrument", "score", "cmmm-2020", str(cmmm), "--switch", "weights=equal_inside"]) == 0
    assert main(["instrument", "show", "cmmm-1999"]) == 2
