"""Single sign-on against a small real provider: the whole flow, broken tokens refused, no way past invitations."""

from __future__ import annotations

import re
import time
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from tests.web.conftest import PASSWORD, factory
from tests.web.oidc_provider import CLIENT, SECRET, serving

from tujing.enterprise import invitation_services, security_services
from tujing.enterprise.models import Membership, Role, SignOn
from tujing.enterprise.services import add_member, role_of
from tujing.web.identity.providers import Joining
from tujing.web.outbound import NotAllowed, Session, check


@pytest.fixture(scope="module")
def running():
    with serving() as provider:
        yield provider


@pytest.fixture
def provider(running, settings):
    running.__init__(urlsplit(running.issuer).port)
    settings.OUTBOUND_HOSTS = ["127.0.0.1"]
    return running


@pytest.fixture
def company(db):
    return factory("company", "甲公司", "Company A")


@pytest.fixture
def owner(company, django_user_model):
    user = django_user_model.objects.create_user("owner", email="owner@works.example", password=PASSWORD)
    add_member(company, user, Role.OWNER)
    return user


@pytest.fixture
def door(company, owner, provider):
    """The company's own provider, by which newcomers become viewers."""
    given = {"name": "公司登录", "issuer": provider.issuer, "client_id": CLIENT, "secret": SECRET}
    return security_services.set_sign_on(company, given | {"join_role": "viewer"}, owner)


def outward(client, company, **more):
    """Presses the button and returns the provider's address that the browser is taken to."""
    page = client.post(reverse("openid_connect_login", args=[company.pk.hex]), more)
    assert page.status_code == 200
    return onward(page)


def onward(page):
    return unescape(re.search(r'href="(http[^"]+)" id="onward"', page.content.decode()).group(1))


def come_in(provider, company, client=None, **more):
    client = client or Client(headers={"accept-language": "zh-hans"})
    return client, client.get(provider.authorize(outward(client, company, **more)))


def test_the_button_is_on_the_sign_in_page_and_the_whole_flow_signs_in(company, door, provider, django_user_model):
    assert "用“公司登录”登录" in Client(headers={"accept-language": "zh-hans"}).get(reverse("login")).content.decode()
    client, back = come_in(provider, company)
    assert back.status_code == 302 and back.url == reverse("home")
    user = Membership.objects.get(organisation=company, role="viewer").user
    assert user.email == "zhou@works.example" and not user.has_usable_password()
    assert client.get(reverse("people")).status_code == 200
    again, _ = come_in(provider, company)
    assert again.get(reverse("account")).context["user"] == user
    assert django_user_model.objects.count() == 2


def test_neither_secret_nor_token_is_stored_in_the_clear(company, door, provider):
    come_in(provider, company)
    assert SECRET not in SignOn.objects.get().secret
    assert not SocialApp.objects.exists() and not SocialToken.objects.exists()
    assert set(SocialAccount.objects.get().extra_data["id_token"]) <= {"sub", "email", "email_verified", "issuer"}


FAULTS = {
    "audience": {"aud": "somebody-else"},
    "audience of many": {"aud": [CLIENT, "somebody-else"]},
    "issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "from tomorrow": {"iat": int(time.time()) + 86400},
    "nonce of another sign-in": {"nonce": "n" * 32},
    "no nonce": {"nonce": None},
    "no expiry": {"exp": None},
    "no subject": {"sub": None},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_that_is_not_good_signs_nobody_in(company, door, provider, fault):
    provider.faults = FAULTS[fault]
    client, back = come_in(provider, company)
    assert back.status_code == 401 and "未能确认您的身份" in back.content.decode()
    assert client.get(reverse("home")).status_code == 302 and not SocialAccount.objects.exists()


def test_a_foreign_signature_a_shared_secret_or_none_signs_nobody_in(company, door, provider):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for key, algorithm in ((other, "RS256"), ("x" * 40, "HS256"), ("", "none")):
        provider.signing_key, provider.algorithm = key, algorithm
        assert come_in(provider, company)[1].status_code == 401, algorithm
    assert not SocialAccount.objects.exists()


def test_the_answer_counts_once_and_in_the_browser_that_asked(company, door, provider):
    client = Client()
    answer = provider.authorize(outward(client, company))
    assert Client().get(answer).status_code == 401, "another browser has no such state"
    assert client.get(answer).status_code == 302
    client.post(reverse("logout"))
    assert client.get(answer).status_code == 401
    code = parse_qs(urlsplit(answer).query)["code"][0]
    forged = f"{urlsplit(answer).path}?{urlencode({'code': code, 'state': 'forged'})}"
    assert Client().get(forged).status_code == 401


def test_pkce_a_code_without_its_verifier_is_worth_nothing(company, door, provider):
    code = parse_qs(urlsplit(provider.authorize(outward(Client(), company))).query)["code"][0]
    form = {"code": code, "client_id": CLIENT, "client_secret": SECRET, "code_verifier": "guessed"}
    assert provider.token(form)[0] == 400


def test_a_provider_that_names_another_issuer_is_not_gone_to(company, door, provider):
    provider.announced = "https://evil.example"
    page = Client().post(reverse("openid_connect_login", args=[company.pk.hex]))
    assert page.status_code == 502 and "http-equiv" not in page.content.decode()


def test_a_provider_out_of_reach_is_told_and_nothing_breaks(company, door, provider):
    SignOn.objects.update(issuer="http://127.0.0.1:9")
    assert Client().post(reverse("openid_connect_login", args=[company.pk.hex])).status_code == 502
    assert Client().post(reverse("openid_connect_login", args=["nothing"])).status_code == 404
    assert Client().get(reverse("openid_connect_login", args=[company.pk.hex])).status_code == 405


def test_what_the_address_asks_is_not_passed_on(company, door, provider):
    address = reverse("openid_connect_login", args=[company.pk.hex]) + "?scope=admin&auth_params=prompt%3Dnone"
    asked = parse_qs(urlsplit(onward(Client().post(address))).query)
    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"] and "prompt" not in asked


def test_nobody_joins_without_the_company_saying_so(company, door, provider, django_user_model):
    SignOn.objects.update(join_role="")
    _, back = come_in(provider, company)
    assert "还没有获准使用本系统" in back.content.decode()
    assert django_user_model.objects.count() == 1


def test_an_invitation_opens_the_door_to_whom_no_rule_lets_in(company, owner, door, provider):
    SignOn.objects.update(join_role="")
    invitation = invitation_services.invite(company, "zhou@works.example", "department_head", "质量部", owner)
    client = Client(headers={"accept-language": "zh-hans"})
    client.get(reverse("invitation", args=[invitation_services.token(invitation)]))
    _, back = come_in(provider, company, client)
    assert back.status_code == 302
    assert Membership.objects.get(user__email="zhou@works.example").department == "质量部"
    invitation.refresh_from_db()
    assert invitation_services.status(invitation) == "used"


@pytest.mark.parametrize(
    ("mail", "verified", "gets_in"),
    [
        ("a@works.example", True, True),
        ("a@WORKS.example", True, True),
        ("a@works.example", False, False),
        ("a@evil-works.example", True, False),
        ("a@works.example.evil.com", True, False),
        ("", True, False),
    ],
)
def test_a_domain_counts_only_when_the_address_was_checked(company, mail, verified, gets_in):
    assert Joining(company, "viewer", ("works.example",)).takes(mail, verified) is gets_in


def test_a_mail_address_that_somebody_has_already_takes_over_nothing(company, owner, door, provider):
    provider.claims |= {"sub": "p-9", "email": "owner@works.example", "preferred_username": "owner"}
    client, _ = come_in(provider, company)
    user = client.get(reverse("account")).context["user"]
    assert user.pk != owner.pk and user.username != "owner" and role_of(user, company) == "viewer"


def test_who_comes_by_a_companys_door_sees_that_company_only(company, owner, door, provider, django_user_model):
    other = factory("other", "乙公司", "Company B")
    client, _ = come_in(provider, company)
    user = client.get(reverse("account")).context["user"]
    add_member(other, user, Role.OWNER)
    assert [one.organisation for one in client.get(reverse("people")).context["memberships"]] == [company]
    assert client.post(reverse("organisation_choose"), {"organisation": str(other.pk)}).status_code == 404
    refused = client.post(reverse("account_password"), {"password": "correct horse battery"})
    assert refused.status_code == 422
    user.refresh_from_db()
    assert not user.has_usable_password(), "a provider that speaks for a person gives itself no password"
    address = reverse("openid_connect_login", args=[company.pk.hex])
    assert client.post(address, {"process": "connect"}).status_code == 404


def test_who_was_taken_out_does_not_come_back_by_signing_in(company, door, provider):
    come_in(provider, company)
    Membership.objects.filter(role="viewer").delete()
    client, _ = come_in(provider, company)
    assert client.get(reverse("people")).url == reverse("account_welcome")


def test_another_provider_at_the_same_place_inherits_nobody(company, owner, door, provider):
    come_in(provider, company)
    first = SocialAccount.objects.get()
    with serving() as elsewhere:
        SignOn.objects.update(issuer=elsewhere.issuer)
        client, _ = come_in(elsewhere, company)
        assert client.get(reverse("account")).context["user"].pk != first.user_id


def test_an_account_is_linked_only_after_the_password(company, owner, door, provider):
    client = Client(headers={"accept-language": "zh-hans"})
    client.post(reverse("login"), {"username": "owner", "password": PASSWORD})
    _, back = come_in(provider, company, client, process="connect", next=reverse("account"))
    assert back.url.startswith(reverse("account_reauthenticate")) and not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert SocialAccount.objects.get().user == owner
    newcomer, _ = come_in(provider, company)
    assert newcomer.get(reverse("account")).context["user"] == owner
    client.post(reverse("account_unlink"), {"provider": company.pk.hex})
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(company, door, provider):
    come_in(provider, company)
    user = SocialAccount.objects.get().user
    user.is_active = False
    user.save()
    client, back = come_in(provider, company)
    assert back.url == reverse("account_inactive")
    assert client.get(reverse("account")).status_code == 302


def test_the_installations_own_provider_comes_from_the_environment(company, owner, provider, settings):
    settings.SITE_SIGN_ON = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "name": "集团登录",
        "join": "company:consultant",
        "join_domains": "works.example",
    }
    client = Client()
    client.get(provider.authorize(onward(client.post(reverse("openid_connect_login", args=["site"])))))
    user = client.get(reverse("account")).context["user"]
    assert role_of(user, company) == "consultant"
    add_member(factory("other", "乙公司", "Company B"), user, Role.VIEWER)
    assert len(client.get(reverse("people")).context["memberships"]) == 2, "the operator's door opens all"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://0.0.0.0/",
        "https://no-such-host.invalid/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///",
    ],
)
def test_this_server_calls_no_address_inside(address, settings):
    settings.OUTBOUND_HOSTS = []
    with pytest.raises(NotAllowed):
        check(address)


def test_an_answer_that_is_too_long_or_leads_away_is_not_followed(provider):
    provider.claims = {"long": "x" * 2_000_000}
    with Session() as session, pytest.raises(NotAllowed):
        session.get(f"{provider.issuer}/userinfo")
