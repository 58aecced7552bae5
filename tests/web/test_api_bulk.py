"""By the API as by the pages: many projects at once, members as a list, webhooks changed, wishes checked, risks."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from tests.web.api_client import calling, client_of, refused
from tests.web.test_delivery import mill, project
from tests.web.test_plan_appraisal import appraised

from tujing.client import ApiProblem
from tujing.delivery.models import LevelProject
from tujing.documents.delivery import BulkWishes
from tujing.documents.hooks import HookChanges, HookWishes
from tujing.documents.planning import PlanWishes, RiskWishes
from tujing.enterprise.models import Membership, Role
from tujing.planning.models import Plan, RiskResponse
from tujing.runtime.models import Job

__all__ = ["appraised", "calling", "mill"]


def test_many_projects_are_changed_at_once_or_none(mill, calling):
    owner = calling(mill)
    keys, before = [project(1).pk, project(2).pk], project(1).start
    moved = owner.delivery.change_many(BulkWishes(projects=keys, what="shift", days=14))
    assert moved.count == 2 and project(1).start == before + timedelta(days=14)
    owner.delivery.change_many(BulkWishes(projects=keys, what="role", role="owner", holder="王工"))
    assert [one.role_holders.get().person for one in LevelProject.objects.all()] == ["王工", "王工"]
    with pytest.raises(ApiProblem) as told:
        owner.delivery.change_many(BulkWishes(projects=keys, what="role", role="king", holder="w"))
    assert told.value.problems[0].code == "unknown_role" and told.value.problems[0].zh and told.value.problems[0].en
    head = calling(mill, Role.DEPARTMENT_HEAD)
    with refused("may_not"):
        head.delivery.change_many(BulkWishes(projects=keys, what="withdraw", reason="预算没有批下来"))
    assert not LevelProject.objects.exclude(withdrawn=None).exists()
    done = owner.delivery.change_many(BulkWishes(projects=keys, what="withdraw", reason="预算没有批下来"))
    assert {one.withdrawn_by for one in done.items} == {"owner-mill"}


def test_a_project_that_is_not_there_or_not_ones_own_leaves_the_others_as_they_are(mill, other_works, calling):
    keys, before = [project(1).pk, project(2).pk], project(1).start
    wishes = BulkWishes(projects=[*keys, 999_999], what="shift", days=14)
    with refused("not_found", 404):
        calling(mill).delivery.change_many(wishes)
    with refused("not_found", 404):
        calling(other_works).delivery.change_many(wishes.model_copy(update={"projects": keys}))
    with refused("not_allowed", 403):
        calling(mill, Role.VIEWER).delivery.change_many(wishes.model_copy(update={"projects": keys}))
    assert project(1).start == before


def test_members_go_out_and_come_in_as_a_list_all_rows_or_none(other_works, calling, tmp_path):
    owner = calling(other_works)
    calling(other_works, Role.VIEWER)
    listed = owner.people.member_list("csv", tmp_path).read_text(encoding="utf-8-sig")
    assert "viewer-other-works,viewer" in listed
    file = tmp_path / "edited.csv"
    file.write_text(listed.replace("viewer-other-works,viewer,", "viewer-other-works,consultant,IT"), "utf-8")
    assert owner.people.read_members(file).changed == 1
    member = Membership.objects.get(user__username="viewer-other-works")
    assert (member.role, member.department) == ("consultant", "IT")
    file.write_text("account,role,department\nviewer-other-works,manager,\nnobody,viewer,\n", "utf-8")
    with pytest.raises(ApiProblem) as told:
        owner.people.read_members(file)
    assert told.value.problems[0].row == 3
    member.refresh_from_db()
    assert member.role == "consultant"
    person = get_user_model().objects.get(username="owner-other-works")
    narrow = client_of(other_works, person, "view", "administer")
    file.write_text("account,role,department\nviewer-other-works,manager,\n", "utf-8")
    with refused("beyond_scope", 403):
        narrow.people.read_members(file)
    with refused("not_allowed", 403):
        client_of(other_works, member.user).people.member_list("csv", tmp_path)


def test_a_webhook_is_changed_and_its_address_stays_where_none_is_given(other_works, works, calling):
    owner = calling(other_works)
    made = owner.hooks.add(HookWishes(name="MES", url="https://mes.example/in", events=["plan_made"]))
    changed = owner.hooks.change(made.id, HookChanges(name="ERP", events=["run_finished"]))
    assert (changed.name, changed.host, changed.events) == ("ERP", "mes.example", ["run_finished"])
    with refused("no_name"):
        owner.hooks.change(made.id, HookChanges(name=" ", events=["run_finished"]))
    with refused("not_found", 404):
        calling(works).hooks.change(made.id, HookChanges(name="ERP", events=["run_finished"]))


def test_wishes_are_checked_without_a_job(works, calling):
    Job.objects.all().delete()
    owner = calling(works)
    fine = owner.planning.check(PlanWishes(budget=600_000, quarters=4))
    assert fine.problems == [] and fine.budget == pytest.approx(600_000)
    wrong = owner.planning.check(PlanWishes(budget=600_000, quarters=4, pinned=["no/such@1"]))
    assert wrong.problems and wrong.problems[0].zh and wrong.problems[0].en
    assert not Job.objects.exists()


def test_risks_are_told_with_what_the_rule_proposes_and_answered_in_ones_own_name(
    appraised, other_works, calling, tmp_path
):
    owner = calling(appraised.organisation)
    first = next(iter(owner.planning.risks(appraised.pk)))
    assert first.state == "open" and first.owner == "" and first.proposed_action.zh and first.proposed_owner.en
    key = {"scenario": first.scenario, "level": first.level, "risk": first.risk}
    said = owner.planning.answer(
        appraised.pk, RiskWishes(**key, owner="王工", response="先做小批验证", state="under_way")
    )
    assert (said.owner, said.state, said.changed_by) == ("王工", "under_way", f"owner-{appraised.organisation.slug}")
    assert said in list(owner.planning.risks(appraised.pk, state="under_way"))
    book = openpyxl.load_workbook(owner.planning.risk_register(appraised.pk, "xlsx", tmp_path))
    assert "先做小批验证" in [cell for row in book.worksheets[0].values for cell in row]
    for wrong in ({"risk": "moon"}, {"level": 9}):
        with refused("not_found", 404):
            owner.planning.answer(appraised.pk, RiskWishes(**{**key, **wrong}))
    with refused("not_found", 404):
        calling(other_works).planning.answer(appraised.pk, RiskWishes(**key))
    with refused("not_allowed", 403):
        calling(appraised.organisation, Role.VIEWER).planning.answer(appraised.pk, RiskWishes(**key))
    assert RiskResponse.objects.count() == 1


def test_a_plan_of_before_there_were_risks_has_none(works, calling):
    plan = Plan.objects.get(organisation=works)
    Plan.objects.filter(pk=plan.pk).update(result={k: v for k, v in plan.result.items() if k != "risks"})
    assert not list(calling(works).planning.risks(plan.pk))
