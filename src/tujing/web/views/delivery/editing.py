"""Editing a project's tasks: dragged, typed in, reported on, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tujing.delivery.cells import read_amount, read_day, read_links, read_share
from tujing.delivery.editing_services import Edited, TaskEdit, edit_project, edit_tasks
from tujing.delivery.editing_services import undo as take_back
from tujing.delivery.models import ProjectTask
from tujing.delivery.reporting_services import report as keep_report
from tujing.delivery.responsibility import responsibilities
from tujing.web.access import requires
from tujing.web.views.delivery import forms
from tujing.web.views.delivery.project import plan_context
from tujing.web.words import department_code, language, listed
from tujing.words import Text


@require_POST
@requires("deliver")
def drag(request: HttpRequest, project: int) -> HttpResponse:
    """Takes the new days of one task, and answers with the plan as it is then."""
    number = forms.text(request, "number")
    edit = TaskEdit(number, start=forms.day(request, "start"), end=forms.day(request, "end"))
    done = edit_tasks(request.organisation, project, forms.seen(request), [edit], request.user.get_username())
    _tell(request, done)
    if request.htmx:
        return render(request, "delivery/plan_body.html", plan_context(request, project))
    return forms.done(request, "delivery_plan", project)


@require_POST
@requires("deliver")
def edit(request: HttpRequest, project: int) -> HttpResponse:
    """Takes the whole table of tasks; a row whose number is new adds a task, blank rows are left out."""
    rows = zip(*(request.POST.getlist(name) for name in _COLUMNS), strict=False)
    tasks = ProjectTask.objects.filter(organisation=request.organisation, project=project)
    names = dict(tasks.values_list("number", "name"))
    edits = [_edit(dict(zip(_COLUMNS, cells, strict=True)), names) for cells in rows if cells[0].strip()]
    done = edit_tasks(request.organisation, project, forms.seen(request), edits, request.user.get_username())
    _tell(request, done)
    return forms.done(request, "delivery_plan", project)


@require_POST
@requires("deliver")
def matrix(request: HttpRequest, project: int) -> HttpResponse:
    """Takes the matrix of who does what; exactly one answers for each task."""
    roles = list(responsibilities().roles)
    edits = []
    for number in request.POST.getlist("number"):
        letters = {role: forms.text(request, f"{role}-{number}").upper() for role in roles}
        edits.append(TaskEdit(number, raci={role: told for role, told in letters.items() if told}))
    done = edit_tasks(request.organisation, project, forms.seen(request), edits, request.user.get_username())
    _tell(request, done)
    return forms.done(request, "delivery_people_of", project)


@require_POST
@requires("deliver")
def whole(request: HttpRequest, project: int) -> HttpResponse:
    """Moves a whole project, or changes its last day or department."""
    edit_project(
        request.organisation,
        project,
        forms.seen(request),
        days=forms.whole(request, "days"),
        end=forms.day(request, "end"),
        department=department_code(forms.text(request, "department")),
        by=request.user.get_username(),
    )
    messages.success(request, _("Saved; Undo takes it back."))
    return forms.done(request, "delivery_plan", project)


@require_POST
@requires("deliver")
def undo(request: HttpRequest, project: int) -> HttpResponse:
    """Takes back the newest edit."""
    edit = take_back(request.organisation, project, forms.seen(request))
    words = _("Taken back: the edit of %(day)s by %(who)s.")
    made = timezone.localtime(edit.made)
    messages.success(request, words % {"day": f"{made:%Y-%m-%d %H:%M}", "who": edit.by or "–"})
    return forms.done(request, "delivery_plan", project)


@require_POST
@requires("deliver")
def report(request: HttpRequest, project: int) -> HttpResponse:
    """Takes how far a task is and what was spent on it."""
    share = forms.text(request, "share")
    keep_report(
        request.organisation,
        project,
        forms.text(request, "number"),
        forms.day(request, "on") or timezone.localdate(),
        share=read_share(share, "share") if share else None,
        amount=forms.amount(request, "amount"),
        reference=forms.text(request, "reference")[:80],
    )
    messages.success(request, _("Reported."))
    return forms.done(request, "delivery_plan", project)


_COLUMNS = ("number", "name", "phase", "role", "start", "end", "needs", "cost", "person_days")


def _edit(cells: dict[str, str], names: Mapping[str, Mapping[str, str]]) -> TaskEdit:
    """A row of the table. A task is renamed in the reader's language; a new one goes by its name in both."""
    number = cells["number"].strip()
    told = {name: value.strip() for name, value in cells.items()}

    def read(name: str, reader: Any) -> Any:
        return reader(told[name], f"{number}.{name}") if told[name] else None

    start: date | None = read("start", read_day)
    both = {"zh": told["name"], "en": told["name"]}
    return TaskEdit(
        number=number,
        name=Text(**{**both, **names.get(number, {}), language(): told["name"]}) if told["name"] else None,
        phase=told["phase"] or None,
        role=told["role"] or None,
        start=start,
        end=read("end", read_day),
        needs=read_links(told["needs"], f"{number}.needs"),
        cost=read("cost", read_amount),
        person_days=read("person_days", read_amount),
    )


def _tell(request: HttpRequest, done: Edited) -> None:
    if not done.changed:
        messages.info(request, _("Nothing was different."))
    elif done.moved:
        words = _("Saved. %(tasks)s moved on, as what they need ends later. Undo takes it back.")
        messages.success(request, words % {"tasks": listed(done.moved)})
    else:
        messages.success(request, _("Saved; Undo takes it back."))
