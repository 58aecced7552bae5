"""What stands behind one answer: add, look at, take away, put back; and who changed the answer when."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.dataspace.models import TableVersion
from tujing.diagnosis import services
from tujing.diagnosis.asking.questions import spoken
from tujing.diagnosis.backing.services import fitting_runs
from tujing.diagnosis.catalogue import find, item_ids
from tujing.diagnosis.evidence import COUNTS
from tujing.diagnosis.models import Assessment, EvidenceItem
from tujing.diagnosis.review import services as review
from tujing.diagnosis.review.lines_services import lines
from tujing.enterprise import files
from tujing.enterprise.services import may
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.views.diagnosis_shared import is_draft, own

SHOWN_INLINE = ("image/png", "image/jpeg", "text/plain", "text/csv")
"""What a browser shows without running anything; the rest is downloaded."""
CHANGES = 30
"""Of an answer shown, the newest."""


@require_GET
@member
def panel(request: HttpRequest, assessment: int, question: str) -> HttpResponse:
    """The side panel of one question."""
    return _panel(request, own(request, assessment), question)


@require_POST
@requires("answer")
def add(request: HttpRequest, assessment: int, question: str) -> HttpResponse:
    """Adds files (several at once), a link, a run, a table or fact, or a comment."""
    found = own(request, assessment)
    kind, note = request.POST.get("kind", ""), request.POST.get("note", "").strip()
    if kind == "file":
        uploaded = request.FILES.getlist("file")
        if not uploaded:
            raise refuse("no_file", "还没有选择文件，请先选择。", "No file is chosen yet; choose one first.")
        for one in uploaded:
            if (one.size or 0) > files.LARGEST:
                raise refuse(
                    "file_too_large", "证据文件超过 20 MB。", "The evidence file exceeds 20 MB.", file=one.name
                )
            services.attach_file(request.organisation, found, question, one.read(), one.name or "", note, request.user)
    else:
        reference = request.POST.get("reference", "").strip()
        services.add_evidence(request.organisation, found, question, kind, note, reference, request.user)
    return _panel(request, found, question, said=_("Added."))


@require_POST
@requires("answer")
def remove(request: HttpRequest, assessment: int, item: int) -> HttpResponse:
    found = own(request, assessment)
    gone = get_object_or_404(EvidenceItem, pk=item, assessment=found)
    services.remove_evidence(request.organisation, found, gone.pk)
    return _panel(request, found, gone.indicator, removed=gone)


@require_POST
@requires("answer")
def put_back(request: HttpRequest, assessment: int, item: int) -> HttpResponse:
    found = own(request, assessment)
    gone = get_object_or_404(EvidenceItem.everything, pk=item, assessment=found)
    services.put_back_evidence(request.organisation, found, gone.pk)
    return _panel(request, found, gone.indicator, said=_("Put back."))


@require_GET
@member
def file(request: HttpRequest, assessment: int, item: int) -> HttpResponse:
    """A kept file: pictures and plain text may be looked at (`?show=1`), all else is downloaded."""
    kept = get_object_or_404(EvidenceItem, pk=item, assessment=own(request, assessment), kind="file")
    path = files.path_of(services.evidence_folder(request.organisation), kept.sha256) if kept.sha256 else None
    if path is None or not path.is_file():
        raise Http404(_("The file is not kept here; only its name was given."))
    kind = kept.recorded.get("media_type", "")
    inline = request.GET.get("show") == "1" and kind in SHOWN_INLINE
    told = ("text/plain; charset=utf-8" if kind.startswith("text/") else kind) if inline else "application/octet-stream"
    response = FileResponse(path.open("rb"), as_attachment=not inline, filename=kept.reference, content_type=told)
    # Without any style the browser's own viewer shows the file plain: a long line of text is not wrapped.
    response["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; sandbox"
    return response


def _panel(request: HttpRequest, found: Assessment, question: str, **more: Any) -> HttpResponse:
    if question not in item_ids(find(found.instrument)):
        raise Http404
    line = next(line for line in lines(request.organisation, found) if line.question.id == question)
    context = {
        "assessment": found,
        "line": line,
        "counted": [one for one in line.evidence if one.kind in COUNTS],
        "runs": fitting_runs(request.organisation, found.instrument, question),
        "tables": TableVersion.objects.filter(organisation=request.organisation, active=True, rows__gt=0)
        .order_by("element")
        .values("element", "rows", "number"),
        "history": [
            _in_words(find(found.instrument), line.question, one)
            for one in reversed(review.history(request.organisation, found, question)[-CHANGES:])
        ],
        "may_change": is_draft(found) and may(request.user, request.organisation, "answer"),
        "kinds": ", ".join(files.KINDS),
        "limit": files.LARGEST // 1024 // 1024,
        "inline": SHOWN_INLINE,
        **more,
    }
    return render(request, "diagnosis/panel.html", context)


def _in_words(form: Any, question: Any, change: dict[str, Any]) -> dict[str, Any]:
    words = {side: spoken(form, question, change[side]) for side in ("before", "after")}
    return {**change, **words}
