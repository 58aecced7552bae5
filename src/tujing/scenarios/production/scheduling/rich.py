"""Decodes an order where more is to be kept than machines and sequences: tools and people, waits, lots, frozen starts.

As in the plain decoder, each operation in turn starts as early as what is placed already allows. Operations that must
follow one another within a longest wait are placed together, the first of them so late that all the others fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tujing.scenarios.production.scheduling.decode import NO_LIMIT, Decoder, Timing
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import ShopProblem

TRIES = 400
"""Of pushing a group back; when it still does not fit, its longest wait is overstayed, and the outcome says so."""


def decoder_for(problem: ShopProblem) -> Decoder:
    """Returns the decoder that the problem needs."""
    return Decoder(problem) if problem.is_plain else RichDecoder(problem)


@dataclass
class _Floor:
    """What is placed so far."""

    free: list[int]
    """Reading of each machine at which it falls free."""
    last: list[int]
    units: list[list[int]]
    """Of each pool, when each of it falls free, the soonest first."""
    user: list[int]
    """Last operation to use each pool; −1 for none."""
    start: list[int]
    end: list[int]
    setup: list[int]
    before: list[int]
    blocker: list[int]
    first_lot: list[int]
    """When the first transfer lot is through; 0 where there are none."""


class RichDecoder(Decoder):
    """Takes any order of the plain decoder; frozen operations go first whatever it says."""

    def __init__(self, problem: ShopProblem) -> None:
        super().__init__(problem)
        self.operations = [operation for _, operation in problem.operations]
        firsts = set(problem.first)
        self.follows = [
            operation.longest_wait is not None and number not in firsts
            for number, operation in enumerate(self.operations)
        ]
        self.is_first = [number in firsts for number in range(len(self.operations))]
        frozen = [number for number, operation in enumerate(self.operations) if operation.frozen]
        self.family_of = [0] * len(self.operations)
        self.frozen = sorted(frozen, key=lambda number: (self.operations[number].planned or 0, number))

    def timing(self, order: Sequence[int], choice: Sequence[int], limit: int = NO_LIMIT) -> Timing | None:
        floor = self._place_all(order, choice)
        completed = [floor.end[last - 1] for last in self.problem.first[1:]]
        if self.makespan:
            cost = max(completed)
        else:
            cost = sum(
                self.weight[job] * max(0, end - self.due[job])
                for job, end in enumerate(completed)
                if self.problem.jobs[job].due is not None
            )
        if self.problem.stability:
            cost += self.problem.stability * sum(
                abs(start - operation.planned)
                for start, operation in zip(floor.start, self.operations, strict=True)
                if operation.planned is not None
            )
        return None if cost > limit else Timing(cost, completed, floor.blocker)

    def schedule(self, order: Sequence[int], choice: Sequence[int]) -> Schedule:
        floor = self._place_all(order, choice)
        placed = sorted(range(len(order)), key=lambda one: (floor.start[one], floor.end[one], one))
        figures = (floor.start, floor.end, floor.setup, floor.before)
        return Schedule(self.problem, tuple(placed), tuple(choice), *(tuple(one) for one in figures))

    def _place_all(self, order: Sequence[int], choice: Sequence[int]) -> _Floor:
        count, machines = len(self.operations), len(self.calendars)
        floor = _Floor(
            [0] * machines,
            [-1] * machines,
            [[0] * pool.capacity for pool in self.problem.pools],
            [-1] * len(self.problem.pools),
            start=[0] * count,
            end=[0] * count,
            setup=[0] * count,
            before=[-1] * count,
            blocker=[-1] * count,
            first_lot=[0] * count,
        )
        done = [False] * count
        for leader in [*self.frozen, *order]:
            if done[leader] or self.follows[leader]:
                continue
            group = [leader]
            while group[-1] + 1 < count and self.follows[group[-1] + 1]:
                group.append(group[-1] + 1)
            if len(group) == 1:
                self._place(floor, leader, choice[leader], 0)
            else:
                self._place_group(floor, group, choice)
            for one in group:
                done[one] = True
        return floor

    def _place_group(self, floor: _Floor, group: list[int], choice: Sequence[int]) -> None:
        """Pushes back what would leave its successor waiting for too long, until all fit."""
        least = [0] * len(group)
        free, last, user = floor.free.copy(), floor.last.copy(), floor.user.copy()
        units = [one.copy() for one in floor.units]
        for attempt in range(TRIES + 1):
            for place, one in enumerate(group):
                self._place(floor, one, choice[one], least[place])
            late = -1
            for place in range(1, len(group)):
                longest = self.operations[group[place]].longest_wait
                over = floor.start[group[place]] - floor.end[group[place - 1]] - (longest or 0)
                if over > 0:
                    least[place - 1] = floor.start[group[place - 1]] + over
                    late = place
                    break
            if late < 0 or attempt == TRIES:
                return
            floor.free[:], floor.last[:], floor.user[:] = free, last, user
            floor.units[:] = [one.copy() for one in units]

    def _place(self, floor: _Floor, one: int, choice: int, least: int) -> None:
        operation, job = self.operations[one], self.job_of[one]
        machine, duration, family = self.modes[one][choice]
        mode, calendar, table = operation.modes[choice], self.calendars[machine], self.setups[machine]
        held, blocker = max(least, operation.not_before), -1
        overlap_end = 0
        if self.is_first[one]:
            arrived = self.release[job]
        elif floor.first_lot[one - 1]:
            arrived, overlap_end = floor.first_lot[one - 1] + operation.wait, floor.end[one - 1] + operation.wait
        else:
            arrived = floor.end[one - 1] + operation.wait
        arrived = max(arrived, held)
        for pool, amount in mode.pools:
            if floor.units[pool][amount - 1] > arrived:
                arrived, blocker = floor.units[pool][amount - 1], floor.user[pool]
        begin = arrived if calendar is None else calendar.worked(arrived)
        if overlap_end:
            # The last lot arrives when the operation before is through; it still has to be done.
            rest = duration - (mode.lot or duration)
            reading = overlap_end if calendar is None else calendar.worked(overlap_end)
            begin = max(begin, reading - rest)
        setup = 0
        if table is not None and floor.last[machine] >= 0:
            setup = table[self.family_of[floor.last[machine]]][family]
        if floor.free[machine] + setup > begin:
            begin, blocker = floor.free[machine] + setup, floor.last[machine]
        if operation.unbroken and calendar is not None:
            begin = calendar.fit(begin, duration)
        floor.start[one] = begin if calendar is None else calendar.start_at(begin)
        floor.end[one] = begin + duration if calendar is None else calendar.end_at(begin + duration)
        floor.first_lot[one] = 0
        if mode.lot is not None and mode.lot < duration:
            lot = begin + mode.lot
            floor.first_lot[one] = lot if calendar is None else calendar.end_at(lot)
        floor.setup[one], floor.before[one], floor.blocker[one] = setup, floor.last[machine], blocker
        floor.free[machine], floor.last[machine] = begin + duration, one
        self.family_of[one] = family
        for pool, amount in mode.pools:
            units = floor.units[pool]
            units[:amount] = [floor.end[one]] * amount
            units.sort()
            floor.user[pool] = one
