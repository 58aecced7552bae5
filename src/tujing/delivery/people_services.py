"""Who is who in a project, and who may do what that only some may."""

from __future__ import annotations

from tujing.delivery.models import LevelProject, RoleHolder
from tujing.delivery.responsibility import responsibilities
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.enterprise.services import members
from tujing.problems import refuse


def _holders(organisation: Organisation, project: LevelProject | None, person: str) -> set[str]:
    """Returns the roles that a person holds in a project, by name; there or everywhere."""
    held = RoleHolder.objects.filter(organisation=organisation, person=person)
    return {one.role for one in held if one.project_id is None or (project and one.project_id == project.pk)}


def release_role(organisation: Organisation, holder_id: int) -> str:
    """Takes a role off a person and returns the person's name; naming them again gives it back.

    Raises
    ------
    BadInput
        When the organisation has no such entry.
    """
    held = RoleHolder.objects.filter(organisation=organisation, pk=holder_id).first()
    if held is None:
        raise refuse("no_role_holder", "没有这条岗位登记。", "There is no such entry.", value=str(holder_id))
    person = held.person
    held.delete()
    return person


def member_named(organisation: Organisation, person: str) -> Membership | None:
    """Returns the member with this user name, full name or e-mail; none when there is none, or nobody is named."""
    if not person:
        return None
    return next(
        (
            member
            for member in members(organisation)
            if person in (member.user.get_username(), member.user.get_full_name(), getattr(member.user, "email", ""))
        ),
        None,
    )


def check_known(organisation: Organisation, project: LevelProject, person: str, key: str = "person") -> None:
    """Refuses a name that nobody in the project or the organisation has.

    Raises
    ------
    BadInput
        Names it.
    """
    if not _holders(organisation, project, person) and member_named(organisation, person) is None:
        raise refuse(
            "unknown_person",
            f"没有登记“{person}”，请先在 roles 中登记其岗位，或核对姓名。",
            f"“{person}” is not known; enter the person under roles first, or check the name.",
            key=key,
            value=person,
        )


def check_may(
    organisation: Organisation,
    project: LevelProject | None,
    person: str,
    roles: tuple[str, ...],
    key: str,
    zh: str,
    en: str,
) -> None:
    """Refuses what only some roles, or the organisation's owners and managers, may do.

    Raises
    ------
    BadInput
        Names the person, and the roles that may.
    """
    if _holders(organisation, project, person) & set(roles):
        return
    member = member_named(organisation, person)
    if member is not None and member.role in (Role.OWNER, Role.MANAGER):
        return
    known = responsibilities().roles
    raise refuse(
        "may_not",
        f"“{person}”无权{zh}；须由{'或'.join(known[role].name.zh for role in roles)}具名。",
        f"“{person}” may not {en}; it takes the {' or '.join(known[role].name.en.lower() for role in roles)} by name.",
        key=key,
        value=person,
    )
