"""Optimal alignments: the fewest events to skip and steps to insert that make a trace a run of the net.

A. Adriansyah, *Aligning Observed and Modeled Behavior* (2014). A* on the synchronous product; every skipped event and
every inserted visible step costs 1, silent steps nothing. The lower bound counts the events still to come whose
activity no marked place leads to any more: structural, so it costs next to nothing, and it only grows along a run, so
it is consistent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tujing.scenarios.management.process_mining.follows import Trace, Traces
from tujing.scenarios.management.process_mining.net import BITS, TOKENS, Net
from tujing.scenarios.management.process_mining.replay import Replayer

STATES_LIMIT = 200_000
"""States looked at for one trace before it is given up."""


@dataclass(frozen=True)
class AlignmentFitness:
    """Fitness over the cases that were aligned; `aligned` is their share, 1 when none had to be left."""

    log: float
    mean: float
    aligned: float
    skipped: Counter[int]
    """Activity → events that the net has no room for, weighted by cases."""
    inserted: Counter[int]
    """Activity → steps that the net asks for and the log lacks, weighted by cases."""


@dataclass(frozen=True)
class Alignment:
    cost: int
    skipped: tuple[int, ...]
    inserted: tuple[int, ...]


class Aligner:
    """Aligns traces with one net."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.replayer = Replayer(net)
        self._leads = _leads_to(net)
        self._ahead: dict[int, frozenset[int]] = {}
        shortest = self.align(())
        self.shortest = 0 if shortest is None else shortest.cost
        """Visible steps of the net's shortest run."""

    def align(self, trace: Trace, watch: Callable[[], None] = lambda: None) -> Alignment | None:
        """Returns an optimal alignment; None when it needs more than `STATES_LIMIT` states or the net cannot end."""
        if trace and self.replayer.counts(trace).fits:
            return Alignment(0, (), ())
        net = self.net
        rests = [Counter(trace[at:]) for at in range(len(trace) + 1)]
        start = (0, net.initial)
        best = {start: 0}
        came: dict[tuple[int, int], tuple[tuple[int, int], int, int]] = {}
        # Buckets by cost + bound; within one, the state that has come farthest is taken first.
        buckets: dict[int, list[tuple[int, int]]] = {self._bound(rests[0], net.initial): [start]}
        done: set[tuple[int, int]] = set()
        while buckets:
            level = min(buckets)
            state = buckets[level].pop()
            if not buckets[level]:
                del buckets[level]
            if state in done:
                continue
            done.add(state)
            if len(done) % 1000 == 0:
                watch()
            if len(done) > STATES_LIMIT:
                return None
            at, marking = state
            if at == len(trace) and marking == net.final:
                return _followed(came, state, best[state])
            for reached, cost, skipped, inserted in self._moves(trace, at, marking):
                value = best[state] + cost
                if value < best.get(reached, value + 1):
                    best[reached] = value
                    came[reached] = (state, skipped, inserted)
                    bound = value + self._bound(rests[reached[0]], reached[1])
                    buckets.setdefault(max(bound, level), []).append(reached)
        return None

    def _moves(self, trace: Trace, at: int, marking: int) -> list[tuple[tuple[int, int], int, int, int]]:
        """Moves as (state, cost, activity skipped, activity inserted), the most promising last."""
        net = self.net
        moves = []
        if at < len(trace):
            moves.append(((at + 1, marking), 1, trace[at], -1))
        together = []
        for transition, label in enumerate(net.labels):
            if not net.enabled(marking, transition):
                continue
            reached = net.fire(marking, transition)
            moves.append(((at, reached), int(label >= 0), -1, label))
            if at < len(trace) and label == trace[at]:
                together.append(((at + 1, reached), 0, -1, -1))
        return moves + together

    def _bound(self, rest: Counter[int], marking: int) -> int:
        ahead = self._ahead.get(marking)
        if ahead is None:
            marked = [place for place in range(self.net.places) if (marking >> (BITS * place)) & TOKENS]
            ahead = frozenset().union(*(self._leads[place] for place in marked))
            self._ahead[marking] = ahead
        return sum(count for activity, count in rest.items() if activity not in ahead)


def _leads_to(net: Net) -> list[frozenset[int]]:
    """Place → activities on any way from it."""
    leads: list[set[int]] = [set() for _ in range(net.places)]
    changed = True
    while changed:
        changed = False
        for label, before, after in zip(net.labels, net.before, net.after, strict=True):
            found = {label} if label >= 0 else set()
            for place in after:
                found |= leads[place]
            for place in before:
                if not found <= leads[place]:
                    leads[place] |= found
                    changed = True
    return [frozenset(found) for found in leads]


def _followed(
    came: dict[tuple[int, int], tuple[tuple[int, int], int, int]], state: tuple[int, int], cost: int
) -> Alignment:
    skipped, inserted = [], []
    while state in came:
        state, left, added = came[state]
        if left >= 0:
            skipped.append(left)
        elif added >= 0:
            inserted.append(added)
    return Alignment(cost, tuple(skipped), tuple(inserted))


def alignment_fitness(
    net: Net, traces: Traces, more: Callable[[], bool], watch: Callable[[], None] = lambda: None
) -> AlignmentFitness:
    """Returns alignment fitness, commonest variants first, for as long as `more()` says that there is time."""
    aligner = Aligner(net)
    cost = worst = aligned = 0
    total = 0.0
    skipped: Counter[int] = Counter()
    inserted: Counter[int] = Counter()
    for trace, count in sorted(traces.items(), key=lambda item: -item[1]):
        watch()
        if not more():
            break
        alignment = aligner.align(trace, watch)
        if alignment is None:
            continue
        most = len(trace) + aligner.shortest
        aligned += count
        cost += count * alignment.cost
        worst += count * most
        total += count * (1 - alignment.cost / most if most else 1.0)
        for activity in alignment.skipped:
            skipped[activity] += count
        for activity in alignment.inserted:
            inserted[activity] += count
    cases = sum(traces.values())
    if not aligned:
        return AlignmentFitness(float("nan"), float("nan"), 0.0, skipped, inserted)
    return AlignmentFitness(1 - cost / worst if worst else 1.0, total / aligned, aligned / cases, skipped, inserted)
