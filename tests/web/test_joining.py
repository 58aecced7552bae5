"""Coming in: the first administrator by the keyboard's code, invitations by their link, lost passwords by theirs."""

from __future__ import annotations

import re
import stat

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.web.conftest import PASSWORD, factory

from tujing.enterprise import setup_services
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.enterprise.services import add_member, role_of

FORM = {
    "username": "chen",
    "name": "陈厂长",
    "mail": "chen@example.com",
    "password": "correct horse battery",
    "name_zh": "宁波精密机械",
    "industry": "C3812 电动机制造",
    "region": "330200",
    "staff": "260",
    "revenue": "130,000,000",
    "production_type": "discrete",
    "chain_role": "member",
}


@pytest.fixture(autouse=True)
def unlimited(db):
    cache.clear()


@pytest.fixture
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def company():
    return factory("company", "甲公司", "Company A")


@pytest.fixture
def owner(company, django_user_model):
    user = django_user_model.objects.create_user("owner", email="owner@example.com", password=PASSWORD)
    add_member(company, user, Role.OWNER)
    return user


def client_of(user=None):
    client = Client(headers={"accept-language": "zh-hans"})
    if user:
        client.force_login(user)
    return client


def test_the_person_at_the_keyboard_makes_company_and_first_administrator(home, django_user_model):
    code = setup_services.begin(home)
    assert stat.S_IMODE((home / setup_services.FILE).stat().st_mode) == 0o600
    client = client_of()
    assert "setup_code" in client.get(reverse("login")).content.decode()
    assert client.get(reverse("setup", args=[code])).status_code == 200
    assert client.post(reverse("setup", args=[code]), FORM).url == reverse("home")
    user = django_user_model.objects.get()
    organisation = Organisation.objects.get()
    assert role_of(user, organisation) == "owner" and user.check_password(FORM["password"])
    assert (
        organisation.name == {"zh": "宁波精密机械", "en": "宁波精密机械"} and organisation.profile.industry == "C3812"
    )
    assert client.get(reverse("people")).status_code == 200
    assert client_of().post(reverse("setup", args=[code]), FORM | {"username": "evil"}).status_code == 404


def test_without_the_code_nobody_claims_the_workspace(home):
    assert client_of().get(reverse("setup", args=["anything"])).status_code == 404
    setup_services.begin(home)
    assert client_of().post(reverse("setup", args=["guess"]), FORM).status_code == 404
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "broken", [{"staff": "many"}, {"industry": "Z9"}, {"password": "short"}, {"username": ""}, {"name_zh": ""}]
)
def test_a_broken_form_is_told_and_nothing_made(home, broken, django_user_model):
    code = setup_services.begin(home)
    refused = client_of().post(reverse("setup", args=[code]), FORM | broken)
    assert (refused.status_code == 422 and "宁波" in refused.content.decode()) or broken == {"name_zh": ""}
    assert not Organisation.objects.exists() and not django_user_model.objects.exists()
    assert setup_services.is_open(home)


def test_once_somebody_works_here_the_code_is_worth_nothing(home, owner):
    code = setup_services.begin(home)
    assert client_of().get(reverse("setup", args=[code])).status_code == 404


def invited(owner, role="manager", **more):
    page = client_of(owner).post(reverse("people_invitations"), {"mail": "new@example.com", "role": role, **more})
    return re.search(r"https?://testserver(/invitation/[^<\s]+)", page.content.decode()).group(1)


def test_an_invitation_is_shown_and_makes_account_and_place(company, owner, django_user_model):
    link = invited(owner, department="质量部")
    client = client_of()
    page = client.get(link).content.decode()
    assert "甲公司" in page and "new@example.com" in page
    form = {"username": "zhou", "password": "correct horse battery", "name": "周敏"}
    assert client.post(link, form).url == reverse("home")
    user = django_user_model.objects.get(username="zhou")
    assert role_of(user, company) == "manager" and client.get(reverse("people")).status_code == 200
    again = client_of().post(link, form | {"username": "evil"})
    assert again.status_code == 422 and "已失效" in again.content.decode()


def test_who_has_an_account_joins_with_it(company, owner, django_user_model):
    other = django_user_model.objects.create_user("li", password=PASSWORD)
    link = invited(owner)
    visitor = client_of()
    assert f"{reverse('login')}?next=" in visitor.get(link).content.decode()
    client = client_of(other)
    before = client.session.session_key
    assert "您当前以“li”登录" in client.get(link).content.decode()
    client.post(link)
    assert role_of(other, company) == "manager" and client.session.session_key != before


def test_a_broken_link_reads_like_one_that_is_over(company, owner):
    link = invited(owner)
    client_of(owner).post(reverse("people_revoke", args=[company.invitations.get().pk]))
    pages = [client_of().get(one).content.decode() for one in (link, reverse("invitation", args=["nonsense"]))]
    said = {re.search(r'id="problems">(.*?)</div>', page, re.DOTALL).group(1).strip() for page in pages}
    assert len(said) == 1


def test_with_a_mail_server_the_link_goes_by_mail(owner, settings):
    settings.EMAIL_HOST = "mail.example.com"
    link = invited(owner)
    assert mail.outbox[0].to == ["new@example.com"] and link in mail.outbox[0].body
    assert "甲公司" in mail.outbox[0].body


def test_a_mail_server_that_fails_leaves_the_link_to_copy(owner, settings):
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = "127.0.0.1", "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9
    assert invited(owner).startswith("/invitation/")


@pytest.mark.parametrize("role", ["manager", "department_head", "line_worker", "consultant", "viewer"])
def test_who_does_not_administer_gets_no_page_of_people_to_change(company, owner, django_user_model, role):
    user = django_user_model.objects.create_user("person", password=PASSWORD)
    own = add_member(company, user, role)
    client = client_of(user)
    attempts = [
        (reverse("people_invitations"), {"mail": "x@example.com", "role": "owner"}),
        (reverse("people_assign", args=[own.pk]), {"role": "owner"}),
        (reverse("people_remove", args=[own.pk]), {}),
        (reverse("people_recover", args=[Membership.objects.get(user=owner).pk]), {}),
        (reverse("people_role_save"), {"code": "lead", "name_zh": "主管", "base": "viewer", "actions": ["administer"]}),
        (reverse("people_policy"), {}),
        (reverse("people_sign_on"), {"issuer": "https://evil.example"}),
        (reverse("people_group_join"), {"code": "x", "confirmed": "on"}),
    ]
    assert [client.post(address, form).status_code for address, form in attempts] == [403] * len(attempts)
    assert role_of(user, company) == role


def test_a_lost_password_comes_back_by_a_link_that_works_once(company, owner, django_user_model):
    user = django_user_model.objects.create_user("zhou", password=PASSWORD)
    held = add_member(company, user, Role.MANAGER)
    victim = client_of(user)
    page = client_of(owner).post(reverse("people_recover", args=[held.pk]), {"what": "password"}).content.decode()
    link = re.search(r"https?://testserver(/reset/[^<\s]+)", page).group(1)
    assert client_of().post(link, {"password": "short"}).status_code == 422
    assert "已生效" in client_of().post(link, {"password": "correct horse battery"}).content.decode()
    user.refresh_from_db()
    assert user.check_password("correct horse battery") and victim.get(reverse("account")).status_code == 302
    assert client_of().post(link, {"password": "another horse battery"}).status_code == 422


def test_an_owner_takes_over_nobody_who_works_elsewhere_too(company, owner, django_user_model):
    other = factory("other", "乙公司", "Company B")
    user = django_user_model.objects.create_user("consultant", password=PASSWORD)
    held = add_member(company, user, Role.CONSULTANT)
    add_member(other, user, Role.OWNER)
    for what in ("password", "second_factor"):
        refused = client_of(owner).post(reverse("people_recover", args=[held.pk]), {"what": what})
        assert refused.status_code == 422 and "其他企业" in refused.content.decode()


def test_a_forgotten_password_reads_the_same_for_every_address(owner, settings):
    settings.EMAIL_HOST = "mail.example.com"
    answers = []
    for address in ("owner@example.com", "nobody@example.com"):
        page = client_of().post(reverse("account_forgot"), {"mail": address})
        answers.append(
            (page.status_code, re.sub(r"csrf[^>]*>|value=\"[^\"]*\"", "", page.content.decode()).replace(address, ""))
        )
    assert answers[0] == answers[1]
    assert [one.to for one in mail.outbox] == [["owner@example.com"]]
    for _ in range(10):
        client_of().post(reverse("account_forgot"), {"mail": "owner@example.com"})
    assert len(mail.outbox) <= 5, "nobody is flooded with mail from here"


def test_without_a_mail_server_the_page_says_whom_to_ask(owner):
    assert "没有配置邮件" in client_of().get(reverse("account_forgot")).content.decode()
