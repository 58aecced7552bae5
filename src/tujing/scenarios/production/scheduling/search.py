"""Simulated annealing on the order of operations, guided by what makes the schedule long or late.

A move breaks up the chain of operations that ends at the last job (makespan) or at a late one (tardiness): it takes an
operation out of its wait for another on the same machine, or gives it to another machine. The first kind widens the
neighbourhood of Van Laarhoven, Aarts & Lenstra (Operations Research 40, 1992) to jumps within a block of the chain.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from tujing.scenarios.production.scheduling.decode import Timing
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule

FIRST_TEMPERATURE = 0.15
LAST_TEMPERATURE = 0.001
"""Both as multiples of the median change for the worse that a move makes at the start."""
PROBES = 60
LOOK_EVERY = 16
"""Iterations between looks at the clock."""


@dataclass(frozen=True)
class Limit:
    """When a search ends: after so many seconds or iterations, or once `target` is reached.

    The temperature falls with the iterations where they are given, which makes the search repeatable, else with time.
    """

    seconds: float = math.inf
    iterations: int | None = None
    target: int = 0


Watch = Callable[[float, Schedule | None], None]
"""Called with the share done, and the schedule when it is a new best; may raise to stop the search."""


def anneal(start: Schedule, limit: Limit, seed: int = 0, watch: Watch = lambda share, found: None) -> Schedule:
    """Improves a schedule; never returns a worse one.

    With an iteration limit that time does not cut short, the same seed gives the same result.
    """
    return _Annealer(start, random.Random(seed)).run(limit, watch)


class _Annealer:
    """The search's state: the current order and modes with their timing, and the best so far."""

    def __init__(self, start: Schedule, chance: random.Random) -> None:
        self.decoder = decoder_for(start.problem)
        self.random = chance
        self.order = sorted(
            start.order, key=lambda operation: (start.start[operation], start.end[operation], operation)
        )
        self.choice = list(start.choice)
        timing = self.decoder.timing(self.order, self.choice)
        assert timing is not None
        self.timing: Timing = timing
        self.best_cost, self.best_order, self.best_choice = timing.cost, self.order, self.choice.copy()
        self._find_late_jobs()

    def run(self, limit: Limit, watch: Watch) -> Schedule:
        started = time.perf_counter()
        scale = self._typical_worsening()
        iteration, share, reported = 0, 0.0, self.best_cost
        while self.best_cost > limit.target and share < 1.0:
            temperature = scale * FIRST_TEMPERATURE * (LAST_TEMPERATURE / FIRST_TEMPERATURE) ** share
            self._step(temperature)
            iteration += 1
            if limit.iterations is not None:
                share = iteration / limit.iterations
            if iteration % LOOK_EVERY == 0:
                # On a busy machine the time may be over before the search begins.
                used = (time.perf_counter() - started) / max(limit.seconds, 1e-9)
                if limit.iterations is None or used >= 1.0:
                    share = min(1.0, used)
                watch(share, self._best() if self.best_cost < reported else None)
                reported = self.best_cost
        return self._best()

    def _step(self, temperature: float) -> None:
        """Tries one move; keeps it when the cost stays below a threshold drawn beforehand (the Metropolis rule)."""
        limit = self.timing.cost - temperature * math.log(1.0 - self.random.random())
        neighbour = self._neighbour()
        if neighbour is None:
            return
        order, operation, mode = neighbour
        previous = self.choice[operation]
        self.choice[operation] = mode
        timing = self.decoder.timing(order, self.choice, int(limit))
        if timing is None or timing.cost > limit:
            self.choice[operation] = previous
            return
        self.order, self.timing = order, timing
        self._find_late_jobs()
        if timing.cost < self.best_cost:
            self.best_cost, self.best_order, self.best_choice = timing.cost, order, self.choice.copy()

    def _neighbour(self) -> tuple[list[int], int, int] | None:
        """Returns a new order, and one operation with its mode in it; None when the move drawn cannot be made."""
        chain = self._chain(self._job_to_help())
        waits = [operation for operation in chain if self.timing.blocker[operation] >= 0]
        flexible = [operation for operation in chain if len(self.decoder.modes[operation]) > 1]
        if flexible and (not waits or self.random.random() < 0.4):
            return self._other_machine(self.random.choice(flexible))
        if not waits:
            return None
        operation = self.random.choice(waits)
        ahead = self.timing.blocker[operation]
        while self.timing.blocker[ahead] >= 0 and self.random.random() < 0.4:
            ahead = self.timing.blocker[ahead]
        left, right = self.order.index(ahead), self.order.index(operation)
        order = self._pull_ahead(left, right) if self.random.random() < 0.5 else self._push_behind(left, right)
        return None if order is None else (order, operation, self.choice[operation])

    def _other_machine(self, operation: int) -> tuple[list[int], int, int]:
        """Gives an operation to another machine, at a random place between its job's neighbours or close by."""
        modes = len(self.decoder.modes[operation])
        mode = self.random.randrange(modes - 1)
        mode += mode >= self.choice[operation]
        place = self.order.index(operation)
        order = self.order[:place] + self.order[place + 1 :]
        reach = 2 * len(self.decoder.calendars)
        lowest, highest = max(0, place - reach), min(len(order), place + reach)
        job_of, job = self.decoder.job_of, self.decoder.job_of[operation]
        for index in range(place - 1, lowest - 1, -1):
            if job_of[order[index]] == job:
                lowest = index + 1
                break
        for index in range(place, highest):
            if job_of[order[index]] == job:
                highest = index
                break
        order.insert(self.random.randint(lowest, highest), operation)
        return order, operation, mode

    def _pull_ahead(self, left: int, right: int) -> list[int] | None:
        """Moves the operation at `right`, and what it waits for, before `left`; None when it waits for that one."""
        job_of, modes, choice = self.decoder.job_of, self.decoder.modes, self.choice
        moved = self.order[right]
        jobs, machines, first = {job_of[moved]}, set[int](), [moved]
        rest: list[int] = []
        for operation in reversed(self.order[left:right]):
            job, machine = job_of[operation], modes[operation][choice[operation]][0]
            if job in jobs or machine in machines:
                jobs.add(job)
                machines.add(machine)
                first.append(operation)
            else:
                rest.append(operation)
        if not rest or rest[-1] != self.order[left]:
            return None
        return self.order[:left] + first[::-1] + rest[::-1] + self.order[right + 1 :]

    def _push_behind(self, left: int, right: int) -> list[int] | None:
        """Moves the operation at `left`, and what waits for it, behind `right`; None when that one waits for it."""
        job_of, modes, choice = self.decoder.job_of, self.decoder.modes, self.choice
        moved = self.order[left]
        jobs, machines, last = {job_of[moved]}, set[int](), [moved]
        rest: list[int] = []
        for operation in self.order[left + 1 : right + 1]:
            job, machine = job_of[operation], modes[operation][choice[operation]][0]
            if job in jobs or machine in machines:
                jobs.add(job)
                machines.add(machine)
                last.append(operation)
            else:
                rest.append(operation)
        if not rest or rest[-1] != self.order[right]:
            return None
        return self.order[:left] + rest + last + self.order[right + 1 :]

    def _chain(self, job: int) -> list[int]:
        """Walks back from the job's last operation along what each had to wait for."""
        job_of, blocker = self.decoder.job_of, self.timing.blocker
        operation = self.decoder.problem.first[job + 1] - 1
        chain = [operation]
        while True:
            if blocker[operation] >= 0:
                operation = blocker[operation]
            elif operation and job_of[operation - 1] == job_of[operation]:
                operation -= 1
            else:
                return chain
            chain.append(operation)

    def _find_late_jobs(self) -> None:
        """Notes the jobs worth helping, each with the share of the cost that it has."""
        decoder, completed = self.decoder, self.timing.completed
        if decoder.makespan:
            self.late = [job for job, end in enumerate(completed) if end == self.timing.cost]
            self.shares = [float(count) for count in range(1, len(self.late) + 1)]
            return
        jobs = decoder.problem.jobs
        self.late = [job for job, end in enumerate(completed) if jobs[job].due is not None and end > decoder.due[job]]
        # The square root lets small delays have their turn beside the worst one.
        self.shares = list(
            accumulate(math.sqrt(decoder.weight[job] * (completed[job] - decoder.due[job])) for job in self.late)
        )

    def _job_to_help(self) -> int:
        if self.late and self.shares[-1] > 0:
            return self.random.choices(self.late, cum_weights=self.shares)[0]
        return self.random.randrange(len(self.timing.completed))

    def _typical_worsening(self) -> float:
        """Returns the median rise in cost over some random moves from the start, at least 1."""
        rises = []
        for _ in range(PROBES):
            neighbour = self._neighbour()
            if neighbour is None:
                continue
            order, operation, mode = neighbour
            previous = self.choice[operation]
            self.choice[operation] = mode
            timing = self.decoder.timing(order, self.choice)
            self.choice[operation] = previous
            if timing is not None and timing.cost > self.timing.cost:
                rises.append(timing.cost - self.timing.cost)
        return float(max(1, sorted(rises)[len(rises) // 2])) if rises else 1.0

    def _best(self) -> Schedule:
        return self.decoder.schedule(self.best_order, self.best_choice)
