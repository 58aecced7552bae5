"""Why an order is late: the chain of work, set-ups and waits that ends at its completion, each causing the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tujing.scenarios.production.scheduling.bound import earliest
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.words import Text

Kind = Literal["work", "blocked", "set_up", "off_shift", "held"]
"""The order's own work · work of another order that it waits for · set-up of the machine · machine off shift ·
in shops with tools, people or waits: held by one of these, or off shift."""

KINDS: dict[Kind, Text] = {
    "work": Text(zh="本单加工", en="own work"),
    "blocked": Text(zh="等待他单", en="waiting for other orders"),
    "set_up": Text(zh="换型", en="set-ups"),
    "off_shift": Text(zh="停班", en="off shift"),
    "held": Text(zh="等工装、人员、间隔或停班", en="waiting for tools, people, a set interval or a shift"),
}


@dataclass(frozen=True)
class Link:
    """One span of a chain, from `start` to `end` on the wall clock."""

    kind: Kind
    job: int
    """The job whose operation this is; for `blocked` another than the late one."""
    operation: int
    machine: int
    start: int
    end: int


def chain_of(schedule: Schedule, job: int) -> list[Link]:
    """Returns the links that lead to a job's completion, first to last, without a gap between them.

    It walks back from the job's last operation: each operation starts when it does because of its machine (the
    operation before it and the set-up between them), its job (the step before), or its release, where the chain begins.
    """
    problem = schedule.problem
    links: list[Link] = []
    operation: int | None = problem.first[job + 1] - 1
    while operation is not None:
        owner, machine = problem.operations[operation][0], schedule.mode(operation).machine
        start = schedule.start[operation]
        kind: Kind = "work" if owner == job else "blocked"
        links.append(Link(kind, owner, operation, machine, start, schedule.end[operation]))
        cause, setup = _cause(schedule, operation)
        since = problem.jobs[owner].release if cause is None else schedule.end[cause]
        setup_start = max(since, schedule.setup_start(operation)) if setup else start
        if setup_start < start:
            links.append(Link("set_up", owner, operation, machine, setup_start, start))
        if since < setup_start:
            off: Kind = "off_shift" if problem.is_plain else "held"
            links.append(Link(off, owner, operation, machine, since, setup_start))
        operation = cause
    return links[::-1]


def _cause(schedule: Schedule, operation: int) -> tuple[int | None, bool]:
    """Returns the operation whose end sets this one's start (None: its release), and whether a set-up lies between."""
    job = schedule.problem.operations[operation][0]
    before = schedule.before[operation]
    calendar = schedule.problem.machines[schedule.mode(operation).machine].calendar

    def reading(minute: int) -> int:
        return minute if calendar is None else calendar.worked(minute)

    first = schedule.problem.first[job] == operation
    arrived = schedule.problem.jobs[job].release if first else schedule.end[operation - 1]
    if before >= 0 and reading(schedule.end[before]) + schedule.setup[operation] > reading(arrived):
        return before, schedule.setup[operation] > 0
    return (None if first else operation - 1), False


def late_jobs(schedule: Schedule) -> list[int]:
    """Returns the late jobs, the costliest first."""
    jobs = [job for job, late in enumerate(schedule.tardiness) if late]
    return sorted(jobs, key=lambda job: (-schedule.problem.jobs[job].weight * schedule.tardiness[job], job))


def sentence(schedule: Schedule, job: int, links: Sequence[Link]) -> Text:
    """Says in one sentence what makes a job end when it does."""
    spent: Counter[Kind] = Counter()
    for link in links:
        spent[link.kind] += link.end - link.start
    parts_zh = [f"{KINDS[kind].zh} {amount(schedule, minutes).zh}" for kind, minutes in spent.most_common() if minutes]
    parts_en = [f"{KINDS[kind].en} {amount(schedule, minutes).en}" for kind, minutes in spent.most_common() if minutes]
    zh, en = "、".join(parts_zh), ", ".join(parts_en)
    blocked: Counter[int] = Counter()
    for link in links:
        if link.kind == "blocked":
            blocked[link.machine] += link.end - link.start
    if blocked:
        machine = schedule.problem.machines[blocked.most_common(1)[0][0]].name
        zh += f"；等得最久的是 {machine}"
        en += f"; the longest wait is at {machine}"
    name, late = schedule.problem.jobs[job].name, schedule.tardiness[job]
    if late:
        certain = unavoidable(schedule, job)
        if certain:
            zh += f"；其中 {amount(schedule, certain).zh}是可开工时就已来不及的"
            en += f"; {amount(schedule, certain).en} of it could not be avoided, given its release"
        return Text(
            zh=f"{name} 晚 {amount(schedule, late).zh}：{zh}。",
            en=f"{name} is {amount(schedule, late).en} late: {en}.",
        )
    return Text(zh=f"{name} 最后完工：{zh}。", en=f"{name} ends last: {en}.")


def unavoidable(schedule: Schedule, job: int) -> int:
    """Returns by how much a job would be late if it had the shop to itself from its release on."""
    order = schedule.problem.jobs[job]
    return 0 if order.due is None else max(0, earliest(schedule.problem, order)[-1] - order.due)


def tell(schedule: Schedule, link: Link) -> Text:
    """Says what happens in one link."""
    problem = schedule.problem
    definition = problem.operations[link.operation][1]
    job, machine = problem.jobs[link.job].name, problem.machines[link.machine].name
    step = f"{definition.label} {definition.name}".strip()
    length = amount(schedule, link.end - link.start)
    if link.kind == "work":
        return Text(zh=f"在 {machine} 加工工序 {step}，{length.zh}", en=f"operation {step} on {machine}, {length.en}")
    if link.kind == "blocked":
        return Text(
            zh=f"{machine} 在做 {job} 的工序 {step}，{length.zh}",
            en=f"{machine} is on operation {step} of {job}, {length.en}",
        )
    if link.kind == "set_up":
        family = schedule.mode(link.operation).family
        return Text(
            zh=f"{machine} 换型到 {family or '—'}，{length.zh}",
            en=f"{machine} is set up for {family or '—'}, {length.en}",
        )
    if link.kind == "held":
        return Text(
            zh=f"工序 {step} 等工装、人员、间隔或停班，{length.zh}",
            en=f"operation {step} waits for tools, people, a set interval or a shift, {length.en}",
        )
    return Text(zh=f"{machine} 停班，{length.zh}", en=f"{machine} is off shift, {length.en}")


def amount(schedule: Schedule, minutes: int) -> Text:
    """Returns a span of time in words; without a clock it is a bare number."""
    if schedule.problem.origin is None:
        return Text(zh=str(minutes), en=str(minutes))
    if minutes < 60:
        return Text(zh=f"{minutes} 分钟", en=f"{minutes} min")
    span = timedelta(minutes=minutes)
    hours = span.total_seconds() / 3600
    if hours < 48:
        return Text(zh=f"{hours:.1f} 小时", en=f"{hours:.1f} h")
    return Text(zh=f"{hours / 24:.1f} 天", en=f"{hours / 24:.1f} days")
