"""Tabu search for the makespan of shops without breaks, with path relinking between the best schedules found.

A step moves one critical operation to an end of its block on the machine (N6 of Balas & Vazacopoulos, Management
Science 44, 1998) or to the best place on another machine (Mastrolilli & Gambardella, Journal of Scheduling 3, 2000),
whichever promises the shortest longest path through what moved. When a walk finds nothing better for long, it starts
again between two of the elite (after Peng, Lü & Cheng, Computers & Operations Research 53, 2015). Moves stay tabu for
about 10 + jobs/machines steps (Zhang et al., Computers & Operations Research 35, 2008).
"""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tujing.scenarios.production.scheduling.decode import Decoder
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.search import Limit, Watch
from tujing.scenarios.production.scheduling.shop import ShopProblem

ELITE = 6
PATIENCE = 2_500
"""Steps without a better schedule after which a walk ends."""
MOVES_A_BLOCK = 24
"""Of a long block only so many moves are looked at in a step."""
LOOK_EVERY = 32
"""Steps between looks at the clock."""


def can_search(problem: ShopProblem) -> bool:
    """Whether all that matters is the longest path: the makespan, and no machine that ever pauses."""
    paused = any(machine.calendar is not None for machine in problem.machines)
    return problem.objective == "makespan" and problem.is_plain and not paused


def tabu_search(start: Schedule, limit: Limit, seed: int = 0, watch: Watch = lambda share, found: None) -> Schedule:
    """Improves a schedule; never returns a worse one. The problem must be one that `can_search` accepts.

    With an iteration limit that time does not cut short, the same seed gives the same result.
    """
    search = TabuSearch(start, seed)
    started, reported = time.perf_counter(), start.cost
    while True:
        steps = LOOK_EVERY if limit.iterations is None else min(LOOK_EVERY, limit.iterations - search.steps)
        search.advance(steps, limit.target)
        share = (time.perf_counter() - started) / limit.seconds
        if limit.iterations is not None:
            share = max(share, search.steps / limit.iterations)
        watch(min(1.0, share), search.best if search.cost < reported else None)
        reported = min(reported, search.cost)
        if share >= 1.0 or search.cost <= limit.target:
            return search.best


@dataclass(frozen=True)
class _Found:
    cost: int
    order: list[int]
    choice: list[int]


class TabuSearch:
    """The elite, and one walk after another from between two of them; goes on for as many steps as it is told."""

    def __init__(self, start: Schedule, seed: int = 0) -> None:
        self.decoder, self.random = Decoder(start.problem), random.Random(seed)
        self.elite = [_found(start)]
        self.steps = 0
        self._walk = self._from(self.elite[0])

    @property
    def cost(self) -> int:
        return min(self._walk.best.cost, self.elite[0].cost)

    @property
    def best(self) -> Schedule:
        found = min(self.elite[0], self._walk.best, key=lambda one: one.cost)
        return self.decoder.schedule(found.order, found.choice)

    def advance(self, steps: int, target: int = 0) -> None:
        """Makes so many steps, or fewer when a schedule that costs no more than `target` is found."""
        for _ in range(steps):
            if self._walk.idle >= PATIENCE:
                self._admit(self._walk.best)
                self._walk = self._from(self._between())
            self._walk.step(self.cost)
            self.steps += 1
            if self.cost <= target:
                return

    def learn(self, schedule: Schedule) -> None:
        """Takes in a better schedule that somebody else found, and goes on from it."""
        self._admit(self._walk.best)
        self._admit(_found(schedule))
        self._walk = self._from(self.elite[0])

    def _from(self, origin: _Found) -> _Walk:
        return _Walk(self.decoder, origin.order, origin.choice, self.random)

    def _admit(self, found: _Found) -> None:
        if any(found.cost == one.cost and found.order == one.order for one in self.elite):
            return
        self.elite = sorted([*self.elite, found], key=lambda one: one.cost)[:ELITE]

    def _between(self) -> _Found:
        """Ranks every operation between its places in two orders; a job's sequence holds in both, so it holds here."""
        if len(self.elite) == 1:
            one = other = self.elite[0]
        else:
            one, other = self.random.sample(self.elite, 2)
        share, count = self.random.uniform(0.3, 0.7), len(one.order)
        rank = [0.0] * count
        for place, operation in enumerate(one.order):
            rank[operation] = share * place
        for place, operation in enumerate(other.order):
            rank[operation] += (1 - share) * place
        if one is other:
            self._disturb(rank)
        choice = [self.random.choice(pair) for pair in zip(one.choice, other.choice, strict=True)]
        return _Found(0, sorted(range(count), key=lambda operation: (rank[operation], operation)), choice)

    def _disturb(self, rank: list[float]) -> None:
        """Shifts whole jobs a little, so that each keeps its sequence."""
        reach = 0.05 * len(rank)
        first = self.decoder.problem.first
        for job, begin in enumerate(first[:-1]):
            shift = self.random.uniform(-reach, reach)
            for operation in range(begin, first[job + 1]):
                rank[operation] += shift


def _found(schedule: Schedule) -> _Found:
    order = sorted(schedule.order, key=lambda one: (schedule.start[one], schedule.end[one], one))
    return _Found(schedule.cost, order, list(schedule.choice))


class _Walk:
    """One walk: the disjunctive graph of the current schedule, with the longest path to and from each operation.

    Two nodes are added after the operations: `count` stands for nothing (before a machine's first, after its last
    operation); `count + 1 + job` ends when the job is released.
    """

    def __init__(self, decoder: Decoder, order: Sequence[int], choice: Sequence[int], chance: random.Random) -> None:
        self.decoder, self.random = decoder, chance
        problem = decoder.problem
        self.count = count = len(decoder.job_of)
        self.order, self.choice = list(order), list(choice)
        self.family = [decoder.modes[one][choice[one]][2] for one in range(count)] + [0]
        self.length = [decoder.modes[one][choice[one]][1] for one in range(count)] + [0]
        self.machine = [decoder.modes[one][choice[one]][0] for one in range(count)]
        self.job_before = [0] * (count + 1)
        self.job_after = [count] * (count + 1)
        for job, begin in enumerate(problem.first[:-1]):
            self.job_before[begin] = count + 1 + job
            for one in range(begin + 1, problem.first[job + 1]):
                self.job_before[one], self.job_after[one - 1] = one - 1, one
        self.last = [number - 1 for number in problem.first[1:]]
        self.sequence: list[list[int]] = [[] for _ in problem.machines]
        for one in self.order:
            self.sequence[self.machine[one]].append(one)
        self.before, self.after = [count] * (count + 1), [count] * (count + 1)
        self.gap = [0] * (count + 1)
        """Set-up right before each operation."""
        self.end = [0] * (count + 1) + list(decoder.release)
        self.tail = [0] * (count + 1)
        """Longest path from an operation's start to the end of everything."""
        for number in range(len(self.sequence)):
            self._link(number)
        self._forward(0)
        self._backward(count - 1)
        self.cost = max(self.end[one] for one in self.last)
        self.best = _Found(self.cost, self.order.copy(), self.choice.copy())
        self.idle, self.now = 0, 0
        self.tabu: dict[int, int] = {}
        self.tenure = 10 + len(self.last) // max(1, len(self.sequence))

    def step(self, target: int) -> None:
        """Makes the most promising move that is not tabu; of tabu ones only where it promises less than `target`."""
        self.now += 1
        self.idle += 1
        moves = self._moves()
        if not moves:
            self.idle = PATIENCE
            return
        self.random.shuffle(moves)
        moves.sort(key=lambda move: move[0])
        open_moves = [move for move in moves if move[0] < target or not self._is_tabu(move)]
        for move in open_moves or self.random.sample(moves, len(moves)):
            if self._make(move):
                break
        else:
            self.idle = PATIENCE
            return
        if self.cost < self.best.cost:
            self.best = _Found(self.cost, self.order.copy(), self.choice.copy())
            self.idle = 0

    # A move: estimate, operation, mode, machine's sequence position among the others, operations jumped over, forwards.
    def _moves(self) -> list[tuple[int, int, int, int, list[int], bool]]:
        moves: list[tuple[int, int, int, int, list[int], bool]] = []
        path = self._critical()
        modes = self.decoder.modes
        block = [path[0]]
        for one in path[1:]:
            if self.before[one] == block[-1] and self.machine[one] == self.machine[block[-1]]:
                block.append(one)
                continue
            if len(block) > 1:
                self._block_moves(block, moves)
            block = [one]
        if len(block) > 1:
            self._block_moves(block, moves)
        for one in path:
            if len(modes[one]) > 1:
                self._machine_moves(one, moves)
        return moves

    def _critical(self) -> list[int]:
        """Returns one longest path, first operation first."""
        end, length, before, gap, job_before, count = (
            self.end,
            self.length,
            self.before,
            self.gap,
            self.job_before,
            self.count,
        )
        one = self.random.choice([last for last in self.last if end[last] == self.cost])
        path = []
        while one < count:
            path.append(one)
            start = end[one] - length[one]
            ahead, own = before[one], job_before[one]
            by_machine = ahead < count and end[ahead] + gap[one] == start
            by_job = own < count and end[own] == start
            if by_machine and (not by_job or self.random.random() < 0.5):
                one = ahead
            elif by_job:
                one = own
            else:
                break
        path.reverse()
        return path

    def _block_moves(self, block: list[int], moves: list[tuple[int, int, int, int, list[int], bool]]) -> None:
        """To the end of the block, or as near to it as is certain to be possible; and likewise to its beginning."""
        end, tail, job_before, job_after = self.end, self.tail, self.job_before, self.job_after
        size = len(block)
        pairs: set[tuple[int, int]] = set()
        for place in range(size - 1):
            limit = tail[job_after[block[place]]]
            for goal in range(size - 1, place, -1):
                if tail[block[goal]] >= limit:
                    pairs.add((place, goal))
                    break
        for place in range(1, size):
            limit = end[job_before[block[place]]]
            for goal in range(place):
                if end[block[goal]] >= limit:
                    pairs.add((place, goal))
                    break
        if self.decoder.setups[self.machine[block[0]]] is not None:
            # With set-ups, order inside a block matters too.
            for _ in range(size):
                place, goal = self.random.sample(range(size), 2)
                ahead, behind = block[min(place, goal)], block[max(place, goal)]
                if (
                    (tail[behind] >= tail[job_after[ahead]])
                    if place < goal
                    else (end[ahead] >= end[job_before[behind]])
                ):
                    pairs.add((place, goal))
        chosen = sorted(pairs)
        if len(chosen) > MOVES_A_BLOCK:
            chosen = self.random.sample(chosen, MOVES_A_BLOCK)
        offset = self.sequence[self.machine[block[0]]].index(block[0])
        for place, goal in chosen:
            if place < goal:
                jumped, forwards = block[place + 1 : goal + 1], True
                line = [*jumped, block[place]]
            else:
                if place == goal + 1 and (goal, place) in pairs:
                    continue  # the same swap as the other way round
                jumped, forwards = block[goal:place], False
                line = [block[place], *jumped]
            estimate = self._estimate(line, block[min(place, goal)], block[max(place, goal)])
            moves.append((estimate, block[place], self.choice[block[place]], offset + goal, jumped, forwards))

    def _estimate(self, line: list[int], first: int, last: int) -> int:
        """Longest path through a stretch of a machine's sequence, put in the new order `line`."""
        end, tail, length, family = self.end, self.tail, self.length, self.family
        job_before, job_after = self.job_before, self.job_after
        table, count = self.decoder.setups[self.machine[first]], self.count
        ahead, behind = self.before[first], self.after[last]
        ready, starts, gaps = end[ahead], [], []
        for one in line:
            gap = 0 if table is None or ahead == count else table[family[ahead]][family[one]]
            start = end[job_before[one]]
            if ready + gap > start:
                start = ready + gap
            starts.append(start)
            gaps.append(gap)
            ready = start + length[one]
            ahead = one
        rest = tail[behind]
        if table is not None and behind != count:
            rest += table[family[ahead]][family[behind]]
        worst = 0
        for index in range(len(line) - 1, -1, -1):
            one = line[index]
            own = tail[job_after[one]]
            if own > rest:
                rest = own
            rest += length[one]
            if starts[index] + rest > worst:
                worst = starts[index] + rest
            rest += gaps[index]
        return worst

    def _machine_moves(self, one: int, moves: list[tuple[int, int, int, int, list[int], bool]]) -> None:
        """The best place on each other machine; between those bounds, no place closes a circle."""
        end, tail, family, count = self.end, self.tail, self.family, self.count
        ready, rest = end[self.job_before[one]], tail[self.job_after[one]]
        for mode, (machine, length, own_family) in enumerate(self.decoder.modes[one]):
            if mode == self.choice[one]:
                continue
            line, table = self.sequence[machine], self.decoder.setups[machine]
            low = bisect_right(line, ready, key=end.__getitem__)
            high = bisect_right(line, -rest - 1, key=lambda other: -tail[other])
            if low > high:
                low, high = high, low
            best, place = 1 << 60, low
            for index in range(low, high + 1):
                ahead = line[index - 1] if index else count
                behind = line[index] if index < len(line) else count
                start, after = end[ahead], tail[behind]
                if table is not None:
                    if ahead != count:
                        start += table[family[ahead]][own_family]
                    if behind != count:
                        after += table[own_family][family[behind]]
                value = (start if start > ready else ready) + length + (after if after > rest else rest)
                if value < best:
                    best, place = value, index
            moves.append((best, one, mode, place, [], True))

    def _is_tabu(self, move: tuple[int, int, int, int, list[int], bool]) -> bool:
        _, one, mode, _, jumped, forwards = move
        tabu, now, width = self.tabu, self.now, self.count + 1
        if mode != self.choice[one]:
            return tabu.get(-(one * 1024 + mode) - 1, 0) > now
        if forwards:
            return any(tabu.get(other * width + one, 0) > now for other in jumped)
        return any(tabu.get(one * width + other, 0) > now for other in jumped)

    def _make(self, move: tuple[int, int, int, int, list[int], bool]) -> bool:
        """Makes a move, unless it closes a circle; then everything stays as it was."""
        _, one, mode, place, jumped, forwards = move
        old_machine, old_mode = self.machine[one], self.choice[one]
        old_place = self.sequence[old_machine].index(one)
        self._place(one, mode, place)
        if not self._reorder(one):
            self._place(one, old_mode, old_place)
            return False
        until = self.now + self.tenure + self.random.randrange(self.tenure // 2)
        width = self.count + 1
        if mode != old_mode:
            self.tabu[-(one * 1024 + old_mode) - 1] = until
        elif forwards:
            for other in jumped:
                self.tabu[one * width + other] = until
        else:
            for other in jumped:
                self.tabu[other * width + one] = until
        self.cost = max([self.end[last] for last in self.last])
        return True

    def _place(self, one: int, mode: int, place: int) -> None:
        machine = self.machine[one]
        self.sequence[machine].remove(one)
        if mode != self.choice[one]:
            self._link(machine)
            machine, self.length[one], self.family[one] = self.decoder.modes[one][mode]
            self.machine[one], self.choice[one] = machine, mode
        self.sequence[machine].insert(place, one)
        self._link(machine)

    def _link(self, number: int) -> None:
        before, after, gap, ahead = self.before, self.after, self.gap, self.count
        table, family = self.decoder.setups[number], self.family
        for one in self.sequence[number]:
            before[one] = ahead
            after[ahead] = one
            gap[one] = 0 if table is None or ahead == self.count else table[family[ahead]][family[one]]
            ahead = one
        after[ahead] = self.count
        after[self.count] = self.count

    def _reorder(self, one: int) -> bool:
        """Gives an operation whose links have changed a place in the order, and finds all paths anew."""
        order, count = self.order, self.count
        old = order.index(one)
        del order[old]
        ahead = [other for other in (self.job_before[one], self.before[one]) if other < count]
        behind = [other for other in (self.job_after[one], self.after[one]) if other < count]
        latest = max([order.index(other) for other in ahead], default=-1)
        soonest = min([order.index(other) for other in behind], default=count - 1)
        if latest < soonest:
            place = latest + 1 if old <= latest else min(old, soonest)
            order.insert(place, one)
            low, high = min(old, place), max(old, place)
        else:
            needed, first, rest = set(ahead), [], []
            for other in reversed(order[soonest : latest + 1]):
                if other in needed:
                    first.append(other)
                    needed.add(self.job_before[other])
                    needed.add(self.before[other])
                else:
                    rest.append(other)
            if any(other in needed for other in behind):
                order.insert(old, one)
                return False
            order[soonest : latest + 1] = [*first[::-1], one, *rest[::-1]]
            low, high = min(old, soonest), max(old, latest + 1)
        self._forward(low)
        self._backward(high)
        return True

    def _forward(self, low: int) -> None:
        end, length, gap, before, job_before = self.end, self.length, self.gap, self.before, self.job_before
        for one in self.order[low:]:
            ready, free = end[job_before[one]], end[before[one]] + gap[one]
            end[one] = (ready if ready > free else free) + length[one]

    def _backward(self, high: int) -> None:
        tail, length, gap, after, job_after = self.tail, self.length, self.gap, self.after, self.job_after
        for one in self.order[high::-1]:
            own, next_on = tail[job_after[one]], after[one]
            rest = tail[next_on] + gap[next_on]
            tail[one] = (own if own > rest else rest) + length[one]
