"""What can be wrong in a shop that reads well: units that do not fit the due dates, work without end."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from tujing.problems import Problem, refuse
from tujing.scenarios.production.scheduling.shop import Job, Machine
from tujing.words import Text

LONGEST_WORK = 5 * 366 * 24 * 60
"""Minutes of work on one operation beyond which a figure must be wrong."""
TOO_MUCH, TOO_LITTLE = 3.0, 0.02
"""Work of the middle order as a share of the time to its due date: outside, the unit of the times is in doubt."""


def too_long(jobs: Sequence[Job]) -> list[Problem]:
    """Refuses operations that would take years."""
    found: list[Problem] = []
    for job in jobs:
        for operation in job.operations:
            minutes = min(mode.duration for mode in operation.modes)
            if minutes > LONGEST_WORK:
                zh = f"工单 {job.name} 的工序 {operation.label} 要加工 {minutes / 1440:.0f} 天，"
                zh += "请核对数量（quantity）与单件工时（minutes_per_unit，单位分钟）。"
                en = f"Operation {operation.label} of {job.name} takes {minutes / 1440:.0f} days of work; "
                en += "check quantity and minutes_per_unit (in minutes)."
                found += refuse("work_without_end", zh, en, file="work_order", column="quantity").problems
    return found


def fits_no_shift(jobs: Sequence[Job], machines: Sequence[Machine]) -> list[Problem]:
    """Refuses work that must not pause and is longer than the machine's longest shift."""
    found: list[Problem] = []
    for job in jobs:
        for operation in job.operations:
            for mode in operation.modes if operation.unbroken else ():
                machine = machines[mode.machine]
                if machine.calendar is None or mode.duration <= machine.calendar.longest:
                    continue
                zh = f"工单 {job.name} 的工序 {operation.label} 不可跨班中断，要 {mode.duration} 分钟，"
                zh += f"而 {machine.name} 最长的班次只有 {machine.calendar.longest} 分钟；请分批或延长班次。"
                en = f"Operation {operation.label} of {job.name} must not pause and takes {mode.duration} min, "
                en += f"but the longest shift of {machine.name} is {machine.calendar.longest} min; "
                en += "split the order or lengthen the shift."
                found += refuse("no_shift_long_enough", zh, en, file="operation_route", column="uninterrupted").problems
    return found


def doubtful_units(jobs: Sequence[Job]) -> list[Text]:
    """Warns when times and due dates can hardly have the same unit."""
    shares = [
        sum(min(mode.duration for mode in operation.modes) for operation in job.operations) / (job.due - job.release)
        for job in jobs
        if job.due is not None and job.due > job.release
    ]
    if not shares or TOO_LITTLE <= median(shares) <= TOO_MUCH:
        return []
    share = median(shares)
    if share > TOO_MUCH:
        zh = f"半数工单单是加工就要到交期所剩时间的 {share:.0f} 倍以上；请核对单件工时是不是把秒当成了分钟。"
        en = f"For half the orders, work alone takes over {share:.0f} times the time that is left until they are due; "
        en += "check that minutes_per_unit is in minutes and not in seconds."
        return [Text(zh=zh, en=en)]
    zh = f"半数工单的加工时间不到交期所剩时间的 {share:.1%}；请核对单件工时是不是把小时当成了分钟。"
    en = f"For half the orders, work takes less than {share:.1%} of the time until they are due; "
    en += "check that minutes_per_unit is in minutes and not in hours."
    return [Text(zh=zh, en=en)]


def due_before_release(jobs: Sequence[Job]) -> list[Text]:
    """Warns of orders that are due before they may begin."""
    names = [str(job.name) for job in jobs if job.due is not None and job.due <= job.release and job.release > 0]
    if not names:
        return []
    some = ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
    return [
        Text(
            zh=f"{len(names)} 个工单（{some}）的交期不晚于可开工时间，必然拖期；请核对这两个时间。",
            en=f"{len(names)} orders ({some}) are due before they may begin, so they will be late; check both.",
        )
    ]


def missing_calendars(jobs: Sequence[Job], machines: Sequence[Machine]) -> list[Text]:
    """Warns of machines in use that have no calendar."""
    used = {mode.machine for job in jobs for operation in job.operations for mode in operation.modes}
    bare = [str(machines[number].name) for number in sorted(used) if machines[number].calendar is None]
    if not bare:
        return []
    zh = "、".join(bare[:5]) + (" 等" if len(bare) > 5 else "")
    en = ", ".join(bare[:5]) + ("…" if len(bare) > 5 else "")
    return [
        Text(
            zh=f"{len(bare)} 个工作中心（{zh}）没有日历，按全天可用计算。",
            en=f"{len(bare)} work centres ({en}) have no calendar; taken as always available.",
        )
    ]
