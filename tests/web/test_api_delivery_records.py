"""By the API as by the pages: roles, contracts, log, rights, changes and checks of a project."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from tests.web.api_client import calling, refused

from tujing.client import ApiProblem
from tujing.delivery.models import Evidence, LevelProject, Milestone, RoleHolder
from tujing.delivery.services import accept
from tujing.documents import delivery_records as documents
from tujing.enterprise.models import Role
from tujing.tokens import services as tokens

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    return calling(works)


@pytest.fixture
def project(works) -> LevelProject:
    return LevelProject.objects.get(organisation=works)


FOUND = documents.LogWishes(kind="risk", severity="major", finding="服务器到货推迟", due=date(2026, 12, 1))
CHANGE = documents.ChangeWishes(title="增加看板", task="1.1", cost=-2000, days=4, reason="车间提出")


def test_a_finding_stays_that_of_who_found_it_also_when_another_closes_it(works, owner, calling, project):
    found = owner.delivery.keep_log(project.pk, FOUND)
    assert (found.person, found.on, found.closed) == ("owner-works", timezone.localdate(), None)
    head = calling(works, Role.DEPARTMENT_HEAD)
    done = FOUND.model_copy(update={"day": found.on, "closed": found.on, "action": "已到货"})
    closed = head.delivery.keep_log(project.pk, done)
    assert (closed.id, closed.person, closed.closed) == (found.id, "owner-works", found.on)
    assert [one.id for one in owner.delivery.log(project.pk, kind="risk", is_closed=True)] == [found.id]
    assert not list(owner.delivery.log(project.pk, kind="quality"))
    with refused("closed_before_found"):
        owner.delivery.keep_log(project.pk, done.model_copy(update={"closed": found.on - timedelta(days=1)}))


def test_roles_are_named_here_and_everywhere_and_released(works, owner, project):
    here = owner.delivery.name_holder(project.pk, documents.HolderWishes(role="owner", person="owner-works"))
    everywhere = owner.delivery.name_for_all(documents.HolderWishes(role="sponsor", person="陈总"))
    assert (here.project, here.is_member) == (project.pk, True)
    assert (everywhere.project, everywhere.is_member) == (None, False)
    assert {here.id, everywhere.id} < {one.id for one in owner.delivery.holders_of(project.pk)}
    assert [one.id for one in owner.delivery.role_holders(person="陈总")] == [everywhere.id]
    owner.delivery.release(here.id)
    assert not RoleHolder.objects.filter(pk=here.id).exists()
    with refused("not_found", 404):
        owner.delivery.release(here.id)
    with refused("unknown_role"):
        owner.delivery.name_for_all(documents.HolderWishes(role="wizard", person="甲"))


def test_a_contract_is_entered_once_and_pays_nothing_before_its_gate_is_passed(owner, project):
    owed = documents.DeliverableWishes(name="部署", gate="data", due=project.end, payment=3000)
    wishes = documents.ContractWishes(
        number="HT/1", provider="某软件", amount=6000, signed=project.start, deliverables=[owed]
    )
    kept = owner.delivery.keep_contract(project.pk, wishes)
    assert kept == owner.delivery.keep_contract(project.pk, wishes) and kept.deliverables[0].payment == 3000
    assert list(owner.delivery.contracts(project.pk)) == [kept]
    early = wishes.model_copy(update={"deliverables": [owed.model_copy(update={"paid": project.end})]})
    with refused("paid_before_accepted"):
        owner.delivery.keep_contract(project.pk, early)
    with refused("pays_too_much"):
        owner.delivery.keep_contract(project.pk, wishes.model_copy(update={"amount": 2000}))


def test_the_checklist_of_rights_is_answered_item_by_item(owner, project):
    items = list(owner.delivery.rights(project.pk))
    assert "exit" in [one.item for one in items] and {one.state for one in items} == {"open"}
    said = owner.delivery.answer_right(project.pk, "exit", documents.RightsWishes(state="met", note="第 12 条"))
    assert (said.state, said.person, said.on) == ("met", "owner-works", timezone.localdate())
    assert said in list(owner.delivery.rights(project.pk))
    with refused("unknown_item"):
        owner.delivery.answer_right(project.pk, "moon", documents.RightsWishes(state="met"))
    with refused("unknown_state"):
        owner.delivery.answer_right(project.pk, "exit", documents.RightsWishes(state="maybe"))


def test_a_change_is_decided_once_by_who_may_and_the_dates_follow(works, owner, calling, project):
    asked = owner.delivery.request_change(project.pk, CHANGE)
    assert (asked.requested_by, asked.decision) == ("owner-works", "open")
    head = calling(works, Role.DEPARTMENT_HEAD)
    approve = documents.DecisionWishes(decision="approved", reason="同意")
    with refused("may_not"):
        head.delivery.decide_change(asked.id, approve)
    done = owner.delivery.decide_change(asked.id, approve)
    assert (done.decision, done.decided_by) == ("approved", "owner-works")
    assert LevelProject.objects.get(pk=project.pk).end == project.end + timedelta(days=4)
    with refused("decided_already"):
        owner.delivery.decide_change(asked.id, documents.DecisionWishes(decision="rejected"))
    assert [one.id for one in owner.delivery.change_requests(project.pk, decision="approved")] == [asked.id]


def test_a_check_is_replaced_with_a_reason_and_every_time_it_ran_is_told(works, owner, calling, project):
    mark = Milestone.objects.get(organisation=works)
    wishes = documents.CheckWishes(
        replaces=mark.kind, check={"kind": "run_green", "runs": 2}, reason="两次运行才算稳定"
    )
    with refused("may_not"):
        calling(works, Role.DEPARTMENT_HEAD).delivery.set_check(project.pk, wishes)
    assert owner.delivery.set_check(project.pk, wishes).check == {"kind": "run_green", "runs": 2}
    assert "两次运行才算稳定" in [one.action for one in owner.delivery.log(project.pk, kind="quality")]
    accept(works, mark.pk)
    [told] = owner.delivery.check_evidence(mark.pk)
    assert told.intact and not told.passed
    Evidence.objects.update(content={**told.content, "passed": True})
    assert not next(iter(owner.delivery.check_evidence(mark.pk))).intact


def test_who_may_only_look_keeps_nothing_and_another_company_finds_no_project(works, other_works, calling, project):
    viewer, stranger = calling(works, Role.VIEWER), calling(other_works)
    right = documents.RightsWishes(state="met")
    attempts = (
        lambda client: client.delivery.keep_log(project.pk, FOUND),
        lambda client: client.delivery.request_change(project.pk, CHANGE),
        lambda client: client.delivery.answer_right(project.pk, "exit", right),
        lambda client: client.delivery.name_holder(project.pk, documents.HolderWishes(role="cio", person="x")),
        lambda client: client.delivery.release(RoleHolder.objects.get(organisation=works).pk),
    )
    for attempt in attempts:
        with refused("not_allowed", 403):
            attempt(viewer)
        with refused("not_found", 404):
            attempt(stranger)
    assert not project.log.exists() and not project.changes.exists() and not project.rights.exists()


def test_what_does_not_fit_is_told_in_both_languages_with_its_place(owner, project):
    with pytest.raises(ApiProblem) as told:
        owner.delivery.request_change(project.pk, CHANGE.model_copy(update={"task": "9.9"}))
    [problem] = told.value.problems
    assert problem.code == "unknown_task" and problem.key == "changes.0.task"
    assert "项目没有任务 9.9" in problem.zh and "no task 9.9" in problem.en


def test_a_finding_sent_twice_under_one_key_is_kept_once(works, sign_in, django_user_model, project):
    sign_in(works)
    person = django_user_model.objects.get(username="owner-works")
    secret = tokens.make(works, person, "test", tokens.grantable(works, person), 1)[1]
    client = Browser(headers={"authorization": f"Bearer {secret}", "idempotency-key": "k"})
    address = f"/api/v1/projects/{project.pk}/log"
    content = FOUND.model_dump(mode="json")
    first = client.post(address, content, content_type="application/json")
    project.log.update(finding="changed since")
    again = client.post(address, content, content_type="application/json")
    assert first.content == again.content and again["Idempotency-Replayed"] == "true" and project.log.count() == 1


def test_the_checks_of_one_project_are_run(works, owner, other_works, project):
    ran = [one.milestone for one in owner.delivery.check_all(project=project.pk).verdicts]
    assert ran == list(
        Milestone.objects.filter(organisation=works, adoption=project.adoption).values_list("pk", flat=True)
    )
    with refused("not_found", 404):
        owner.delivery.check_all(project=LevelProject.objects.get(organisation=works).pk + 999)
