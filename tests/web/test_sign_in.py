"""Signing in: guessing is slowed, the way back stays on this site, sessions and languages work."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import PASSWORD

from tujing.web import ratelimit
from tujing.web.models import FailedSignIn


@pytest.fixture
def account(db, django_user_model):
    return django_user_model.objects.create_user("zhang", password=PASSWORD)


def attempt(password: str, account: str = "zhang", **more: str) -> object:
    return Client().post(reverse("login"), {"username": account, "password": password, **more})


def test_the_right_password_signs_in(account):
    assert attempt(PASSWORD).url == reverse("home")


def test_after_five_failures_even_the_right_password_waits(account):
    for _ in range(ratelimit.PER_ACCOUNT):
        assert attempt("wrong").status_code == 401
    refused = attempt(PASSWORD)
    assert refused.status_code == 429 and "一刻钟" in refused.content.decode()
    FailedSignIn.objects.update(at=timezone.now() - ratelimit.WINDOW - timedelta(seconds=1))
    assert attempt(PASSWORD).status_code == 302


def test_upper_case_and_blanks_do_not_give_more_guesses(account):
    for name in ("zhang", "ZHANG", " zhang", "Zhang ", "zhanG"):
        attempt("wrong", name)
    assert attempt(PASSWORD).status_code == 429


def test_one_address_guessing_many_accounts_is_slowed(account):
    for number in range(ratelimit.PER_ADDRESS):
        attempt("wrong", f"somebody-{number}")
    assert attempt(PASSWORD).status_code == 429


def test_a_success_clears_the_count_of_the_account(account):
    for _ in range(ratelimit.PER_ACCOUNT - 1):
        attempt("wrong")
    attempt(PASSWORD)
    assert not FailedSignIn.objects.filter(account="zhang").exists()


def test_an_unknown_account_reads_like_a_wrong_password(account):
    assert attempt("wrong").content.decode().count("不正确") == attempt("wrong", "nobody").content.decode().count(
        "不正确"
    )


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leaves_this_site(account, elsewhere):
    assert attempt(PASSWORD, next=elsewhere).url == reverse("home")


def test_a_form_without_its_token_is_refused_with_a_sentence(account):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("login"), {"username": "zhang", "password": PASSWORD})
    assert response.status_code == 403 and "页面已过期" in response.content.decode()


def test_chinese_is_the_default_and_the_switch_holds(account):
    client = Client()
    assert "登录" in client.get(reverse("login")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": reverse("login")})
    assert "Sign in" in client.get(reverse("login")).content.decode()
