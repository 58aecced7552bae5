"""Use-cases of changes to the company: what was before is kept, so that each can be taken back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.enterprise.models import Change, ChangeKind, Organisation
from tujing.problems import refuse


def record(
    organisation: Organisation, kind: ChangeKind, before: Any, after: Any, by: Any, subject: str = ""
) -> Change | None:
    """Keeps a change of plain JSON states; None when nothing changed. Call it in the change's own transaction."""
    if before == after:
        return None
    return Change.objects.create(
        organisation=organisation, kind=kind, subject=subject, before=before, after=after, by=by
    )


def changes(organisation: Organisation) -> QuerySet[Change]:
    """Returns the changes, newest first."""
    return Change.objects.filter(organisation=organisation).select_related("by").order_by("-at", "-id")


@transaction.atomic
def undo(change: Change, by: Any) -> None:
    """Brings back what was before a change, through the same use-case, so that the same rules hold.

    Raises
    ------
    BadInput
        When it is taken back already, something changed since, or the person may not make the opposite change.
    """
    # Each kind's use-cases record changes here, so they are asked for late.
    from tujing.enterprise import people_services, profile_services, role_services, security_services

    change = Change.objects.select_for_update().select_related("organisation").get(pk=change.pk)
    kinds: dict[str, Any] = {
        ChangeKind.PROFILE: profile_services,
        ChangeKind.MEMBER: people_services,
        ChangeKind.ROLE: role_services,
        ChangeKind.POLICY: security_services,
    }
    states = kinds[change.kind]
    if change.undone or states.state(change.organisation, change.subject) != change.after:
        raise refuse(
            "changed_since",
            "这项改动之后又有新的改动，不能直接撤销；请查看最新内容后手工修改。",
            "Something changed after this, so it cannot be taken back by itself; look at the newest state and edit it.",
        )
    states.restore(change.organisation, change.subject, change.before, by)
    change.undone = timezone.now()
    change.save(update_fields=["undone"])
