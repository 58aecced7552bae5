"""Lower bounds that need no solver: no job is faster than alone in the shop, no machine faster than its load."""

from __future__ import annotations

from tujing.scenarios.production.scheduling.shop import Job, ShopProblem


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
    """A machine cannot finish before its earliest arrival plus all the work that no other machine can take over."""
    load = [0] * len(problem.machines)
    heads: list[list[int]] = [[] for _ in problem.machines]
    tails: list[list[int]] = [[] for _ in problem.machines]
    for job in problem.jobs:
        arrivals = earliest(problem, job)
        rest = 0
        for index in range(len(job.operations) - 1, -1, -1):
            modes = job.operations[index].modes
            if len(modes) == 1:
                machine = modes[0].machine
                load[machine] += modes[0].duration
                heads[machine].append(arrivals[index])
                tails[machine].append(rest)
            rest += min(mode.duration for mode in modes)
    bound = 0
    for number, work in enumerate(load):
        if not work:
            continue
        first, calendar = min(heads[number]), problem.machines[number].calendar
        end = first + work if calendar is None else calendar.end_at(calendar.worked(first) + work)
        bound = max(bound, end + min(tails[number]))
    return bound
