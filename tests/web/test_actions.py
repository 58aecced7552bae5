"""What people do on the pages: answer, import, plan, run, undo — and what they are told when it cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import SAMPLE, SCENARIO

from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Role
from tujing.planning.models import Plan
from tujing.problems import BadInput
from tujing.runtime import jobs
from tujing.runtime.models import Job, JobStatus, Run
from tujing.web import uploads


def work_off() -> Job:
    """Does the one queued job as a worker would."""
    job = jobs.claim()
    try:
        jobs.handler(job.kind)(job)
    except BadInput as error:
        jobs.finish(job, JobStatus.FAILED, [problem.as_dict() for problem in error.problems[:50]])
    job.refresh_from_db()
    return job


@pytest.fixture
def empty_works(other_works):
    return other_works


def htmx(client, address, **form):
    return client.post(address, form, headers={"hx-request": "true"})


# Data


def start_import(client, name: str, content: bytes, **form):
    upload = client.post(reverse("data_upload", args=["work_centre"]), {"file": SimpleUploadedFile(name, content)})
    assert upload.status_code == 302, upload.content.decode()
    page = client.get(upload.url)
    assert page.status_code == 200
    return page.content.decode(), client.post(upload.url, form)


def mapped() -> dict[str, str]:
    headings = (SAMPLE / "work_centre.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    return {f"map_{heading}": heading for heading in headings}


def test_a_file_is_looked_at_then_imported(empty_works, sign_in):
    client = sign_in(empty_works)
    content = (SAMPLE / "work_centre.csv").read_bytes()
    page, response = start_import(client, "设备 台账.csv", content, **mapped())
    assert "selected" in page and "设备 台账.csv" in page
    assert dataspace.table(empty_works, "work_centre") is None, "nothing changes before the confirmation is worked off"
    assert work_off().status == JobStatus.DONE
    assert 'id="imported"' in client.get(response.url).content.decode()
    version = dataspace.versions(empty_works, "work_centre")[0]
    assert version.source == "设备 台账.csv" and version.created_by == "owner-other-works"


def test_bad_rows_are_told_by_row_and_column_and_nothing_changes(empty_works, sign_in):
    client = sign_in(empty_works)
    lines = (SAMPLE / "work_centre.csv").read_text(encoding="utf-8-sig").splitlines()
    broken = "\n".join([lines[0], lines[1], lines[1]])
    _page, response = start_import(client, "bad.csv", broken.encode(), **mapped())
    job = work_off()
    assert job.status == JobStatus.FAILED
    page = client.get(response.url).content.decode()
    assert 'id="refused"' in page and "第 3 行" in page and str(empty_works.pk) not in page
    reject = next(problem["detail"] for problem in job.error if problem["code"] == "bad_rows").rpartition("/")[2]
    address = reverse("data_reject", args=["work_centre", reject])
    assert address in page and client.get(address).status_code == 200
    assert dataspace.table(empty_works, "work_centre") is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(99)), ("zip.xlsx", b"PK\x03\x04junk")],
)
def test_a_file_that_is_no_table_is_refused_at_once(empty_works, sign_in, name, content):
    client = sign_in(empty_works)
    form = {"file": SimpleUploadedFile(name, content)}
    refused = client.post(reverse("data_upload", args=["work_centre"]), form)
    assert refused.status_code == 422 and "notice-error" in refused.content.decode()
    assert not Job.objects.exists()


def test_a_file_name_never_becomes_a_path(empty_works, sign_in, settings):
    client = sign_in(empty_works)
    for name in ("../../../etc/passwd.csv", "..\\..\\x.csv", "a/b.csv"):
        content = (SAMPLE / "work_centre.csv").read_bytes()
        client.post(reverse("data_upload", args=["work_centre"]), {"file": SimpleUploadedFile(name, content)})
    # Beside each stands what was chosen for it.
    kept = [path for path in settings.HOME.rglob("*") if path.is_file() and path.name != uploads.CHOICES]
    inside = settings.HOME / "uploads" / str(empty_works.pk)
    assert len(kept) == 3 and all(path.parent.parent == inside for path in kept)


def test_too_large_a_body_is_refused_before_it_is_stored(empty_works, sign_in, settings):
    settings.UPLOAD_LIMIT_BYTES = 10
    client = sign_in(empty_works)
    form = {"file": SimpleUploadedFile("large.csv", b"x" * 2 * 1024 * 1024)}
    refused = client.post(reverse("data_upload", args=["work_centre"]), form)
    assert refused.status_code == 413 and "文件过大" in refused.content.decode()
    assert not (settings.HOME / "uploads").exists()


def test_what_is_exported_can_be_imported_again(works, sign_in):
    client = sign_in(works)
    for ending in ("csv", "xlsx"):
        before = dataspace.arrow(works, "work_centre")
        content = client.get(reverse("data_export", args=["work_centre", ending])).content
        headings = before.column_names
        _page, _response = start_import_of(client, "work_centre", f"again.{ending}", content, headings)
        done = finish_all()
        assert done.status == JobStatus.DONE, done.error
        assert dataspace.arrow(works, "work_centre").equals(before)


def start_import_of(client, element, name, content, headings):
    upload = client.post(reverse("data_upload", args=[element]), {"file": SimpleUploadedFile(name, content)})
    page = client.get(upload.url)
    return page, client.post(upload.url, {f"map_{heading}": heading for heading in headings})


def finish_all() -> Job:
    """Works off all queued jobs; returns the last one."""
    last = None
    while Job.objects.filter(status=JobStatus.QUEUED).exists():
        last = work_off()
    return last


def test_an_import_can_be_undone(works, sign_in):
    client = sign_in(works)
    client.post(reverse("data_undo", args=["calendar"]))
    assert dataspace.table(works, "calendar") is None


# Plan


def test_a_plan_is_made_by_a_worker_and_shown(works, sign_in):
    client = sign_in(works)
    Job.objects.all().delete()
    before = Plan.objects.count()
    htmx(client, reverse("plan_make"), budget="60万", quarters="4")
    job = work_off()
    assert job.status == JobStatus.DONE and Plan.objects.count() == before + 1
    over = client.get(reverse("jobs_progress", args=[job.pk]), headers={"hx-request": "true"})
    plan = Plan.objects.first()
    assert over.headers["HX-Redirect"] == reverse("plan")
    assert f'data-plan="{plan.pk}"' in client.get(reverse("plan")).content.decode()
    assert sum(plan.budget) == pytest.approx(600_000)
    assert client.get(reverse("plan_export", args=[plan.pk])).content.startswith(b"PK")
    for form, begins in (("xlsx", b"PK"), ("archimate", b"<?xml"), ("sysml", b"package ")):
        assert client.get(reverse("plan_blueprint", args=[plan.pk, form])).content.startswith(begins)
    assert client.get(reverse("plan_blueprint", args=[plan.pk, "pdf"])).status_code == 404


@pytest.mark.parametrize(
    ("budget", "quarters"),
    [("", "4"), ("many", "4"), ("-1", "4"), ("nan", "4"), ("1e999", "4"), ("600000", "0"), ("600000", "x")],
)
def test_a_wish_that_makes_no_sense_is_refused_with_a_sentence(empty_works, sign_in, budget, quarters):
    refused = htmx(sign_in(empty_works), reverse("plan_make"), budget=budget, quarters=quarters)
    assert refused.status_code == 422 and "notice-error" in refused.content.decode()
    assert not Job.objects.exists()


# Workbench


def test_a_run_is_started_with_its_parameters_and_can_be_cancelled(works, sign_in):
    client = sign_in(works)
    Job.objects.all().delete()
    bench = reverse("scenarios_bench", args=[SCENARIO])
    told = htmx(client, bench, p_objective="makespan", seconds="3", seed="7").content.decode()
    job = Job.objects.get()
    assert job.payload["parameters"] == {"objective": "makespan"}
    assert (job.payload["seconds"], job.payload["seed"]) == (3.0, 7)
    assert reverse("jobs_progress", args=[job.pk]) in told and "every 1s" in told
    htmx(client, reverse("jobs_cancel", args=[job.pk]))
    over = client.get(reverse("jobs_progress", args=[job.pk]), headers={"hx-request": "true"})
    assert over.status_code == 286 and "已取消" in over.content.decode()


@pytest.mark.parametrize(
    "form", [{"p_objective": "profit"}, {"seconds": "0"}, {"seconds": "soon"}, {"p_start": "yesterday"}]
)
def test_a_parameter_that_does_not_fit_is_refused(works, sign_in, form):
    Job.objects.all().delete()
    refused = htmx(sign_in(works), reverse("scenarios_bench", args=[SCENARIO]), **form)
    assert refused.status_code == 422 and "notice-error" in refused.content.decode()
    assert not Job.objects.exists()


def test_a_run_shows_its_figures_against_todays_method_and_why_an_order_is_late(works, sign_in):
    client = sign_in(works)
    run = Run.objects.get(organisation=works)
    page = client.get(reverse("scenarios_outcome", args=[SCENARIO, run.pk])).content.decode()
    assert "现行做法" in page and run.document["explanation"]["zh"][:12] in page and run.input_hash in page
    late = [row[0] for row in run.document["tables"]["late_because"]["rows"]]
    why = reverse("scenarios_why", args=[SCENARIO, run.pk])
    if late:
        assert "<li>" in client.get(why, {"order": late[0]}).content.decode()
    assert "没有受阻" in client.get(why, {"order": "no such order"}).content.decode()


def test_a_scenario_that_cannot_run_has_no_workbench(empty_works, sign_in):
    from tujing.atlas.loader import atlas

    idle = [name for name, card in atlas().cards.items() if not card.runnable]
    client = sign_in(empty_works)
    for name in idle:
        assert client.get(reverse("scenarios_bench", args=[name])).status_code == 404
        assert "暂不能运行" in client.get(reverse("atlas_card", args=[name])).content.decode()


# Delivery, evaluation, iteration


def test_a_milestone_passes_only_by_its_check(works, sign_in):
    client = sign_in(works)
    milestone = works.milestones.get()
    assert client.post(reverse("delivery_check", args=[milestone.pk])).status_code == 302
    milestone.refresh_from_db()
    assert milestone.checked is None, "it is a job, and no worker has had it yet"
    job = Job.objects.get(organisation=works, kind="delivery_checks")
    Job.objects.filter(organisation=works).exclude(pk=job.pk).delete()
    assert work_off().status == JobStatus.DONE
    milestone.refresh_from_db()
    gates = reverse("delivery_gates", args=[works.level_projects.get().pk])
    assert milestone.checked and milestone.evidence["zh"] in client.get(gates).content.decode()
    assert gates in client.get(reverse("jobs_progress", args=[job.pk])).content.decode()


def test_the_plan_is_taken_up_once(works, sign_in):
    client = sign_in(works)
    client.post(reverse("delivery_take_up"))
    count = works.adoptions.count()
    client.post(reverse("delivery_take_up"))
    assert works.adoptions.count() == count > 1


def test_without_a_plan_nothing_is_taken_up_or_iterated(empty_works, sign_in):
    client = sign_in(empty_works)
    assert client.post(reverse("delivery_take_up")).status_code == 422
    assert client.post(reverse("iteration_open")).status_code == 422
    client.post(reverse("evaluation_run"))
    assert work_off().status == JobStatus.DONE
    assert "还没有评估" in client.get(reverse("evaluation")).content.decode()


def test_an_edited_export_comes_back_and_a_bad_one_changes_nothing(works, sign_in):
    client = sign_in(works)
    exported = client.get(reverse("delivery_export")).content

    def send(content: bytes, name: str):
        return client.post(reverse("delivery_upload"), {"file": SimpleUploadedFile(name, content)}, follow=True)

    assert send(exported, "projects.xlsx").status_code == 200
    project = works.level_projects.get()
    assert project.version == 1
    rows = f"场景编号,等级,任务编号,日期,完成,费用\n{SCENARIO},1,1.1,2026-02-01,50%,1200\n"
    assert send(rows.encode("gbk"), "actuals.csv").status_code == 200
    assert project.tasks.get().progress.get().share == 0.5
    assert send(rows.replace("50%", "much").encode(), "actuals.csv").status_code == 422
    assert project.tasks.get().progress.get().share == 0.5


def test_a_check_is_waived_in_the_name_of_who_may_and_stays_unpassed(works, sign_in):
    milestone = works.milestones.get()
    address = reverse("delivery_waive", args=[milestone.pk])
    wish = {"reason": "服务器到货推迟", "until": (timezone.localdate() + timedelta(days=30)).isoformat()}
    assert sign_in(works, Role.DEPARTMENT_HEAD).post(address, wish).status_code == 422
    client = sign_in(works)
    assert client.post(address, {**wish, "reason": ""}).status_code == 422
    assert client.post(address, wish).status_code == 302
    milestone.refresh_from_db()
    assert not milestone.passed
    waiver = milestone.waivers.get()
    page = client.get(reverse("delivery_gates", args=[works.level_projects.get().pk])).content.decode()
    assert waiver.person in page and "服务器到货推迟" in page
