"""A company with an owner and other people, for the tests of who may do what."""

from __future__ import annotations

import pytest

from tujing.enterprise import services

PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}


@pytest.fixture
def company(db):
    return services.create_organisation("company", {"zh": "甲公司", "en": "Company A"}, PROFILE)


@pytest.fixture
def other_company(db):
    return services.create_organisation("other-company", {"zh": "乙公司", "en": "Company B"}, PROFILE)


@pytest.fixture
def someone(django_user_model):
    """Returns a maker of people with a role in an organisation, or with none."""

    def make(name, organisation=None, role="owner", own_role=None):
        user = django_user_model.objects.create_user(name, email=f"{name}@example.com", password="a good pass word")
        if organisation is not None:
            services.add_member(organisation, user, role, own_role=own_role)
        return user

    return make
