"""Why a step is in the plan or out of it, what would let it in, and questions that take the solver: those are jobs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tujing.iteration.plan_services import DRAWS
from tujing.planning.models import Plan
from tujing.planning.relaxation import amount
from tujing.planning.relaxation import label as limit_label
from tujing.web.access import member, requires
from tujing.web.plan_form import whole
from tujing.web.tasks.plan import start_question
from tujing.web.views.jobs import job_context
from tujing.web.views.plan import frame, own_plan
from tujing.web.views.plan_gantt import quarter_name, step_name
from tujing.web.words import say

PAGES = {"pareto": "plan_front", "robustness": "plan_appraisal", "limits": "plan_appraisal", "why": "plan_why"}


@require_GET
@member
def step(request: HttpRequest, plan: int, scenario: str, level: int) -> HttpResponse:
    found = own_plan(request.organisation, plan)
    context = frame(request, found) | {
        "step": f"{scenario}@{level}",
        "name": step_name(scenario, level),
        "scenario": scenario,
        "level": level,
        "quarter_choices": [(place, quarter_name(found, place)) for place in range(found.quarters)],
    }
    project = found.projects.filter(scenario=scenario, level=level).first()
    left = found.rejections.filter(scenario=scenario, level=level).first()
    if project is not None:
        context |= {"project": project} | _inside(found, scenario, level, project)
    elif left is not None:
        context |= {"left": left} | _outside(found, scenario, level, left)
    else:
        raise Http404
    return render(request, "plan/why.html" if request.htmx else "plan/why_page.html", context)


@require_POST
@requires("plan")
def ask(request: HttpRequest, plan: int, question: str) -> HttpResponse:
    """Queues a question about a plan; its answer is kept beside the plan."""
    if question not in PAGES:
        raise Http404
    found = own_plan(request.organisation, plan)
    about = request.POST.get("about", "") if question == "why" else ""
    draws = whole(request.POST.get("draws", str(DRAWS)), "draws") if question == "robustness" else 0
    job = start_question(
        request.organisation,
        found.pk,
        question,
        request.user,
        page=PAGES[question],
        at=[found.pk, *_place(about)],
        about=about,
        draws=draws,
    )
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


def _place(about: str) -> list[Any]:
    if not about:
        return []
    scenario, _at, level = about.rpartition("@")
    if not scenario or not level.isdecimal():
        raise Http404
    return [scenario, int(level)]


def _inside(plan: Plan, scenario: str, level: int, project: Any) -> dict[str, Any]:
    """What speaks for a step that is in: its fair share of the value, its risks, where its money comes from."""
    result = plan.result
    share = next(
        (one["npv"] for one in result.get("shares", ()) if (one["scenario"], one["level"]) == (scenario, level)), None
    )
    robust = plan.parts.filter(kind="robustness").first()
    subsidies = {one["id"]: one["label"] for one in result.get("funding", {}).get("subsidies", ()) if one.get("label")}
    return {
        "share": share,
        "risks": [one for one in result.get("risks", ()) if (one["scenario"], one["level"]) == (scenario, level)][:3],
        "sources": [(name, say(subsidies[name]) if name in subsidies else "", paid) for name, paid in
                    project.sources.items()],
        "kept_in": robust and robust.content["share"].get(f"{scenario}@{level}", 0.0),
        "draws": robust and robust.content["draws"],
        "start": project.start_quarter,
    }  # fmt: skip


def _outside(plan: Plan, scenario: str, level: int, left: Any) -> dict[str, Any]:
    """What keeps a step out, what would have to be true, and what letting it in would cost."""
    part = plan.parts.filter(kind="why", about=f"{scenario}@{level}").first()
    details = {**left.details, **(part.content if part else {})}
    relaxation = details.get("relaxation")
    return {
        "asked": part is not None or bool(left.details.get("relaxation")) or bool(left.details.get("break_even")),
        "binding": [say(limit_label(name)) for name in details.get("binding", ())],
        "displaced": [
            step_name(*_split(one)) for one in details.get("displaced", ()) if not one.startswith("measure:")
        ],
        "relaxation": relaxation,
        "stretch": [
            (say(limit_label(one["constraint"])), say(amount(one["constraint"], one["by"])))
            for one in (relaxation or {}).get("stretch", ())
            if not one["constraint"].startswith("blocked:")
        ],
        "break_even": details.get("break_even"),
        "can_be_asked": left.loss is not None or left.kind in ("infeasible", "displaces", "no_better"),
    }


def _split(step: str) -> tuple[str, int]:
    scenario, _at, level = step.rpartition("@")
    return scenario, int(level)
