"""Running the site from its pages: health for probes, jobs, the trail, backups and restore, the example made anew."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tujing.audit import sealing
from tujing.audit.acting import acting
from tujing.audit.models import AuditEvent
from tujing.audit.recording import record
from tujing.audit.watching import watched
from tujing.backup import services as backup
from tujing.enterprise.models import Membership, Profile, Role
from tujing.examples.motor_works import installing_services as example
from tujing.problems import BadInput
from tujing.runtime import beats, health_services, jobs, schedules
from tujing.runtime.models import Job, JobStatus, Schedule
from tujing.web import uploads
from tujing.web.jsonlog import JsonLines
from tujing.web.operators import is_operator
from tujing.web.tasks import operations as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(other_works, sign_in) -> Client:
    """The owner of the only company: runs the installation too."""
    return sign_in(other_works, Role.OWNER, "owner")


def text(answer) -> str:
    return answer.content.decode()


# --- health ---------------------------------------------------------------------------------------------------------


def test_a_probe_learns_the_state_and_nothing_else(client):
    answer = client.get(reverse("health"))
    assert answer.status_code == 200
    assert answer.json()["checks"]["worker"] == "missing" and answer.json()["status"] == "degraded"
    beats.Beat().leave()
    assert client.get(reverse("health")).json()["checks"]["worker"] == "ok"
    assert set(answer.json()) == {"status", "checks"}


def test_a_database_that_does_not_answer_is_told_by_503(client, monkeypatch):
    from django.db import OperationalError

    def broken():
        raise OperationalError("no connection")

    monkeypatch.setattr(beats, "alive", broken)
    answer = client.get(reverse("health"))
    assert answer.status_code == 503 and answer.json()["checks"]["database"] == "down"
    assert "no connection" not in text(answer)


def test_the_page_shows_warnings_limits_and_storage(owner, other_works, settings, django_assert_max_num_queries):
    folder = Path(settings.HOME) / "tables" / str(other_works.pk)
    folder.mkdir(parents=True)
    (folder / "a.parquet").write_bytes(b"x" * 2048)
    jobs.enqueue(other_works, "import", {})
    Job.objects.update(created=timezone.now() - timedelta(hours=1))
    schedules.tick()
    with django_assert_max_num_queries(30):
        page = text(owner.get(reverse("operations")))
    assert "没有计算进程在运行" in page and "排队超过 10 分钟" in page
    assert "2.0" in page and "清理到期日志" in page and "200" in page
    assert "SQLite" in page or "PostgreSQL" in page
    assert "重置示例" not in page, "this is no example"


def test_a_disk_that_is_nearly_full_refuses_uploads(other_works, owner, monkeypatch):
    monkeypatch.setattr(health_services, "free_megabytes", lambda: 100)
    with pytest.raises(BadInput) as refused:
        uploads.keep(other_works, SimpleUploadedFile("a.csv", b"a,b"))
    assert refused.value.problems[0].code == "disk_full"
    assert "已停止接收上传" in text(owner.get(reverse("operations")))
    assert Client().get(reverse("health")).json()["checks"]["disk"] == "low"


def test_every_limit_says_where_it_comes_from():
    assert all(one.source and one.status for one in health_services.limits())
    with pytest.raises(StopIteration):
        health_services.limit("no such limit")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OWNER])
def test_only_who_administers_opens_these_pages(other_works, sign_in, role):
    client = sign_in(other_works, role)
    for name in ("operations", "operations_jobs", "operations_audit", "operations_backups"):
        assert client.get(reverse(name)).status_code == 403, name


def test_the_log_is_json_when_asked_for():
    line = logging.LogRecord("tujing.x", logging.ERROR, __file__, 1, "went %s", ("wrong",), None)
    with acting(None, via="page", request="r7"):
        told = json.loads(JsonLines().format(line))
    assert (told["message"], told["level"], told["request"]) == ("went wrong", "error", "r7")


# --- jobs -----------------------------------------------------------------------------------------------------------


def test_a_failed_job_is_found_and_tried_again(owner, other_works):
    job = jobs.enqueue(other_works, "import", {})
    problem = {"zh": "文件坏了", "en": "The file is broken"}
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, error=[problem])
    assert "文件坏了" in text(owner.get(reverse("operations_jobs"), {"status": "failed"}))
    assert "文件坏了" not in text(owner.get(reverse("operations_jobs"), {"status": "done"}))
    owner.post(reverse("operations_retry", args=[job.pk]))
    assert Job.objects.get(pk=job.pk).status == "queued"
    owner.post(reverse("operations_cancel", args=[job.pk]))
    assert Job.objects.get(pk=job.pk).status == "cancelled"


def test_jobs_come_in_pages(owner, other_works, django_assert_max_num_queries):
    for _ in range(60):
        jobs.enqueue(other_works, "import", {})
    with django_assert_max_num_queries(12):
        first = owner.get(reverse("operations_jobs"))
    after = first.context["after"]
    second = owner.get(reverse("operations_jobs"), {"after": after})
    shown = [one.pk for one in (*first.context["rows"], *second.context["rows"])]
    assert len(shown) == len(set(shown)) == 60 and not second.context["after"]
    assert owner.get(reverse("operations_jobs"), {"after": "nonsense"}).status_code == 404


def test_work_that_comes_round_rests_and_goes_on(owner, other_works):
    schedules.tick()
    row = Schedule.objects.filter(organisation=other_works).first()
    owner.post(reverse("operations_schedule", args=[row.pk]), {"active": "0"})
    assert not Schedule.objects.get(pk=row.pk).active
    owner.post(reverse("operations_schedule", args=[row.pk]), {"active": "1"})
    assert Schedule.objects.get(pk=row.pk).active


# --- the trail ------------------------------------------------------------------------------------------------------


def test_the_trail_shows_before_and_after_and_finds_by_every_condition(owner, other_works):
    profile = Profile.objects.get(organisation=other_works)
    profile.staff = 777
    profile.save()
    page = text(owner.get(reverse("operations_audit"), {"kind": "enterprise.profile", "object": profile.pk}))
    assert "260" in page and "777" in page and "企业档案" in page
    assert "777" not in text(owner.get(reverse("operations_audit"), {"person": "nobody of that name"}))
    assert "777" not in text(owner.get(reverse("operations_audit"), {"action": "deleted"}))
    assert owner.get(reverse("operations_audit"), {"since": "yesterday"}).status_code == 422
    assert owner.get(reverse("operations_audit"), {"after": "nowhere"}).status_code == 422


def test_the_trail_is_walked_page_by_page_with_few_queries(owner, other_works, django_assert_max_num_queries):
    for number in range(120):
        record(other_works, f"第{number}件事", f"Thing {number}")
    address, seen = reverse("operations_audit"), []
    for _ in range(4):
        with django_assert_max_num_queries(20):
            answer = owner.get(address)
        seen += [one.pk for one in answer.context["events"]]
        if not answer.context["next"]:
            break
        address = f"{reverse('operations_audit')}?{answer.context['next']}"
    assert len(seen) == len(set(seen)) == AuditEvent.objects.filter(organisation=other_works.pk).count()


def test_the_trail_leaves_as_a_file_that_runs_no_formula(owner, other_works):
    record(other_works, "=HYPERLINK(1)", "=HYPERLINK(1)")
    sheet = owner.get(reverse("operations_audit_export", args=["csv"])).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in sheet
    book = openpyxl.load_workbook(io.BytesIO(owner.get(reverse("operations_audit_export", args=["xlsx"])).content))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in cells and book.active.max_row > 2
    assert owner.get(reverse("operations_audit_export", args=["exe"])).status_code == 404


def test_the_chain_is_checked_when_asked_and_says_where_it_is_broken(owner, other_works):
    record(other_works, "一", "One")
    assert "日志完整" in text(owner.post(reverse("operations_audit_check")))
    sealing.seal_all()
    first = AuditEvent.objects.filter(organisation=other_works.pk).order_by("id").first()
    AuditEvent.objects.filter(pk=first.pk).update(actor_name="forged")
    answer = text(owner.post(reverse("operations_audit_check")))
    assert "日志被改动过" in answer and "记录被改动" in answer


@pytest.mark.parametrize(("months", "status"), [("24", 302), ("5", 422), ("", 422), ("-3", 422), ("9" * 30, 422)])
def test_the_retention_is_six_months_at_least(owner, months, status):
    assert owner.post(reverse("operations_retention"), {"months": months}).status_code == status


def test_pruning_is_work_of_the_clock_for_every_company(other_works):
    schedules.tick()
    assert Schedule.objects.filter(organisation=other_works, kind=tasks.PRUNE).exists()
    job = jobs.enqueue(other_works, tasks.PRUNE, {})
    jobs.handler(tasks.PRUNE)(jobs.claim())
    job.refresh_from_db()
    assert job.status == "done" and job.payload["result"] == {"removed": 0}


# --- backups --------------------------------------------------------------------------------------------------------


def test_with_two_companies_no_owner_runs_the_installation(owner, other_works, works, rf, django_user_model):
    assert owner.get(reverse("operations_backups")).status_code == 403
    assert owner.post(reverse("operations_backup_make")).status_code == 403
    django_user_model.objects.filter(username="owner").update(is_superuser=True)
    assert owner.get(reverse("operations_backups")).status_code == 200
    request = rf.get("/")
    request.user, request.organisation = Membership.objects.get(user__username="owner").user, other_works
    assert is_operator(request)


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_fetched_and_restored_from_the_page(owner, other_works, settings):
    assert owner.post(reverse("operations_backup_make")).status_code == 302
    jobs.handler(tasks.BACKUP)(jobs.claim())
    (made,) = backup.backups()
    listed = owner.get(reverse("operations_backups"))
    link = listed.context["rows"][0]["link"]
    fetched = owner.get(reverse("operations_backup_download"), {"link": link})
    content = b"".join(fetched.streaming_content)
    assert content == made.read_bytes()
    assert AuditEvent.objects.filter(action="downloaded", object="operations_backup_download").exists()
    assert owner.get(reverse("operations_backup_download"), {"link": link + "x"}).status_code == 422

    Profile.objects.update(staff=1)
    upload = {"file": SimpleUploadedFile("b.tujing", content), "confirm": ""}
    assert owner.post(reverse("operations_restore"), upload).status_code == 422, "the word was not typed"
    bad = {"file": SimpleUploadedFile("b.tujing", content[:500]), "confirm": "restore"}
    assert owner.post(reverse("operations_restore"), bad).status_code == 422
    assert not Job.objects.filter(kind=tasks.RESTORE).exists()
    assert list((Path(settings.HOME) / "uploads").rglob("*.tujing")) == []

    upload = {"file": SimpleUploadedFile("b.tujing", content), "confirm": "restore"}
    assert owner.post(reverse("operations_restore"), upload).status_code == 302
    job = jobs.claim()
    jobs.handler(tasks.RESTORE)(job)
    assert Profile.objects.get().staff == 260
    assert Job.objects.get(pk=job.pk).status == "done", "what replaced everything says that it did"
    assert not Job.objects.filter(status="running").exists(), "the backup's own job runs no more"
    assert len(backup.backups()) == 2, "what was there was backed up first"


def test_a_link_is_for_its_maker_and_ten_minutes(owner, other_works, settings, sign_in, monkeypatch):
    from django.core import signing

    from tujing.web.views import operations_backup

    folder = Path(settings.HOME) / "backups"
    folder.mkdir()
    (folder / "a.tujing").write_bytes(b"x")
    (Path(settings.HOME) / "secret_key").write_text("key")
    person = Membership.objects.get(user__username="owner").user.pk

    def fetch(name, whose):
        link = signing.dumps({"name": name, "person": whose}, salt=operations_backup.SALT)
        return owner.get(reverse("operations_backup_download"), {"link": link}).status_code

    assert fetch("a.tujing", person) == 200
    assert fetch("a.tujing", person + 1) == 404
    assert fetch("../secret_key", person) == 404
    monkeypatch.setattr(operations_backup, "SECONDS", -1)
    assert fetch("a.tujing", person) == 422


# --- the example ----------------------------------------------------------------------------------------------------


def test_a_company_that_is_not_the_example_is_never_cleared(owner, other_works):
    assert owner.post(reverse("operations_reset"), {"confirm": "motor-works"}).status_code == 403
    with pytest.raises(BadInput):
        example.make_anew(other_works)


@pytest.fixture
def small_example(other_works, monkeypatch):
    """The example with a handful of rows, so that making it anew takes a moment."""
    whole = example.generate()
    few = {name: table for name, table in whole.items() if name in ("product", "work_centre", "calendar")}
    monkeypatch.setattr(example, "generate", lambda: few)
    monkeypatch.setattr(example.diagnosis, "record", lambda *_: None)  # its answers rest on the tables left out
    other_works.slug = "motor-works"
    other_works.save()
    return other_works


def test_the_example_is_made_anew_and_people_stay(owner, small_example, settings):
    profile = Profile.objects.get(organisation=small_example)
    profile.staff = 3
    profile.save()
    folder = Path(settings.HOME) / "evidence" / str(small_example.pk)
    folder.mkdir(parents=True)
    (folder / "mine").write_text("x")
    jobs.enqueue(small_example, "import", {})
    assert owner.post(reverse("operations_reset"), {"confirm": "yes"}).status_code == 422
    assert "重置示例" in text(owner.get(reverse("operations")))
    assert owner.post(reverse("operations_reset"), {"confirm": "motor-works"}).status_code == 302
    job = Job.objects.get(kind=tasks.RESET)
    jobs.handler(tasks.RESET)(job_taken(job))
    assert Profile.objects.get(organisation=small_example).staff != 3
    assert not (folder / "mine").exists()
    assert Membership.objects.filter(organisation=small_example, user__username="owner").exists()
    assert AuditEvent.objects.filter(words__en="Made the example factory anew").exists()
    jobs_left = Job.objects.filter(organisation=small_example)
    assert jobs_left.get(kind=tasks.RESET).status == "done"
    again = [one.pk for one in small_example.adoptions.all()]
    assert again and small_example.pain_points.exists() and small_example.table_versions.count() == 3


def job_taken(job: Job) -> Job:
    Job.objects.exclude(pk=job.pk).update(status=JobStatus.CANCELLED)
    taken = jobs.claim()
    assert taken is not None and taken.pk == job.pk
    return taken


def test_a_reset_that_breaks_leaves_everything_as_it_was(owner, small_example, settings, monkeypatch):
    folder = Path(settings.HOME) / "evidence" / str(small_example.pk)
    folder.mkdir(parents=True)
    (folder / "mine").write_text("x")
    Profile.objects.filter(organisation=small_example).update(staff=3)
    monkeypatch.setattr(example, "read_pain_points", lambda *_: (_ for _ in ()).throw(RuntimeError("no")))
    with pytest.raises(RuntimeError):
        example.make_anew(small_example)
    assert Profile.objects.get(organisation=small_example).staff == 3 and (folder / "mine").exists()
    assert not [path for path in Path(settings.HOME).iterdir() if path.name.startswith(".reset")]


def test_every_model_of_an_organisation_is_kept_or_made_anew_knowingly():
    """A new model goes with the reset unless it is about people; one that has no way to its organisation is found."""
    from django.apps import apps

    for model in apps.get_models():
        if example._goes(model):
            own = watched(model)
            assert own is not None or hasattr(model, "organisation"), model
