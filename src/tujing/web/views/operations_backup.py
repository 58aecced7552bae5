"""Backups of the installation: make one, fetch it by a signed link, restore one after typing the word."""

from __future__ import annotations

from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tujing.backup import archive
from tujing.backup.services import backups
from tujing.problems import refuse
from tujing.web import uploads
from tujing.web.operators import operator
from tujing.web.tasks.operations import find_backup, start_backup, start_restore
from tujing.web.views.operations import typed

SALT = "tujing.backup.download"
SECONDS = 600
RESTORE_WORD = "restore"


@never_cache
@require_GET
@operator
def page(request: HttpRequest) -> HttpResponse:
    rows = []
    for path in backups():
        held = path.stat()
        made = timezone.datetime.fromtimestamp(held.st_mtime, timezone.get_current_timezone())
        link = signing.dumps({"name": path.name, "person": request.user.pk}, salt=SALT)
        rows.append({"name": path.name, "bytes": held.st_size, "made": made, "link": link})
    context = {"rows": rows, "word": RESTORE_WORD, "operator": True, "tab": "backups"}
    return render(request, "operations/backups.html", context)


@require_POST
@operator
def make(request: HttpRequest) -> HttpResponse:
    job = start_backup(request.organisation, request.user)
    return redirect("jobs_progress", job.pk)


@never_cache
@require_GET
@operator
def download(request: HttpRequest) -> HttpResponseBase:
    """The link works for its maker only, and for ten minutes."""
    try:
        held = signing.loads(request.GET.get("link", ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise refuse(
            "link_expired",
            "下载链接已过期，请回到备份页面重新点击下载。",
            "The link has expired; go back to the backups and choose Download again.",
        ) from None
    path = find_backup(held["name"])
    if path is None or held["person"] != request.user.pk:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")


@require_POST
@operator
def restore(request: HttpRequest) -> HttpResponse:
    """Looks at the file before anything is queued: what is no backup is refused at once."""
    typed(request, RESTORE_WORD)
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        archive.read_manifest(path)
    except BaseException:
        uploads.forget(request.organisation, token)
        raise
    job = start_restore(request.organisation, token, request.user)
    return redirect("jobs_progress", job.pk)
