"""`tujing diagnose` and `tujing enterprise`, run as a person runs them."""

from __future__ import annotations

import json

import pytest
import yaml
from tests.diagnosis.drawn import SME, extreme

from tujing.cli import output
from tujing.cli.main import main
from tujing.diagnosis.models import Assessment
from tujing.enterprise import services as enterprise

pytestmark = pytest.mark.django_db

PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace on the test database."""
    organisation = enterprise.create_organisation("works", {"zh": "测试厂", "en": "Works"}, PROFILE)
    monkeypatch.setattr(output, "open_workspace", lambda folder: organisation)
    return tmp_path


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text(yaml.dump({"answers": extreme(SME, 0)}), encoding="utf-8")
    return path


def test_diagnose_prints_one_document(workspace, answers, capsys):
    assert main(["diagnose", str(workspace), "--answers", str(answers), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["score"], first["level"], first["level_name"]["zh"]) == (0, 0, "无等级")
    assert first["next_level"]["effort"] > 0
    assert main(["diagnose", str(workspace), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == first


@pytest.mark.parametrize(("language", "word"), [("zh", "到下一等级最省的改动"), ("en", "cheapest changes")])
def test_diagnose_speaks_both_languages(workspace, answers, capsys, language, word):
    assert main(["--lang", language, "diagnose", str(workspace), "--answers", str(answers)]) == 0
    assert word in capsys.readouterr().out


def test_bad_answers_exit_2_and_leave_no_trace(workspace, answers, capsys):
    answers.write_text("answers: {B5: {option: dozen}}", encoding="utf-8")
    assert main(["diagnose", str(workspace), "--answers", str(answers), "--json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and "B5" in shown.err
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("more", [[], ["--instrument", "sme_1999"], ["--template", "sheet.txt"]])
def test_what_cannot_be_done_exits_2(workspace, more):
    assert main(["diagnose", str(workspace), *more]) == 2


def test_the_template_is_written(workspace, capsys):
    target = workspace / "sheet.xlsx"
    assert main(["diagnose", str(workspace), "--template", str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["template"] == str(target)
    assert target.stat().st_size > 5000


def test_enterprise_prints_size_tier_and_track(workspace, capsys):
    assert main(["enterprise", str(workspace), "--on", "2026-11-23", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["size"], found["tier"], found["track"]) == ("small", "none", "stepwise")
    assert all(set(reason) == {"zh", "en"} for reason in found["reasons"])
    assert main(["--lang", "zh", "enterprise", str(workspace)]) == 0
    assert "梯次" in capsys.readouterr().out
    assert main(["enterprise", str(workspace), "--on", "yesterday"]) == 2
