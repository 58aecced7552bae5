"""The walk over every address: what each needs to be opened, and what a member gets there.

An area that adds an address adds its line here; a test fails on any address that has none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import SCENARIO

from tujing.adoption.models import Lesson
from tujing.chain.models import Follow
from tujing.conversation.models import Assignment, Comment
from tujing.delivery.models import Attachment, LevelProject, Milestone, RoleHolder
from tujing.diagnosis.models import Assessment, EvidenceItem, PainPoint
from tujing.diagnosis.services import evidence_folder
from tujing.enterprise import files
from tujing.enterprise.models import Change, Invitation, Membership, Organisation, OwnRole
from tujing.evaluation.models import Evaluation
from tujing.hooks import services as hooks
from tujing.hooks.models import Delivery, Hook
from tujing.notices.models import Notice
from tujing.planning.models import Plan, Rejection
from tujing.runtime.models import Job, Run, Schedule
from tujing.web.urls import pages

PUBLIC = {
    "login",
    "set_language",
    "logout",
    "account_login",
    "account_inactive",
    "account_forgot",
    "account_reset",
    "mfa_authenticate",
    "setup",
    "invitation",
    "openid_connect_login",
    "openid_connect_callback",
    "health",
}
POST_ONLY = {
    "openid_connect_login",
    "account_person",
    "account_password",
    "account_sessions",
    "account_unlink",
    "people_read_in",
    "people_remove",
    "people_recover",
    "people_resend",
    "people_revoke",
    "people_role_save",
    "people_role_delete",
    "people_policy",
    "people_sign_on",
    "people_group_offer",
    "people_group_join",
    "people_group_leave",
    "chain_code",
    "chain_join",
    "chain_end",
    "people_undo",
    "set_language",
    "logout",
    "organisation_choose",
    "jobs_cancel",
    "data_upload",
    "data_undo",
    "data_restore",
    "data_check",
    "data_query_run",
    "data_query_save",
    "data_query_remove",
    "diagnosis_start",
    "diagnosis_answer",
    "diagnosis_assign",
    "diagnosis_check",
    "diagnosis_evidence",
    "diagnosis_evidence_back",
    "diagnosis_evidence_remove",
    "diagnosis_facts_answer",
    "diagnosis_freeze",
    "diagnosis_pains_add",
    "diagnosis_pains_remove",
    "diagnosis_pains_tie",
    "diagnosis_pains_upload",
    "diagnosis_peers_consent",
    "diagnosis_submit",
    "diagnosis_verdict",
    "diagnosis_workbook_undo",
    "diagnosis_workbook_upload",
    "plan_make",
    "plan_check",
    "plan_again",
    "plan_choose",
    "plan_rename",
    "plan_ask",
    "plan_respond",
    "plan_group_make",
    "delivery_take_up",
    "delivery_check_all",
    "delivery_check",
    "delivery_upload",
    "delivery_waive",
    "delivery_bulk",
    "delivery_keep_role",
    "delivery_release",
    "delivery_document_remove",
    "delivery_move",
    "delivery_check_project",
    "delivery_drag",
    "delivery_edit",
    "delivery_matrix",
    "delivery_whole",
    "delivery_undo",
    "delivery_report",
    "delivery_attach",
    "delivery_keep",
    "evaluation_declare",
    "evaluation_compute",
    "evaluation_forget",
    "evaluation_work_out",
    "evaluation_rating_upload",
    "evaluation_rate_keep",
    "iteration_lesson_write",
    "iteration_lesson_note",
    "iteration_lesson_remove",
    "iteration_consent",
    "iteration_revoke",
    "evaluation_run",
    "iteration_open",
    "notices_mark",
    "notices_read_all",
    "notices_unread_again",
    "home_tour_ended",
    "conversation_say",
    "conversation_follow",
    "conversation_assign",
    "conversation_edit",
    "conversation_remove",
    "conversation_restore",
    "conversation_settle",
    "conversation_withdraw",
    "scenarios_schedule",
    "scenarios_schedule_change",
    "scenarios_take_back",
    "scenarios_use",
    "account_token_revoke",
    "operations_retry",
    "operations_cancel",
    "operations_schedule",
    "operations_reset",
    "operations_audit_check",
    "operations_retention",
    "operations_backup_make",
    "operations_restore",
    "hooks_test",
    "hooks_switch",
    "hooks_remove",
    "hooks_again",
}
OWN_ACCOUNT = {
    "account",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}
"""Pages of the person, for which one needs no company."""
PERSONAL = {
    "diagnosis_check",
    "account_person",
    "account_password",
    "account_sessions",
    "account_unlink",
    "home_tour_ended",
    "organisation_choose",
    "conversation_follow",
    "notices_mark",
    "notices_read_all",
    "notices_unread_again",
    "account_token_revoke",
}
"""What even a viewer may post: it changes nothing but what they see themselves."""
ELSEWHERE = {
    "diagnosis_flash": 302,
    "diagnosis_questions": 302,
    "diagnosis_workbook_preview": 422,
    "notices_open": 404,
    "account_login": 302,
    "account_inactive": 403,
    "account_reset": 422,
    "mfa_authenticate": 302,
    "mfa_index": 302,
    "mfa_reauthenticate": 302,
    "mfa_activate_totp": 302,
    "mfa_deactivate_totp": 404,
    "mfa_view_recovery_codes": 404,
    "mfa_generate_recovery_codes": 302,
    "setup": 404,
    "invitation": 422,
    "openid_connect_callback": 404,
    "operations_backups": 200,
    "operations_backup_download": 422,
    "plan_conflict": 404,
    "plan_compare": 422,
    "plan_point": 404,
    "conversation_go": 302,
    "account_welcome": 302,
    "login": 302,
    "data_job": 404,
    "data_reject": 404,
    "data_preview": 422,
    "scenarios_compare": 422,
    "scenarios_compare_export": 422,
    "atlas_poster": 404,
    "data_query_result": 404,
    "data_query_export": 404,
    "scenarios_file": 404,
    "evaluation_rows": 422,
}
"""What a member gets from a GET that is no page of its own (no such import, file or upload here), and of what is for
whoever runs the installation: the owner while there is one company, nobody of two."""
NAMES = [pattern.name for pattern in pages]
PAGES = [name for name in NAMES if name not in POST_ONLY]

ABOUT = {"about_kind": "scenario", "about_key": SCENARIO}


def notice(works: Organisation) -> Notice:
    """Somebody else's: to whoever walks it is not there."""
    somebody, _ = get_user_model().objects.get_or_create(username="somebody")
    told = {"person": somebody, "kind": "mention", "words": {"zh": "甲厂专用名", "en": "Works One"}}
    return Notice.objects.get_or_create(organisation=works, **ABOUT, defaults=told)[0]


def comment(works: Organisation) -> Comment:
    return Comment.objects.get_or_create(organisation=works, **ABOUT, defaults={"text": "甲厂专用名"})[0]


def assignment(works: Organisation) -> Assignment:
    somebody, _ = get_user_model().objects.get_or_create(username="somebody")
    wanted = {"about_name": {"zh": "甲厂专用名", "en": "Works One"}, "task": "甲厂专用名", "assignee": somebody}
    return Assignment.objects.get_or_create(organisation=works, **ABOUT, defaults=wanted)[0]


def member(works: Organisation) -> Membership:
    somebody, _ = get_user_model().objects.get_or_create(username="colleague")
    return Membership.objects.get_or_create(organisation=works, user=somebody, defaults={"role": "viewer"})[0]


def invitation(works: Organisation) -> Invitation:
    wanted = {"role": "viewer", "expires": timezone.now() + timedelta(days=1)}
    return Invitation.objects.get_or_create(organisation=works, mail="x@example.com", defaults=wanted)[0]


def change(works: Organisation) -> Change:
    return Change.objects.get_or_create(organisation=works, kind="policy", before={}, after={})[0]


def own_role(works: Organisation) -> OwnRole:
    return OwnRole.objects.get_or_create(organisation=works, code="lead", base="viewer", name={"zh": "甲厂专用名"})[0]


def follow(works: Organisation) -> Follow:
    leader, _ = Organisation.objects.get_or_create(slug="leader", defaults={"name": {"zh": "链主", "en": "Leader"}})
    return Follow.objects.get_or_create(organisation=leader, member=works, defaults={"tie": "chain"})[0]


def evidence(works: Organisation) -> EvidenceItem:
    assessment = Assessment.objects.get(organisation=works, status="submitted")
    kept = files.keep(evidence_folder(works), b"kept here", "note.txt")
    told = {"sha256": kept.sha256, "recorded": {"size": kept.size, "media_type": kept.media_type}}
    named = {"assessment": assessment, "indicator": "B1", "kind": "file", "reference": "note.txt"}
    return EvidenceItem.objects.get_or_create(**named, defaults=told)[0]


def pain_point(works: Organisation) -> PainPoint:
    told = {"words": {"zh": "甲厂专用名"}, "severity": 3, "frequency": "weekly"}
    return PainPoint.objects.get_or_create(organisation=works, department="甲", defaults=told)[0]


def hook(works: Organisation) -> Hook:
    made = Hook.objects.filter(organisation=works).first()
    return made or hooks.save(works, "甲厂专用名", "https://hooks.example/", ["plan_made"])[0]


def delivery(works: Organisation) -> Delivery:
    return Delivery.objects.filter(organisation=works).first() or hooks.test(works, hook(works))


OBJECTS: dict[str, Callable[[Organisation], object]] = {
    "job": lambda works: Job.objects.filter(organisation=works).earliest("created").pk,
    "run": lambda works: Run.objects.get(organisation=works).pk,
    "plan": lambda works: Plan.objects.get(organisation=works).pk,
    "assessment": lambda works: Assessment.objects.filter(organisation=works, status="submitted").get().pk,
    "milestone": lambda works: Milestone.objects.get(organisation=works).pk,
    "project": lambda works: LevelProject.objects.get(organisation=works).pk,
    "kind": lambda works: "scenario",
    "key": lambda works: SCENARIO,
    "notice": lambda works: notice(works).pk,
    "comment": lambda works: comment(works).pk,
    "assignment": lambda works: assignment(works).pk,
    "schedule": lambda works: Schedule.objects.get(organisation=works).pk,
    "scenario": lambda works: SCENARIO,
    "element": lambda works: "work_order",
    "table": lambda works: "schedule",
    "ending": lambda works: "xlsx",
    "token": lambda works: "x" * 22,
    "name": lambda works: "work_order-20260101-000000-00000000.csv",
    "question": lambda works: "B1",
    "item": lambda works: evidence(works).pk,
    "pain_point": lambda works: pain_point(works).pk,
    "artifact": lambda works: "model.onnx",
    "form": lambda works: "xlsx",
    "manual_page": lambda works: "explanation/planning",
    "which": lambda works: "skills",
    "scene": lambda works: "JB01-A-1-1",
    "level": lambda works: Rejection.objects.filter(organisation=works, scenario=SCENARIO).first().level,
    "point": lambda works: 0,
    "api_token": lambda works: 1,
    "hook": lambda works: hook(works).pk,
    "delivery": lambda works: delivery(works).pk,
    "number": lambda works: 1,
    "saved": lambda works: 0,
    "query": lambda works: UUID(int=1),
    "holder": lambda works: RoleHolder.objects.get(organisation=works).pk,
    "attached": lambda works: Attachment.objects.get(organisation=works).pk,
    "entry": lambda works: "log",
    "membership": lambda works: member(works).pk,
    "invitation": lambda works: invitation(works).pk,
    "change": lambda works: change(works).pk,
    "own_role": lambda works: own_role(works).code,
    "child": lambda works: works.pk,
    "follow": lambda works: follow(works).pk,
    "code": lambda works: "x" * 22,
    "account": lambda works: "MQ",
    "provider_id": lambda works: "site",
    "evaluation": lambda works: Evaluation.objects.get(organisation=works).pk,
    "kpi": lambda works: "lead_time",
    "indicator": lambda works: "usability",
    "lesson": lambda works: Lesson.objects.get(organisation=works).pk,
}
OWNED = {
    "pain_point",
    "hook",
    "delivery",
    "assessment",
    "assignment",
    "attached",
    "change",
    "child",
    "comment",
    "evaluation",
    "follow",
    "lesson",
    "holder",
    "invitation",
    "job",
    "membership",
    "milestone",
    "notice",
    "own_role",
    "plan",
    "project",
    "run",
    "schedule",
}
BEYOND = {"api", "api_openapi", "api_nowhere"}
"""Addresses beside the areas' own: of the API's face; none takes part of a path."""


def address(name: str, works: Organisation) -> str:
    pattern = next(pattern for pattern in pages if pattern.name == name)
    return reverse(name, kwargs={key: OBJECTS[key](works) for key in pattern.pattern.converters})


def owned(name: str) -> bool:
    pattern = next(pattern for pattern in pages if pattern.name == name)
    return bool(OWNED & set(pattern.pattern.converters))
