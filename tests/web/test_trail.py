"""The site tells the trail who asks and from where: signing in and out, failing to, and each file that goes out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.conftest import PASSWORD

from tujing.audit.models import INSTALLATION, AuditEvent
from tujing.enterprise.models import Role

pytestmark = pytest.mark.django_db


def last() -> AuditEvent:
    return AuditEvent.objects.order_by("-id").first()


def test_signing_in_failing_and_out_are_told(other_works, sign_in):
    sign_in(other_works, Role.OWNER, "owner")
    client = Client(REMOTE_ADDR="10.0.0.7")
    client.post(reverse("login"), {"username": "owner", "password": "wrong"})
    assert (last().action, last().actor_name, last().address) == ("sign_in_failed", "owner", "10.0.0.7")
    assert last().organisation == other_works.pk
    answer = client.post(reverse("login"), {"username": "owner", "password": PASSWORD})
    assert (last().action, last().actor_name, last().organisation) == ("signed_in", "owner", other_works.pk)
    assert last().request == answer.headers["X-Request-ID"]
    client.post(reverse("logout"))
    assert (last().action, last().actor_name) == ("signed_out", "owner")


def test_an_account_that_does_not_exist_is_told_to_the_operator():
    Client().post(reverse("login"), {"username": "nobody", "password": "wrong"})
    assert (last().action, last().organisation, last().words["zh"]) == ("sign_in_failed", INSTALLATION, "nobody")


def test_a_file_that_goes_out_is_told(other_works, sign_in):
    client = sign_in(other_works)
    assert client.get(reverse("atlas_export", args=["xlsx"])).status_code == 200
    assert (last().action, last().object, last().actor_name) == ("downloaded", "atlas_export", "owner-other-works")
    assert last().words["zh"].startswith("/atlas/export")


def test_a_page_writes_no_event(other_works, sign_in):
    client = sign_in(other_works)
    client.get(reverse("home"))  # the first visit opens the first cycle
    count = AuditEvent.objects.count()
    assert client.get(reverse("home")).status_code == 200
    assert AuditEvent.objects.count() == count
