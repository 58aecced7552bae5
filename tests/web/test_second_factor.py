"""The second factor: set up, asked for, guessed at in vain, used once, asked of everybody where a company says so."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import PASSWORD, factory

from tujing.enterprise import security_services
from tujing.enterprise.models import Role
from tujing.enterprise.services import add_member
from tujing.tokens import services as tokens
from tujing.web import ratelimit
from tujing.web.models import FailedSignIn


@pytest.fixture
def person(db, django_user_model):
    cache.clear()
    return django_user_model.objects.create_user("zhou", password=PASSWORD)


def code(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def with_password(name="zhou"):
    client = Client(headers={"accept-language": "zh-hans"})
    return client, client.post(reverse("login"), {"username": name, "password": PASSWORD})


@pytest.fixture
def secret(person):
    """Sets the factor up by the pages and returns the key that the phone has."""
    client, _ = with_password()
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert page.request["PATH_INFO"] == reverse("account_reauthenticate"), "the password is asked once more"
    page = client.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": PASSWORD}, follow=True
    )
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page.content.decode()).group(1)
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code(found, -1)}, follow=True)
    assert len(re.findall(r"<li><code>\d{8}</code>", done.content.decode())) == 10
    return found


def codes_of(person):
    return Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()


def test_the_seed_is_sealed(person, secret):
    stored = Authenticator.objects.get(user=person, type="totp")
    assert stored.data["secret"].startswith("sealed:1:") and secret not in str(stored.data)
    assert Authenticator.objects.get(user=person, type="recovery_codes").data["seed"].startswith("sealed:1:")


def test_the_password_alone_opens_nothing(person, secret):
    client, answer = with_password()
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(reverse("account")).url.startswith(reverse("login"))
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).url == reverse("home")
    assert client.get(reverse("account")).status_code == 200


def test_the_way_wished_for_survives_the_second_step(person, secret):
    client = Client()
    client.post(reverse("login"), {"username": "zhou", "password": PASSWORD, "next": "/people/"})
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).url == "/people/"


def test_a_code_works_once_even_where_the_cache_forgot(person, secret):
    now = code(secret)
    client, _ = with_password()
    assert client.post(reverse("mfa_authenticate"), {"code": now}).status_code == 302
    cache.clear()
    client, _ = with_password()
    refused = client.post(reverse("mfa_authenticate"), {"code": now})
    assert refused.status_code == 200 and "已经用过" in refused.content.decode()


def test_guessing_locks_and_the_password_gives_no_fresh_guesses(person, secret):
    for _ in range(ratelimit.PER_ACCOUNT):
        client, _ = with_password()
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client, answer = with_password()
    assert answer.url == reverse("mfa_authenticate")
    refused = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert "一刻钟" in refused.content.decode()
    assert client.get(reverse("account")).status_code == 302
    FailedSignIn.objects.update(at=timezone.now() - ratelimit.WINDOW - timedelta(seconds=1))
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302


def test_a_patient_guesser_is_held_by_the_day(person, secret):
    early = timezone.now() - ratelimit.WINDOW - timedelta(hours=1)
    for _ in range(ratelimit.CODES_A_DAY):
        ratelimit.failed("zhou", None, "code")
    FailedSignIn.objects.update(at=early)
    client, _ = with_password()
    assert "一刻钟" in client.post(reverse("mfa_authenticate"), {"code": code(secret)}).content.decode()


def test_a_name_typed_at_the_door_locks_nobodys_codes(person, secret):
    for _ in range(ratelimit.PER_ACCOUNT):
        ratelimit.failed("zhou", None)
    assert not ratelimit.blocked("zhou", None, "code")


def test_a_recovery_code_works_once_and_new_ones_end_the_old(person, secret):
    first, second = codes_of(person)[:2]
    client, _ = with_password()
    assert client.post(reverse("mfa_authenticate"), {"code": first}).status_code == 302
    again, _ = with_password()
    assert again.post(reverse("mfa_authenticate"), {"code": first}).status_code == 200
    assert len(codes_of(person)) == 9
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_generate_recovery_codes"))
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert codes_of(person)[0] in shown and second not in shown
    assert codes_of(person)[0] not in client.get(reverse("mfa_view_recovery_codes")).content.decode(), "shown once"


def test_it_is_not_switched_off_without_the_password(person, secret):
    client, _ = with_password()
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert client.post(reverse("mfa_deactivate_totp")).url.startswith(reverse("account_reauthenticate"))
    for _ in range(ratelimit.PER_ACCOUNT):
        client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert "一刻钟" in client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).content.decode()
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    FailedSignIn.objects.all().delete()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_company_that_asks_for_it_is_closed_to_whoever_has_none_at_once(person, django_user_model):
    strict, easy = factory("strict", "严企", "Strict"), factory("easy", "宽企", "Easy")
    owner = django_user_model.objects.create_user("owner", password=PASSWORD)
    add_member(strict, owner, Role.OWNER)
    add_member(strict, person, Role.MANAGER)
    client, _ = with_password()
    assert client.get(reverse("people")).status_code == 200
    security_services.set_policy(strict, True, owner)
    assert client.get(reverse("people")).url == reverse("account_welcome")
    assert client.post(reverse("iteration_open")).url == reverse("account_welcome")
    assert client.get(reverse("people_export", args=["csv"])).url == reverse("account_welcome")
    assert client.get("/api/v1/organisation", headers={"accept": "application/json"}).status_code in (403, 404)
    assert "您的企业要求双重验证" in client.get(reverse("account_welcome")).content.decode()
    add_member(easy, person, Role.VIEWER)
    assert "宽企" in client.get(reverse("people")).content.decode()
    assert client.post(reverse("organisation_choose"), {"organisation": str(strict.pk)}).status_code == 404


def test_with_the_factor_the_company_opens(person, secret, django_user_model):
    strict = factory("strict", "严企", "Strict")
    owner = django_user_model.objects.create_user("owner", password=PASSWORD)
    add_member(strict, owner, Role.OWNER)
    add_member(strict, person, Role.MANAGER)
    security_services.set_policy(strict, True, owner)
    client, _ = with_password()
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert "严企" in client.get(reverse("people")).content.decode()


@pytest.fixture
def strict(person, django_user_model):
    """A company that asks for the factor since after the person's token was made, and the token's bearer."""
    company = factory("strict", "严企", "Strict")
    owner = django_user_model.objects.create_user("owner", password=PASSWORD)
    add_member(company, owner, Role.OWNER)
    add_member(company, person, Role.MANAGER)
    _token, key = tokens.make(company, person, "MES", ["view", "answer"], 30)
    bearer = Client(headers={"authorization": f"Bearer {key}", "accept-language": "zh-hans"})
    assert bearer.get("/api/v1/me").status_code == 200
    security_services.set_policy(company, True, owner)
    return company, owner, bearer


def test_a_token_of_before_the_policy_is_no_way_round_it(person, strict):
    company, owner, bearer = strict
    for answer in (bearer.get("/api/v1/me"), bearer.post("/api/v1/assessments", {}, content_type="application/json")):
        assert answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:tujing:problem:second_factor_missing"
        assert "双重验证" in answer.json()["detail"] and "严企" not in answer.content.decode()
    assert not company.assessments.exists()
    session, _ = with_password()
    refused = session.get("/api/v1/me")
    assert refused.status_code == 403 and refused.json()["type"].endswith("second_factor_missing")
    security_services.set_policy(company, False, owner)
    assert bearer.get("/api/v1/me").status_code == 200


def test_a_token_works_again_once_its_owner_has_the_factor_and_as_long(person, strict, secret):
    company, _owner, bearer = strict
    assert bearer.get("/api/v1/me").json()["organisation"]["slug"] == company.slug
    Authenticator.objects.filter(user=person, type="totp").delete()
    assert bearer.get("/api/v1/me").status_code == 403, "recovery codes alone are no second factor"


def test_a_token_of_a_company_without_the_policy_goes_on(person, strict):
    easy = factory("easy", "宽企", "Easy")
    add_member(easy, person, Role.VIEWER)
    _token, key = tokens.make(easy, person, "BI", ["view"], 30)
    assert Client(headers={"authorization": f"Bearer {key}"}).get("/api/v1/me").status_code == 200
