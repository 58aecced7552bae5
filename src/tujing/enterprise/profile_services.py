"""Use-cases of the profile on the page: edited with what was before kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tujing.enterprise import change_services
from tujing.enterprise.models import ChangeKind, Organisation, Profile
from tujing.enterprise.services import ProfileInput, set_profile
from tujing.problems import check_model, refuse
from tujing.words import Text


@transaction.atomic
def edit(organisation: Organisation, name: Mapping[str, str], profile: Mapping[str, Any], by: Any) -> None:
    """Replaces the organisation's name and profile.

    Raises
    ------
    BadInput
        When a name is blank, or a code, honour or figure cannot be used; nothing is changed.
    """
    before = state(organisation)
    _write(organisation, {"name": dict(name), "profile": dict(profile)})
    change_services.record(organisation, ChangeKind.PROFILE, before, state(organisation), by)


def state(organisation: Organisation, subject: str = "") -> dict[str, Any]:
    """Returns name and profile as plain JSON; money as text, to the fen."""
    stored = Profile.objects.filter(organisation=organisation).first()
    return {
        "name": Organisation.objects.values_list("name", flat=True).get(pk=organisation.pk),
        "profile": stored and ProfileInput.model_validate(stored, from_attributes=True).model_dump(mode="json"),
    }


def restore(organisation: Organisation, subject: str, before: Mapping[str, Any], by: Any) -> None:
    """Brings a former name and profile back."""
    if before["profile"] is None:
        raise refuse(
            "first_profile",
            "这是第一份企业档案，之前没有可恢复的内容；请直接修改。",
            "This was the first profile; there is nothing before it to bring back. Edit it instead.",
        )
    edit(organisation, before["name"], before["profile"], by)


def _write(organisation: Organisation, wanted: Mapping[str, Any]) -> None:
    organisation.name = check_model(Text, wanted["name"], "name").as_dict()
    set_profile(organisation, wanted["profile"])
    organisation.save(update_fields=["name"])
