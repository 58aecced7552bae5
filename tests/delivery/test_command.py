"""`tujing deliver`: one document, files in and out, and refusals with their sentence."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.delivery.examples import SCENARIO

from tujing.cli import main as command
from tujing.cli import output
from tujing.delivery.models import LevelProject, RoleHolder
from tujing.delivery.services import Project, adopt_plan
from tujing.enterprise.models import Role
from tujing.enterprise.services import add_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def deliver(works, monkeypatch, capsys):
    """Runs the command on the test works; returns its code, document and messages."""
    monkeypatch.setattr(output, "open_workspace", lambda folder, **_: works)

    def run(*options: str):
        code = command.main(["--lang", "en", "deliver", "anywhere", "--json", *options])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else None, told.err

    return run


@pytest.fixture
def taken(works):
    today = timezone.localdate()
    adopt_plan(works, [Project(SCENARIO, 2, today - timedelta(days=60), today + timedelta(days=60), cost=120_000.0)])
    return works


def test_without_projects_it_says_what_to_do_first(deliver):
    code, document, told = deliver()
    assert code == 0 and document["projects"] == [] and "--take-up" in told
    code, document, told = deliver("--take-up")
    assert code == 2 and document is None and "tujing plan" in told


def test_checks_run_and_the_document_tells_the_gates(deliver, taken):
    code, document, told = deliver("--accept")
    assert code == 0 and "1 of 4 checks passed" in told
    assert [gate["state"] for gate in document["projects"][0]["gates"]] == ["passed", "open", "open", "open"]
    assert any(warning["kind"] == "chain_eaten" for warning in document["warnings"])


def test_checks_run_on_the_data_of_today_only(deliver, taken):
    code, _, told = deliver("--accept", "--date", "2099年1月1日")
    assert code == 2 and "data of today" in told
    assert deliver("--date", "2099年1月1日")[1]["date"] == "2099-01-01"
    assert deliver("--date", "1/1/2099")[0] == 2


def test_what_it_exports_it_imports(deliver, taken, tmp_path):
    file = tmp_path / "projects.xlsx"
    assert deliver("--export", str(file))[0] == 0
    code, _, told = deliver("--import", str(file), "--actuals", str(file))
    assert code == 0 and told.count("0 changed") == 2
    actuals = tmp_path / "actuals.csv"
    rows = f"场景编号,等级,任务编号,日期,完成,费用\n{SCENARIO},2,1.1,{timezone.localdate()},100%,1200\n"
    actuals.write_text(rows, encoding="gbk")
    for changed in (1, 0):
        code, document, told = deliver("--actuals", str(actuals))
        assert code == 0 and f"1 rows read, {changed} changed" in told
    assert document["projects"][0]["earned_value"]["actual"] == 1_200.0


def test_a_project_is_given_up_and_taken_up_again_in_a_persons_name(deliver, taken, django_user_model):
    add_member(taken, django_user_model.objects.create_user("li"), Role.OWNER)
    wish = ("--withdraw", f"{SCENARIO}@2", "--reason", "the new plan holds it no more")
    code, _, told = deliver(*wish)
    assert code == 2 and "may not end a project" in told
    code, document, told = deliver(*wish, "--by", "li")
    assert code == 0 and f"Withdraw: {SCENARIO}@2." in told
    assert document["projects"][0]["withdrawn"]["by"] == "li" and not document["projects"][0]["is_open"]
    back = ("--resume", f"{SCENARIO}@2", "--reason", "it is needed", "--by", "li")
    assert deliver(*back)[1]["projects"][0]["withdrawn"] is None
    code, _, told = deliver("--withdraw", f"{SCENARIO}@4", "--by", "li")
    assert code == 2 and "no project" in told


def test_a_withdrawn_project_is_told_as_such(works, taken, monkeypatch, capsys, django_user_model):
    add_member(works, django_user_model.objects.create_user("li"), Role.OWNER)
    monkeypatch.setattr(output, "open_workspace", lambda folder, **_: works)
    wish = ["--withdraw", f"{SCENARIO}@2", "--reason", "the new plan holds it no more", "--by", "li"]
    assert command.main(["--lang", "en", "deliver", "anywhere", *wish]) == 0
    assert f"withdrawn {timezone.localdate()}" in capsys.readouterr().out


def test_records_are_kept_from_a_file(deliver, taken, tmp_path):
    file = tmp_path / "records.yaml"
    file.write_text("roles: [{role: cio, person: 张伟}]\n", encoding="utf-8")
    assert deliver("--records", str(file))[1]["projects"][0]["roles"] == {"cio": ["张伟"]}
    file.write_text("roles: [{role: wizard, person: 张伟}]\n", encoding="utf-8")
    code, _, told = deliver("--records", str(file))
    assert code == 2 and "records.yaml" in told and "wizard" in told
    assert RoleHolder.objects.count() == 1


def test_lines_for_people(works, taken, monkeypatch, capsys):
    monkeypatch.setattr(output, "open_workspace", lambda folder, **_: works)
    assert command.main(["--lang", "zh", "deliver", "anywhere"]) == 0
    told = capsys.readouterr().out
    assert "排程排产" in told and "○数据门" in told and "缓冲已用" in told
    assert LevelProject.objects.count() == 1
