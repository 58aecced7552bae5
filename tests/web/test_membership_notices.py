"""Who came, whose role changed and who was taken out is told, each to whom it concerns."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from tujing.enterprise import change_services, invitation_services, people_services
from tujing.enterprise.models import Membership, Role
from tujing.enterprise.services import add_member
from tujing.notices.services import notices


@pytest.fixture
def people(organisation, django_user_model):
    """Two owners and somebody on the floor."""
    made = {}
    for name, role in (("anna", Role.OWNER), ("olga", Role.OWNER), ("ben", Role.LINE_WORKER)):
        made[name] = django_user_model.objects.create_user(name, email=f"{name}@example.com")
        add_member(organisation, made[name], role)
    return made


def place(organisation, person):
    return Membership.objects.select_related("user", "own_role").get(organisation=organisation, user=person)


def told(organisation, person):
    return [one.words["en"] for one in notices(organisation, person) if one.kind == "membership"]


def test_a_changed_role_is_told_to_whose_it_is(organisation, people):
    people_services.assign(organisation, place(organisation, people["ben"]), Role.MANAGER, "Assembly", people["anna"])
    assert told(organisation, people["ben"]) == [
        "anna changed your place in the company; your role is Manager, your department Assembly now."
    ]
    assert told(organisation, people["anna"]) == told(organisation, people["olga"]) == []
    people_services.assign(organisation, place(organisation, people["ben"]), Role.MANAGER, "Assembly", people["anna"])
    assert len(told(organisation, people["ben"])) == 1, "nothing changed, nothing is told"


def test_who_joins_by_an_invitation_is_told_to_who_looks_after_members(organisation, people, django_user_model):
    invitation = invitation_services.invite(organisation, "carl@example.com", Role.VIEWER, "", people["anna"])
    carl = django_user_model.objects.create_user("carl", email="carl@example.com")
    invitation_services.accept(invitation_services.token(invitation), carl)
    words = ["carl joined the company; the role is Viewer."]
    assert told(organisation, people["anna"]) == told(organisation, people["olga"]) == words
    assert told(organisation, carl) == ["You joined the company; your role is Viewer."]
    assert told(organisation, people["ben"]) == []


def test_who_is_taken_out_gets_a_mail_and_the_other_owners_a_notice(
    organisation, people, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_HOST = "localhost"
    with django_capture_on_commit_callbacks(execute=True):
        people_services.remove(organisation, place(organisation, people["ben"]), people["anna"])
    assert told(organisation, people["olga"]) == ["anna took ben out of the company."]
    assert told(organisation, people["anna"]) == []
    to_ben = [one for one in mail.outbox if one.to == ["ben@example.com"]]
    assert len(to_ben) == 1 and "anna" in to_ben[0].body


def test_taking_a_change_back_is_told_too(organisation, people):
    people_services.remove(organisation, place(organisation, people["ben"]), people["anna"])
    change_services.undo(change_services.changes(organisation)[0], people["anna"])
    assert told(organisation, people["ben"])[0].startswith("You joined the company")


def test_the_notice_leads_to_the_company_or_to_its_members(organisation, people, client, django_user_model):
    people_services.assign(organisation, place(organisation, people["ben"]), Role.VIEWER, "", people["anna"])
    carl = django_user_model.objects.create_user("carl")
    add_member(organisation, carl, Role.VIEWER)
    people_services.remove(organisation, place(organisation, carl), people["anna"])
    for person, page in (("ben", "home"), ("olga", "people_members")):
        client.force_login(people[person])
        notice = notices(organisation, people[person]).get(kind="membership")
        answer = client.get(reverse("notices_open", args=[notice.pk]), follow=True)
        assert answer.redirect_chain[-1][0] == reverse(page) and answer.status_code == 200
