"""Token replay and escaping-edges precision.

Fitness: A. Rozinat, W. van der Aalst, “Conformance checking of processes based on monitoring real behavior” (2008);
silent transitions are fired along the shortest way that enables the next event, as in A. Berti, W. van der Aalst, “A
novel token-based replay technique” (2021); where these shortest ways end badly, other ways are tried before the case
is said not to fit. Precision: J. Muñoz-Gama, J. Carmona, “A fresh look at precision in process
conformance” (2010), on the markings that token replay reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tujing.scenarios.management.process_mining.follows import Trace, Traces
from tujing.scenarios.management.process_mining.net import BITS, TOKENS, Net, token
from tujing.scenarios.management.process_mining.silent import SilentWays

Watch = Callable[[], None]

STATES_A_TRACE = 2_000
STATES_IN_ALL = 500_000
"""States looked at for other ways of a trace, and of all traces of a replayer together."""


@dataclass(frozen=True)
class TokenCounts:
    """Tokens produced, consumed, missing and remaining in the replay of one trace."""

    produced: int
    consumed: int
    missing: int
    remaining: int

    @property
    def fitness(self) -> float:
        return 0.5 * (1 - self.missing / self.consumed) + 0.5 * (1 - self.remaining / self.produced)

    @property
    def fits(self) -> bool:
        return not self.missing and not self.remaining


@dataclass(frozen=True)
class Fitness:
    """Over a log: by the sums of tokens (`log`), as the mean over cases (`mean`), and the share of cases that fit."""

    log: float
    mean: float
    fitting: float


@dataclass(frozen=True)
class Precision:
    """1 − escaping ÷ enabled activities over all states that cases pass through; `left_out` states cannot be
    reached."""

    value: float
    states: int
    left_out: int


@dataclass(frozen=True)
class _Step:
    marking: int
    produced: int
    consumed: int
    missing: int = 0


class Replayer:
    """Replays traces on one net; every step it works out is kept for the next trace."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.silent = SilentWays(net)
        self._steps: dict[tuple[int, int], _Step] = {}
        self._fitting: dict[tuple[int, int], _Step | None] = {}
        self._enabled: dict[int, frozenset[int]] = {}
        self._states_left = STATES_IN_ALL

    def counts(self, trace: Trace) -> TokenCounts:
        """Replays one trace; events of activities that the net does not know add a missing and a remaining token."""
        tokens = self._by_shortest_ways(trace)
        if tokens.fits or any(activity not in self.net.visible for activity in trace):
            return tokens
        return self._by_other_ways(trace) or tokens

    def _by_other_ways(self, trace: Trace) -> TokenCounts | None:
        """Looks depth first for any run of the net that is this trace; None when none was found within the limits."""
        net = self.net
        start = (0, net.initial)
        waiting = [(start, 1, 1)]
        seen = {start}
        allowed = min(STATES_A_TRACE, self._states_left)
        while waiting and len(seen) <= allowed:
            (at, marking), produced, consumed = waiting.pop()
            if at == len(trace) and marking == net.final:
                self._states_left -= len(seen)
                return TokenCounts(produced, consumed, 0, 0)
            moves = [(at, transition) for transition in net.silent]
            if at < len(trace):
                moves += [(at + 1, transition) for transition in net.visible[trace[at]]]
            for reached_at, transition in moves:
                if net.enabled(marking, transition):
                    state = (reached_at, net.fire(marking, transition))
                    if state not in seen:
                        seen.add(state)
                        made, used = len(net.after[transition]), len(net.before[transition])
                        waiting.append((state, produced + made, consumed + used))
        self._states_left -= len(seen)
        return None

    def _by_shortest_ways(self, trace: Trace) -> TokenCounts:
        produced, consumed, missing = 1, 1, 0
        marking, unknown = self.net.initial, 0
        for activity in trace:
            if activity not in self.net.visible:
                unknown += 1
                continue
            step = self._step(marking, activity)
            marking = step.marking
            produced += step.produced
            consumed += step.consumed
            missing += step.missing
        end = self._to_end(marking)
        marking = end.marking
        produced += end.produced + unknown
        consumed += end.consumed + unknown
        left = 0
        for place, held in enumerate(self.net.tokens(marking)):
            wanted = (self.net.final >> (BITS * place)) & TOKENS
            missing += max(0, wanted - held)
            left += max(0, held - wanted)
        return TokenCounts(produced, consumed, missing + unknown, left + unknown)

    def marking_after(self, marking: int, activity: int) -> int:
        """Returns the marking after an event, forced where it is not allowed; the same for an unknown activity."""
        return self._step(marking, activity).marking if activity in self.net.visible else marking

    def _step(self, marking: int, activity: int) -> _Step:
        known = self._steps.get((marking, activity))
        if known is None:
            known = self.fitting_step(marking, activity) or self._forced(marking, activity)
            self._steps[marking, activity] = known
        return known

    def fitting_step(self, marking: int, activity: int) -> _Step | None:
        """Returns the step by silent moves, as few as there must be, and then the activity; None if there is none."""
        key = (marking, activity)
        if key not in self._fitting:
            best: list[int] | None = None
            for target in self.net.visible.get(activity, []):
                way = self.silent.way(marking, self.net.before[target])
                if way is not None and (best is None or len(way) + 1 < len(best)):
                    best = [*way, target]
            self._fitting[key] = None if best is None else self._fired(marking, best)
        return self._fitting[key]

    def _fired(self, marking: int, transitions: list[int], missing: int = 0) -> _Step:
        net = self.net
        for transition in transitions:
            marking = net.fire(marking, transition)
        return _Step(
            marking,
            sum(len(net.after[transition]) for transition in transitions),
            sum(len(net.before[transition]) for transition in transitions),
            missing,
        )

    def _forced(self, marking: int, activity: int) -> _Step:
        """Puts the tokens that lack in front of the transition that lacks fewest, and fires it."""

        def lacking(transition: int) -> list[int]:
            return [place for place in self.net.before[transition] if not (marking >> (BITS * place)) & TOKENS]

        chosen = min(self.net.visible[activity], key=lambda transition: len(lacking(transition)))
        absent = lacking(chosen)
        return self._fired(marking + sum(token(place) for place in absent), [chosen], len(absent))

    def _to_end(self, marking: int) -> _Step:
        """Moves silently until the final marking is covered, if that can be."""
        key = (marking, -1)
        if key not in self._steps:
            wanted = [place for place in range(self.net.places) if (self.net.final >> (BITS * place)) & TOKENS]
            self._steps[key] = self._fired(marking, self.silent.way(marking, wanted) or [])
        return self._steps[key]

    def enabled(self, marking: int) -> frozenset[int]:
        """Returns the activities that may come next, silent moves allowed."""
        if marking not in self._enabled:
            reached = self.silent.places(marking)
            self._enabled[marking] = frozenset(
                activity
                for activity, transitions in self.net.visible.items()
                if any(all(place in reached for place in self.net.before[transition]) for transition in transitions)
                and self.fitting_step(marking, activity) is not None
            )
        return self._enabled[marking]


def fitness(replayer: Replayer, traces: Traces, watch: Watch = lambda: None) -> Fitness:
    """Returns token-replay fitness of a log of one case or more."""
    produced = consumed = missing = remaining = cases = fitting = 0
    total = 0.0
    for trace, count in traces.items():
        watch()
        tokens = replayer.counts(trace)
        produced += count * tokens.produced
        consumed += count * tokens.consumed
        missing += count * tokens.missing
        remaining += count * tokens.remaining
        total += count * tokens.fitness
        fitting += count * tokens.fits
        cases += count
    log = 0.5 * (1 - missing / consumed) + 0.5 * (1 - remaining / produced)
    return Fitness(log, total / cases, fitting / cases)


def precision(replayer: Replayer, traces: Traces, watch: Watch = lambda: None) -> Precision:
    """Returns escaping-edges precision: states are the beginnings of cases, each weighted by the cases going on from
    it.

    A beginning that the net cannot replay says nothing about what the net allows and is left out.
    """
    # One node a beginning: marking (None: not replayable), cases that go on, activities seen next.
    marking: list[int | None] = [replayer.net.initial]
    weight = [0]
    following: list[dict[int, int]] = [{}]
    for trace, count in traces.items():
        watch()
        at = 0
        for activity in trace:
            weight[at] += count
            child = following[at].get(activity)
            if child is None:
                here = marking[at]
                step = None if here is None else replayer.fitting_step(here, activity)
                child = len(marking)
                following[at][activity] = child
                marking.append(None if step is None else step.marking)
                weight.append(0)
                following.append({})
            at = child
    escaping = enabled = states = left_out = 0
    for here, cases, seen in zip(marking, weight, following, strict=True):
        if not cases:
            continue
        states += 1
        if here is None:
            left_out += 1
            continue
        allowed = replayer.enabled(here)
        enabled += cases * len(allowed)
        escaping += cases * len(allowed - seen.keys())
    return Precision(1 - escaping / enabled if enabled else 1.0, states, left_out)
