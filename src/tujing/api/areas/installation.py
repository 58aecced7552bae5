"""Operations: how the installation does, what the company takes, work by the clock, backups.

Backups hold every company's data: whoever runs the installation makes and fetches them, and a token for it is one that
may all that its person may.
"""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tujing.api.area import Area
from tujing.api.areas.roles import check_whole_token
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.documents import installation as documents
from tujing.documents.common import Page
from tujing.documents.running import Job
from tujing.enterprise.models import Role
from tujing.examples.motor_works import installing_services as example
from tujing.runtime import beats, health_services
from tujing.runtime import schedules as clock
from tujing.runtime.models import Schedule
from tujing.web.operators import is_operator
from tujing.web.tasks.operations import find_backup, start_backup, start_reset
from tujing.web.views.operations import RESET_WORD, check_typed

area = Area("installation")


@area.get("/health", documents.Health, "administer")
def health(request: HttpRequest) -> documents.Health:
    """Database, workers, disk, the company's queue, and what is wrong with what to do about it"""
    found, queue = health_services.health(), health_services.queue(request.organisation)
    limits = [one for one in health_services.limits() if connection.vendor in one.databases]
    return shaped(
        documents.Health,
        found,
        workers=len(beats.alive()),
        warnings=[
            documents.HealthWarning(code=one.code, words=one.words.as_dict())
            for one in health_services.warnings(request.organisation)
        ],
        jobs=queue["counts"],
        waiting_since=queue["oldest"],
        limits=[
            documents.StatedLimit(id=one.id, name=one.name.as_dict(), value=one.value, enforced=one.enforced)
            for one in limits
        ],
        installation=_installation() if is_operator(request) else None,
    )


@area.get("/storage", documents.Storage, "administer")
def storage(request: HttpRequest) -> documents.Storage:
    """What the company takes on the disk: tables, evidence, runs …"""
    sizes = sorted(health_services.storage(request.organisation).items(), key=lambda one: -one[1])
    folders = [documents.StoredFolder(name=name, bytes=size) for name, size in sizes]
    return documents.Storage(bytes=sum(size for _, size in sizes), folders=folders)


@area.get("/clock", Page[documents.ClockWork], "administer")
def clock_work(request: HttpRequest, paging: PageQuery) -> Page[documents.ClockWork]:
    """All that comes round by the clock: people's runs, and what the site does itself"""
    found = Schedule.objects.filter(organisation=request.organisation).order_by("next_due", "id")
    return page_of(request, found, paging, _clock_work)


@area.patch("/clock/{int:schedule}", documents.ClockWork, "administer")
def switch_clock_work(request: HttpRequest, schedule: int, wishes: documents.ClockSwitch) -> documents.ClockWork:
    """Let work by the clock rest, or go on with its next time"""
    found = get_object_or_404(Schedule, pk=schedule, organisation=request.organisation)
    clock.rest(request.organisation, found.pk, active=wishes.active)
    found.refresh_from_db()
    return _clock_work(found)


@area.post("/example/reset", Job, "administer", 202)
def reset_example(request: HttpRequest, wishes: documents.ResetWishes) -> Job:
    """Make the example factory anew by a job; its owner alone, who says its name"""
    if request.membership.role != Role.OWNER or not example.is_example(request.organisation):
        raise PermissionDenied
    check_typed(wishes.confirm, RESET_WORD)
    return job_document(start_reset(request.organisation, request.user))


@area.get("/backups", Page[documents.Backup], "administer")
def backups(request: HttpRequest, paging: PageQuery) -> Page[documents.Backup]:
    """The backups in the workspace, newest first; for who runs the installation, as all of them"""
    from tujing.backup.services import backups as kept

    _check_operator(request)
    return page_of(request, kept(), paging, _backup)


@area.post("/backups", Job, "administer", 202)
def make_backup(request: HttpRequest) -> Job:
    """Back the whole installation up by a job, while people work; its result names the backup"""
    _check_operator(request)
    return job_document(start_backup(request.organisation, request.user))


@area.file("/backups/{backup}/file", "application/zip", action="administer")
def download_backup(request: HttpRequest, backup: str) -> FileResponse:
    """A backup; restore it by `tujing restore`"""
    path = _kept(request, backup)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")


@area.post("/backups/{backup}/check", documents.CheckedBackup, "administer")
def check_backup(request: HttpRequest, backup: str) -> documents.CheckedBackup:
    """Read a backup to its end and compute every hash anew; one that is damaged is refused with what is"""
    from tujing.backup.services import check

    path = _kept(request, backup)
    found = check(path)
    manifest = found.manifest
    return shaped(
        documents.CheckedBackup,
        manifest,
        name=path.name,
        files=len(manifest.files),
        has_key=manifest.key is not None,
        same_key=found.same_key,
    )


def _check_operator(request: HttpRequest) -> None:
    if not is_operator(request):
        raise PermissionDenied
    check_whole_token(request)


def _kept(request: HttpRequest, backup: str) -> Path:
    _check_operator(request)
    path = find_backup(backup)
    if path is None:
        raise Http404
    return path


def _backup(path: Path) -> documents.Backup:
    held = path.stat()
    made = timezone.datetime.fromtimestamp(held.st_mtime, timezone.get_current_timezone())
    return documents.Backup(name=path.name, bytes=held.st_size, made=made)


def _clock_work(row: Schedule) -> documents.ClockWork:
    return shaped(documents.ClockWork, row)


def _installation() -> documents.OfInstallation:
    told = health_services.installation()
    disk = told.pop("disk")
    told.pop("home")
    return documents.OfInstallation(**told, disk_bytes=disk.total, disk_free_bytes=disk.free)
