"""Lessons: what to stop, scale up and fix with its reason; annotated, written down, tagged and searched."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.lesson_services import WRITTEN, annotate, set_removed, tags_in_use, write_down
from tujing.adoption.lesson_services import lessons as find
from tujing.adoption.models import Lesson
from tujing.adoption.services import adoptions
from tujing.enterprise.services import may
from tujing.iteration.lessons import ACTIONS
from tujing.web.access import member, requires
from tujing.web.exports import as_xlsx
from tujing.web.paging import page_of
from tujing.web.words import language, say, scenario_name


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    wanted = {name: request.GET.get(name, "").strip() for name in ("q", "tag", "action", "cycle")}
    number = int(wanted["cycle"]) if wanted["cycle"].isdecimal() and len(wanted["cycle"]) < 6 else None
    found = find(organisation, words=wanted["q"], tag=wanted["tag"], action=wanted["action"], cycle=number)
    if request.GET.get("as") == "xlsx":
        columns = [_("Cycle"), _("Scenario"), _("Verdict"), _("Why"), _("Note"), _("Tags"), _("By")]
        lines = [
            (
                *(row.cycle.number, scenario_name(row.scenario), row.action, row.why.get(language(), "")),
                *(row.note, "、".join(row.tags), row.by),
            )
            for row in found
        ]
        return as_xlsx({_("Lessons"): (columns, lines)}, "tujing-lessons.xlsx")
    labels = {**{key: say(words) for key, words in ACTIONS.items()}, WRITTEN: _("Written down")}
    shown = page_of(request, found)
    context = {
        "tab": "lessons",
        "page": shown,
        "rows": [{"row": row, "label": labels.get(row.action, row.action)} for row in shown],
        "wanted": wanted,
        "labels": labels.items(),
        "tags": tags_in_use(organisation),
        "removed": Lesson.objects.filter(organisation=organisation, removed=True).select_related("cycle")[:50],
        "scenarios": list(dict.fromkeys(adoptions(organisation).values_list("scenario", flat=True))),
        "may_evaluate": may(request.user, organisation, "evaluate"),
    }
    return render(request, "iteration/lessons.html", context)


@require_POST
@requires("evaluate")
def write(request: HttpRequest) -> HttpResponse:
    """Writes a lesson down."""
    form = request.POST
    by, scenario = request.user.get_username(), form.get("scenario", "")
    write_down(request.organisation, form.get("note", ""), form.get("tags", ""), by, scenario)
    messages.success(request, _("Saved."))
    return redirect("iteration_lessons")


@require_POST
@requires("evaluate")
def note(request: HttpRequest, lesson: int) -> HttpResponse:
    """Changes note and tags of a lesson."""
    form = request.POST
    annotate(request.organisation, lesson, form.get("note", ""), form.get("tags", ""), request.user.get_username())
    messages.success(request, _("Saved."))
    return redirect("iteration_lessons")


@require_POST
@requires("evaluate")
def remove(request: HttpRequest, lesson: int) -> HttpResponse:
    """Takes a lesson off the list, or puts it back."""
    back = request.POST.get("back") == "1"
    set_removed(request.organisation, lesson, not back, request.user.get_username())
    messages.success(request, _("It is back.") if back else _("It is off the list; it can be put back below."))
    return redirect("iteration_lessons")
