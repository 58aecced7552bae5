"""Sessions: listed, ended at once, rotated when something changes; cookies nobody's script reads."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.web.conftest import PASSWORD

from tujing.web.models import FailedSignIn


@pytest.fixture
def person(db, django_user_model):
    cache.clear()
    return django_user_model.objects.create_user("zhou", email="zhou@example.com", password=PASSWORD)


def signed_in(agent="Test"):
    client = Client(headers={"accept-language": "zh-hans", "user-agent": agent})
    client.post(reverse("login"), {"username": "zhou", "password": PASSWORD})
    return client


def test_every_session_is_listed_with_browser_and_address(person):
    phone, desk = signed_in("Phone"), signed_in("Desk")
    page = desk.get(reverse("account")).content.decode()
    assert "Phone" in page and "Desk" in page and "127.0.0.1" in page and "本机" in page
    assert phone.get(reverse("account")).status_code == 200


def test_one_session_is_ended_at_once(person):
    phone, desk = signed_in("Phone"), signed_in("Desk")
    desk.post(reverse("account_sessions"), {"session": UserSession.objects.get(user_agent="Phone").pk})
    assert phone.get(reverse("account")).status_code == 302 and desk.get(reverse("account")).status_code == 200


def test_all_others_are_ended_at_once(person):
    others, desk = [signed_in(f"Phone {number}") for number in range(3)], signed_in("Desk")
    desk.post(reverse("account_sessions"))
    assert all(one.get(reverse("account")).status_code == 302 for one in others)
    assert desk.get(reverse("account")).status_code == 200


def test_nobody_ends_somebody_elses_session(person, django_user_model):
    mine = signed_in("Mine")
    django_user_model.objects.create_user("li", password=PASSWORD)
    other = Client()
    other.post(reverse("login"), {"username": "li", "password": PASSWORD})
    other.post(reverse("account_sessions"), {"session": UserSession.objects.get(user_agent="Mine").pk})
    assert mine.get(reverse("account")).status_code == 200


def test_a_session_from_before_the_list_was_kept_is_listed_when_it_is_seen(person):
    old = Client()
    old.force_login(person)
    assert not UserSession.objects.exists()
    old.get(reverse("account_welcome"))
    assert UserSession.objects.count() == 1


def test_a_new_password_ends_the_others_and_rotates_this_one(person):
    phone, desk = signed_in("Phone"), signed_in("Desk")
    before = desk.cookies["sessionid"].value
    form = {"current": PASSWORD, "password": "correct horse battery"}
    assert desk.post(reverse("account_password"), form).status_code == 302
    assert desk.cookies["sessionid"].value != before and desk.get(reverse("account")).status_code == 200
    assert phone.get(reverse("account")).status_code == 302
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get(reverse("account")).status_code == 302


def test_signing_in_never_keeps_the_visitors_session(person):
    client = Client()
    client.post(reverse("set_language"), {"language": "en"})
    client.session["planted"] = True
    planted = client.session
    planted["x"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    client.post(reverse("login"), {"username": "zhou", "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted.session_key


@pytest.mark.parametrize("password", ["short", "password123", "zhou@example", "0123456789012"])
def test_a_weak_password_is_refused_and_the_old_one_stays(person, password):
    client = signed_in()
    assert client.post(reverse("account_password"), {"current": PASSWORD, "password": password}).status_code == 422
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_present_password_is_asked_for_and_guessing_it_locks(person):
    client = signed_in()
    form = {"current": "wrong", "password": "correct horse battery"}
    for _ in range(5):
        assert client.post(reverse("account_password"), form).status_code == 422
    refused = client.post(reverse("account_password"), form | {"current": PASSWORD})
    assert "一刻钟" in refused.content.decode()
    FailedSignIn.objects.all().delete()
    assert client.post(reverse("account_password"), form | {"current": PASSWORD}).status_code == 302


def test_another_mail_address_needs_the_password(person):
    client = signed_in()
    assert client.post(reverse("account_person"), {"name": "周", "mail": "evil@example.com"}).status_code == 422
    person.refresh_from_db()
    assert person.email == "zhou@example.com"
    client.post(reverse("account_person"), {"name": "周敏", "mail": "new@example.com", "password": PASSWORD})
    person.refresh_from_db()
    assert (person.email, person.get_full_name()) == ("new@example.com", "周敏")


def test_cookies_are_for_the_server_only(person, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = signed_in()
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"
