"""A plan becomes projects once, milestones close only on evidence, each level by checks of its own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.delivery.conftest import SAMPLE
from tests.delivery.examples import PROJECTS, SCENARIO

from tujing.adoption.models import Adoption, Stage
from tujing.dataspace import services as dataspace
from tujing.dataspace.models import TableVersion
from tujing.delivery import evidence
from tujing.delivery.models import Evidence, LevelProject, Milestone, ProjectTask
from tujing.delivery.services import Project, accept, accept_all, adopt_plan
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db


def age(organisation, days: int) -> None:
    """Makes all tables so many days older."""
    for version in TableVersion.objects.filter(organisation=organisation):
        TableVersion.objects.filter(pk=version.pk).update(created=version.created - timedelta(days=days))


def states() -> dict[tuple[int, str], bool]:
    return {(one.level, one.kind): one.passed for one in Milestone.objects.all()}


def test_a_plan_becomes_one_adoption_a_scenario_with_a_project_a_level_and_only_once(organisation):
    adopt_plan(organisation, PROJECTS)
    adopt_plan(organisation, PROJECTS)
    adoption = Adoption.objects.get()
    assert (adoption.stage, adoption.level_today, adoption.level_target) == (Stage.PLANNED, 1, 3)
    assert adoption.start == date(2026, 1, 1)
    assert [project.level for project in LevelProject.objects.all()] == [2, 3]
    assert [step.kind for step in Milestone.objects.filter(level=2)] == [
        "data_ready",
        "run_green",
        "output_present",
        "beats_today",
    ]
    assert {"element_quality", "kpi_target"} < {step.kind for step in Milestone.objects.filter(level=3)}
    for project in LevelProject.objects.all():
        assert sum(task.cost for task in project.tasks.all()) == pytest.approx(project.budget)
        ends = [task.end for task in project.tasks.all() if task.gate]
        dues = Milestone.objects.filter(level=project.level).values_list("due", flat=True)
        assert set(dues) == set(ends)


def test_nothing_is_taken_up_when_one_project_cannot_be(organisation):
    short = Project("supply_chain/inventory", 2, date(2026, 1, 1), date(2026, 1, 9))
    with pytest.raises(BadInput):
        adopt_plan(organisation, [*PROJECTS, short])
    assert not Adoption.objects.exists() and not LevelProject.objects.exists()


def test_a_later_plan_moves_what_has_not_begun_and_the_baseline_stays(organisation):
    adopt_plan(organisation, PROJECTS)
    later = replace(PROJECTS[0], start=date(2026, 7, 1), end=date(2026, 12, 31), cost=400_000.0)
    adopt_plan(organisation, [PROJECTS[1], later])
    project = LevelProject.objects.get(level=3)
    assert (project.start, project.end, project.budget) == (date(2026, 7, 1), date(2026, 12, 31), 400_000.0)
    assert (project.baseline_start, project.baseline_end) == (date(2026, 4, 1), date(2026, 9, 30))
    first = project.tasks.first()
    assert (first.start, first.baseline_start) == (date(2026, 7, 1), date(2026, 4, 1))
    assert sum(task.cost for task in project.tasks.all()) == pytest.approx(400_000.0)
    assert sum(task.baseline_cost for task in project.tasks.all()) == pytest.approx(320_000.0)
    assert Milestone.objects.get(level=3, kind="data_ready").due > date(2026, 7, 1)


def test_another_option_is_another_project(organisation):
    adopt_plan(organisation, PROJECTS)
    adopt_plan(organisation, [PROJECTS[1], replace(PROJECTS[0], option="build")])
    codes = set(ProjectTask.objects.filter(project__level=3).values_list("code", flat=True))
    assert "development" in codes and "licences" not in codes
    assert Milestone.objects.filter(level=3).count() == 6


def test_each_level_is_reached_by_its_own_checks(works, run_scheduling):
    adopt_plan(works, PROJECTS)
    accept_all(works)
    assert Adoption.objects.get().stage == Stage.IMPLEMENTING  # the data are ready, nothing has run
    assert not states()[2, "run_green"]

    run_scheduling()
    accept_all(works)
    adoption = Adoption.objects.get()
    assert (adoption.stage, adoption.level_today) == (Stage.IN_USE, 2)
    assert adoption.go_live == timezone.localdate()
    assert LevelProject.objects.get(level=2).closed == timezone.localdate()
    assert LevelProject.objects.get(level=3).closed is None
    assert not states()[3, "element_quality"] and not states()[3, "kpi_target"]

    age(works, 14)
    run_scheduling()
    run_scheduling()
    accept_all(works)
    assert states()[3, "element_quality"] and states()[3, "kpi_target"]
    assert Adoption.objects.get().level_today == 3
    assert accept_all(works) == []  # nothing is left to check


def test_a_bad_version_in_the_days_asked_for_breaks_the_quality(works, tmp_path):
    adopt_plan(works, PROJECTS)
    milestone = Milestone.objects.get(level=3, kind="element_quality")
    age(works, 20)
    assert accept(works, milestone.pk).passed

    lines = (SAMPLE / "work_order.csv").read_text(encoding="utf-8-sig").splitlines()
    file = tmp_path / "work_order.csv"
    file.write_text("\n".join(lines[:1] + lines[1:6]), encoding="utf-8")
    dataspace.import_file(works, "work_order", file)
    assert accept(works, milestone.pk).passed  # fewer orders, and good ones

    milestone.criterion = {**milestone.criterion, "rows": 6}
    milestone.save()
    verdict = accept(works, milestone.pk)
    assert not verdict.passed and "5" in verdict.words.zh
    dataspace.undo(works, "work_order")
    assert accept(works, milestone.pk).passed  # an import taken back counts as never made


def test_evidence_names_versions_runs_and_figures_and_shows_a_change(works, run_scheduling):
    adopt_plan(works, PROJECTS)
    run = run_scheduling()
    milestone = Milestone.objects.get(level=2, kind="beats_today")
    assert accept(works, milestone.pk).passed
    kept = Evidence.objects.get(milestone=milestone)
    assert kept.content["runs"][0] == {"id": run.pk, "status": run.status, "input_hash": run.input_hash}
    version = TableVersion.objects.get(organisation=works, element="work_order")
    assert kept.content["tables"]["work_order"] == {
        "version": version.number,
        "sha256": version.sha256,
        "rows": version.rows,
    }
    assert kept.content["verdict"]["facts"]["value"] < kept.content["verdict"]["facts"]["baseline"]
    assert evidence.digest(kept.content) == kept.sha256
    kept.content["verdict"]["passed"] = False
    assert evidence.digest(kept.content) != kept.sha256


def test_what_passes_before_the_start_is_kept_but_begins_nothing(works, run_scheduling):
    adopt_plan(works, [Project(SCENARIO, 2, date(2999, 1, 1), date(2999, 3, 31))])
    run_scheduling()
    assert all(verdict.passed for _, verdict in accept_all(works))
    assert Milestone.objects.filter(passed=True).count() == 4
    assert Adoption.objects.get().stage == Stage.PLANNED


def test_another_organisation_cannot_accept(organisation):
    adopt_plan(organisation, PROJECTS)
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    with pytest.raises(BadInput):
        accept(stranger, Milestone.objects.first().pk)
    assert not Evidence.objects.exists()
