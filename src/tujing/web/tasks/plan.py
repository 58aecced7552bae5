"""Making a plan, asking more of one, and planning a group."""

from __future__ import annotations

from typing import Any

from tujing.enterprise.models import Organisation
from tujing.planning.asked import Asked
from tujing.runtime import jobs
from tujing.runtime.models import Job
from tujing.runtime.services import JobProgress
from tujing.web.tasks.ending import end
from tujing.words import Text

PLAN = "plan"
ASK = "plan_ask"
GROUP = "plan_group"
KINDS = (PLAN, ASK, GROUP)


def start_plan(
    organisation: Organisation,
    wishes: dict[str, Any],
    by: Any,
    *,
    before: int | None = None,
    name: str = "",
    variant: bool = False,
) -> Job:
    """Queues a plan. `wishes` are those of `Asked`; `before` is the plan to begin from and to compare with."""
    asked = Asked(**wishes).model_dump(mode="json")
    return jobs.enqueue(organisation, PLAN, {"asked": asked, "before": before, "name": name, "variant": variant}, by)


def start_question(
    organisation: Organisation,
    plan: int,
    question: str,
    by: Any,
    *,
    page: str,
    at: list[Any],
    about: str = "",
    draws: int = 0,
) -> Job:
    """Queues a question about a plan; `page` (its name, with `at`) is where the answer is shown."""
    payload = {"plan": plan, "question": question, "about": about, "draws": draws, "page": page, "at": at}
    return jobs.enqueue(organisation, ASK, payload, by)


def start_group(organisation: Organisation, members: list[str], budget: float, quarters: int, by: Any) -> Job:
    """Queues the plan of a group's companies under one budget."""
    payload = {"members": members, "budget": budget, "quarters": quarters, "by": by.pk}
    return jobs.enqueue(organisation, GROUP, payload, by)


@jobs.handles(PLAN)
def _plan(job: Job) -> None:
    from tujing.iteration.plan_services import plan_as_asked
    from tujing.planning.infeasible import PlanConflict
    from tujing.planning.models import Plan

    given, steps = job.payload, _Steps(job)
    before = Plan.objects.filter(organisation=job.organisation, pk=given["before"]).first() if given["before"] else None
    try:
        plan = plan_as_asked(
            job.organisation,
            Asked(**given["asked"]),
            before=before,
            name=given["name"],
            variant=given["variant"],
            say=steps.say,
            watch=steps.watch,
        )
    except PlanConflict as conflict:
        told = conflict.document | {"problem": conflict.problems[0].as_dict()}
        end(job, conflict=told, page="plan_conflict", at=[str(job.pk)])
        return
    if given["variant"] and before:
        end(job, plan=plan.pk, page="plan_compare", query={"plan": f"{before.pk},{plan.pk}"})
    elif given["variant"]:
        end(job, plan=plan.pk, page="plan_one", at=[plan.pk])
    else:
        end(job, plan=plan.pk, page="plan")


@jobs.handles(ASK)
def _ask(job: Job) -> None:
    from tujing.iteration.plan_services import DRAWS, ask
    from tujing.planning.models import Plan

    given = job.payload
    plan = Plan.objects.get(organisation=job.organisation, pk=given["plan"])
    ask(job.organisation, plan, given["question"], given["about"], given["draws"] or DRAWS, _Steps(job).say)
    end(job, page=given["page"], at=given["at"])


@jobs.handles(GROUP)
def _group(job: Job) -> None:
    from django.contrib.auth import get_user_model

    from tujing.iteration.group_services import plan_of_group

    given = job.payload
    by = get_user_model().objects.get(pk=given["by"])
    _Steps(job).say(Text(zh="正在为集团各企业统筹求解", en="Solving for all companies of the group together"))
    found = plan_of_group(job.organisation, given["members"], given["budget"], given["quarters"], by)
    end(job, group=found, page="plan_group", query={"job": str(job.pk)})


class _Steps:
    """Turns what the planner says into the job's progress: the way is unknown, so each word goes a part of the rest."""

    PART = 0.12

    def __init__(self, job: Job) -> None:
        self.watching = JobProgress(job)
        self.share = 0.02

    def say(self, words: Text) -> None:
        self.share += (0.97 - self.share) * self.PART
        self.watching.report(self.share, Text(zh=words.zh.strip(), en=words.en.strip()))

    def watch(self, worth: float, bound: float) -> None:
        words = Text(
            zh=f"求解中：目前最好 {worth / 10_000:,.1f} 万元，上界 {max(worth, bound) / 10_000:,.1f} 万元",
            en=f"Solving: best so far CNY {worth:,.0f}, no plan is worth more than CNY {max(worth, bound):,.0f}",
        )
        self.watching.report(self.share, words, worth)
