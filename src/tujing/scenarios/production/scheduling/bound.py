"""Lower bounds that need no solver: no job is faster than alone in the shop, no group of machines than its load."""

from __future__ import annotations

from tujing.scenarios.production.scheduling.shop import Job, ShopProblem

GROUPS = 60
"""With more different groups of machines that can do an operation, only the one of all machines is looked at."""


def simple_bound(problem: ShopProblem) -> int:
    """Returns a lower bound on the objective; of transfer lots it knows only that the machines must do the work."""
    if problem.has_lots:
        return 0 if problem.objective == "weighted_tardiness" else max(_least_duration(problem))
    alone = [earliest(problem, job)[-1] for job in problem.jobs]
    if problem.objective == "weighted_tardiness":
        return sum(
            job.weight * max(0, end - job.due)
            for job, end in zip(problem.jobs, alone, strict=True)
            if job.due is not None
        )
    return max(max(alone), _machine_bound(problem))


def _least_duration(problem: ShopProblem) -> list[int]:
    return [min(mode.duration for mode in operation.modes) for _, operation in problem.operations]


def earliest(problem: ShopProblem, job: Job) -> list[int]:
    """Earliest arrival at each operation, and last the earliest completion, of a job that never waits for another."""
    heads = [job.release]
    for operation in job.operations:
        ends = []
        for mode in operation.modes:
            calendar = problem.machines[mode.machine].calendar
            if calendar is None:
                ends.append(heads[-1] + mode.duration)
            else:
                ends.append(calendar.end_at(calendar.worked(heads[-1]) + mode.duration))
        heads.append(min(ends))
    return heads


def _machine_bound(problem: ShopProblem) -> int:
    """A group of machines cannot finish before the work is done that no machine outside it can take over.

    Of that work, each begins no earlier than its job can arrive, and is followed by the rest of its job.
    """
    work: list[tuple[frozenset[int], int, int, int]] = []
    for job in problem.jobs:
        arrivals = earliest(problem, job)
        rest = 0
        for index in range(len(job.operations) - 1, -1, -1):
            modes = job.operations[index].modes
            least = min(mode.duration for mode in modes)
            work.append((frozenset(mode.machine for mode in modes), least, arrivals[index], rest))
            rest += least
    able = {machines for machines, _, _, _ in work}
    groups = {frozenset([number]) for number in range(len(problem.machines))} | {frozenset().union(*able)}
    if len(able) <= GROUPS:
        groups |= able
    return max(_group_bound(problem, group, work) for group in groups)


def _group_bound(problem: ShopProblem, group: frozenset[int], work: list[tuple[frozenset[int], int, int, int]]) -> int:
    mine = [(least, arrival, rest) for machines, least, arrival, rest in work if machines <= group]
    load = sum(least for least, _, _ in mine)
    if not load:
        return 0
    first, calendars = min(arrival for _, arrival, _ in mine), [problem.machines[number].calendar for number in group]

    def done(end: int) -> int:
        """The most work that the group can have done by then."""
        return sum(end - first if one is None else one.worked(end) - one.worked(first) for one in calendars)

    low, high = first, first + load
    while done(high) < load:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if done(middle) >= load else (middle, high)
    return high + min(rest for _, _, rest in mine)
