"""Implementing: projects with their tasks, money and gates; each milestone closed by a check that runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.services import adoptions
from tujing.delivery.breakdown import templates
from tujing.delivery.cells import read_day
from tujing.delivery.document import actual_rows, delivery_document
from tujing.delivery.importing_services import import_file
from tujing.delivery.keeping_services import waive
from tujing.delivery.reading_services import curves, standings
from tujing.delivery.responsibility import responsibilities
from tujing.delivery.services import accept, accept_all
from tujing.delivery.workbook import workbook
from tujing.enterprise.models import Role
from tujing.enterprise.services import may, role_of
from tujing.iteration.services import take_up_plan
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, attachment
from tujing.web.words import say, scenario_name

WARNINGS_SHOWN = 12


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    mine = adoptions(request.organisation).prefetch_related("milestones").order_by("start", "scenario")
    today = timezone.localdate()
    document = delivery_document(request.organisation, today)
    told = sorted(document["warnings"], key=lambda one: one["severity"] != "high")
    context = {
        "adoptions": mine,
        "plan": latest_plan(request.organisation),
        "today": today,
        "may_deliver": may(request.user, request.organisation, "deliver"),
        "portfolio": document["portfolio"],
        "projects": document["projects"],
        "warnings": told[:WARNINGS_SHOWN],
        "more_warnings": max(len(told) - WARNINGS_SHOWN, 0),
        "gantt": _portfolio_gantt(document["projects"], today),
    }
    return render(request, "delivery/page.html", context)


@require_GET
@member
def project(request: HttpRequest, project: int) -> HttpResponse:
    """One project: tasks with baseline, earned value, gates with evidence, responsibilities, records."""
    today = timezone.localdate()
    document = delivery_document(request.organisation, today)
    found = next((one for one in document["projects"] if one["id"] == project), None)
    if found is None:
        raise Http404
    standing = next(one for one in standings(request.organisation, today) if one.row.pk == project)
    roles = {key: role.name for key, role in responsibilities().roles.items()}
    context = {
        "one": found,
        "in_days": found["measured_in"] == "d",
        "option": templates().options[found["option"]],
        "gantt": _task_gantt(found, today),
        "value": _value_line(curves(standing, today), found["measured_in"]),
        "roles": list(roles.values()),
        "holders": [(name, found["roles"].get(key, [])) for key, name in roles.items()],
        "matrix": [(task, [task["raci"].get(key, "") for key in roles]) for task in found["tasks"]],
        "may_waive": role_of(request.user, request.organisation) in (Role.OWNER, Role.MANAGER),
    }
    return render(request, "delivery/project.html", context)


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
    return redirect("delivery")


@require_POST
@requires("deliver")
def waive_check(request: HttpRequest, milestone: int) -> HttpResponse:
    """Waives a check in the name of who is signed in; owners and managers only, for a reason and a time."""
    until = read_day(request.POST.get("until", ""), "until")
    reason = request.POST.get("reason", "")
    granted = waive(request.organisation, milestone, request.user.get_username(), reason, until)
    messages.warning(request, _("Waived until %(day)s; the check stays unpassed.") % {"day": granted.until})
    return redirect("delivery")


@require_POST
@requires("deliver")
def take_up(request: HttpRequest) -> HttpResponse:
    """Turns the newest plan into adoptions with milestones."""
    plan = latest_plan(request.organisation)
    if plan is None:
        raise refuse("no_plan", "还没有规划，请先完成规划。", "There is no plan yet; make one first.")
    taken = take_up_plan(request.organisation, plan)
    messages.success(request, _("%(count)s scenarios taken up, each with its milestones.") % {"count": len(taken)})
    return redirect("delivery")


@require_POST
@requires("deliver")
def check(request: HttpRequest, milestone: int) -> HttpResponse:
    """Runs one milestone's acceptance check."""
    verdict = accept(request.organisation, milestone)
    told = verdict.as_dict()
    (messages.success if verdict.passed else messages.warning)(request, say({"zh": told["zh"], "en": told["en"]}))
    return redirect("delivery")


@require_POST
@requires("deliver")
def check_all(request: HttpRequest) -> HttpResponse:
    judged = accept_all(request.organisation)
    passed = sum(verdict.passed for _milestone, verdict in judged)
    words = _("%(passed)s of %(count)s open checks passed.") % {"passed": passed, "count": len(judged)}
    messages.info(request, words)
    return redirect("delivery")


def _portfolio_gantt(projects: list[dict[str, Any]], today: date) -> dict[str, Any] | None:
    """A row a project: above when it should end by what is done, below its baseline."""
    if not projects:
        return None
    bars = []
    for place, one in enumerate(projects):
        name = _level_name(one)
        end = one["closed"] or (max(one["end"], one["forecast"]["end"]) if one["is_open"] else one["end"])
        late = one["is_open"] and one["forecast"]["end"] > one["end"]
        bars.append(_bar(place, one["baseline"], _("Baseline"), thin=True))
        bars.append(
            _bar(
                place,
                {"start": one["start"], "end": end},
                name,
                lifted=True,
                late=late,
                group=one["scenario"].split("/")[0],
                detail=[[_("Planned end"), one["end"]], [_("Expected end"), one["forecast"]["end"]]],
            )
        )
    return _gantt([_level_name(one) for one in projects], bars, today)


def _task_gantt(one: Mapping[str, Any], today: date) -> dict[str, Any]:
    bars = []
    for place, task in enumerate(one["tasks"]):
        if task["baseline_start"]:
            baseline = {"start": task["baseline_start"], "end": task["baseline_end"]}
            bars.append(_bar(place, baseline, _("Baseline"), thin=True))
        expected = {"start": task["forecast_start"], "end": task["forecast_end"]}
        bars.append(
            _bar(
                place,
                expected if task["earned"] < 1 and one["is_open"] else task,
                f"{task['progress']:.0%}" if task["progress"] else "",
                lifted=True,
                late=task["critical"] and one["is_open"],
                group=task["phase"],
                detail=[
                    [_("Planned"), f"{task['start']} – {task['end']}"],
                    [_("Slack, days"), str(task["slack"])],
                    [_("Progress"), f"{task['progress']:.0%}"],
                ],
            )
        )
    return _gantt([f"{task['number']} {say(task['name'])}" for task in one["tasks"]], bars, today)


def _gantt(rows: list[str], bars: list[dict[str, Any]], today: date) -> dict[str, Any]:
    chart = {"kind": "gantt", "axis": "date", "rows": rows, "bars": bars}
    if any(bar["start"] <= today.isoformat() <= bar["end"] for bar in bars):
        chart |= {"today": today.isoformat(), "todayName": _("Today")}
    return chart


def _bar(row: int, span: Mapping[str, str], label: str, **look: Any) -> dict[str, Any]:
    # A last day counts as a whole.
    end = date.fromisoformat(span["end"]) + timedelta(days=1)
    return {"row": row, "start": span["start"], "end": end.isoformat(), "label": label, **look}


def _value_line(rows: list[dict[str, Any]], unit: str) -> dict[str, Any] | None:
    """Planned value, earned value and cost over time; the last two end today."""
    if not rows:
        return None

    def values(name: str) -> list[float | None]:
        return [None if row[name] is None else round(row[name]) for row in rows]

    series = [{"name": _("Planned value"), "values": values("planned")}]
    series.append({"name": _("Earned value"), "values": values("earned")})
    if unit == "CNY":
        series.append({"name": _("Actual cost"), "values": values("actual")})
    return {
        "kind": "line",
        "categories": [row["date"].isoformat() for row in rows],
        "series": series,
        "unit": _("yuan") if unit == "CNY" else _("days"),
    }


def _level_name(one: Mapping[str, Any]) -> str:
    return f"{scenario_name(one['scenario'])} → {one['level']}"
