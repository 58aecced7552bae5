"""What a company asks of accounts, its sign-on, and its profile: checked, sealed, kept apart, taken back."""

from __future__ import annotations

import pytest

from tujing.enterprise import profile_services, security_services
from tujing.enterprise.change_services import changes, undo
from tujing.enterprise.models import SignOn
from tujing.problems import BadInput

GIVEN = {
    "name": "公司统一登录",
    "issuer": "https://login.example.com/realms/works/",
    "client_id": "tujing",
    "secret": "the client secret",
    "join_role": "viewer",
    "join_domains": ["@Works.example", " "],
}
PROFILE = {"industry": "C3812", "staff": 300, "revenue": "130000000.50", "production_type": "discrete"}


@pytest.fixture
def owner(company, someone):
    return someone("owner", company)


def test_the_client_secret_is_sealed_and_kept_when_left_blank(company, owner):
    stored = security_services.set_sign_on(company, GIVEN, owner)
    assert "client secret" not in stored.secret and security_services.client_secret(stored) == "the client secret"
    assert (stored.issuer, stored.join_domains) == ("https://login.example.com/realms/works", ["works.example"])
    again = security_services.set_sign_on(company, GIVEN | {"secret": "", "name": "登录"}, owner)
    assert security_services.client_secret(again) == "the client secret"


def test_a_kept_secret_is_never_sent_to_another_host(company, owner):
    security_services.set_sign_on(company, GIVEN, owner)
    with pytest.raises(BadInput) as refusal:
        security_services.set_sign_on(company, GIVEN | {"secret": "", "issuer": "https://evil.example"}, owner)
    assert refusal.value.problems[0].code == "secret_moves"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "login.example.com"},
        {"issuer": "file:///etc/passwd"},
        {"issuer": "https://x.example/?a=1"},
        {"join_role": "owner"},
        {"join_role": "king"},
        {"secret": ""},
        {"client_id": ""},
        {"more": "1"},
    ],
)
def test_what_cannot_work_is_refused_and_nothing_stored(company, owner, changed):
    with pytest.raises(BadInput):
        security_services.set_sign_on(company, GIVEN | changed, owner)
    assert not SignOn.objects.exists()


def test_the_policy_comes_back(company, owner):
    security_services.set_policy(company, True, owner)
    assert security_services.policy(company).require_second_factor
    undo(changes(company).first(), owner)
    assert not security_services.policy(company).require_second_factor


def test_name_and_profile_come_back_to_the_fen(company, owner):
    before = profile_services.state(company)
    profile_services.edit(company, {"zh": "新名", "en": "New"}, PROFILE, owner)
    assert profile_services.state(company)["profile"]["revenue"] == "130000000.50"
    undo(changes(company).first(), owner)
    assert profile_services.state(company) == before


@pytest.mark.parametrize("broken", [{"staff": -1}, {"industry": "Z9"}, {"revenue": "much"}])
def test_a_broken_profile_changes_neither_name_nor_profile(company, owner, broken):
    before = profile_services.state(company)
    with pytest.raises(BadInput):
        profile_services.edit(company, {"zh": "新名", "en": "New"}, PROFILE | broken, owner)
    assert profile_services.state(company) == before and not changes(company).exists()
