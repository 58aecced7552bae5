"""Use-cases of a workspace where nobody works yet: a code for the person at the keyboard, and the first owner."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from tujing.enterprise.invitation_services import NewAccount, make_account
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.enterprise.services import add_member, create_organisation
from tujing.problems import refuse

FILE = "setup_code"
SLUG = "enterprise"


def begin(home: Path) -> str:
    """Returns the set-up code of a workspace, made once and readable by its owner only."""
    file = home / FILE
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as kept:
            kept.write(secrets.token_urlsafe(16))
    return file.read_text(encoding="utf-8").strip()


def is_open(home: Path) -> bool:
    """Whether the workspace waits for its first owner."""
    return (home / FILE).is_file() and not Membership.objects.exists()


def opens(home: Path, code: str) -> bool:
    return is_open(home) and constant_time_compare(code, begin(home))


@transaction.atomic
def first_owner(
    home: Path, name: Mapping[str, str], profile: Mapping[str, Any], account: NewAccount, mail: str
) -> tuple[Organisation, Any]:
    """Makes the company and its first owner, all or nothing; the code is spent. Whoever calls has checked the code.

    Raises
    ------
    BadInput
        When name, profile, account or password cannot be used, or somebody else was quicker.
    """
    try:
        organisation = create_organisation(SLUG, name, profile)
    except IntegrityError:
        # Two at once: the slug is unique, so only one of them is the first.
        raise refuse("set_up_already", "系统已完成初始化，请直接登录。", "This is set up already; sign in.") from None
    user = make_account(account, mail)
    add_member(organisation, user, Role.OWNER)
    (home / FILE).unlink(missing_ok=True)
    return organisation, user
