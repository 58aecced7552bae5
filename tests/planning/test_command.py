"""`tujing plan`: its words, its document, its refusals."""

import argparse
import json

import openpyxl
import pytest
from tests.planning.test_services import works  # noqa: F401 - a fixture

from tujing.cli import output, plan
from tujing.planning.models import Plan
from tujing.problems import BadInput


@pytest.fixture
def command(works, monkeypatch):  # noqa: F811
    monkeypatch.setattr(output, "open_workspace", lambda folder: works)
    parser = argparse.ArgumentParser()
    plan.add(parser.add_subparsers())

    def run(*words: str) -> None:
        args = parser.parse_args(["plan", "anywhere", *words])
        args.run(args)

    return run


@pytest.mark.django_db
def test_json_is_one_document_with_projects_reasons_money_and_risk(command, capfd, tmp_path):
    command("--budget", "1,500,000", "--quarters", "8", "--json", "--xlsx", str(tmp_path / "new" / "list.xlsx"))
    document = json.loads(capfd.readouterr().out)
    assert document["status"] == "optimal" and document["gap"] == 0
    assert {"p10", "p50", "p90"} <= set(document["npv"])
    assert {"scenario", "name", "level", "start", "end", "cost", "npv", "why"} <= set(document["projects"][0])
    assert {"scenario", "level", "why_not"} <= set(document["rejected"][0])
    assert len(document["budget"]) == 8 and document["risk"]["draws"] == 100_000
    assert len(openpyxl.load_workbook(tmp_path / "new" / "list.xlsx").worksheets) >= 4


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("zh", "净现值"), ("en", "NPV")])
def test_human_lines_are_in_the_chosen_language(command, capfd, language, word):
    output.choose_language(language)
    command("--budget", "1500000")
    output.choose_language("zh")
    lines = capfd.readouterr().out.splitlines()
    assert (
        word in lines[0]
        and any(line.startswith("+ ") for line in lines)
        and any(line.startswith("- ") for line in lines)
    )


@pytest.mark.django_db
def test_without_a_budget_the_last_plans_is_taken_and_the_first_plan_needs_one(command):
    with pytest.raises(BadInput) as refused:
        command()
    assert refused.value.problems[0].code == "no_budget"
    command("--budget", "900000")
    command()
    assert [sum(one.budget) for one in Plan.objects.all()] == pytest.approx([900_000, 900_000])


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["--budget", "lots"], ["--quarters", "two"]])
def test_what_is_no_number_is_refused_with_exit_code_2(command, words):
    with pytest.raises(SystemExit) as left:
        command(*words)
    assert left.value.code == 2


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["--budget", "-1"], ["--budget", "150"], ["--budget", "1500000", "--quarters", "0"]])
def test_a_senseless_wish_is_refused_and_nothing_is_stored(command, words):
    with pytest.raises(BadInput):
        command(*words)
    assert not Plan.objects.exists()
