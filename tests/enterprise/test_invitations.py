"""Invitations: a link works once, for one company, for a time, and only while its giver may still give the role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.utils import timezone

from tujing.enterprise import invitation_services as invitations
from tujing.enterprise import people_services, services
from tujing.enterprise.change_services import changes, undo
from tujing.enterprise.invitation_services import NewAccount
from tujing.enterprise.models import Invitation, Membership
from tujing.problems import BadInput

NEW = NewAccount("zhou.min", "correct horse battery", "周敏")


@pytest.fixture
def owner(company, someone):
    return someone("owner", company)


@pytest.fixture
def invitation(company, owner):
    return invitations.invite(company, " Zhou@Example.com ", "department_head", "质量部", owner)


def void(link):
    with pytest.raises(BadInput) as refusal:
        invitations.find(link)
    return refusal.value.problems[0].words


def test_a_newcomer_gets_account_and_place_at_once(company, invitation, django_user_model):
    membership = invitations.accept_as_newcomer(invitations.token(invitation), NEW)
    assert (membership.organisation, membership.role, membership.department) == (company, "department_head", "质量部")
    user = django_user_model.objects.get(username="zhou.min")
    assert user.email == "zhou@example.com" and user.check_password(NEW.password)
    assert invitations.status(Invitation.objects.get()) == "used"


def test_a_link_works_once(invitation, someone):
    link = invitations.token(invitation)
    invitations.accept(link, someone("li"))
    with pytest.raises(BadInput):
        invitations.accept(link, someone("sun"))
    with pytest.raises(BadInput):
        invitations.accept_as_newcomer(link, NEW)
    assert Membership.objects.filter(role="department_head").count() == 1


def test_every_link_that_is_void_reads_the_same(company, invitation, owner):
    link = invitations.token(invitation)
    said = {void(link + "x"), void(""), void("nonsense"), void(Signer(salt="other").sign(f"{invitation.pk.hex}.1"))}
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    said.add(void(link))
    Invitation.objects.update(expires=timezone.now() + timedelta(days=1), revoked=timezone.now())
    said.add(void(link))
    Invitation.objects.update(revoked=None, used=timezone.now())
    said.add(void(link))
    assert len(said) == 1
    gone = invitations.token(Invitation(organisation=company))
    assert void(gone) in said


def test_sent_again_the_former_link_ends(invitation, owner):
    former = invitations.token(invitation)
    again = invitations.resend(invitation, owner)
    void(former)
    assert invitations.find(invitations.token(again)) == invitation


def test_a_revoked_one_stays_revoked(invitation, owner):
    invitations.revoke(invitation)
    with pytest.raises(BadInput):
        invitations.resend(invitation, owner)
    void(invitations.token(Invitation.objects.get()))


@pytest.mark.parametrize("role", ["manager", "department_head", "consultant", "line_worker", "viewer"])
def test_only_who_administers_invites(company, owner, someone, role):
    person = someone("person", company, role)
    for wanted in ("owner", role, "viewer"):
        with pytest.raises(BadInput) as refusal:
            invitations.invite(company, "new@example.com", wanted, "", person)
        assert refusal.value.problems[0].code == "not_yours_to_give"


def test_nobody_invites_into_another_company(other_company, owner):
    with pytest.raises(BadInput):
        invitations.invite(other_company, "new@example.com", "viewer", "", owner)


def test_who_was_demoted_leaves_no_door_open(company, invitation, owner, someone):
    link, second = invitations.token(invitation), someone("second", company)
    people_services.assign(
        company, Membership.objects.select_related("user", "own_role").get(user=owner), "viewer", "", second
    )
    void(link)


def test_a_member_is_not_given_another_role_by_a_link(company, invitation, someone):
    viewer = someone("viewer", company, "viewer")
    with pytest.raises(BadInput):
        invitations.accept(invitations.token(invitation), viewer)
    assert services.role_of(viewer, company) == "viewer"
    assert invitations.status(Invitation.objects.get()) == "open"


@pytest.mark.parametrize(
    ("account", "key"),
    [
        (NewAccount("owner", NEW.password), "username"),
        (NewAccount("OWNER", NEW.password), "username"),
        (NewAccount("周 敏", NEW.password), "username"),
        (NewAccount("", NEW.password), "username"),
        (NewAccount("zhoumin", "short"), "password"),
        (NewAccount("zhoumin", "password123"), "password"),
        (NewAccount("zhoumin2026", "zhoumin2026"), "password"),
        (NewAccount("zhoumin", "01234567890123"), "password"),
    ],
)
def test_an_unfit_account_is_refused_and_the_place_stays_free(invitation, django_user_model, account, key):
    link = invitations.token(invitation)
    with pytest.raises(BadInput) as refusal:
        invitations.accept_as_newcomer(link, account)
    assert refusal.value.problems[0].key == key
    assert django_user_model.objects.count() == 1 and invitations.find(link) == invitation


@pytest.mark.parametrize("mail", ["", "zhou", "zhou@", "a@b@c.com", "x" * 300 + "@example.com"])
def test_an_address_that_is_none_is_refused(company, owner, mail):
    with pytest.raises(BadInput):
        invitations.invite(company, mail, "viewer", "", owner)


def test_the_answer_does_not_tell_whether_an_address_has_an_account(company, owner, someone):
    someone("known")
    known, unknown = (
        invitations.invite(company, f"{name}@example.com", "viewer", "", owner) for name in ("known", "unknown")
    )
    assert (known.role, invitations.status(known)) == (unknown.role, invitations.status(unknown))


def test_who_came_by_mistake_is_taken_out_by_taking_it_back(company, invitation, owner):
    user = invitations.accept_as_newcomer(invitations.token(invitation), NEW).user
    undo(changes(company).first(), owner)
    assert services.role_of(user, company) is None
