"""`tujing account`: the operator's way back into an account."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tujing.cli.account import link
from tujing.problems import BadInput


@pytest.fixture
def person(db, django_user_model):
    user = django_user_model.objects.create_user("zhou", password="a good pass word")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "sealed"})
    return user


def test_the_link_sets_a_new_password(person):
    assert Client().post(link("zhou"), {"password": "correct horse battery"}).status_code == 200
    person.refresh_from_db()
    assert person.check_password("correct horse battery")
    assert Authenticator.objects.exists(), "the second factor stays unless it is asked"


def test_the_second_factor_comes_off_when_asked(person):
    link("zhou", second_factor_off=True)
    assert not Authenticator.objects.exists()


def test_an_unknown_account_is_refused(db):
    with pytest.raises(BadInput):
        link("nobody")
