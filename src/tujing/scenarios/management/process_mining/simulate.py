"""Discrete-event simulation of the discovered process, to try a change before it is made.

Cases arrive in the log's own rhythm and walk through the model; where it leaves a choice, the next activity is drawn as
often as the log took it from the same marking and activity. Work takes a duration seen in the log, on a resource that
has done the activity; what a case waits although a resource is free (transport, papers, closed shifts) is drawn from
the log's waits, less what the simulated queue explains (D. Chapela-Campa, M. Dumas, “Enhancing business process
simulation models with extraneous activity delays”, 2023).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from tujing.scenarios.management.process_mining.event_log import MICRO, UNKNOWN, EventLog, Ints
from tujing.scenarios.management.process_mining.follows import Traces
from tujing.scenarios.management.process_mining.net import Net
from tujing.scenarios.management.process_mining.replay import Replayer

END = -1
EVENTS_LIMIT = 10_000
"""Events of one simulated run: enough for the quantiles of throughput, and done in about a second."""
LENGTH_LIMIT = 20
"""A simulated case is cut at so many times the longest real one."""
SAMPLES = 5_000
State = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """What is different from today. The default changes nothing."""

    more_resources: int | None = None
    """Activity whose pool gets one resource more."""
    faster: int | None = None
    """Activity whose work takes `factor` times as long."""
    factor: float = 1.0
    less_rework: float = 0.0
    """Share of the returns to an earlier activity that no longer happen."""
    less_delay: int | None = None
    """Activity for which cases wait `factor` times as long although a resource is free."""


@dataclass
class ProcessModel:
    """What a simulation draws from; times in seconds."""

    following: dict[State, tuple[list[int], list[float], list[State]]]
    start: State
    gaps: list[float]
    work: dict[int, list[float]]
    delay: dict[int, list[float]]
    pools: dict[int, list[int]]
    capacity: dict[int, int]
    longest: int
    share: dict[int, float]
    """Activity → share of a drawn wait that remains once the queue for resources is simulated."""
    real: list[float] = field(default_factory=list)
    """Throughput of the real cases."""


@dataclass(frozen=True)
class Simulated:
    throughput: list[float]
    waiting: dict[int, float]
    """Activity → mean seconds in the queue for a resource."""
    utilisation: dict[int, float]


def fit(log: EventLog, net: Net, traces: Traces) -> ProcessModel:
    """Fits the simulation to a log and the net discovered from its `traces`, the commonest or all."""
    rng = np.random.default_rng(0)
    replayer = Replayer(net)
    start = (net.initial, END)
    counts: dict[State, Counter[int]] = defaultdict(Counter)
    reached: dict[tuple[State, int], State] = {}
    for trace, cases in traces.items():
        at = start
        for activity in trace:
            counts[at][activity] += cases
            if (at, activity) not in reached:
                reached[at, activity] = (replayer.marking_after(at[0], activity), activity)
            at = reached[at, activity]
        counts[at][END] += cases
    following = {}
    for state, nexts in counts.items():
        activities = sorted(nexts)
        total = nexts.total()
        shares = [nexts[activity] / total for activity in activities]
        following[state] = (activities, shares, [reached.get((state, activity), start) for activity in activities])
    arrivals = np.sort(log.begins)
    all_waits = _waits(log)
    work, delay, pools = {}, {}, {}
    for activity in range(len(log.activities)):
        rows = np.flatnonzero(log.activity == activity)
        if len(rows) > SAMPLES:
            rows = rng.choice(rows, SAMPLES, replace=False)
        work[activity] = ((log.end[rows] - log.start[rows]) / MICRO).tolist()
        later = rows[all_waits[rows] >= 0]
        delay[activity] = (all_waits[later] / MICRO).tolist() or [0.0]
        pools[activity] = [int(one) for one in np.unique(log.resource[rows]) if one != UNKNOWN]
    return ProcessModel(
        following,
        start,
        (np.diff(arrivals) / MICRO).tolist() or [0.0],
        work,
        delay,
        pools,
        _capacity(log),
        int(np.diff(log.first).max()),
        dict.fromkeys(range(len(log.activities)), 1.0),
        ((log.ends - log.begins) / MICRO).tolist(),
    )


def _waits(log: EventLog) -> Ints:
    """What each event waited after the one before it, in µs; −1 for a case's first event."""
    waits = np.full(len(log), -1, dtype=np.int64)
    follows = np.flatnonzero(log.case[1:] == log.case[:-1]) + 1
    waits[follows] = np.maximum(log.start[follows] - log.end[follows - 1], 0)
    return waits


def calibrated(model: ProcessModel, cases: int, seed: int, watch: Callable[[], None]) -> ProcessModel:
    """Shortens the drawn waits by what cases queue in the simulation, so that both together last as long as in the log.

    Chapela-Campa & Dumas 2023 call this tuning the discount of the delays; three rounds settle it.
    """
    for _ in range(3):
        queued = run(model, cases, seed, watch=watch).waiting
        for activity, waits in model.delay.items():
            mean = sum(waits) / len(waits)
            if mean:
                model.share[activity] = min(1.0, max(0.0, 1 - queued.get(activity, 0.0) / mean))
    return model


def _capacity(log: EventLog) -> dict[int, int]:
    """How many events each resource commonly works on at once: the level reached in nine tenths of its busy time."""
    capacity: dict[int, int] = {}
    for resource in range(len(log.resources)):
        rows = np.flatnonzero(log.resource == resource)
        times = np.concatenate([log.start[rows], log.end[rows]])
        steps = np.concatenate([np.ones(len(rows)), -np.ones(len(rows))])
        order = np.lexsort((-steps, times))
        level = np.cumsum(steps[order])[:-1]
        lasts = np.diff(times[order])
        busy = level > 0
        if not lasts[busy].sum():
            capacity[resource] = 1
            continue
        ranked = np.argsort(level[busy])
        share = np.cumsum(lasts[busy][ranked]) / lasts[busy].sum()
        capacity[resource] = max(1, int(level[busy][ranked][np.searchsorted(share, 0.9)]))
    return capacity


def run(
    model: ProcessModel, cases: int, seed: int, change: Change = Change(), watch: Callable[[], None] = lambda: None
) -> Simulated:
    """Simulates so many cases. The same seed gives the same arrivals and, case by case, the same draws."""
    rng = np.random.default_rng(seed)
    arrival = np.concatenate([[0.0], np.cumsum(rng.choice(model.gaps, max(cases - 1, 0)))])
    capacity = dict(model.capacity)
    pools = {activity: list(pool) for activity, pool in model.pools.items()}
    if change.more_resources is not None:
        added = max(capacity, default=-1) + 1
        capacity[added] = 1
        pools[change.more_resources].append(added)
    busy: Counter[int] = Counter()
    worked: dict[int, float] = defaultdict(float)
    queues: dict[int, list[tuple[float, int]]] = defaultdict(list)
    serves: dict[int, list[int]] = defaultdict(list)
    for activity, pool in pools.items():
        for resource in pool:
            serves[resource].append(activity)
    draws = [np.random.default_rng((seed, case)) for case in range(cases)]
    state = [model.start] * cases
    seen: list[set[int]] = [set() for _ in range(cases)]
    length = [0] * cases
    throughput: list[float] = []
    waited: dict[int, float] = defaultdict(float)
    times: Counter[int] = Counter()
    events: list[tuple[float, int, int, int, int]] = []
    """(time, kind: 0 done, 1 ready for its next activity, case, activity, resource)"""
    horizon = 0.0

    def advance(case: int, now: float) -> None:
        activities, shares, states = model.following.get(state[case], ([END], [1.0], [model.start]))
        place = _draw(draws[case].random(), shares)
        if change.less_rework and activities[place] in seen[case] and activities[place] != state[case][1]:
            others = [at for at, one in enumerate(activities) if one not in seen[case]]
            if others and draws[case].random() < change.less_rework:
                weights = [shares[at] for at in others]
                place = others[_draw(draws[case].random(), [weight / sum(weights) for weight in weights])]
        activity = activities[place]
        if activity == END or length[case] > LENGTH_LIMIT * model.longest:
            throughput.append(now - float(arrival[case]))
            return
        state[case] = states[place]
        wait = 0.0
        if length[case]:
            known = model.delay[activity]
            wait = known[int(draws[case].random() * len(known))] * model.share[activity]
            if change.less_delay == activity:
                wait *= change.factor
        length[case] += 1
        seen[case].add(activity)
        heappush(events, (now + wait, 1, case, activity, UNKNOWN))

    def begin(case: int, activity: int, resource: int, now: float, since: float) -> None:
        known = model.work[activity]
        work = known[int(draws[case].random() * len(known))] * (change.factor if change.faster == activity else 1.0)
        waited[activity] += now - since
        times[activity] += 1
        if resource != UNKNOWN:
            busy[resource] += 1
            worked[resource] += work
        heappush(events, (now + work, 0, case, activity, resource))

    for case in range(cases):
        heappush(events, (float(arrival[case]), 2, case, UNKNOWN, UNKNOWN))
    steps = 0
    while events:
        now, kind, case, activity, resource = heappop(events)
        horizon = now
        steps += 1
        if steps % 500 == 0:
            watch()
        if kind == 2:
            advance(case, now)
        elif kind == 1:
            free = [one for one in pools[activity] if busy[one] < capacity[one]]
            if free or not pools[activity]:
                begin(
                    case, activity, min(free, key=lambda one: busy[one] / capacity[one]) if free else UNKNOWN, now, now
                )
            else:
                heappush(queues[activity], (now, case))
        else:
            if resource != UNKNOWN:
                busy[resource] -= 1
                longest = [(queues[one][0], one) for one in serves[resource] if queues[one]]
                if longest:
                    (since, waiting), wanted = min(longest)
                    heappop(queues[wanted])
                    begin(waiting, wanted, resource, now, since)
            advance(case, now)
    return Simulated(
        throughput,
        {activity: waited[activity] / count for activity, count in times.items()},
        {resource: time / (horizon * capacity[resource]) for resource, time in worked.items() if horizon},
    )


def _draw(number: float, shares: list[float]) -> int:
    for place, share in enumerate(shares):
        number -= share
        if number < 0:
            return place
    return len(shares) - 1
