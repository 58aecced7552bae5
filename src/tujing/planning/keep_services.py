"""Storing a plan that was worked out: its projects, what it left out and why, and the parts kept apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tujing.adoption.services import current_cycle
from tujing.enterprise.models import Organisation
from tujing.planning import wishes
from tujing.planning.assumptions import Assumptions
from tujing.planning.models import Plan, PlannedProject, PlanPart, Rejection
from tujing.planning.value import DRIVERS, Baseline, worth
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.planning.reasons import Rejected
    from tujing.planning.services import Proposal

APART = ("candidates", "pareto", "robustness", "limits")
"""Parts of a plan's document that are kept apart, because they are large or may be asked for later."""
WAITING: dict[str, dict[str, Any]] = {
    kind: {
        "relaxation": {
            "stretch": [{"constraint": f"blocked:{kind}", "by": 1}],
            "price": None,
            "objective": None,
            "words": words.as_dict(),
        }
    }
    for kind, words in (
        ("readiness", Text(zh="补齐上述数据后可列入候选。", en="It becomes a candidate once these data are ready.")),
        (
            "missing_baseline",
            Text(zh="补填基线后可列入候选。", en="It becomes a candidate once the baseline is filled in."),
        ),
        (
            "prerequisite",
            Text(zh="前置步骤能列入后可列入候选。", en="It becomes a candidate once that step can be planned."),
        ),
    )
}
"""What lets a step in that is no candidate; nothing is solved for it, so no price is told."""


@transaction.atomic
def keep(organisation: Organisation, proposal: Proposal, *, name: str = "", variant: bool = False) -> Plan:
    """Stores a proposal as the newest plan of the open cycle: as the plan that holds, or as a variant beside it."""
    wanted, limits, known, solved = proposal.wanted, proposal.limits, proposal.known, proposal.solved
    document = dict(solved.document)
    parts = {kind: document.pop(kind) for kind in APART if kind in document}
    plan = Plan.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        start=wanted.start,
        quarters=wanted.quarters,
        budget=list(wanted.budget),
        status=solved.choice.status,
        objective=solved.choice.objective,
        bound=solved.choice.bound,
        seed=wanted.seed,
        parameters={
            "assumptions": proposal.given.values(),
            "overlap": solved.factors,
            "person_days": list(limits.person_days),
            "parallel": limits.parallel,
            "departments": dict(limits.departments),
            "skills": dict(limits.skills),
            "loan": asdict(limits.loan) if limits.loan else None,
            "subsidies": [rule.id for rule in limits.subsidies],
            "pinned": list(wanted.pinned),
            "forbidden": list(wanted.forbidden),
            "mandatory": list(wanted.mandatory),
            "asked": proposal.asked.model_dump(mode="json"),
            "size": known.size,
            "levels": dict(known.levels),
            "cost_factor": known.cost_factor,
            "baseline": _baseline_document(known.baseline, proposal.given),
        },
        result=document,
        name=name,
        before=proposal.before,
        **({"chosen": None} if variant else {}),
    )
    PlanPart.objects.bulk_create(
        PlanPart(plan=plan, organisation=organisation, kind=kind, content=content) for kind, content in parts.items()
    )
    PlannedProject.objects.bulk_create(
        PlannedProject(
            plan=plan,
            organisation=organisation,
            scenario=project.candidate.scenario,
            level=project.candidate.level,
            option=project.candidate.option or "buy",
            department=project.candidate.department,
            sources=dict(project.sources),
            start_quarter=project.start,
            quarters=project.candidate.quarters,
            start=wishes.quarter_start(wanted.start, project.start),
            end=wishes.quarter_end(wanted.start, project.start + project.candidate.quarters),
            cost=project.candidate.one_off.mean,
            yearly_cost=project.candidate.yearly.mean,
            person_days=project.candidate.person_days,
            npv=project.npv,
            reason=project.why.as_dict(),
        )
        for project in solved.projects
    )
    left_out = [
        Rejection(
            plan=plan,
            organisation=organisation,
            scenario=reason.step.rpartition("@")[0],
            level=int(reason.step.rpartition("@")[2]),
            kind=reason.kind,
            reason=reason.why.as_dict(),
            loss=reason.loss,
            exact=reason.exact,
            details=details_of(reason),
        )
        for reason in solved.rejected
    ]
    never_in = [
        Rejection(
            plan=plan,
            organisation=organisation,
            scenario=one.scenario,
            level=one.level,
            kind=one.kind,
            reason=one.why.as_dict(),
            details=WAITING.get(one.kind, {}),
        )
        for one in proposal.kept_out
    ]
    Rejection.objects.bulk_create(left_out + never_in)
    return plan


def details_of(reason: Rejected) -> dict[str, Any]:
    """Returns what stands beside the words of a rejection, as plain JSON."""
    relaxed, even = reason.relaxation, reason.break_even
    return {
        "binding": list(reason.binding),
        "displaced": list(reason.displaced),
        "relaxation": relaxed
        and {
            "stretch": [{"constraint": name, "by": by} for name, by in relaxed.stretch],
            "price": relaxed.price,
            "objective": relaxed.objective,
            "words": relaxed.words.as_dict(),
        },
        "break_even": even
        and {"effect": even.effect, "cheaper": even.cheaper, "exact": even.exact, "words": even.words.as_dict()},
    }


def _baseline_document(known: Baseline, given: Assumptions) -> dict[str, Any]:
    """Returns the baseline with what each driver is worth, so that every benefit opens to its figures."""
    return {
        "months": known.months,
        "first": known.first.isoformat() if known.first else None,
        "last": known.last.isoformat() if known.last else None,
        "margin": known.margin,
        "annual": dict(known.annual),
        "worth": {driver: worth(driver, known, given.cost_of_capital.value) for driver in DRIVERS},
    }
