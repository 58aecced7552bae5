"""Covered: the scaffold is green at once, and the suite finds what is wrong with a folder."""

import json
from pathlib import Path

import pytest

from tujing.cli.main import main
from tujing.problems import BadInput
from tujing.runtime.conformance import RULES, check
from tujing.runtime.new import scaffold

UNKNOWN_PREREQUISITE = "prerequisites: [{scenario: production/none, level: 2, reason: {zh: 无, en: none}}]"


@pytest.fixture
def folder(tmp_path) -> Path:
    return scaffold(tmp_path, "production/press_balancing", "压力机平衡", "Press balancing")


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_a_new_scenario_is_green_at_once(folder):
    report = check(folder)
    assert report.failed == []
    skipped = {entry["check"]: entry["reason"] for entry in report.skipped}
    assert set(skipped) == {"explains", "readme", "writes_elements"}
    assert len(report.passed) == len(RULES) - 3
    assert report.tier == "bronze"  # the words are the template's, not yet the author's


def test_the_tier_rises_when_the_author_has_done_the_rest(folder):
    edit(folder / "quality.yaml", "explains: todo", "explains: done")
    edit(folder / "quality.yaml", "readme: todo", "readme: done")
    assert check(folder).tier == "platinum"


def test_the_counts_add_up_in_json(folder, capsys):
    assert main(["scenario", "check", str(folder), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["run"] == content["passed"] + content["failed"]
    assert content["run"] + len(content["skipped"]) == len(RULES)


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("scenario.yaml", "maintainers: [you]", f"maintainers: [you]\n{UNKNOWN_PREREQUISITE}", "manifest"),
        ("solution.py", 'status="done"', 'status="failed"', "runs_on_sample"),
        ("solution.py", '"quality_ratio": KpiValue', '"other_kpi": KpiValue', "outcome_contract"),
        ("solution.py", "baseline=overall_share(events)", "baseline=2.0", "beats_baseline"),
        ("words.yaml", "quality_ratio:", "other_name:", "worded"),
        ("README.md", "回答什么 · ", "", None),
        ("sample/broken/operation_event.csv", "many", "12", "refuses_broken"),
    ],
)
def test_what_is_wrong_is_found(folder, file, old, new, rule):
    edit(folder / file, old, new)
    failed = {entry["check"] for entry in check(folder).failed}
    assert (rule in failed) if rule else not failed


def test_an_unseeded_solution_is_found(folder):
    edit(folder / "solution.py", "best = pc.max(share).as_py()", "import random\n\n        best = random.random()")
    assert "same_seed_same_result" in {entry["check"] for entry in check(folder).failed}


def test_a_rule_left_to_do_keeps_the_tier_down(folder):
    edit(folder / "quality.yaml", "beats_baseline: done", "beats_baseline: todo")
    report = check(folder)
    assert report.tier == "bronze"
    assert {"check": "beats_baseline", "reason": "todo"} in report.skipped


def test_a_folder_without_a_solution_says_why_checks_are_skipped(folder):
    (folder / "solution.py").unlink()
    reasons = {entry["reason"] for entry in check(folder).skipped}
    assert any("not runnable yet" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("quality.yaml", "manifest: done", "manifests: done"),
        ("quality.yaml", "manifest: done", "manifest: perhaps"),
        ("scenario.yaml", "schema_version: 1", "schema_version: 1\nsurprise: 2"),
        ("scenario.yaml", "element: operation_event", "element: no_such_table"),
        ("solution.py", "(Solution)", "(object)"),
        ("solution.py", "import pyarrow as pa", "import no_such_library"),
    ],
)
def test_a_broken_folder_is_refused_with_a_sentence(folder, file, old, new):
    edit(folder / file, old, new)
    with pytest.raises(BadInput) as caught:
        check(folder)
    problem = caught.value.problems[0]
    assert problem.sentence("zh") != problem.sentence("en")


def test_a_folder_without_a_manifest_is_refused(tmp_path, capsys):
    assert main(["--lang", "en", "scenario", "check", str(tmp_path)]) == 2
    assert "scenario.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("scenario", ["production", "kitchen/soup", "production/Not Snake", "production/../x"])
def test_a_bad_id_writes_nothing(tmp_path, scenario):
    with pytest.raises(BadInput):
        scaffold(tmp_path, scenario, "x", "x")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_not_overwritten(folder, tmp_path):
    with pytest.raises(BadInput):
        scaffold(tmp_path, "production/press_balancing", "x", "x")
