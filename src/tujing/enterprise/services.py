"""Use-cases of the enterprise room: make an organisation, keep its profile and its people, ask who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tujing.enterprise import codes, rules
from tujing.enterprise.classify import Classification, ProfileFacts
from tujing.enterprise.classify import classify as class_of
from tujing.enterprise.models import GroupLink, Membership, Organisation, OwnRole, Profile, Role
from tujing.problems import check_model, refuse
from tujing.words import Text

User = AbstractBaseUser | AnonymousUser
KEPT = "_memberships"
"""What `remember` keeps on a person's object."""


class ProfileInput(BaseModel):
    """A profile as it comes in from a file or a form."""

    model_config = ConfigDict(extra="forbid")

    industry: str
    region: str = ""
    staff: int = Field(ge=0, le=10_000_000)
    revenue: Decimal = Field(ge=0, max_digits=18, decimal_places=2)
    production_type: Literal["discrete", "process"]
    chain_role: Literal["leader", "member"] = "member"
    honours: list[str] = []
    facts: dict[str, float] = {}

    @field_validator("industry", "region", mode="before")
    @classmethod
    def _code_as_text(cls, value: Any) -> Any:
        """YAML reads 330200 as a number."""
        return str(value) if isinstance(value, int) else value


@transaction.atomic
def create_organisation(slug: str, name: Text | Mapping[str, str], profile: Mapping[str, Any]) -> Organisation:
    """Makes an organisation with its profile.

    Raises
    ------
    BadInput
        When the slug is taken or not of letters, digits and hyphens, or the profile cannot be used; names each key.
    """
    if not slug or not slug.replace("-", "").replace("_", "").isalnum() or not slug.isascii():
        raise refuse(
            "bad_slug",
            "标识只能用英文字母、数字和连字符。",
            "The slug takes letters, digits and hyphens only.",
            key="slug",
            value=slug,
        )
    if Organisation.objects.filter(slug=slug).exists():
        raise refuse(
            "slug_taken", "这个标识已被使用，请换一个。", "This slug is taken; choose another.", key="slug", value=slug
        )
    both = name if isinstance(name, Text) else check_model(Text, dict(name), "name")
    organisation = Organisation.objects.create(slug=slug, name=both.as_dict())
    set_profile(organisation, profile)
    return organisation


@transaction.atomic
def set_profile(organisation: Organisation, profile: Mapping[str, Any]) -> Profile:
    """Replaces the profile.

    Raises
    ------
    BadInput
        When a code, honour or figure cannot be used; nothing is changed.
    """
    checked = check_model(ProfileInput, dict(profile), "profile")
    codes.industry(checked.industry)
    if checked.region:
        codes.region(checked.region)
    for fact in checked.facts:
        if fact not in rules.ladder().facts:
            raise refuse(
                "unknown_fact",
                f"不认识 {fact}，可用的有：{'、'.join(rules.ladder().facts)}。",
                f"{fact} is not known; there are: {', '.join(rules.ladder().facts)}.",
                key=f"facts.{fact}",
            )
    values = checked.model_dump()
    class_of(_facts(Profile(**values)), timezone.localdate())
    stored, _ = Profile.objects.update_or_create(organisation=organisation, defaults=values)
    return stored


def classification(organisation: Organisation, on: date | None = None) -> Classification:
    """Classes the organisation by the rules in force on a day (default today).

    Raises
    ------
    BadInput
        When there is no profile yet.
    """
    profile = Profile.objects.filter(organisation=organisation).first()
    if profile is None:
        raise refuse(
            "no_profile",
            "企业档案还没有填写，请先填写行业、人数与营业收入。",
            "The profile is not filled in yet; give industry, staff and revenue first.",
        )
    return class_of(_facts(profile), on or timezone.localdate())


@transaction.atomic
def add_member(
    organisation: Organisation, user: Any, role: str, department: str = "", own_role: OwnRole | None = None
) -> Membership:
    """Gives a person a role, or another role; an organisation never loses its last owner.

    Whether the one who gives it may do so is asked by `people_services`, not here.

    Parameters
    ----------
    own_role
        A role of the organisation's own; `role` is then its base.

    Raises
    ------
    BadInput
        When the role is not known, or the last owner would step down.
    """
    if role not in Role.values:
        raise refuse(
            "unknown_role",
            f"没有角色 {role}，可用的有：{'、'.join(Role.values)}。",
            f"There is no role {role}; there are: {', '.join(Role.values)}.",
            key="role",
            value=role,
        )
    if own_role is not None and (own_role.organisation_id, own_role.base) != (organisation.pk, role):
        raise ValueError("an own role belongs to its organisation and brings its base along")
    # The organisation's row is the lock: two owners cannot step down at the same moment.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if role != Role.OWNER:
        _keep_an_owner(organisation, user)
    given = {"role": role, "department": department, "own_role": own_role}
    membership, _ = Membership.objects.update_or_create(organisation=organisation, user=user, defaults=given)
    forget(user)
    return membership


@transaction.atomic
def remove_member(organisation: Organisation, user: Any) -> None:
    """Takes a person out of the organisation.

    Raises
    ------
    BadInput
        When this is the last owner.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _keep_an_owner(organisation, user)
    Membership.objects.filter(organisation=organisation, user=user).delete()
    forget(user)


def _keep_an_owner(organisation: Organisation, leaving: Any) -> None:
    owners = Membership.objects.filter(organisation=organisation, role=Role.OWNER)
    if owners.filter(user=leaving).exists() and not owners.exclude(user=leaving).exists():
        raise refuse(
            "last_owner",
            "这是最后一位所有者，请先指定另一位。",
            "This is the last owner; name another one first.",
        )


def members(organisation: Organisation) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(organisation=organisation).select_related("user", "own_role").order_by("role", "id")
    )


def memberships_of(user: User) -> list[Membership]:
    """Returns a person's memberships with organisation, its policy and own role, by the organisations' slugs."""
    if not user.is_authenticated:
        return []
    own = Membership.objects.filter(user=user).select_related("organisation__security", "own_role")
    return list(own.order_by("organisation__slug"))


def remember(user: User, memberships: Iterable[Membership]) -> None:
    """Keeps a person's memberships on the object, for as long as one request: `may` then asks the database nothing."""
    setattr(user, KEPT, {one.organisation_id: one for one in memberships})


def forget(user: User) -> None:
    """Drops what `remember` kept, after a change."""
    if hasattr(user, KEPT):
        delattr(user, KEPT)


def membership_of(user: User, organisation: Organisation) -> Membership | None:
    """Returns the person's membership, or None when they have none there; at most one query."""
    if not user.is_authenticated:
        return None
    kept: dict[Any, Membership] | None = getattr(user, KEPT, None)
    if kept is not None:
        return kept.get(organisation.pk)
    mine = Membership.objects.filter(organisation=organisation, user=user)
    return mine.select_related("own_role", "organisation__security").first()


def role_of(user: User, organisation: Organisation) -> str | None:
    """Returns the person's role (of an own role its base), or None when they have none there."""
    membership = membership_of(user, organisation)
    return membership.role if membership else None


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Returns the organisations a person belongs to; nobody sees another."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(memberships__user=user).order_by("slug")


def actions_of(membership: Membership | None) -> frozenset[str]:
    """Returns the actions of `rules/permissions.yaml` that a membership allows."""
    if membership is None:
        return frozenset()
    if membership.own_role is not None:
        return frozenset(membership.own_role.actions) & frozenset(rules.permissions())
    return role_actions(membership.role)


def role_actions(role: str) -> frozenset[str]:
    """Returns the actions of a built-in role."""
    return frozenset(action for action, roles in rules.permissions().items() if role in roles)


def may(user: User, organisation: Organisation, action: str) -> bool:
    """Returns whether a person may do an action of `rules/permissions.yaml` in an organisation.

    By their role there; or, having none there, by what the organisation lets the group do that it joined.

    Raises
    ------
    KeyError
        When the action is not in the table: a mistake in the program, never a silent yes.
    """
    if action not in rules.permissions():
        raise KeyError(action)
    return action in allowed_actions(user, organisation)


def allowed_actions(user: User, organisation: Organisation) -> frozenset[str]:
    """Returns everything that a person may do in an organisation, by the rule of `may`, in one or two queries."""
    membership = membership_of(user, organisation)
    if membership is not None:
        return actions_of(membership)
    return _actions_by_group(user, organisation) if user.is_authenticated else frozenset()


def _actions_by_group(user: User, organisation: Organisation) -> frozenset[str]:
    link = GroupLink.objects.filter(child=organisation).select_related("parent").first()
    oversees = link is not None and "oversee" in actions_of(membership_of(user, link.parent))
    return frozenset(link.actions) if link and oversees else frozenset()


def _facts(profile: Profile) -> ProfileFacts:
    return ProfileFacts(
        industry=profile.industry,
        staff=profile.staff,
        revenue=float(profile.revenue),
        chain_role="leader" if profile.chain_role == "leader" else "member",
        honours=tuple(profile.honours),
        facts=profile.facts,
    )
