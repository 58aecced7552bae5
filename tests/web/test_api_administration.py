"""By the API as by the pages: security, sign-on, changes taken back, health, storage, the clock, backups, reasons."""

from __future__ import annotations

import zipfile

import pytest
from django.contrib.auth import get_user_model
from tests.web.api_client import calling, client_of, refused
from tests.web.test_actions import work_off

from tujing.audit.models import AuditEvent
from tujing.backup import services as backup
from tujing.client import ApiProblem
from tujing.documents.installation import ClockSwitch, ResetWishes
from tujing.documents.people import Placing
from tujing.documents.security import PolicyWishes, SignOnWishes
from tujing.enterprise.models import Membership, Organisation, Role, SignOn
from tujing.enterprise.security_services import client_secret, policy
from tujing.runtime import jobs
from tujing.runtime.models import Job, Run, Schedule

__all__ = ["calling"]
PROVIDER = SignOnWishes(name="甲厂", issuer="https://login.example.com/realms/works/", client_id="tujing", secret="s1")


@pytest.fixture
def owner(works, calling):
    Job.objects.all().delete()
    return calling(works)


def narrow(works: Organisation):
    """The owner's token that may administer and look, and no more."""
    return client_of(works, get_user_model().objects.get(username="owner-works"), "view", "administer")


def test_the_policy_is_set_told_and_taken_back(works, owner):
    assert not owner.security.policy().second_factor
    assert owner.security.set_policy(PolicyWishes(second_factor=False)).people == 1
    assert not list(owner.security.changes()), "nothing was different"
    Membership.objects.filter(organisation=works).update(role=Role.MANAGER)
    with refused("not_allowed", 403):
        owner.security.set_policy(PolicyWishes(second_factor=True))
    assert not policy(works).require_second_factor


def test_a_token_without_the_second_factor_that_is_now_asked_for_is_refused(works, owner):
    assert owner.security.set_policy(PolicyWishes(second_factor=True)).with_factor == 0
    with refused("second_factor_missing", 403):
        owner.security.policy()


def test_a_provider_is_set_without_ever_telling_its_secret_and_removed(works, owner):
    with refused("not_found", 404):
        owner.security.sign_on()
    told = owner.security.set_sign_on(PROVIDER)
    assert told.issuer == "https://login.example.com/realms/works" and "s1" not in told.model_dump_json()
    assert works.pk.hex in told.back and told == owner.security.sign_on()
    owner.security.set_sign_on(PROVIDER.model_copy(update={"secret": "", "name": "乙"}))
    assert client_secret(SignOn.objects.get()) == "s1"
    with pytest.raises(ApiProblem) as problem:
        owner.security.set_sign_on(PROVIDER.model_copy(update={"issuer": "login.example.com"}))
    [bad] = problem.value.problems
    assert bad.code == "bad_issuer" and "完整的网址" in bad.zh and "full address" in bad.en
    owner.security.remove_sign_on()
    assert not SignOn.objects.exists()


def test_who_comes_in_is_decided_by_a_token_of_the_whole_scope_alone(works, owner):
    limited = narrow(works)
    for attempt in (lambda: limited.security.set_sign_on(PROVIDER), limited.security.remove_sign_on):
        with refused("beyond_scope", 403):
            attempt()
    assert not SignOn.objects.exists()


def test_a_move_is_taken_back_once_and_by_no_token_that_may_less_than_it_gives_back(works, other_works, owner, calling):
    calling(works, Role.MANAGER)
    member = Membership.objects.get(organisation=works, role=Role.MANAGER)
    owner.people.assign(member.pk, Placing(role="viewer", department="IT"))
    change = next(iter(owner.security.changes()))
    assert (change.kind, change.before["role"], change.after["role"]) == ("member", "manager", "viewer")
    with refused("beyond_scope", 403):
        narrow(works).security.undo(change.id)
    with refused("not_found", 404):
        calling(other_works).security.undo(change.id)
    assert owner.security.undo(change.id).undone is not None
    member.refresh_from_db()
    assert member.role == Role.MANAGER
    with refused("changed_since"):
        owner.security.undo(change.id)


def test_health_and_storage_are_the_companys_and_what_is_of_all_only_for_who_runs_it(works, owner, calling):
    jobs.enqueue(works, "import", {})
    found = owner.installation.health()
    assert found.worker == "missing" and "no_worker" in [one.code for one in found.warnings]
    assert found.jobs["queued"] == 1 and found.waiting_since and found.installation.organisations == 1
    stored = owner.installation.storage()
    assert stored.bytes == sum(one.bytes for one in stored.folders) > 0
    with refused("not_allowed", 403):
        calling(works, Role.MANAGER).installation.health()
    Organisation.objects.create(slug="third", name={"zh": "丙", "en": "Third"})
    assert owner.installation.health().installation is None


def test_work_by_the_clock_rests_and_goes_on(works, owner):
    [one] = owner.installation.clock_work()
    assert not owner.installation.switch_clock_work(one.id, ClockSwitch(active=False)).active
    assert not Schedule.objects.get(pk=one.id).active
    with refused("not_found", 404):
        owner.installation.switch_clock_work(one.id + 999, ClockSwitch(active=True))


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_once_listed_verified_and_fetched(works, owner, tmp_path):
    job = owner.installation.make_backup(key="once")
    assert owner.installation.make_backup(key="once") == job and Job.objects.count() == 1
    work_off()
    [kept] = owner.installation.backups()
    assert kept.name == owner.running.job(job.id).result["backup"]
    found = owner.installation.check_backup(kept.name)
    assert found.rows > 10 and found.same_key and not found.has_key
    copy = owner.installation.download_backup(kept.name, tmp_path)
    assert copy.stat().st_size == kept.bytes
    with refused("not_found", 404):
        owner.installation.check_backup("secret_key")
    with refused("no_such_operation", 404):
        owner.installation.download_backup("../db.sqlite3", tmp_path)
    assert AuditEvent.objects.filter(action="downloaded").exists()
    [path] = backup.backups()
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as box:
        largest = max(box.infolist(), key=lambda one: one.compress_size)
    content[largest.header_offset + 100 + largest.compress_size // 2] ^= 0xFF
    path.write_bytes(bytes(content))
    with refused("damaged_backup"):
        owner.installation.check_backup(kept.name)


def test_backups_hold_everything_so_only_who_runs_the_installation_and_a_whole_token_reach_them(works, owner):
    for attempt in (narrow(works).installation.make_backup, lambda: list(narrow(works).installation.backups())):
        with refused("beyond_scope", 403):
            attempt()
    Organisation.objects.create(slug="third", name={"zh": "丙", "en": "Third"})
    for attempt in (
        owner.installation.make_backup,
        lambda: list(owner.installation.backups()),
        lambda: owner.installation.check_backup("x"),
    ):
        with refused("not_allowed", 403):
            attempt()
    assert not Job.objects.exists()


def test_only_the_example_is_made_anew_by_its_owner_who_says_its_name(works, owner, monkeypatch):
    with refused("not_allowed", 403):
        owner.installation.reset_example(ResetWishes(confirm="motor-works"))
    monkeypatch.setattr("tujing.examples.motor_works.installing_services.is_example", lambda organisation: True)
    with refused("not_confirmed"):
        owner.installation.reset_example(ResetWishes(confirm="yes"))
    assert owner.installation.reset_example(ResetWishes(confirm="motor-works")).kind == "example_reset"


def test_why_an_order_is_late_is_told_link_by_link(works, owner):
    run = Run.objects.get(organisation=works)
    columns = ["job", "late", "step", "kind", "by_job", "operation", "machine", "start", "end", "zh", "en"]
    rows = [
        ["WO-1", 3.0, 1, "work", "WO-1", "10", "M1", 0.0, 5.0, "加工", "Worked on"],
        ["WO-1", 3.0, 2, "wait", "WO-2", "10", "M1", 5.0, 9.0, "等 WO-2", "Waits for WO-2"],
        ["WO-3", 1.0, 1, "work", "WO-3", "10", "M1", 0.0, 5.0, "加工", "Worked on"],
    ]
    run.document["tables"]["late_because"] = {"columns": columns, "rows": rows}
    run.save()
    told = list(owner.running.reasons(run.pk, order="WO-1"))
    assert [(one.kind, one.words.en) for one in told] == [("work", "Worked on"), ("wait", "Waits for WO-2")]
    assert len(list(owner.running.reasons(run.pk))) == 3 and not list(owner.running.reasons(run.pk, order="none"))
    del run.document["tables"]["late_because"]
    run.save()
    assert not list(owner.running.reasons(run.pk))
