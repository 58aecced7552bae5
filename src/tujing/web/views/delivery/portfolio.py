"""All projects: the board, their time, the list with its bulk actions, warnings, people's learning."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.services import adoptions
from tujing.atlas.loader import atlas
from tujing.delivery.board_services import Card, board, columns, moves_in_words
from tujing.delivery.document import actual_rows, delivery_document, project_documents
from tujing.delivery.importing_services import import_file
from tujing.delivery.models import LevelProject, RoleHolder
from tujing.delivery.reading_services import projects, standings
from tujing.delivery.responsibility import responsibilities
from tujing.delivery.warning import ranked
from tujing.delivery.warning_services import must_come_first
from tujing.delivery.workbook import workbook
from tujing.enterprise.services import may, members
from tujing.iteration.dropping_services import dropped
from tujing.iteration.services import take_up_plan
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, as_xlsx, attachment
from tujing.web.paging import page_of
from tujing.web.views.delivery import forms
from tujing.web.views.delivery.charts import level_name, project_bars
from tujing.web.words import language, listed, say, scenario_name

CARDS_SHOWN = 30
"""In a column; the rest is in the list."""
BARS_SHOWN = 60


def frame(request: HttpRequest, tab: str) -> dict[str, Any]:
    """What the head of every page of all projects needs."""
    return {
        "tab": tab,
        "plan": latest_plan(request.organisation),
        "has_projects": projects(request.organisation).exists(),
        "has_adoptions": adoptions(request.organisation).exists(),
        "may_deliver": may(request.user, request.organisation, "deliver"),
        "today": timezone.localdate(),
    }


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    """The board: a column a state, a card a project, with what may be decided of it."""
    today = timezone.localdate()
    names, words = columns(), moves_in_words()
    found = board(request.organisation, today)
    shown = {card.project.pk for cards in found.values() for card in cards[:CARDS_SHOWN]}
    documents = {one["id"]: one for one in project_documents(request.organisation, today, shown)}
    context = {
        **frame(request, "board"),
        "columns": [
            {
                "key": key,
                "name": name,
                "count": len(found[key]),
                "more": max(len(found[key]) - CARDS_SHOWN, 0),
                "cards": [_card(card, documents[card.project.pk], words) for card in found[key][:CARDS_SHOWN]],
            }
            for key, name in names.items()
        ],
        "dropped": dropped(request.organisation),
        "unplanned": adoptions(request.organisation).filter(level_projects__isnull=True).order_by("scenario"),
    }
    return render(request, "delivery/board.html", context)


def _card(card: Card, document: dict[str, Any], words: Any) -> dict[str, Any]:
    waiting = [mark for gate in document["gates"] for mark in gate["milestones"] if not mark["passed"]]
    return {
        "card": card,
        "name": level_name(document),
        "owner": listed(document["roles"].get("owner", ())),
        "late": document["is_open"] and document["forecast"]["end"] > document["end"],
        "one": document,
        "urgent": sum(one["severity"] == "high" for one in document["warnings"]),
        "watch": sum(one["severity"] != "high" for one in document["warnings"]),
        "next_check": waiting[0] if waiting and document["is_open"] else None,
        "moves": [(key, words[key]) for key in card.moves],
    }


@require_GET
@member
def timeline(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = projects(request.organisation).select_related("adoption").order_by("start", "id")
    shown = page_of(request, rows, BARS_SHOWN)
    found = {one.row.pk: one for one in standings(request.organisation, today, {row.pk for row in shown})}
    bars = [_bar(found[row.pk]) for row in shown]
    links = {row.pk: [other.pk for other in shown if other != row and must_come_first(row, other)] for row in shown}
    names = {one["id"]: level_name(one) for one in bars}
    context = {
        **frame(request, "timeline"),
        "rows": [{**one, "waits": [names[other] for other in links[one["id"]]]} for one in bars],
        "page": shown,
        "gantt": project_bars(bars, links, today),
    }
    return render(request, "delivery/timeline.html", context)


def _bar(one: Any) -> dict[str, Any]:
    row, value = one.row, one.value
    return {
        "id": row.pk,
        "scenario": row.adoption.scenario,
        "level": row.level,
        "department": row.department,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "closed": row.closed.isoformat() if row.closed else None,
        "withdrawn": row.withdrawn,
        "is_open": one.is_open,
        "baseline": {"start": row.baseline_start.isoformat(), "end": row.baseline_end.isoformat()},
        "forecast": {"end": one.outlook.end.isoformat()},
        "done": 1.0 if row.closed else value.earned / value.budget if value.budget else 0.0,
        "days_late": (one.outlook.end - row.end).days if one.is_open else 0,
    }


@require_GET
@member
def listing(request: HttpRequest) -> HttpResponse:
    """The list with filters and bulk actions; it reads only the page that is shown."""
    today = timezone.localdate()
    rows = _filtered(request, today)
    if request.GET.get("as") == "xlsx":
        return _listing_file(rows)
    shown = page_of(request, rows)
    found = {one.row.pk: one for one in standings(request.organisation, today, {row.pk for row in shown})}
    mine = projects(request.organisation)
    context = {
        **frame(request, "list"),
        "rows": [{"row": row, **_bar(found[row.pk]), "value": found[row.pk].value} for row in shown],
        "page": shown,
        "departments": sorted({name for name in mine.values_list("department", flat=True).distinct() if name}),
        "states": {
            "open": _("Under way"),
            "late": _("Overdue"),
            "done": _("Level reached"),
            "withdrawn": _("Withdrawn"),
        },
        "wanted": {key: request.GET.get(key, "") for key in ("state", "department", "q")},
        "roles": [(key, role.name) for key, role in responsibilities().roles.items()],
        "people": [one.user.get_username() for one in members(request.organisation)],
    }
    return render(request, "delivery/list.html", context)


def _filtered(request: HttpRequest, today: date) -> Any:
    rows = projects(request.organisation).select_related("adoption").order_by("start", "id")
    state, department, words = (request.GET.get(key, "").strip() for key in ("state", "department", "q"))
    still = Q(closed__isnull=True, withdrawn__isnull=True)
    if state == "open":
        rows = rows.filter(still)
    elif state == "late":
        rows = rows.filter(still, end__lt=today)
    elif state == "done":
        rows = rows.filter(closed__isnull=False)
    elif state == "withdrawn":
        rows = rows.filter(withdrawn__isnull=False)
    if department:
        rows = rows.filter(department=department)
    if words:
        cards = atlas().manifests.items()
        named = [key for key, card in cards if words.casefold() in f"{key} {card.name.zh} {card.name.en}".casefold()]
        rows = rows.filter(adoption__scenario__in=named)
    return rows


def _listing_file(rows: Any) -> HttpResponse:
    columns = [_("Project"), _("Level"), _("Department"), _("Start"), _("Planned end"), _("Budget"), _("Level reached")]
    lines = (
        (scenario_name(row.adoption.scenario), row.level, row.department, row.start, row.end, row.budget, row.closed)
        for row in rows.iterator(chunk_size=500)
    )
    return as_xlsx({_("Projects"): (columns, lines)}, "tujing-project-list.xlsx")


@require_GET
@member
def warned(request: HttpRequest) -> HttpResponse:
    """All early warnings, the gravest first, each with its reason and the next step."""
    today = timezone.localdate()
    document = delivery_document(request.organisation, today)
    budgets = {one["id"]: one["budget"] for one in document["projects"]}
    told = ranked(document["warnings"], budgets)
    if request.GET.get("as") == "xlsx":
        columns = [_("Project"), _("Level"), _("Urgency"), _("What is seen"), _("Next step")]
        lines = [
            (scenario_name(one["scenario"]), one["level"], one["severity"], one[language()], say(one["next_step"]))
            for one in told
        ]
        return as_xlsx({_("Early warnings"): (columns, lines)}, f"tujing-warnings-{today}.xlsx")
    context = {
        **frame(request, "warnings"),
        "page": page_of(request, told),
        "urgent": sum(one["severity"] == "high" for one in told),
        "portfolio": document["portfolio"],
    }
    return render(request, "delivery/warned.html", context)


@require_GET
@member
def people(request: HttpRequest) -> HttpResponse:
    """Who holds a role in every project, and who learns what, when."""
    today = timezone.localdate()
    document = delivery_document(request.organisation, today)
    if request.GET.get("as") == "xlsx":
        columns = [_("Audience"), _("Course"), _("Days each"), _("From"), _("To"), _("Scenario")]
        lines = [
            (say(one["audience"]), say(one["course"]), one["days"], one["start"], one["end"], one["scenario"])
            for one in document["literacy"]
        ]
        return as_xlsx({_("Learning plan"): (columns, lines)}, f"tujing-learning-{today}.xlsx")
    holders = RoleHolder.objects.filter(organisation=request.organisation, project__isnull=True)
    known = responsibilities()
    context = {
        **frame(request, "people"),
        "page": page_of(request, document["literacy"]),
        "roles": [(key, role, [one for one in holders if one.role == key]) for key, role in known.roles.items()],
        "members": [one.user.get_username() for one in members(request.organisation)],
        "source": known,
    }
    return render(request, "delivery/people.html", context)


@require_GET
@member
def export(request: HttpRequest) -> HttpResponse:
    """All projects as a workbook."""
    document = delivery_document(request.organisation, timezone.localdate())
    content = workbook(document, actual_rows(request.organisation))
    return attachment(content, f"tujing-projects-{document['date']}.xlsx", XLSX)


@require_POST
@requires("deliver")
def upload(request: HttpRequest) -> HttpResponse:
    """Takes in an edited export: breakdown, progress and money; all of it or nothing."""
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        done = import_file(request.organisation, path)
    finally:
        uploads.forget(request.organisation, token)
    rows, changed = sum(one.rows for one in done), sum(one.changed for one in done)
    messages.success(request, _("%(rows)s rows read, %(changed)s changed.") % {"rows": rows, "changed": changed})
    return forms.done(request, "delivery_list")


@require_POST
@requires("deliver")
def take_up(request: HttpRequest) -> HttpResponse:
    """Turns the newest plan into adoptions with milestones."""
    plan = latest_plan(request.organisation)
    if plan is None:
        raise refuse("no_plan", "还没有规划，请先完成规划。", "There is no plan yet; make one first.")
    taken = take_up_plan(request.organisation, plan)
    messages.success(request, _("%(count)s scenarios taken up, each with its milestones.") % {"count": len(taken)})
    return forms.done(request, "delivery")


def own_project(request: HttpRequest, project: int) -> LevelProject | None:
    """The organisation's project of the open cycle."""
    return projects(request.organisation).select_related("adoption").filter(pk=project).first()
