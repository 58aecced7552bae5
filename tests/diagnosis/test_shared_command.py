"""`tujing diagnose` for several people: drafts, assignment, evidence, verdicts, frozen copies, pain points, peers."""

from __future__ import annotations

import json

import pytest
import yaml
from django.contrib.auth import get_user_model
from tests.diagnosis.drawn import SME, extreme

from tujing.cli import output
from tujing.cli.main import main
from tujing.diagnosis.models import Assessment, Assignment, EvidenceItem, PainPoint, PeerConsent
from tujing.enterprise import services as enterprise

pytestmark = pytest.mark.django_db

PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    organisation = enterprise.create_organisation("works", {"zh": "测试厂", "en": "Works"}, PROFILE)
    for name in ("wang", "auditor"):
        enterprise.add_member(organisation, get_user_model().objects.create_user(name), "line_worker")
    monkeypatch.setattr(output, "open_workspace", lambda folder: organisation)
    return tmp_path


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text(yaml.dump({"answers": extreme(SME, -1)}), encoding="utf-8")
    return path


@pytest.fixture
def diagnose(workspace, capsys):
    """Runs the command and returns its exit code and document."""

    def run(*arguments):
        status = main(["diagnose", str(workspace), *map(str, arguments), "--json"])
        shown = capsys.readouterr()
        return status, json.loads(shown.out) if shown.out else shown.err

    return run


def test_from_draft_to_a_verified_copy(workspace, answers, diagnose):
    drawing = workspace / "排程.pdf"
    drawing.write_bytes(b"%PDF-1.7 schedule")
    status, found = diagnose("--answers", answers, "--draft", "--by", "wang", "--assign", "management=wang")
    assert status == 0 and found["submitted"] is None and found["snapshot"] is None
    assert {one["person"]: one["answered"] for one in found["people"]} == {"wang": 4, None: 27}
    status, found = diagnose("--evidence", f"S05={drawing}", "--evidence", "B5=https://erp.example/list", "--submit")
    assert status == 0 and found["level"] == 4 and found["signature"]
    rows = {one["scenario"]: one for one in found["by_scenario"]}
    assert (rows["S05"]["claimed"], rows["S05"]["evidenced"], rows["S05"]["evidence"]) == (4, 4, ["排程.pdf"])
    assert (rows["S06"]["claimed"], rows["S06"]["evidenced"], rows["S06"]["state"]) == (4, 0, "unevidenced")
    assert found["confidence"]["flips"]["fewest"] >= 1 and 0 < found["confidence"]["chance_level_holds"] < 1

    copy = workspace / "copy.json"
    status, found = diagnose("--verdict", "S05=rejected:现场没有", "--by", "auditor", "--snapshot", copy)
    assert status == 0 and found["confidence"]["states"]["S05"] == "rejected"
    status, found = diagnose("--verify", copy)
    assert status == 0 and found["verified"] and {one["held"] for one in found["checks"]} == {True}
    copy.write_bytes(copy.read_bytes().replace("现场".encode(), "当场".encode()))
    status, found = diagnose("--verify", copy)
    assert status == 3 and not found["verified"]


def test_another_form_goes_the_same_way(workspace, diagnose):
    path = workspace / "cmmm.yaml"
    path.write_text(yaml.dump({"answers": {"M1": {1: 1, 2: 0.8}}, "assessor": "third_party"}), encoding="utf-8")
    status, found = diagnose("--instrument", "dcmm-2018", "--answers", path)
    assert status == 2
    status, found = diagnose("--instrument", "cmmm-2020", "--answers", path)
    assert status == 0 and found["instrument"]["id"] == "cmmm_2020" and found["assessor"] == "third_party"
    assert found["next_level"]["level"] == 1 and found["peers"] is None
    assert main(["--lang", "en", "diagnose", str(workspace), "--instrument", "cmmm_2020"]) == 0


def test_own_and_third_party_are_printed_side_by_side(workspace, answers, diagnose, capsys):
    diagnose("--answers", answers)
    theirs = workspace / "theirs.yaml"
    changed = {**extreme(SME, -1), "S05": {"level": 1}}
    theirs.write_text(yaml.dump({"answers": changed, "assessor": "third_party"}), encoding="utf-8")
    status, found = diagnose("--answers", theirs)
    assert status == 0 and [one["question"] for one in found["disagreement"]["scenarios"]] == ["S05"]
    for language, word in (("zh", "自评与第三方"), ("en", "own and third-party")):
        assert main(["--lang", language, "diagnose", str(workspace)]) == 0
        assert word in capsys.readouterr().out


def test_pain_points_peers_and_consent(workspace, answers, diagnose, capsys):
    pain = workspace / "pain.csv"
    pain.write_bytes(
        "部门,痛点,严重程度,频率,场景\n计划科,插单多计划天天改,4,每天,production/scheduling\n".encode("gbk")
    )
    status, found = diagnose("--pain", pain)
    assert status == 0 and found["pain_points"][0]["scenarios"] == ["production/scheduling"]
    peers = workspace / "peers.csv"
    peers.write_text("industry,size,score,level\n" + "C38,small,50,2\n" * 20, encoding="utf-8")
    status, found = diagnose("--answers", answers, "--population", peers, "--consent", "yes")
    assert status == 0 and found["peers"]["percentile"] == 1.0 and PeerConsent.objects.count() == 1
    assert found["pain_points"][0]["department"] == "计划科"
    assert main(["--lang", "zh", "diagnose", str(workspace), "--consent", "no"]) == 0
    shown = capsys.readouterr().out
    assert "插单多" in shown and "同行" in shown and not PeerConsent.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        ["--assign", "kitchen=wang"],
        ["--assign", "all=nobody"],
        ["--assign", "all"],
        ["--evidence", "S05=missing.pdf"],
        ["--evidence", "S05=run:1"],
        ["--evidence", "S99=https://x.example"],
        ["--evidence", "B3=fact"],
        ["--by", "nobody", "--draft"],
        ["--verdict", "S05=fine"],
        ["--verdict", "S05=accepted"],
        ["--pain", "answers.yaml"],
        ["--population", "answers.yaml"],
        ["--snapshot", "no/such/folder/copy.json"],
    ],
)
def test_what_cannot_be_done_stores_nothing(workspace, answers, diagnose, monkeypatch, more):
    monkeypatch.chdir(workspace)
    status, shown = diagnose("--answers", answers, *more)
    assert status == 2 and shown
    for model in (Assessment, Assignment, EvidenceItem, PainPoint):
        assert not model.objects.exists()


def test_a_file_that_is_no_copy_and_a_draft_to_freeze_are_refused(workspace, answers, diagnose):
    assert diagnose("--verify", answers)[0] == 2 and diagnose("--verify", workspace / "none.json")[0] == 2
    assert diagnose("--answers", answers, "--draft", "--snapshot", workspace / "copy.json")[0] == 2
    assert diagnose("--verdict", "S05=more:x")[0] == 2
