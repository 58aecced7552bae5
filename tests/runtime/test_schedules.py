"""Work that comes round: slots on the wall clock, each enqueued once, none caught up; who lives leaves a mark."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tujing.enterprise.models import Organisation
from tujing.problems import BadInput
from tujing.runtime import beats, jobs, schedules
from tujing.runtime.models import Job, JobStatus, Schedule, WorkerBeat
from tujing.runtime.slots import PERIODS, next_slot

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone=SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("anchor", "period", "after", "expected"),
    [
        ("2026-01-01 06:30", "hour", "2026-03-01 09:10", "2026-03-01 09:30"),
        ("2026-01-01 06:30", "day", "2026-03-01 06:30", "2026-03-02 06:30"),
        ("2026-01-05 06:30", "week", "2026-03-01 06:00", "2026-03-02 06:30"),
        ("2026-01-31 06:30", "month", "2026-02-01 00:00", "2026-02-28 06:30"),
        ("2026-01-31 06:30", "month", "2026-02-28 06:30", "2026-03-31 06:30"),
        ("2026-01-31 06:30", "month", "2025-01-01 00:00", "2026-01-31 06:30"),
    ],
)
def test_the_next_slot(anchor, period, after, expected):
    assert next_slot(at(anchor), period, at(after), SHANGHAI) == at(expected)


def test_the_hour_of_the_wall_clock_stays_over_a_change_of_the_clocks():
    slot = next_slot(at("2026-03-28 06:00", BERLIN), "day", at("2026-03-28 06:00", BERLIN), BERLIN)
    assert slot.astimezone(BERLIN).hour == 6 and slot.astimezone(UTC).hour == 4


@given(
    period=st.sampled_from(PERIODS),
    anchor=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    after=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)),
)
def test_a_slot_is_later_and_none_lies_between(period, anchor, after):
    anchor, after = anchor.replace(tzinfo=SHANGHAI), after.replace(tzinfo=SHANGHAI)
    slot = next_slot(anchor, period, after, SHANGHAI)
    assert slot > after and slot >= anchor
    assert slot == anchor or slot - after <= timedelta(days=31)


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", {"test_round": lambda job: None})
    monkeypatch.setattr(schedules, "_standing", {})
    return "test_round"


@pytest.fixture
def monday(organisation, kind):
    first = timezone.now() - timedelta(days=30)
    return schedules.plan(organisation, "周一排程", kind, {"seconds": 1}, period="day", first=first)


@pytest.mark.django_db
def test_a_slot_is_enqueued_once_and_missed_ones_are_passed_over(monday, organisation):
    due = monday.next_due
    assert schedules.tick(due - timedelta(seconds=1)) == 0
    late = due + timedelta(days=5, hours=1)
    assert schedules.tick(late) == 1
    assert schedules.tick(late) == 0
    job = Job.objects.get()
    assert (job.kind, job.payload, job.organisation, job.schedule) == (
        "test_round",
        {"seconds": 1},
        organisation,
        monday,
    )
    monday.refresh_from_db()
    assert late < monday.next_due <= late + timedelta(days=1) and monday.last == late


@pytest.mark.django_db
def test_a_worker_that_read_the_row_before_another_moved_it_on_enqueues_nothing(monday, monkeypatch):
    due = monday.next_due
    stale = Schedule.objects.get()
    schedules.tick(due)
    monkeypatch.setattr(
        schedules.Schedule.objects, "filter", _once(Schedule.objects.filter, lambda: _Rows([stale])), raising=False
    )
    schedules.tick(due)
    assert Job.objects.count() == 1


class _Rows(list):
    def select_related(self, *_names):
        return self


def _once(real, first):
    """The first call is answered by `first`, later ones by the real thing."""
    calls = []

    def answer(*args, **kwargs):
        calls.append(1)
        return first() if len(calls) == 1 else real(*args, **kwargs)

    return answer


@pytest.mark.django_db
def test_what_rests_is_not_done_and_goes_on_without_making_up(monday, organisation):
    due = monday.next_due
    assert schedules.rest(organisation, monday.pk, active=False)
    assert schedules.tick(due + timedelta(days=2)) == 0
    assert schedules.rest(organisation, monday.pk, active=True)
    monday.refresh_from_db()
    assert monday.active and monday.next_due > timezone.now()


@pytest.mark.django_db
def test_each_organisation_has_the_standing_work_and_sees_only_its_own(organisation, kind):
    other = Organisation.objects.create(slug="other", name={"zh": "乙", "en": "Other"})
    schedules.every(kind, "day", hour=3)
    schedules.tick()
    rows = Schedule.objects.filter(name=kind)
    assert {row.organisation for row in rows} == {organisation, other}
    assert {timezone.localtime(row.next_due).hour for row in rows} == {3}
    schedules.tick()
    assert rows.count() == 2
    mine = rows.get(organisation=organisation)
    assert not schedules.drop(organisation, mine.pk), "every organisation has it"
    assert not schedules.rest(other, mine.pk, active=False)
    own = schedules.plan(organisation, "own", kind, {}, period="week", first=timezone.now())
    assert not schedules.drop(other, own.pk) and schedules.drop(organisation, own.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"period": "year"}, {"name": " "}, {"name": "x" * 81}, {"kind": "no_such_kind"}])
def test_a_schedule_that_makes_no_sense_is_refused(organisation, kind, wrong):
    given = {"name": "a", "kind": kind, "payload": {}, "period": "day", "first": timezone.now()} | wrong
    with pytest.raises(BadInput):
        schedules.plan(organisation, given.pop("name"), given.pop("kind"), given.pop("payload"), **given)
    assert not Schedule.objects.exists()


@pytest.mark.django_db
def test_a_failed_job_is_queued_again_from_the_beginning(organisation, kind):
    job = jobs.enqueue(organisation, kind, {})
    assert not jobs.retry(organisation, job.pk), "it is still queued"
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, attempts=2, error=[{"zh": "错", "en": "wrong"}])
    other = Organisation.objects.create(slug="other", name={"zh": "乙", "en": "Other"})
    assert not jobs.retry(other, job.pk)
    assert jobs.retry(organisation, job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == ("queued", 0, [])


@pytest.mark.django_db
def test_a_worker_leaves_its_mark_at_times_and_takes_it_away(organisation, kind):
    beat = beats.Beat()
    assert beat.leave() and not beat.leave()
    job = jobs.enqueue(organisation, kind, {})
    assert beat.leave(job) and not beat.leave(job), "beginning a job is told at once"
    assert [one.job for one in beats.alive()] == [job]
    WorkerBeat.objects.update(beat=timezone.now() - timedelta(minutes=2))
    assert beats.alive() == []
    beat.stop()
    assert not WorkerBeat.objects.exists()
