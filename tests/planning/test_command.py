"""`tujing plan`: its words, its document, its refusals."""

import argparse
import json

import openpyxl
import pytest

from tujing.cli import output, plan
from tujing.planning.models import Plan
from tujing.problems import BadInput

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture
def command(works, monkeypatch):
    monkeypatch.setattr(output, "open_workspace", lambda folder: works)
    parser = argparse.ArgumentParser()
    plan.add(parser.add_subparsers())

    def run(*words: str) -> None:
        args = parser.parse_args(["plan", "anywhere", *words])
        args.run(args)

    return run


def test_json_is_one_document_with_projects_reasons_money_and_risk(command, capfd, tmp_path):
    command("--budget", "1,500,000", "--quarters", "8", "--json", "--xlsx", str(tmp_path / "new" / "list.xlsx"))
    document = json.loads(capfd.readouterr().out)
    assert document["status"] == "optimal" and document["gap"] == 0
    assert {"p10", "p50", "p90"} <= set(document["npv"])
    assert {"scenario", "name", "level", "start", "end", "cost", "npv", "why"} <= set(document["projects"][0])
    assert {"scenario", "level", "why_not"} <= set(document["rejected"][0])
    assert len(document["budget"]) == 8 and document["risk"]["draws"] == 100_000
    assert len(openpyxl.load_workbook(tmp_path / "new" / "list.xlsx").worksheets) >= 4


@pytest.mark.parametrize(("language", "word"), [("zh", "净现值"), ("en", "NPV")])
def test_human_lines_are_in_the_chosen_language(command, capfd, language, word):
    output.choose_language(language)
    command("--budget", "1500000", "--quarters", "4")
    output.choose_language("zh")
    lines = capfd.readouterr().out.splitlines()
    assert (
        word in lines[0]
        and any(line.startswith("+ ") for line in lines)
        and any(line.startswith("- ") for line in lines)
    )


def test_without_a_budget_the_last_plans_is_taken_and_the_first_plan_needs_one(command):
    with pytest.raises(BadInput) as refused:
        command()
    assert refused.value.problems[0].code == "no_budget"
    command("--budget", "900000", "--quarters", "4")
    command("--quarters", "4")
    assert [sum(one.budget) for one in Plan.objects.all()] == pytest.approx([900_000, 900_000])


@pytest.mark.parametrize("words", [["--budget", "lots"], ["--quarters", "two"]])
def test_what_is_no_number_is_refused_with_exit_code_2(command, words):
    with pytest.raises(SystemExit) as left:
        command(*words)
    assert left.value.code == 2


@pytest.mark.parametrize("words", [["--budget", "-1"], ["--budget", "150"], ["--budget", "1500000", "--quarters", "0"]])
def test_a_senseless_wish_is_refused_and_nothing_is_stored(command, words):
    with pytest.raises(BadInput):
        command(*words)
    assert not Plan.objects.exists()


def test_a_target_out_of_reach_prints_the_conflict_and_the_cheapest_way_out_and_exits_with_3(command, capfd, works):
    from tujing.planning import services
    from tujing.planning.infeasible import PlanConflict
    from tujing.planning.problem import Item, Target
    from tujing.planning.target import Wanted
    from tujing.words import Text

    groups = ("production/scheduling@2", "production/scheduling@3")
    target = Target(2, 3, 0.0, 1, 0, (), (Item("S05", False, groups),))
    wanted = Wanted(target, Text(zh="规范级", en="Standardised"), (), {"S05": Text(zh="计划排程", en="Scheduling")})
    levels = {"production/scheduling": 1}
    with pytest.raises(PlanConflict) as refused:
        services.work_out(works, budget=20_000, levels=levels, quarters=4, target=lambda start, quarters: wanted)
    assert refused.value.exit_code == 3 and refused.value.problems[0].code == "target_conflict"
    document = refused.value.document
    assert {one["constraint"] for one in document["conflict"]} == {"budget", "target:scenarios"}
    [way] = document["relaxation"]["stretch"]
    assert way["constraint"] == "budget" and document["relaxation"]["verified"]
    met = services.work_out(
        works, budget=20_000 + way["by"], levels=levels, quarters=4, target=lambda start, quarters: wanted
    )
    assert met.solved.document["target"]["met"]
    with pytest.raises(PlanConflict) as refused:
        services.work_out(works, budget=20_000 + way["by"] - 2_000, levels=levels, quarters=4, target=lambda *_: wanted)


def test_money_from_three_sources_adds_up_and_another_way_is_asked_for_by_name(command, capfd):
    words = (
        "--budget",
        "300000",
        "--loan",
        "200000",
        "--subsidy",
        "sme_city_pilot",
        "--points",
        "3",
        "--quarters",
        "6",
    )
    command(*words, "--pin", "production/scheduling@2:build", "--risk", "500000", "--json")
    document = json.loads(capfd.readouterr().out)
    assert ("production/scheduling", 2, "build") in {
        (one["scenario"], one["level"], one["option"]) for one in document["projects"]
    }
    for one in document["projects"]:
        assert sum(one["sources"].values()) == pytest.approx(one["cost"], abs=1)
    assert all(row["left"] >= -1 for row in document["budget"])
    assert document["funding"]["loan"]["drawn"] <= 200_000 + 1
    assert document["cvar"] <= 500_000 and any(point["yours"] for point in document["pareto"])
    assert all("relaxation" in one for one in document["rejected"])
    command("--budget", "300000", "--quarters", "6", "--points", "0", "--again", "--json")
    assert {"added", "dropped", "moved", "another_way"} <= set(json.loads(capfd.readouterr().out)["changes"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--loan", "500"], "bad_loan"),
        (["--loan", "500000", "--loan-rate", "4.5"], "bad_loan_terms"),
        (["--subsidy", "nothing"], "unknown_subsidy"),
        (["--skill", "wizard=3"], "unknown_role"),
        (["--target-level", "3"], "no_assessment"),
    ],
)
def test_senseless_money_roles_and_targets_are_refused(command, words, code):
    with pytest.raises(BadInput) as refused:
        command("--budget", "1500000", *words)
    assert refused.value.problems[0].code == code
    assert not Plan.objects.exists()
