"""`tujing blueprint`: from a stored plan to its files, and what it says when there is none."""

import argparse
import json
from datetime import date

import pytest

from tujing.blueprint.services import blueprint
from tujing.cli import blueprint as command_of_it
from tujing.cli import output
from tujing.planning.models import Plan
from tujing.planning.services import make_plan
from tujing.problems import BadInput

START = date(2026, 1, 1)


pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture
def planned(works):
    make_plan(works, budget=600_000, levels={}, quarters=6, start=START)
    return works


@pytest.fixture
def command(works, monkeypatch):
    monkeypatch.setattr(output, "open_workspace", lambda folder: works)
    parser = argparse.ArgumentParser()
    command_of_it.add(parser.add_subparsers())

    def run(*words: str) -> None:
        args = parser.parse_args(["blueprint", *words])
        args.run(args)

    return run


def test_the_model_of_a_stored_plan_holds_its_projects(planned):
    made = blueprint(planned)
    chosen = {(one.scenario, one.level) for one in Plan.objects.get().projects.all()}
    assert {(one.facts["scenario"], one.facts["level"]) for one in made.model.of("task")} == chosen
    assert made.model.digest == blueprint(planned).model.digest
    assert sum(one.facts["cost"] for one in made.model.of("task")) == pytest.approx(made.given.plan["investment"])


def test_json_tells_counts_and_gaps_and_where_the_file_is(command, planned, tmp_path, capfd):
    command(str(tmp_path), "--format", "archimate", "--json")
    document = json.loads(capfd.readouterr().out)
    assert document["elements"]["task"] == Plan.objects.get().projects.count()
    assert document["file"] == str(tmp_path / "reports" / "blueprint.archimate.xml")
    assert (tmp_path / "reports" / "blueprint.archimate.xml").stat().st_size > 10_000
    assert document["errors"] + document["warnings"] == len(document["gaps"])
    assert all(gap["zh"] and gap["en"] and gap["next_step"]["zh"] for gap in document["gaps"])


@pytest.mark.parametrize(("language", "word"), [("zh", "追溯缺口"), ("en", "Gaps in the trace")])
def test_human_lines_are_in_the_chosen_language(command, planned, tmp_path, capfd, language, word):
    output.choose_language(language)
    command(str(tmp_path), "--format", "sysml", "--lang", language, "--out", str(tmp_path / "model.sysml"))
    output.choose_language("zh")
    assert word in capfd.readouterr().out
    assert (tmp_path / "model.sysml").read_text(encoding="utf-8").startswith("package '")


def test_without_a_plan_it_says_what_to_run(command, tmp_path):
    with pytest.raises(BadInput) as refused:
        command(str(tmp_path))
    [problem] = refused.value.problems
    assert problem.code == "no_plan" and "tujing plan" in problem.words.zh and "tujing plan" in problem.words.en


def test_a_plan_that_chose_nothing_is_refused(planned):
    Plan.objects.get().projects.all().delete()
    with pytest.raises(BadInput) as refused:
        blueprint(planned)
    assert refused.value.problems[0].code == "empty_plan"


def test_a_plan_whose_scenario_has_left_the_map_is_refused(planned):
    one = Plan.objects.get().projects.first()
    one.scenario = "production/gone"
    one.save()
    with pytest.raises(BadInput) as refused:
        blueprint(planned)
    assert refused.value.problems[0].code == "scenario_gone"


def test_nobody_sees_another_organisations_plan(planned):
    from tujing.enterprise.models import Organisation

    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Another"})
    for plan in (None, Plan.objects.get()):
        with pytest.raises(BadInput) as refused:
            blueprint(other, plan)
        assert refused.value.problems[0].code == "no_plan"
