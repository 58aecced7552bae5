"""Editing a breakdown: what it pushes, what it refuses, and that two people lose nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Lock

import pytest
from django.db import connection
from tests.delivery.examples import PROJECTS, SCENARIO

from tujing.delivery.editing_services import TaskEdit, edit_tasks, find
from tujing.delivery.models import LevelProject, Milestone, ProjectTask
from tujing.delivery.schedule import Link
from tujing.delivery.services import adopt_plan
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput
from tujing.words import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(organisation) -> LevelProject:
    adopt_plan(organisation, PROJECTS)
    return find(organisation, SCENARIO, 2)


def task(project, number: str) -> ProjectTask:
    return ProjectTask.objects.get(project=project, number=number)


def state(project) -> list[tuple]:
    return list(ProjectTask.objects.filter(project=project).values_list("number", "start", "end", "cost", "raci"))


def code(error) -> str:
    return error.value.problems[0].code


def test_a_longer_task_moves_on_what_needs_it_and_the_gates(organisation, project):
    first = task(project, "1.1")
    before = {row.number: row for row in project.tasks.all()}
    due = Milestone.objects.get(level=2, kind="data_ready").due
    done = edit_tasks(organisation, project.pk, 1, [TaskEdit("1.1", end=first.end + timedelta(days=7))])
    assert done.changed == ("1.1",) and done.project.version == 2
    for number, start in done.moved.items():
        assert start > before[number].start
    after = {row.number: row for row in project.tasks.all()}
    for row in after.values():
        assert all(row.start > after[number].end for number, _ in row.needs)
        assert (row.end - row.start) == (before[row.number].end - before[row.number].start) or row.number == "1.1"
        assert (row.baseline_start, row.baseline_end) == (before[row.number].start, before[row.number].end)
    assert Milestone.objects.get(level=2, kind="data_ready").due >= due + timedelta(days=6)


def test_two_people_lose_nothing(organisation, project):
    edit_tasks(organisation, project.pk, project.version, [TaskEdit("1.1", cost=5_000.0)])
    kept = state(project)
    with pytest.raises(BadInput) as error:
        edit_tasks(organisation, project.pk, project.version, [TaskEdit("1.1", cost=7_000.0)])
    assert code(error) == "changed_meanwhile" and "version 1" in str(error.value)
    assert state(project) == kept
    edit_tasks(organisation, project.pk, 2, [TaskEdit("1.1", cost=7_000.0)])
    assert task(project, "1.1").cost == 7_000.0


def test_an_edit_that_changes_nothing_is_none(organisation, project):
    row = task(project, "1.1")
    same = TaskEdit("1.1", start=row.start, end=row.end, cost=row.cost, raci=row.raci)
    for seen in (1, 99):
        assert edit_tasks(organisation, project.pk, seen, [same]).changed == ()
    assert find(organisation, SCENARIO, 2).version == 1


def test_a_task_may_be_added_and_stands_beside_the_baseline(organisation, project):
    last = task(project, "6.2") if project.tasks.filter(number="6.2").exists() else project.tasks.last()
    new = TaskEdit(
        "1.3",
        name=Text(zh="现场走访", en="Visit the floor"),
        phase="prepare",
        role="line_lead",
        start=project.start,
        end=project.start + timedelta(days=2),
        needs=(Link("1.1", 1),),
    )
    edit_tasks(organisation, project.pk, 1, [new])
    row = task(project, "1.3")
    assert row.start == task(project, "1.1").end + timedelta(days=2)
    assert row.baseline_start is None and row.raci == {"line_lead": "AR"}
    assert [one.number for one in project.tasks.all()][2] == "1.3"
    assert project.tasks.last().number == last.number


def test_a_role_may_be_handed_on(organisation, project):
    number = ProjectTask.objects.get(project=project, code="training").number
    assert task(project, number).raci["department_head"] == "R"
    edit_tasks(organisation, project.pk, 1, [TaskEdit(number, role="line_lead")])
    raci = task(project, number).raci
    assert raci["line_lead"] == "R" and raci["department_head"] == "C"


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        (TaskEdit("1.2", end=date(2025, 1, 1)), "ends_before_start"),
        (TaskEdit("1.2", end=date(9999, 12, 31)), "day_too_far"),
        (TaskEdit("1.2", start=date(1, 1, 1)), "day_too_far"),
        (TaskEdit("1.1", needs=(Link("1.2"),)), "cyclic_dependency"),
        (TaskEdit("1.1", needs=(Link("9.9"),)), "unknown_predecessor"),
        (TaskEdit("1.1", role="boss"), "unknown_role"),
        (TaskEdit("1.1", phase="dream"), "unknown_phase"),
        (TaskEdit("1.1", raci={"owner": "R"}), "one_accountable"),
        (TaskEdit("9.1", phase="prepare"), "incomplete_task"),
    ],
)
def test_what_does_not_hold_together_is_refused_whole(organisation, project, edit, wanted):
    before = state(project)
    good = TaskEdit("2.1", cost=9_999.0)
    with pytest.raises(BadInput) as error:
        edit_tasks(organisation, project.pk, 1, [good, edit])
    assert code(error) == wanted
    assert state(project) == before and find(organisation, SCENARIO, 2).version == 1


def test_nobody_edits_or_finds_anothers_project(organisation, project):
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    with pytest.raises(BadInput):
        edit_tasks(stranger, project.pk, 1, [TaskEdit("1.1", cost=1.0)])
    with pytest.raises(BadInput):
        find(stranger, SCENARIO, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_the_same_moment_one_is_kept_and_the_other_told(organisation, project):
    opening, ready = Lock(), Barrier(2)

    def edit(cost: float) -> str:
        try:
            with opening:  # two connections opening together on SQLite are now and then refused
                connection.ensure_connection()
            ready.wait(20)
            edit_tasks(organisation, project.pk, 1, [TaskEdit("1.1", cost=cost)])
            return "kept"
        except BadInput as error:
            return error.problems[0].code
        finally:
            connection.close()

    costs = (5_000.0, 7_000.0)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(edit, costs))
    assert sorted(told) == ["changed_meanwhile", "kept"]
    assert task(project, "1.1").cost == costs[told.index("kept")]
    assert find(organisation, SCENARIO, 2).version == 2
