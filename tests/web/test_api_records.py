"""By the API as by the pages: reports and documents of a project, evidence, versions of a table, people, jobs."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.web.api_client import calling, client_of, refused
from tests.web.conftest import SAMPLE, SCENARIO

from tujing.dataspace import services as dataspace
from tujing.delivery.models import CostRecord, LevelProject, ProgressRecord, ProjectEdit
from tujing.diagnosis.models import Assessment, PainPoint
from tujing.documents import delivery as delivery_documents
from tujing.documents.data import RestoreWishes
from tujing.documents.diagnosis import EvidenceWishes, PainTies
from tujing.documents.people import InvitationWishes, Placing
from tujing.enterprise.invitation_services import find
from tujing.enterprise.models import Membership, Role
from tujing.runtime.models import Job

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    return calling(works)


@pytest.fixture
def project(works) -> LevelProject:
    return LevelProject.objects.get(organisation=works)


def test_progress_and_money_are_reported_once(owner, project):
    wishes = delivery_documents.Report(task="1.1", share=0.5, amount=1200, reference="V-1")
    assert owner.delivery.report(project.pk, wishes).changed == 1
    assert owner.delivery.report(project.pk, wishes).changed == 0
    assert ProgressRecord.objects.get().share == 0.5 and CostRecord.objects.get().amount == 1200
    for wrong, code in (
        ({"task": "9.9"}, "unknown_task"),
        ({"on": timezone.localdate().replace(year=2099)}, "not_yet"),
    ):
        with refused(code):
            owner.delivery.report(project.pk, wishes.model_copy(update=wrong))


def test_a_project_is_moved_and_taken_back_and_two_do_not_overwrite_each_other(owner, project):
    owner.delivery.project(project.pk)
    seen = owner.session.etag
    with refused("if_match_missing", 428):
        owner.delivery.shift(project.pk, delivery_documents.ProjectEdit(days=7))
    done = owner.delivery.shift(project.pk, delivery_documents.ProjectEdit(days=7), if_match=seen)
    assert done.changed == ["1.1"] and ProjectEdit.objects.get().by == "owner-works"
    with refused("changed_meanwhile", 412):
        owner.delivery.shift(project.pk, delivery_documents.ProjectEdit(days=7), if_match=seen)
    row = owner.delivery.undo(project.pk, if_match=f'"v{done.version}"')
    assert row.start == project.start and row.version > done.version
    with refused("nothing_to_undo"):
        owner.delivery.undo(project.pk, if_match=f'"v{row.version}"')


def test_who_edited_tasks_by_the_api_is_kept(owner, project):
    edit = delivery_documents.TaskEdit(number="1.1", cost=9_000)
    owner.delivery.edit(project.pk, [edit], if_match=f'"v{project.version}"')
    assert ProjectEdit.objects.get().by == "owner-works"


def test_a_document_is_attached_downloaded_taken_away_and_put_back(works, owner, calling, project, tmp_path):
    file = tmp_path / "offer.txt"
    file.write_text("报价", encoding="utf-8")
    kept = owner.delivery.attach(project.pk, file, note="the second one")
    assert (kept.name, kept.by, kept.size) == ("offer.txt", "owner-works", 6)
    viewer = calling(works, Role.VIEWER)
    assert viewer.delivery.document(kept.id, tmp_path / "back.txt").read_text(encoding="utf-8") == "报价"
    with refused("not_allowed", 403):
        viewer.delivery.remove_document(kept.id)
    owner.delivery.remove_document(kept.id)
    assert [one.name for one in owner.delivery.files(project.pk)] == ["minutes.txt"]
    assert [one.id for one in owner.delivery.files(project.pk, removed=True)] == [kept.id]
    assert owner.delivery.restore_document(kept.id).removed is None


def test_evidence_is_listed_fetched_taken_away_and_put_back(works, owner, tmp_path):
    draft = Assessment.objects.get(organisation=works, status="draft")
    file = tmp_path / "photo.txt"
    file.write_text("seen on the floor", encoding="utf-8")
    kept = owner.diagnosis.attach(draft.pk, "B1", file, note="line 3")
    said = owner.diagnosis.back(draft.pk, "B1", EvidenceWishes(kind="statement", note="as we do it"))
    assert [one.id for one in owner.diagnosis.evidence(draft.pk, question="B1")] == [kept.id, said.id]
    copy = owner.diagnosis.evidence_file(draft.pk, kept.id, tmp_path / "copy.txt")
    assert copy.read_text(encoding="utf-8") == "seen on the floor"
    owner.diagnosis.remove_evidence(draft.pk, said.id)
    assert [one.id for one in owner.diagnosis.evidence(draft.pk, removed=True)] == [said.id]
    assert owner.diagnosis.restore_evidence(draft.pk, said.id).removed is None
    with refused("not_found", 404):
        owner.diagnosis.evidence_file(draft.pk, said.id, tmp_path / "none")


@pytest.mark.parametrize(("form", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_an_assessment_goes_out_as_a_report(works, owner, tmp_path, form, begins):
    submitted = Assessment.objects.get(organisation=works, status="submitted")
    assert owner.diagnosis.report(submitted.pk, form, tmp_path).read_bytes().startswith(begins)


def test_a_pain_point_is_tied_to_scenarios(works, owner):
    pain = PainPoint.objects.create(
        organisation=works, department="planning", words={"zh": "换型太久"}, severity=3, frequency="daily"
    )
    owner.diagnosis.tie(pain.pk, PainTies(scenarios=[SCENARIO]))
    pain.refresh_from_db()
    assert pain.scenarios == [SCENARIO]
    with refused("unknown_scenario"):
        owner.diagnosis.tie(pain.pk, PainTies(scenarios=["no/such"]))
    owner.diagnosis.tie(pain.pk, PainTies(scenarios=[]))
    pain.refresh_from_db()
    assert pain.scenarios == []


def test_versions_are_set_against_each_other_and_restored(works, owner, tmp_path):
    lines = (SAMPLE / "work_centre.csv").read_text(encoding="utf-8-sig").splitlines()
    shorter = tmp_path / "work_centre.csv"
    shorter.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    dataspace.import_file(works, "work_centre", shorter)
    found = owner.data.difference("work_centre", 1, 2)
    assert (found.added, found.removed, found.changed) == (0, 1, 0) and len(found.removed_rows) == 1
    made = owner.data.restore("work_centre", 1, RestoreWishes(note="too short"))
    assert made.number == 3 and made.active and made.rows == len(lines) - 1 and made.created_by == "owner-works"
    with refused("unknown_version"):
        owner.data.difference("work_centre", 1, 99)


def test_people_are_invited_placed_and_taken_out(works, owner, calling):
    calling(works, Role.VIEWER)
    told = owner.people.invite(InvitationWishes(mail="li@example.com", role="consultant", department="IT"))
    assert told.link.startswith("http://127.0.0.1/invitation/") and not told.mailed
    assert find(told.link.rstrip("/").rpartition("/")[2]).mail == "li@example.com"
    again = owner.people.resend(told.invitation.id)
    assert again.link != told.link
    owner.people.revoke(told.invitation.id)
    assert [one.status for one in owner.people.invitations(mail="li@")] == ["revoked"]
    with refused("invitation_over"):
        owner.people.resend(told.invitation.id)
    viewer = next(one for one in owner.enterprise.members() if one.role == "viewer")
    assert owner.people.assign(viewer.id, Placing(role="consultant", department="IT")).department == "IT"
    owner.people.remove(viewer.id)
    assert viewer.id not in [one.id for one in owner.enterprise.members()]
    own = next(one for one in owner.enterprise.members() if one.account == "owner-works")
    with refused("last_owner"):
        owner.people.remove(own.id)


def test_a_token_gives_no_role_that_may_more_than_itself(works, owner, django_user_model):
    person = django_user_model.objects.get(username="owner-works")
    narrow = client_of(works, person, "view", "administer")
    with refused("beyond_scope", 403):
        narrow.people.invite(InvitationWishes(mail="x@example.com", role="owner"))
    own = Membership.objects.get(organisation=works, user=person)
    with refused("beyond_scope", 403):
        narrow.people.assign(own.pk, Placing(role="manager"))
    assert narrow.people.invite(InvitationWishes(mail="x@example.com", role="viewer")).invitation.role == "viewer"


def test_a_job_that_failed_is_tried_again(works, owner, calling):
    job = Job.objects.filter(organisation=works).earliest("created")
    with refused("not_over"):
        owner.running.retry(job.pk)
    Job.objects.filter(pk=job.pk).update(status="failed")
    with refused("not_allowed", 403):
        calling(works, Role.MANAGER).running.retry(job.pk)
    assert owner.running.retry(job.pk).status == "queued"
