"""Reading what a blueprint is built from, and building it."""

from __future__ import annotations

from django.utils.timezone import localdate

from tujing.atlas.loader import atlas
from tujing.blueprint.breakdown import work_of
from tujing.blueprint.build import build
from tujing.blueprint.gaps import gaps
from tujing.blueprint.given import Enterprise, Given, Pain, step_id
from tujing.blueprint.made import Blueprint
from tujing.dataspace import services as dataspace
from tujing.diagnosis import services as diagnosis
from tujing.enterprise.codes import industry
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.words import Text


def blueprint(organisation: Organisation, plan: Plan | None = None) -> Blueprint:
    """Builds the blueprint of a plan of the organisation, by default its newest.

    Raises
    ------
    BadInput
        When there is no plan yet, or it chose nothing.
    """
    given = read(organisation, plan)
    model = build(given)
    return Blueprint(given, model, tuple(gaps(model)))


def read(organisation: Organisation, plan: Plan | None = None) -> Given:
    """Reads plan, diagnosis, map and data of an organisation; a plan of another one is as good as none."""
    plan = latest_plan(organisation) if plan is None else plan
    if plan is not None and plan.organisation_id != organisation.pk:
        plan = None
    if plan is None:
        raise refuse(
            "no_plan",
            "还没有规划，请先运行 tujing plan 工作区，再编制规划方案。",
            "There is no plan yet; run tujing plan WORKSPACE first, then make the blueprint.",
        )
    document = plan_document(plan)
    gone = sorted({one["scenario"] for one in document["projects"]} - set(atlas().manifests))
    if gone:
        raise refuse(
            "scenario_gone",
            f"规划里的场景 {'、'.join(gone)} 已不在图谱中，请装回或重新规划。",
            f"The plan's scenarios {', '.join(gone)} are no longer on the map; install them again, or plan anew.",
            value=", ".join(gone),
        )
    if not document["projects"]:
        raise refuse(
            "empty_plan",
            "最近的规划没有选出项目，没有可编制的方案；请放宽预算、人手或季度数后重新规划。",
            "The newest plan chose no project, so there is nothing to lay out; widen budget, people or quarters and "
            "plan again.",
        )
    assessment = diagnosis.latest(organisation)
    facts = dataspace.facts(organisation)
    return Given(
        enterprise=_enterprise(organisation),
        plan=document,
        diagnosis=None if assessment is None else diagnosis.summary(assessment),
        pains=_pains(organisation),
        manifests=atlas().manifests,
        runnable=frozenset(name for name, card in atlas().cards.items() if card.runnable),
        work={step_id(one): work_of(one) for one in document["projects"]},
        rows={name: one.rows for name, one in facts.items()},
        made=localdate(plan.created),
    )


def _enterprise(organisation: Organisation) -> Enterprise:
    found, profile = classification(organisation), Profile.objects.get(organisation=organisation)
    return Enterprise(
        name=organisation.name,
        size=found.size_label,
        tier=found.tier_label,
        track=found.track_label,
        step=found.step,
        clause=found.clause,
        focus=found.focus,
        industry=Text(
            zh=f"{industry(profile.industry).name}（{profile.industry}）", en=f"GB/T 4754 {profile.industry}"
        ),
        staff=profile.staff,
        revenue=float(profile.revenue),
    )


def _pains(organisation: Organisation) -> tuple[Pain, ...]:
    return tuple(
        Pain(str(one["id"]), Text(**one["words"]), one["department"], tuple(one["scenarios"]))
        for one in diagnosis.pain_points(organisation)
    )
