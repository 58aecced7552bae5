"""By the API as by the pages: variants of a plan, what more is asked of it, the group and its plan."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pyarrow as pa
import pytest
from django.urls import reverse
from tests.web.api_client import calling, client_of, refused
from tests.web.conftest import factory
from tests.web.test_actions import work_off

from tujing.dataspace import services as dataspace
from tujing.documents.enterprise import OfferCode, OfferWishes
from tujing.documents.planning import GroupPlanWishes, PlanChanges, PlanName, PlanQuestion, PlanWishes
from tujing.enterprise.group_services import join, offer
from tujing.enterprise.models import GroupLink, Organisation, Role
from tujing.enterprise.services import add_member
from tujing.planning.models import Plan
from tujing.planning.value import DRIVERS
from tujing.runtime.models import Job

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    Job.objects.all().delete()
    return calling(works)


@pytest.fixture
def plan(works) -> Plan:
    return Plan.objects.get(organisation=works)


def variant_of(plan: Plan, **fields) -> Plan:
    """Another plan with the same steps but the first."""
    steps = list(plan.projects.all())[1:]
    copy = Plan.objects.get(pk=plan.pk)
    copy.pk, copy.chosen = None, None
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save()
    for step in steps:
        step.pk, step.plan = None, copy
        step.save()
    return copy


def test_a_plan_is_named_compared_and_chosen_and_the_former_taken_again(works, owner, plan):
    other = variant_of(plan)
    assert owner.planning.rename(other.pk, PlanName(name="lean")).name == "lean"
    rows = {one.id: one for one in owner.planning.plans()}
    assert rows[plan.pk].holds and not rows[other.pk].holds and rows[other.pk].chosen is None
    found = owner.planning.difference(plan.pk, other.pk)
    assert len(found.dropped) == 1 and not found.added and found.npv == 0.0
    assert owner.planning.difference(other.pk, plan.pk).added == found.dropped
    assert owner.planning.choose(other.pk).holds
    assert not owner.planning.plan(plan.pk).holds
    assert owner.planning.choose(plan.pk).holds
    plan.cycle.closed = date(2026, 1, 1)
    plan.cycle.save()
    with refused("cycle_closed"):
        owner.planning.choose(other.pk)


def test_a_variant_is_made_beside_the_plan(works, owner, plan):
    step = plan.projects.first()
    wish = f"{step.scenario}@{step.level}"
    job = owner.planning.vary(plan.pk, PlanChanges(forbid=[wish], name="without it"))
    done = work_off()
    assert done.pk == job.id and done.status == "done", done.error
    made = owner.planning.plan(owner.running.job(job.id).result["plan"])
    assert made.name == "without it" and not made.holds
    assert wish in owner.planning.difference(plan.pk, made.id).dropped
    with refused("no_change"):
        owner.planning.vary(plan.pk, PlanChanges())
    with refused("bad_step"):
        owner.planning.vary(plan.pk, PlanChanges(pin=["production/scheduling@9"]))


def test_wishes_that_make_no_sense_are_refused_before_anything_is_queued(owner):
    with refused("bad_parallel"):
        owner.planning.make(PlanWishes(budget=600_000, quarters=4, parallel=0))
    assert not Job.objects.exists()


def test_more_is_asked_of_a_plan_and_its_answer_kept(works, owner, plan):
    job = owner.planning.ask(plan.pk, PlanQuestion(question="limits"))
    done = work_off()
    assert done.pk == job.id and done.status == "done", done.error
    answers = list(owner.planning.answers(plan.pk))
    assert [one.question for one in answers] == ["limits"] and answers[0].content
    assert list(owner.planning.answers(plan.pk, question="why")) == []


@pytest.fixture
def head(other_works, calling):
    return calling(other_works)


@pytest.fixture
def third(db, django_user_model) -> Organisation:
    made = factory("third-works", "丙厂", "Works Three")
    months = pa.array([date(2025, month, 1) for month in range(1, 13)])
    baseline = {"month": months, **{name: [1_000_000.0] * 12 for name in DRIVERS}}
    dataspace.write_table(made, "financial_baseline", pa.table(baseline), source="test")
    add_member(made, django_user_model.objects.create_user("owner-third-works"), Role.OWNER)
    return made


def test_a_company_joins_a_group_sees_what_it_grants_and_leaves(works, other_works, owner, head):
    code = head.enterprise.offer(OfferWishes(actions=["view"])).code
    asked = owner.enterprise.read_offer(OfferCode(code=code))
    assert asked.actions == ["view"] and asked.parent.en == "Works Two" and not GroupLink.objects.exists()
    link = owner.enterprise.join(OfferCode(code=code))
    assert link.parent.slug == other_works.slug and link.child.slug == works.slug
    with refused("in_a_group"):
        owner.enterprise.join(OfferCode(code=code))
    assert owner.enterprise.group().parent.actions == ["view"]
    assert [one.child.slug for one in head.enterprise.group().children] == [works.slug]
    seen = list(head.enterprise.companies())
    assert [one.slug for one in seen] == [works.slug] and seen[0].late == 1 and seen[0].step == "implement"
    owner.enterprise.leave(works.pk)
    assert list(head.enterprise.companies()) == [] and head.enterprise.group().children == []
    with refused("not_found", 404):
        head.enterprise.leave(works.pk)
    with refused("offer_void"):
        owner.enterprise.join(OfferCode(code="forged"))


def test_who_may_not_oversee_or_administer_sees_no_group(works, other_works, calling, django_user_model):
    manager = calling(works, Role.MANAGER)
    for attempt in (manager.enterprise.group, lambda: list(manager.enterprise.companies())):
        with refused("not_allowed", 403):
            attempt()


def test_a_groups_plan_is_told_only_to_whom_may_see_each_company(
    works, other_works, third, owner, head, calling, django_user_model, small_atlas
):
    for company in (works, third):
        boss = django_user_model.objects.get(username=f"owner-{company.slug}")
        join(company, offer(other_works, ["view", "plan"]), boss)
    wishes = GroupPlanWishes(members=[works.slug, third.slug], budget=600_000, quarters=4)
    with refused("too_few_plants"):
        head.planning.make_for_group(wishes.model_copy(update={"members": [works.slug, "unknown"]}))
    chief = django_user_model.objects.get(username="owner-other-works")
    with refused("beyond_scope", 403):
        client_of(other_works, chief, "view", "plan").planning.make_for_group(wishes)
    job = head.planning.make_for_group(wishes)
    done = work_off()
    assert done.status == "done", done.error
    assert set(head.planning.group_plan(job.id).document["plants"]) == {works.slug, third.slug}
    assert "group" not in head.running.job(job.id).result
    viewer = calling(other_works, Role.VIEWER)
    assert works.slug not in str(viewer.running.job(job.id)) and viewer.running.job(job.id).status == "done"
    with refused("not_allowed", 403):
        viewer.planning.group_plan(job.id)
    with refused("not_found", 404):
        owner.planning.group_plan(job.id)
    GroupLink.objects.filter(child=third).delete()
    with refused("not_found", 404):
        head.planning.group_plan(job.id)
    with refused("not_found", 404):
        head.planning.group_plan(UUID(int=1))


def test_the_pages_vary_a_plan_and_plan_a_group_by_the_same_services(works, plan, sign_in):
    client = sign_in(works)
    again = reverse("plan_again", args=[plan.pk])
    assert client.post(again, {}).status_code == 422
    step = plan.projects.first()
    before = Job.objects.filter(kind="plan").count()
    client.post(again, {"forbid": [f"{step.scenario}@{step.level}"], "start": []})
    assert Job.objects.filter(kind="plan").count() == before + 1
    refused_page = client.post(reverse("plan_group_make"), {"quarters": "4", "budget": "60万", "member": ["x"]})
    assert refused_page.status_code == 422 and "两家企业" in refused_page.content.decode()
    assert client.get(reverse("plan_group")).status_code == 200
