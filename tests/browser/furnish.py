"""Run beside a site: its first company takes a plan up, is late with a project and has its effects measured.

Prints the keys of what pages need. A plan that a test has made through the pages is good enough. Where there is none,
one of few quarters is made: with twelve the solver is asked several times as long why each step was left out.
"""

from __future__ import annotations

import json

import django

BUDGET, QUARTERS = 3_000_000.0, 8
LATE_DAYS = 30
"""How long ago the project should have been over."""


def furnish() -> dict[str, int]:
    from django.utils import timezone

    from tujing.delivery.editing_services import edit_project
    from tujing.delivery.reading_services import projects
    from tujing.enterprise.models import Organisation
    from tujing.evaluation.services import evaluate
    from tujing.iteration.services import make_plan, take_up_plan
    from tujing.planning.services import latest_plan

    organisation = Organisation.objects.order_by("pk")[0]
    plan = latest_plan(organisation) or make_plan(organisation, budget=BUDGET, quarters=QUARTERS)
    take_up_plan(organisation, plan)
    project = projects(organisation).order_by("start", "pk")[0]
    earlier = (timezone.localdate() - project.end).days - LATE_DAYS
    edit_project(organisation, project.pk, project.version, days=earlier, by="furnish")
    milestone = project.adoption.milestones.order_by("pk")[0]
    effect = evaluate(organisation)[0]
    return {"plan": plan.pk, "project": project.pk, "milestone": milestone.pk, "effect": effect.pk}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(furnish()))
