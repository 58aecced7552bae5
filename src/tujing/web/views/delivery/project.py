"""One project, a page an idea: overview, plan, gates, money, records, contracts, rights, people, documents."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tujing.adoption.models import Stage
from tujing.delivery.acceptance import KINDS
from tujing.delivery.board_services import board, moves_in_words
from tujing.delivery.breakdown import templates
from tujing.delivery.document import project_document
from tujing.delivery.gates import gates
from tujing.delivery.models import Attachment, ChangeRequest, Evidence, LogEntry, Milestone, ProjectEdit, RoleHolder
from tujing.delivery.responsibility import responsibilities
from tujing.delivery.rights import STATES
from tujing.enterprise.files import KINDS as FILE_KINDS
from tujing.enterprise.models import Role
from tujing.enterprise.services import may, members, role_of
from tujing.iteration.dropping_services import dropped
from tujing.web.access import member
from tujing.web.paging import page_of
from tujing.web.views.delivery.charts import level_name, task_bars, value_line

REMOVED_SHOWN = 50


def project_context(request: HttpRequest, project: int, tab: str) -> dict[str, Any]:
    """What the head of every page of a project needs, with the project itself as `one`."""
    today = timezone.localdate()
    one = project_document(request.organisation, project, today)
    if one is None:
        raise Http404
    may_deliver = may(request.user, request.organisation, "deliver")
    return {
        "one": one,
        "tab": tab,
        "name": level_name(one),
        "today": today,
        "in_days": one["measured_in"] == "d",
        "option": templates().options[one["option"]],
        "may_deliver": may_deliver,
        "may_edit": may_deliver and one["is_open"],
        "may_decide": may_deliver and role_of(request.user, request.organisation) in (Role.OWNER, Role.MANAGER),
        "me": request.user.get_username(),
    }


@require_GET
@member
def overview(request: HttpRequest, project: int) -> HttpResponse:
    context = project_context(request, project, "overview")
    words = moves_in_words()
    cards = [card for column in board(request.organisation, context["today"]).values() for card in column]
    card = next(card for card in cards if card.project.pk == project)
    context |= {
        "moves": [(key, words[key]) for key in card.moves],
        "is_dropped": any(row.pk == project for row in dropped(request.organisation)),
        "is_running": card.project.adoption.stage in (Stage.IN_USE, Stage.EVALUATED),
    }
    return render(request, "delivery/project.html", context)


@require_GET
@member
def plan(request: HttpRequest, project: int) -> HttpResponse:
    """The tasks as bars to drag and as a table to type into."""
    return render(request, "delivery/plan.html", plan_context(request, project))


def plan_context(request: HttpRequest, project: int) -> dict[str, Any]:
    context = project_context(request, project, "plan")
    one = context["one"]
    edits = list(own_edits(request, project)[:6])
    return context | {
        "gantt": task_bars(one, context["today"], context["may_edit"]),
        "editing": context["may_edit"] and request.GET.get("edit") == "1",
        "edits": edits,
        "may_undo": context["may_edit"] and bool(edits) and edits[0].version == one["version"],
        "phases": list(templates().phases.items()),
        "roles": [(key, role.name) for key, role in responsibilities().roles.items()],
    }


def own_edits(request: HttpRequest, project: int) -> Any:
    return ProjectEdit.objects.filter(organisation=request.organisation, project=project, undone=False)


@require_GET
@member
def gate_page(request: HttpRequest, project: int) -> HttpResponse:
    """The gates with their checks."""
    context = project_context(request, project, "gates")
    context["gate_names"] = list(gates().gates.items())
    context["kinds"] = list(KINDS.items())
    return render(request, "delivery/gates.html", context)


@require_GET
@member
def milestone(request: HttpRequest, milestone: int) -> HttpResponse:
    """Every time a check ran: what it was run on, what it showed, whether the evidence is as it was kept."""
    mark = Milestone.objects.filter(organisation=request.organisation, pk=milestone).select_related("adoption").first()
    project = mark and mark.adoption.level_projects.filter(level=mark.level).first()
    if mark is None or project is None:
        raise Http404
    kept = Evidence.objects.filter(organisation=request.organisation, milestone=mark)
    context = project_context(request, project.pk, "gates")
    found = [(gate, each) for gate in context["one"]["gates"] for each in gate["milestones"] if each["id"] == milestone]
    context |= {
        "gate": found[0][0] if found else None,
        "mark": found[0][1] if found else None,
        "page": page_of(request, kept),
    }
    return render(request, "delivery/milestone.html", context)


@require_GET
@member
def money(request: HttpRequest, project: int) -> HttpResponse:
    """Budget, earned value and the forecast at completion, drawn and in figures."""
    context = project_context(request, project, "money")
    one = context["one"]
    classes = templates().cost_classes
    context |= {
        "value": value_line(one["curve"], one),
        "classes": [(classes[key], figures) for key, figures in one["cost_by_class"].items() if key in classes],
        "curve": one["curve"],
    }
    return render(request, "delivery/money.html", context)


@require_GET
@member
def records(request: HttpRequest, project: int) -> HttpResponse:
    """Risks, findings of supervision and quality, and change requests."""
    context = project_context(request, project, "records")
    kind = request.GET.get("kind", "")
    log = LogEntry.objects.filter(organisation=request.organisation, project=project)
    log = log.filter(kind=kind) if kind else log
    context |= {
        "page": page_of(request, log),
        "kind": kind,
        "changes": ChangeRequest.objects.filter(organisation=request.organisation, project=project),
    }
    return render(request, "delivery/records.html", context)


@require_GET
@member
def contracts(request: HttpRequest, project: int) -> HttpResponse:
    context = project_context(request, project, "contracts")
    context["gate_names"] = list(gates().gates.items())
    context["with_checks"] = {gate["gate"] for gate in context["one"]["gates"]}
    return render(request, "delivery/contracts.html", context)


@require_GET
@member
def rights(request: HttpRequest, project: int) -> HttpResponse:
    context = project_context(request, project, "rights")
    context["states"] = STATES
    return render(request, "delivery/rights.html", context)


@require_GET
@member
def people(request: HttpRequest, project: int) -> HttpResponse:
    """Who holds which role, and the matrix of who does what; both to be edited in place."""
    context = project_context(request, project, "people")
    roles = responsibilities().roles
    here = RoleHolder.objects.filter(organisation=request.organisation, project=project)
    context |= {
        "roles": [
            (key, role, [one for one in here if one.role == key], context["one"]["roles"].get(key, []))
            for key, role in roles.items()
        ],
        "members": [one.user.get_username() for one in members(request.organisation)],
        "matrix": [(task, [(key, task["raci"].get(key, "")) for key in roles]) for task in context["one"]["tasks"]],
        "editing": context["may_edit"] and request.GET.get("edit") == "1",
    }
    return render(request, "delivery/roles.html", context)


@require_GET
@member
def documents(request: HttpRequest, project: int) -> HttpResponse:
    context = project_context(request, project, "documents")
    mine = Attachment.objects.filter(organisation=request.organisation, project=project)
    context |= {
        "page": page_of(request, mine.filter(removed__isnull=True)),
        "removed": mine.filter(removed__isnull=False)[:REMOVED_SHOWN],
        "accepted": ", ".join(FILE_KINDS),
    }
    return render(request, "delivery/documents.html", context)
