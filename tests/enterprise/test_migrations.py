"""People and sign-ins of an installation from before own roles and second factors come through the migrations."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("enterprise", "0001_initial"), ("web", "0001_initial")]


@pytest.fixture
def back_in_time(transactional_db):
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    forward()


def forward():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_members_keep_their_role_and_failures_their_kind(back_in_time):
    old = back_in_time
    organisation = old.get_model("enterprise", "Organisation").objects.create(
        slug="old", name={"zh": "老厂", "en": "Old"}
    )
    user = old.get_model("auth", "User").objects.create(username="zhou")
    held = old.get_model("enterprise", "Membership")
    held.objects.create(organisation=organisation, user=user, role="manager", department="质量部")
    old.get_model("web", "FailedSignIn").objects.create(account="zhou")
    forward()

    from django.contrib.auth import get_user_model

    from tujing.enterprise.models import Organisation
    from tujing.enterprise.services import may, members
    from tujing.web.models import FailedSignIn

    kept = Organisation.objects.get(slug="old")
    (member,) = members(kept)
    assert (member.role, member.department, member.own_role) == ("manager", "质量部", None)
    assert may(get_user_model().objects.get(username="zhou"), kept, "plan")
    assert FailedSignIn.objects.get().kind == "password"
    kept.delete()
    get_user_model().objects.all().delete()
    FailedSignIn.objects.all().delete()
