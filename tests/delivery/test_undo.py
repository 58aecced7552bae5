"""Edits are taken back one after the other, as long as nothing else has changed the project since."""

from datetime import date, timedelta

import pytest
from tests.delivery.examples import PROJECTS

from tujing.delivery.editing_services import TaskEdit, edit_project, edit_tasks, stretch, undo
from tujing.delivery.models import LevelProject, Milestone, ProjectTask
from tujing.delivery.reporting_services import report
from tujing.delivery.services import adopt_plan
from tujing.problems import BadInput
from tujing.words import Text

pytestmark = pytest.mark.django_db
NEW = TaskEdit("9.1", Text(zh="补测", en="Retest"), "accept", "owner", date(2026, 3, 1), date(2026, 3, 5))


@pytest.fixture
def project(organisation) -> LevelProject:
    adopt_plan(organisation, PROJECTS[1:])
    return LevelProject.objects.get()


def standing(project) -> list[tuple]:
    project.refresh_from_db()
    tasks = ProjectTask.objects.filter(project=project).values_list("number", "start", "end", "cost", "raci")
    dues = Milestone.objects.values_list("due", flat=True)
    return [*tasks, *dues, project.start, project.end, project.department]


def test_edits_are_taken_back_in_turn(organisation, project):
    as_planned = standing(project)
    first = project.tasks.first()
    edit_tasks(organisation, project.pk, 1, [TaskEdit(first.number, end=first.end + timedelta(9), cost=1.0)], "li")
    once = standing(project)
    edit_tasks(organisation, project.pk, 2, [NEW], "wang")
    edit_project(organisation, project.pk, 3, days=7, department="工艺部", by="li")
    assert project.edits.count() == 3 and standing(project)[-1] == "工艺部"
    undo(organisation, project.pk, 4)
    undo(organisation, project.pk, 5)
    assert standing(project) == once and not project.tasks.filter(number="9.1").exists()
    assert undo(organisation, project.pk, 6).by == "li"
    assert standing(project) == as_planned and project.version == 7
    with pytest.raises(BadInput, match="no edit to take back"):
        undo(organisation, project.pk, 7)


def test_a_change_since_or_work_on_what_was_added_stands_in_the_way(organisation, project):
    edit_tasks(organisation, project.pk, 1, [NEW])
    with pytest.raises(BadInput, match="saw version 1"):
        undo(organisation, project.pk, 1)
    report(organisation, project.pk, "9.1", date(2026, 3, 2), share=0.5)
    with pytest.raises(BadInput, match="Work was reported"):
        undo(organisation, project.pk, 2)
    project.refresh_from_db()
    stretch(project, "9.1", 3, 0.0)
    with pytest.raises(BadInput, match="no edit to take back"):
        undo(organisation, project.pk, 3)


def test_a_project_moves_as_a_whole_and_never_ends_before_its_tasks(organisation, project):
    edit_project(organisation, project.pk, 1, days=30)
    moved = standing(project)
    assert project.start == date(2026, 1, 31) and project.end == date(2026, 4, 30)
    assert project.baseline_start == date(2026, 1, 1)
    with pytest.raises(BadInput, match="before its last task"):
        edit_project(organisation, project.pk, 2, end=date(2026, 2, 1))
    with pytest.raises(BadInput, match="saw version 1"):
        edit_project(organisation, project.pk, 1, days=1)
    for far in ({"days": 10**9}, {"days": 360_000}, {"end": date(9999, 12, 31)}):
        with pytest.raises(BadInput, match=r"days at most|check its year"):
            edit_project(organisation, project.pk, 2, **far)
    assert standing(project) == moved


def test_progress_and_money_are_reported_by_the_rules_of_an_import(organisation, project):
    number = project.tasks.first().number
    day = date(2026, 1, 5)
    assert report(organisation, project.pk, number, day, share=0.4, amount=800.0, reference="V1", until=day)
    assert not report(organisation, project.pk, number, day, share=0.4, amount=800.0, reference="V1", until=day)
    for wrong in ({"number": "77"}, {"until": date(2026, 1, 4)}, {"amount": 1e9}):
        wish = {"number": number, "share": 0.5, "until": day, **wrong}
        with pytest.raises(BadInput):
            report(organisation, project.pk, wish.pop("number"), day, **wish)
    assert [one.share for one in project.tasks.first().progress.all()] == [0.4]


def test_a_number_that_is_none_is_refused(organisation, project):
    with pytest.raises(BadInput, match="task number"):
        edit_tasks(
            organisation,
            project.pk,
            1,
            [TaskEdit("a.1", *[getattr(NEW, n) for n in ("name", "phase", "role")], NEW.start, NEW.end)],
        )
