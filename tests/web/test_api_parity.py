"""What a page lets a person do, the API lets a program do; what it does not, for a reason that stands here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from tests.web.api_walk import operations

from tujing.web.urls import pages

SAME = {
    "chain_code": "chain.make_code",
    "chain_end": "chain.end",
    "chain_join": "chain.agree",
    "conversation_assign": "conversation.assign",
    "conversation_edit": "conversation.edit",
    "conversation_follow": "conversation.follow",
    "conversation_remove": "conversation.remove",
    "conversation_restore": "conversation.restore",
    "conversation_say": "conversation.say",
    "conversation_settle": "conversation.settle",
    "conversation_withdraw": "conversation.withdraw",
    "data_check": "data.check",
    "data_preview": "data.take_in",
    "data_query_remove": "query.remove",
    "data_query_run": "query.ask",
    "data_query_save": "query.save",
    "data_restore": "data.restore",
    "data_undo": "data.undo",
    "data_upload": "data.upload",
    "delivery_attach": "delivery.attach",
    "delivery_bulk": "delivery.change_many",
    "delivery_check": "delivery.check",
    "delivery_check_all": "delivery.check_all",
    "delivery_check_project": "delivery.check_all",
    "delivery_document_remove": "delivery.remove_document",
    "delivery_drag": "delivery.edit",
    "delivery_edit": "delivery.edit",
    "delivery_keep": "delivery.keep_log",
    "delivery_keep_role": "delivery.name_for_all",
    "delivery_matrix": "delivery.edit",
    "delivery_move": "delivery.move",
    "delivery_release": "delivery.release",
    "delivery_report": "delivery.report",
    "delivery_take_up": "delivery.take_up",
    "delivery_undo": "delivery.undo",
    "delivery_upload": "delivery.import_file",
    "delivery_waive": "delivery.waive",
    "delivery_whole": "delivery.shift",
    "diagnosis_answer": "diagnosis.answer",
    "diagnosis_assign": "diagnosis.assign",
    "diagnosis_check": "diagnosis.check_frozen",
    "diagnosis_evidence": "diagnosis.back",
    "diagnosis_evidence_back": "diagnosis.restore_evidence",
    "diagnosis_evidence_remove": "diagnosis.remove_evidence",
    "diagnosis_facts_answer": "diagnosis.answer_facts",
    "diagnosis_freeze": "diagnosis.freeze",
    "diagnosis_pains_add": "diagnosis.add_pain_point",
    "diagnosis_pains_remove": "diagnosis.remove_pain_point",
    "diagnosis_pains_tie": "diagnosis.tie",
    "diagnosis_pains_upload": "diagnosis.read_pain_points",
    "diagnosis_peers_consent": "diagnosis.give_peer_consent",
    "diagnosis_start": "diagnosis.start",
    "diagnosis_submit": "diagnosis.submit",
    "diagnosis_verdict": "diagnosis.judge",
    "diagnosis_verify": "diagnosis.verify",
    "diagnosis_workbook_preview": "diagnosis.take_in_answers",
    "diagnosis_workbook_undo": "diagnosis.undo_answers",
    "diagnosis_workbook_upload": "diagnosis.preview_answers",
    "evaluation_compute": "evaluation.compute",
    "evaluation_declare": "evaluation.declare_one",
    "evaluation_forget": "evaluation.forget",
    "evaluation_rate_keep": "evaluation.say_rating",
    "evaluation_rating_upload": "evaluation.rate",
    "evaluation_run": "evaluation.start_evaluating",
    "evaluation_work_out": "evaluation.work_out",
    "hooks": "hooks.add",
    "hooks_again": "hooks.send_again",
    "hooks_one": "hooks.change",
    "hooks_remove": "hooks.remove",
    "hooks_switch": "hooks.switch",
    "hooks_test": "hooks.test",
    "iteration_consent": "iteration.give",
    "iteration_lesson_note": "iteration.annotate",
    "iteration_lesson_remove": "iteration.remove_lesson",
    "iteration_lesson_write": "iteration.write",
    "iteration_open": "iteration.open_next",
    "iteration_revoke": "iteration.revoke",
    "jobs_cancel": "running.cancel",
    "notices_mark": "notices.mark",
    "notices_preferences": "notices.prefer",
    "notices_read_all": "notices.mark_all",
    "notices_unread_again": "notices.mark",
    "operations_audit_check": "audit.check",
    "operations_backup_make": "installation.make_backup",
    "operations_cancel": "running.cancel",
    "operations_reset": "installation.reset_example",
    "operations_retention": "audit.set_retention",
    "operations_retry": "running.retry",
    "operations_schedule": "installation.switch_clock_work",
    "people_assign": "people.assign",
    "people_group_join": "enterprise.join",
    "people_group_leave": "enterprise.leave",
    "people_group_offer": "enterprise.offer",
    "people_invitations": "people.invite",
    "people_policy": "security.set_policy",
    "people_profile": "enterprise.set_profile",
    "people_read_in": "people.read_members",
    "people_remove": "people.remove",
    "people_resend": "people.resend",
    "people_revoke": "people.revoke",
    "people_role_delete": "people.delete_role",
    "people_role_save": "people.save_role",
    "people_sign_on": "security.set_sign_on",
    "people_undo": "security.undo",
    "plan_again": "planning.vary",
    "plan_ask": "planning.ask",
    "plan_check": "planning.check",
    "plan_choose": "planning.choose",
    "plan_group_make": "planning.make_for_group",
    "plan_make": "planning.make",
    "plan_rename": "planning.rename",
    "plan_respond": "planning.answer",
    "scenarios_bench": "running.start",
    "scenarios_schedule": "running.schedule",
    "scenarios_schedule_change": "running.rest",
    "scenarios_take_back": "running.take_back",
    "scenarios_use": "running.put_in_use",
    "account_token_revoke": "tokens.revoke",
}
ACCOUNT = "of the person's account, which no company's token reaches"
COMING_IN = "before anybody is signed in"
ALONE = {
    "account_forgot": COMING_IN,
    "account_login": COMING_IN,
    "account_password": ACCOUNT,
    "account_person": ACCOUNT,
    "account_reset": COMING_IN,
    "account_sessions": ACCOUNT,
    "account_tokens": "a token that made tokens would outlive its own revocation",
    "account_unlink": ACCOUNT,
    "home_tour_ended": "of the pages themselves",
    "invitation": COMING_IN,
    "login": COMING_IN,
    "openid_connect_login": COMING_IN,
    "operations_restore": "it replaces the rows of the very token that asked; `tujing restore` and the page do it",
    "organisation_choose": "a token belongs to one company",
    "organisations_new": "a token belongs to one company, and the new one is none of it yet",
    "people_recover": "a link to somebody's password is given to a person who is signed in, not to a program",
    "setup": COMING_IN,
}


def layers(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def takes_posts(view: Callable[..., Any]) -> bool:
    """Whether one of a view's decorators, Django's own, lets a POST through."""
    told = [inspect.getclosurevars(one).nonlocals.get("request_method_list", ()) for one in layers(view)]
    return any("POST" in methods for methods in told)


def test_each_page_that_changes_something_has_its_operation_or_a_reason_why_not():
    taking = {one.name for one in pages if one.callback.__module__.startswith("tujing.") and takes_posts(one.callback)}
    assert len(taking) > 100
    assert taking - {*SAME, *ALONE} == set(), "name the operation that does the same, or the reason why there is none"
    assert {*SAME, *ALONE} - taking == set(), "these pages are gone"
    assert not SAME.keys() & ALONE.keys()


def test_the_operations_that_do_the_same_are_there():
    assert set(SAME.values()) - {one.id for one in operations()} == set()
