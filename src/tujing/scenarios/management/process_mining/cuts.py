"""The four cuts of the inductive miner, and how each splits a log.

S. Leemans, D. Fahland, W. van der Aalst, “Discovering block-structured process models from event logs – a constructive
approach” (2013), and S. Leemans, *Robust Process Mining with Guarantees* (2017), chapters 4–6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise

from tujing.scenarios.management.process_mining.follows import Follows, Trace, Traces, components, reachable
from tujing.scenarios.management.process_mining.tree import Operator

Cut = tuple[Operator, list[set[int]]]


def find_cut(follows: Follows) -> Cut | None:
    """Returns the first cut that holds, in the order exclusive choice, sequence, parallel, loop; None if none does."""
    if len(follows.alphabet) < 2:
        return None
    for operator, look in LOOKS:
        groups = look(follows)
        if len(groups) > 1:
            return operator, groups
    return None


def _choice(follows: Follows) -> list[set[int]]:
    return components(follows.alphabet, follows.edges)


def _sequence(follows: Follows) -> list[set[int]]:
    """Groups such that each leads to the next and never back, then joined where only the whole can be skipped."""
    reached = reachable(follows.successors())
    together = [
        (one, other)
        for one, other in combinations(sorted(follows.alphabet), 2)
        if (other in reached[one]) == (one in reached[other])
    ]
    groups = components(follows.alphabet, together)
    # A later group is reached from all earlier ones: the number reached gives the order.
    groups.sort(key=lambda group: -max(len(reached[activity] - group) for activity in group))
    return _skipped_as_one(follows, groups) if len(groups) > 1 else groups


def _skipped_as_one(follows: Follows, groups: list[set[int]]) -> list[set[int]]:
    """Joins a group that cases may skip with the neighbours that never occur without it.

    The strict sequence cut (Leemans 2017, 6.2.2): without it `<a b c>, <c>` would let `a` occur without `b`. All ways
    past a group leave from `low` or before and arrive at `high` or after; so a case that enters any group between the
    two cannot miss it, and what lies between is one option. The block is cut again once the cases that skip all of it
    are set aside, which finds the options within; so nothing is lost.
    """
    place = {activity: number for number, group in enumerate(groups) for activity in group}
    last = len(groups)
    jumps = {(place[before], place[after]) for before, after in follows.edges if place[before] + 1 < place[after]}
    jumps |= {(-1, place[activity]) for activity in follows.starts}
    jumps |= {(place[activity], last) for activity in follows.ends}
    options = []
    for pivot in range(last):
        past = [(before, after) for before, after in jumps if before < pivot < after]
        if past:
            options.append((max(before for before, _ in past), -min(after for _, after in past), pivot))
    # Two options may share a group, which asks for both then: the first has it, the second keeps the rest.
    blocks: dict[int, int] = {}
    taken: set[int] = set()
    for low, high, pivot in sorted(options):
        rest = [number for number in range(low + 1, -high) if number not in taken]
        if pivot in rest:
            blocks[rest[0]] = rest[-1] + 1
            taken.update(rest)
    joined, at = [], 0
    while at < last:
        after = blocks.get(at, at + 1)
        joined.append(set().union(*groups[at:after]))
        at = after
    return joined


def _parallel(follows: Follows) -> list[set[int]]:
    apart = [
        (one, other)
        for one, other in combinations(sorted(follows.alphabet), 2)
        if (one, other) not in follows.edges or (other, one) not in follows.edges
    ]
    groups = sorted(components(follows.alphabet, apart), key=lambda group: (len(group), min(group)))
    # Every branch must hold a start and an end; one that lacks them is joined to another.
    whole = [group for group in groups if group & follows.starts.keys() and group & follows.ends.keys()]
    rest = [group for group in groups if group not in whole]
    if not whole:
        return [set(follows.alphabet)]
    for group in rest:
        whole[0] |= group
    return whole


def _loop(follows: Follows) -> list[set[int]]:
    body = set(follows.starts) | set(follows.ends)
    others = follows.alphabet - body
    redos = components(others, [edge for edge in follows.edges if edge[0] in others and edge[1] in others])
    kept = []
    for group in redos:
        entered = {before for before, after in follows.edges if after in group and before not in group}
        left = {after for before, after in follows.edges if before in group and after not in group}
        into = {after for before, after in follows.edges if after in group and before not in group}
        out = {before for before, after in follows.edges if before in group and after not in group}
        fits = (
            entered <= follows.ends.keys()
            and left <= follows.starts.keys()
            and all((end, activity) in follows.edges for activity in into for end in follows.ends)
            and all((activity, start) in follows.edges for activity in out for start in follows.starts)
        )
        if fits:
            kept.append(group)
        else:
            body |= group
    return [body, *([set().union(*kept)] if kept else [])]


LOOKS: tuple[tuple[Operator, Callable[[Follows], list[set[int]]]], ...] = (
    ("choice", _choice),
    ("sequence", _sequence),
    ("parallel", _parallel),
    ("loop", _loop),
)


def split(traces: Traces, cut: Cut) -> list[Counter[Trace]]:
    """Returns one log a group. What does not fit the cut is given to the group it deviates from least (IMf)."""
    operator, groups = cut
    if operator == "choice":
        return _split_choice(traces, groups)
    if operator == "sequence":
        return _split_sequence(traces, groups)
    if operator == "parallel":
        return _split_parallel(traces, groups)
    return _split_loop(traces, groups)


def _split_choice(traces: Traces, groups: list[set[int]]) -> list[Counter[Trace]]:
    logs: list[Counter[Trace]] = [Counter() for _ in groups]
    place = {activity: number for number, group in enumerate(groups) for activity in group}
    for trace, count in traces.items():
        if not trace:
            continue
        votes = Counter(place[activity] for activity in trace)
        best = max(votes, key=lambda number: (votes[number], -number))
        logs[best][trace if len(votes) == 1 else tuple(a for a in trace if place[a] == best)] += count
    return logs


def _split_sequence(traces: Traces, groups: list[set[int]]) -> list[Counter[Trace]]:
    """Divides each trace at the places that leave the fewest events in a wrong group."""
    logs: list[Counter[Trace]] = [Counter() for _ in groups]
    place = {activity: number for number, group in enumerate(groups) for activity in group}
    for trace, count in traces.items():
        places = [place[activity] for activity in trace]
        at = 0
        if all(one <= other for one, other in pairwise(places)):
            for number, log in enumerate(logs):
                begin = at
                while at < len(places) and places[at] == number:
                    at += 1
                log[trace[begin:at]] += count
            continue
        for number, log in enumerate(logs):
            begin, at = at, _best_end(places, at, number, len(logs))
            log[tuple(a for a, p in zip(trace[begin:at], places[begin:at], strict=True) if p == number)] += count
    return logs


def _best_end(places: list[int], begin: int, number: int, groups: int) -> int:
    """Where the part of group `number` best ends: most of its own events inside, fewest of later groups inside."""
    if number == groups - 1:
        return len(places)
    best, best_at, value = 0, begin, 0
    for at in range(begin, len(places)):
        value += 1 if places[at] == number else -1 if places[at] > number else 0
        if value > best:
            best, best_at = value, at + 1
    return best_at


def _split_parallel(traces: Traces, groups: list[set[int]]) -> list[Counter[Trace]]:
    logs: list[Counter[Trace]] = [Counter() for _ in groups]
    for trace, count in traces.items():
        for group, log in zip(groups, logs, strict=True):
            log[tuple(activity for activity in trace if activity in group)] += count
    return logs


def _split_loop(traces: Traces, groups: list[set[int]]) -> list[Counter[Trace]]:
    """Body, redo, body …; where two body parts would not alternate with redo parts, empty ones stand between."""
    body = groups[0]
    logs: list[Counter[Trace]] = [Counter(), Counter()]
    for trace, count in traces.items():
        part: list[int] = []
        in_body = True
        for activity in trace:
            if (activity in body) != in_body:
                logs[0 if in_body else 1][tuple(part)] += count
                part, in_body = [], not in_body
            part.append(activity)
        logs[0 if in_body else 1][tuple(part)] += count
        if not in_body:
            logs[0][()] += count
    return logs
