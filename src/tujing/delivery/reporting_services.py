"""Reporting progress and money task by task, under the rules that an import of them follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from tujing.delivery.models import CostRecord, ProgressRecord, ProjectTask
from tujing.delivery.reading_services import projects
from tujing.enterprise.models import Organisation
from tujing.problems import refuse


def report(
    organisation: Organisation,
    project_id: int,
    number: str,
    on: date,
    *,
    share: float | None = None,
    amount: float | None = None,
    reference: str = "",
    until: date | None = None,
) -> bool:
    """Keeps how far a task is on a day (0–1), and money spent on it (yuan); the same again changes nothing.

    Returns whether anything is other than before.

    Raises
    ------
    BadInput
        When there is no such task, the day is later than `until` (default today), or the amount is a thousand times off
        the task's planned one.
    """
    task = ProjectTask.objects.filter(project__in=projects(organisation), project=project_id, number=number).first()
    if task is None:
        raise unknown_task(number)
    check_day(on, until or timezone.localdate())
    if amount:
        check_scale(amount, task.cost)
    with transaction.atomic():
        return keep(organisation, task, on, share, amount, reference)


def keep(
    organisation: Organisation, task: ProjectTask, on: date, share: float | None, amount: float | None, reference: str
) -> bool:
    """Writes what was reported of one task and day, inside the caller's transaction; says whether it is new."""
    changed = False
    if share is not None:
        changed |= _put(ProgressRecord, {"task": task, "on": on}, "share", share, organisation)
    if amount is not None:
        which = {"task": task, "on": on, "reference": reference}
        changed |= _put(CostRecord, which, "amount", amount, organisation)
    return changed


def check_day(day: date, last: date, **place: Any) -> None:
    """Refuses a day that is still to come."""
    if day > last:
        raise refuse(
            "not_yet",
            f"日期 {day} 还没有到，请填写实际发生的日期。",
            f"{day} is still to come; give the day on which it happened.",
            **place,
        )


def check_scale(given: float, planned: float, **place: Any) -> None:
    """Refuses costs that are a thousand times off the planned ones: 万元 taken for 元, or the other way round."""
    if given > 0 and planned > 0 and (given * 1000 < planned or given > planned * 1000):
        raise refuse(
            "unit_suspected",
            f"费用合计 {given:,.2f} 元，而计划费用为 {planned:,.0f} 元，相差千倍以上，疑似元与万元混用；"
            "金额请以元为单位，或写成“12 万元”；文件可把表头写成“费用（万元）”，确认是元后加 --in-yuan 重新导入。",
            f"The costs add up to {given:,.2f} while {planned:,.0f} are planned, a thousand times off; give yuan, or "
            "write 12万元. A file may have 费用（万元） as its heading; if they are yuan, import it with --in-yuan.",
            **place,
        )


def unknown_task(number: str, **place: Any) -> Exception:
    return refuse(
        "unknown_task",
        f"项目没有任务 {number}，请按导出的编号填写。",
        f"The project has no task {number}; use the numbers of an export.",
        **place,
    )


def _put(model: Any, which: dict[str, Any], name: str, value: float, organisation: Organisation) -> bool:
    row, is_new = model.objects.get_or_create(**which, defaults={name: value, "organisation": organisation})
    if is_new or getattr(row, name) == value:
        return bool(is_new)
    setattr(row, name, value)
    row.save(update_fields=[name])
    return True
