"""By the API as by the pages: projects given up and taken up, results in use, runs by the clock, lessons."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.web.api_client import calling, refused
from tests.web.conftest import SCENARIO

from tujing.adoption.models import Lesson
from tujing.audit.models import AuditEvent
from tujing.dataspace.services import versions
from tujing.delivery.models import LevelProject, LogEntry
from tujing.documents.delivery import Moving
from tujing.documents.iteration import Annotation, LessonWishes
from tujing.documents.running import ScheduleSwitch, ScheduleWishes, UseWishes
from tujing.enterprise.models import Role
from tujing.runtime import schedules
from tujing.runtime.contract import Budget
from tujing.runtime.models import Job, Run, Schedule
from tujing.runtime.services import run_now

__all__ = ["calling"]
WHY = "the new plan holds it no more"
MORNING = datetime(2026, 1, 5, 6, 0)


@pytest.fixture
def owner(works, calling):
    return calling(works)


def test_a_project_is_withdrawn_with_a_reason_and_comes_back(works, owner):
    project = LevelProject.objects.get(organisation=works)
    with refused("no_reason"):
        owner.delivery.move(project.pk, Moving(to="withdraw", reason=""))
    row = owner.delivery.move(project.pk, Moving(to="withdraw", reason=WHY))
    assert row.withdrawn == timezone.localdate() and (row.withdrawn_by, row.withdrawn_reason) == ("owner-works", WHY)
    with refused("not_open"):
        owner.delivery.move(project.pk, Moving(to="withdraw", reason=WHY))
    assert [one.id for one in owner.delivery.projects(is_open=True)] == []
    assert owner.delivery.move(project.pk, Moving(to="reinstate", reason="it is needed")).withdrawn is None
    assert LogEntry.objects.filter(project=project, person="owner-works").count() == 2


def test_who_may_not_deliver_moves_no_project(works, calling):
    project = LevelProject.objects.get(organisation=works)
    with refused("not_allowed", 403):
        calling(works, Role.CONSULTANT).delivery.move(project.pk, Moving(to="withdraw", reason=WHY))
    project.refresh_from_db()
    assert project.withdrawn is None


def test_a_result_is_put_in_use_and_taken_back_to_the_one_before(works, owner):
    first = Run.objects.get(organisation=works)
    second = run_now(works, SCENARIO, {"objective": "makespan"}, Budget(seconds=1, seed=3, workers=1))
    assert owner.running.put_in_use(first.pk, UseWishes(note="as agreed")).note == "as agreed"
    current = next(one for one in versions(works, "operation_schedule") if one.active)
    assert current.source == f"run:{first.pk}"
    owner.running.put_in_use(second.pk, UseWishes())
    assert [one.run for one in owner.running.uses(in_force=True)] == [second.pk]
    assert len(owner.running.uses(scenario=SCENARIO)) == 2 and len(owner.running.uses(scenario="a/b")) == 0
    wing, name = SCENARIO.split("/")
    back = owner.running.take_back(wing, name)
    assert back.in_force is not None and back.in_force.run == first.pk and back.in_force.by == "owner-works"
    Run.objects.filter(pk=second.pk).update(status="infeasible")
    with refused("result_not_usable"):
        owner.running.put_in_use(second.pk, UseWishes())


def test_a_scenario_runs_by_the_clock_rests_and_goes(works, owner):
    wishes = ScheduleWishes(scenario=SCENARIO, name="Monday", period="week", first=MORNING, seconds=1)
    made = owner.running.schedule(wishes)
    assert made.next_due > timezone.now() and timezone.localtime(made.next_due).strftime("%a %H") == "Mon 06"
    assert made.creator == "owner-works" and made.scenario == SCENARIO
    again = owner.running.schedule(wishes.model_copy(update={"seconds": 2}))
    assert again.id == made.id and again.seconds == 2
    assert not owner.running.rest(made.id, ScheduleSwitch(active=False)).active
    assert [one.id for one in owner.running.schedules(scenario=SCENARIO, active=False)] == [made.id]
    owner.running.rest(made.id, ScheduleSwitch(active=True))
    before = Job.objects.count()
    schedules.tick(made.next_due + timedelta(minutes=1))
    assert Job.objects.filter(schedule=made.id).count() == 1 and Job.objects.count() > before
    owner.running.drop(made.id)
    assert not Schedule.objects.filter(pk=made.id).exists()
    with refused("not_found", 404):
        owner.running.drop(made.id)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"scenario": "no/such"}, "unknown_scenario"),
        ({"first": datetime(1, 1, 1)}, "bad_moment"),
        ({"name": "x" * 81}, "bad_name"),
        ({"parameters": {"colour": "red"}}, "extra_forbidden"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(owner, wrong, code):
    wishes = ScheduleWishes(scenario=SCENARIO, period="day", first=MORNING)
    with refused(code):
        owner.running.schedule(wishes.model_copy(update=wrong))


def test_nobody_replaces_what_the_site_does_by_itself(works, owner, monkeypatch):
    monkeypatch.setattr(schedules, "_standing", {})
    schedules.every("run", "day")
    with refused("name_taken"):
        owner.running.schedule(ScheduleWishes(scenario=SCENARIO, name="run", period="day", first=MORNING))


def test_lessons_are_written_tagged_found_annotated_and_taken_off(works, owner):
    made = owner.iteration.write(LessonWishes(note="Clean the master data first", tags=["data", "start"]))
    assert made.by == "owner-works" and made.action == "note" and made.why is None
    with refused("no_lesson"):
        owner.iteration.write(LessonWishes(note=" "))
    assert [one.id for one in owner.iteration.lessons(q="master", tag="start")] == [made.id]
    assert len(owner.iteration.lessons(tag="nobody")) == 0
    owner.iteration.lesson(made.id)
    seen = owner.session.etag
    changed = owner.iteration.annotate(made.id, Annotation(note="And the routes", tags=["data"]), if_match=seen)
    assert changed.tags == ["data"]
    with refused("changed_meanwhile", 412):
        owner.iteration.annotate(made.id, Annotation(note="Mine"), if_match=seen)
    owner.iteration.remove_lesson(made.id)
    assert made.id not in [one.id for one in owner.iteration.lessons()]
    assert owner.iteration.lesson(made.id).removed
    assert not owner.iteration.restore_lesson(made.id).removed
    assert Lesson.objects.get(pk=made.id).note == "And the routes"


def test_a_viewer_reads_lessons_and_writes_none(works, calling):
    viewer = calling(works, Role.VIEWER)
    assert [one.note for one in viewer.iteration.lessons()] == ["先清洗主数据"]
    with refused("not_allowed", 403):
        viewer.iteration.write(LessonWishes(note="x"))


def test_the_trail_says_that_it_came_by_the_api(works, owner):
    owner.iteration.write(LessonWishes(note="By a program"))
    event = AuditEvent.objects.filter(kind="adoption.lesson").latest("id")
    assert (event.via, event.actor_name) == ("api", "owner-works")
