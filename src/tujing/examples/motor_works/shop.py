"""The shop floor, hour by hour: every machine that falls free takes the lot that came first and can be finished today.

Waiting, lateness, set-up share and utilisation are what comes of it; none of them is written in.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .changes import Changes
from .demand import Lot
from .plant import DAY, Clock, Content, plant, setup_family, step_minutes, stream
from .quality import share_outside

ARRIVAL, WAKE, OPENING = 0, 1, 2

Floats = npt.NDArray[np.float64]


class Execution(NamedTuple):
    """One operation done; times in minutes. `stops` are the failures that fell into it."""

    lot: int
    step: int
    machine: str
    start: int
    setup: int
    end: int
    good: int
    scrap: int
    stops: tuple[tuple[int, int], ...]


@dataclass
class Floor:
    """What the simulation leaves behind."""

    done: list[Execution] = field(default_factory=list)
    completed: dict[int, int] = field(default_factory=dict)
    """Lot → minute of completion."""
    downs: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    """Machine → failures and upkeep as start, end, reason (upkeep: `计划保养`)."""


def run_shop(seed: int, clock: Clock, lots: list[Lot], horizon: int, truths: Content, changes: Changes) -> Floor:
    """Simulates all lots up to the minute `horizon`; what is unfinished then is left out."""
    return _Simulation(seed, clock, lots, horizon, truths, changes).run()


class _Simulation:
    def __init__(
        self, seed: int, clock: Clock, lots: list[Lot], horizon: int, truths: Content, changes: Changes
    ) -> None:
        rules = plant()
        self.changes = changes
        self.clock, self.lots, self.horizon, self.truths = clock, lots, horizon, truths
        self.routes, self.machines, self.rules = rules["routes"], rules["work_centres"], rules["shop"]
        self.scale = {product: fact["scale"] for product, fact in rules["products"].items()}
        self.scrap_shares = {name: fact["scrap"] for name, fact in rules["operations"].items()}
        self.run_luck, self.setup_luck, self.moves, self.scrap_luck = _luck(seed, clock, lots)
        self.floor = Floor(downs=_downs(seed, clock, horizon))
        self.next_down = dict.fromkeys(self.machines, 0)
        self.free_at = dict.fromkeys(self.machines, 0)
        self.family_on = dict.fromkeys(self.machines, "")
        self.queues: dict[str, list[tuple[int, int]]] = {name: [] for name in self.scrap_shares}
        self.quantity = [lot.quantity for lot in lots]
        self.events: list[tuple[int, int, int, int | str, int]] = []
        self.tick = 0
        pilot, common = truths["scheduling_pilot"], truths["scheduling_pilot"]["common_setup_change"]
        self.pilot_family, self.pilot = pilot["family"], pilot["declared"]
        self.go_live = clock.minute(self.pilot["go_live"])
        self.common_from, self.common_change = clock.minute(common["from"]), common["change"]

    def run(self) -> Floor:
        for index, lot in enumerate(self.lots):
            self._post(lot.release + self._move(index, 0, lot.release), ARRIVAL, index, 0)
        for day in self.clock.working_days:
            self._post(day * DAY + self.clock.opens, OPENING, 0, 0)
        while self.events:
            now, _, kind, subject, step = heappop(self.events)
            if now >= self.horizon:
                break
            if kind == ARRIVAL:
                operation = self.routes[self.lots[int(subject)].family][step]
                self.queues[operation["operation"]].append((int(subject), step))
                for machine in operation["at"]:
                    self._dispatch(machine, now)
            elif kind == WAKE:
                self._dispatch(str(subject), now)
            else:
                for machine in self.machines:
                    self._dispatch(machine, now)
        self.floor.done = [execution for execution in self.floor.done if execution.end <= self.horizon]
        self.floor.completed = {lot: end for lot, end in self.floor.completed.items() if end <= self.horizon}
        return self.floor

    def _post(self, when: int, kind: int, subject: int | str, step: int) -> None:
        self.tick += 1
        heappush(self.events, (when, self.tick, kind, subject, step))

    def _move(self, lot: int, step: int, now: int) -> int:
        """Minutes that a lot rests and travels before its operation `step` can start."""
        factor = self.pilot["move_factor"] if self._in_pilot(lot, now) else 1.0
        factor *= self.changes.rest(self.lots[lot].family, now // DAY)
        return round(float(self.moves[lot, step]) * factor)

    def _in_pilot(self, lot: int, now: int) -> bool:
        return now >= self.go_live and self.lots[lot].family == self.pilot_family

    def _dispatch(self, machine: str, now: int) -> None:
        """Starts the first lot in the queue that this machine can run and finish before closing time."""
        day, minute = divmod(now, DAY)
        if self.free_at[machine] > now or minute < self.clock.opens or not self.clock.is_working[day]:
            return
        downs, position = self.floor.downs[machine], self.next_down[machine]
        while position < len(downs) and downs[position][1] <= now:
            position += 1
        self.next_down[machine] = position
        if position < len(downs) and downs[position][0] <= now:
            self._post(downs[position][1], WAKE, machine, 0)
            return
        queue = self.queues[self.machines[machine]["kind"]]
        closing = day * DAY + self.clock.closes
        for place, (lot, step) in enumerate(queue):
            operation = self.routes[self.lots[lot].family][step]
            if machine not in operation["at"]:
                continue
            setup, run = self._setup(machine, lot, step, now), self._run(machine, lot, step)
            if now + setup + run <= closing:
                del queue[place]
                self._execute(machine, lot, step, now, setup, run)
                return

    def _setup(self, machine: str, lot: int, step: int, now: int) -> int:
        kind = self.machines[machine]["kind"]
        after = setup_family(self.lots[lot].product, kind)
        minutes = step_minutes(kind, self.family_on[machine] or after, after, self.truths) * self.setup_luck[lot, step]
        if now >= self.common_from:
            minutes *= 1 + self.common_change
        if self._in_pilot(lot, now):
            minutes *= 1 + self.pilot["setup_change"]
        minutes *= self.changes.setup(self.lots[lot].family, now // DAY)
        return max(1, round(float(minutes)))

    def _run(self, machine: str, lot: int, step: int) -> int:
        minutes = self.routes[self.lots[lot].family][step]["minutes"] * self.scale[self.lots[lot].product]
        minutes *= self.machines[machine]["rate"] * self.run_luck[lot, step]
        return max(1, round(self.quantity[lot] * float(minutes)))

    def _execute(self, machine: str, lot: int, step: int, now: int, setup: int, run: int) -> None:
        kind = self.machines[machine]["kind"]
        end, stops = now + setup + run, []
        for start, until, _ in self.floor.downs[machine][self.next_down[machine] :]:
            if start >= end:
                break
            stops.append((start, until))
            end += until - start
        share = self.scrap_shares[kind]
        if kind == "grinding":
            share += share_outside(machine, now, self.clock, self.truths)
        share *= self.changes.scrap(self.lots[lot].family, now // DAY)
        scrap = _binomial(self.scrap_luck[lot, step], self.quantity[lot], share)
        self.quantity[lot] -= scrap
        self.free_at[machine] = end
        self.family_on[machine] = setup_family(self.lots[lot].product, kind)
        self.floor.done.append(Execution(lot, step, machine, now, setup, end, self.quantity[lot], scrap, tuple(stops)))
        self._post(end, WAKE, machine, 0)
        if step + 1 < len(self.routes[self.lots[lot].family]):
            self._post(end + self._move(lot, step + 1, end), ARRIVAL, lot, step + 1)
        else:
            self.floor.completed[lot] = end


def _luck(seed: int, clock: Clock, lots: list[Lot]) -> tuple[Floats, Floats, Floats, Floats]:
    """Draws the luck of run, set-up, move (minutes) and scrap for each lot and operation.

    Drawn beforehand, so that the same shop can be run without an effect on the same luck.
    """
    rules, spread = plant()["shop"], plant()["shop"]["move_spread"]
    counts = [0] * (len(clock.seams) + 1)
    for lot in lots:
        counts[lot.era] += 1
    drawn = []
    for era, count in enumerate(counts):
        rng, shape = stream(seed, "shop", era), (count, 7)
        run = np.exp(rng.normal(0, rules["run_noise"], shape))
        setup = np.exp(rng.normal(0, rules["setup_noise"], shape))
        moves = 60 * rules["move_hours"] * np.exp(rng.normal(0, spread, shape) - spread**2 / 2)
        drawn.append((run, setup, moves, rng.random(shape)))
    run, setup, moves, scrap = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    return run, setup, moves, scrap


def _downs(seed: int, clock: Clock, horizon: int) -> dict[str, list[tuple[int, int, str]]]:
    """Draws failures by working hours and adds upkeep on the first working day of each month."""
    rules = plant()["shop"]
    span = clock.closes - clock.opens
    firsts = [
        day
        for before, day in zip([-1, *clock.working_days], clock.working_days, strict=False)
        if before < 0 or clock.dates[before].month != clock.dates[day].month
    ]
    upkeep = [(day * DAY + clock.opens, day * DAY + clock.opens + rules["upkeep_hours"] * 60) for day in firsts]
    windows = {
        machine: [(start, end, "计划保养") for start, end in upkeep if start < horizon]
        for machine in plant()["work_centres"]
    }
    bounds = [0, *((seam + 1) * DAY for seam in clock.seams), horizon]
    for era, (begin, until) in enumerate(pairwise(bounds)):
        rng = stream(seed, "failures", era)
        for found in windows.values():
            worked = float(span * bisect_left(clock.working_days, begin // DAY))
            while True:
                worked += rng.exponential(rules["mean_hours_between_failures"] * 60)
                position, minute = divmod(int(worked), span)
                repair = int(np.clip(rng.exponential(rules["mean_repair_hours"] * 60), 15, 9 * 60))
                reason = rules["failure_reasons"][rng.integers(len(rules["failure_reasons"]))]
                if position >= len(clock.working_days):
                    break
                start = clock.working_days[position] * DAY + clock.opens + minute
                if start >= until:
                    break
                found.append((start, start + repair, reason))
    return {machine: _apart(sorted(found)) for machine, found in windows.items()}


def _apart(windows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Drops a stop that begins while another still lasts."""
    kept: list[tuple[int, int, str]] = []
    for window in windows:
        if not kept or window[0] >= kept[-1][1]:
            kept.append(window)
    return kept


def _binomial(luck: float, trials: int, share: float) -> int:
    """Inverts the binomial distribution at `luck` in [0, 1)."""
    if share <= 0:
        return 0
    term = exp(trials * float(np.log1p(-share)))
    total, count = term, 0
    while luck > total and count < trials:
        count += 1
        term *= (trials - count + 1) / count * share / (1 - share)
        total += term
    return count
