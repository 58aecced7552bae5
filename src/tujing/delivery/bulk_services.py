"""One thing done with several projects of the open cycle, in the name of a person: with all of them or with none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from tujing.delivery.editing_services import edit_project
from tujing.delivery.models import LevelProject
from tujing.delivery.reading_services import projects
from tujing.delivery.record_services import keep_record
from tujing.delivery.withdrawing_services import withdraw
from tujing.enterprise.models import Organisation
from tujing.problems import refuse


@dataclass(frozen=True)
class Bulk:
    """What is done with each: `withdraw` for a reason, `shift` by days, a `department`, a holder named for a `role`."""

    what: str
    reason: str = ""
    days: int = 0
    department: str = ""
    role: str = ""
    holder: str = ""


def change_many(person: str, organisation: Organisation, wanted: Collection[int], bulk: Bulk) -> list[LevelProject]:
    """Does it with each of some projects. Returns them; keys that are none of the open cycle's count for nothing.

    Raises
    ------
    BadInput
        When none is left, there is no such thing to do, or one of them refuses it; then none is changed.
    """
    # The higher level first, as a lower one cannot be withdrawn beneath it.
    found = projects(organisation).filter(pk__in=wanted).select_related("adoption").order_by("-level", "id")
    rows = list(found)
    if not rows:
        raise refuse("none_chosen", "还没有勾选项目。", "No project is ticked yet.", key="project")
    with transaction.atomic():
        for row in rows:
            _change(person, organisation, row, bulk)
    return rows


def _change(person: str, organisation: Organisation, row: LevelProject, bulk: Bulk) -> None:
    if bulk.what == "withdraw":
        withdraw(organisation, row.pk, person, bulk.reason)
    elif bulk.what == "shift":
        edit_project(organisation, row.pk, row.version, days=bulk.days, by=person)
    elif bulk.what == "department":
        edit_project(organisation, row.pk, row.version, department=bulk.department, by=person)
    elif bulk.what == "role":
        keep_record(person, organisation, row, "roles", {"role": bulk.role, "person": bulk.holder})
    else:
        raise refuse("unknown_action", "请选择要做的事。", "Choose what to do.", key="what", value=bulk.what)
