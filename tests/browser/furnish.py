"""Run beside a site: its first company gets a plan that is taken up and its effects measured; prints their keys."""

from __future__ import annotations

import json

import django

BUDGET = 3_000_000.0


def furnish() -> dict[str, int]:
    from tujing.delivery.reading_services import projects
    from tujing.enterprise.models import Organisation
    from tujing.evaluation.services import evaluate
    from tujing.iteration.services import make_plan, take_up_plan

    organisation = Organisation.objects.order_by("pk")[0]
    take_up_plan(organisation, make_plan(organisation, budget=BUDGET))
    project = projects(organisation).order_by("start", "pk")[0]
    milestone = project.adoption.milestones.order_by("pk")[0]
    return {"project": project.pk, "milestone": milestone.pk, "effect": evaluate(organisation)[0].pk}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(furnish()))
