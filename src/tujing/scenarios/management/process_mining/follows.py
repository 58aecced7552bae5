"""The directly-follows relation of a log, on which the inductive miner looks for cuts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Trace = tuple[int, ...]
Traces = Mapping[Trace, int]
"""Sequence of activity numbers → how many cases."""


@dataclass
class Follows:
    """Counts of what follows what, of starts and of ends; `empty` counts cases with no event."""

    edges: dict[tuple[int, int], int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    alphabet: frozenset[int] = frozenset()
    empty: int = 0

    @classmethod
    def of(cls, traces: Traces) -> Follows:
        edges: dict[tuple[int, int], int] = defaultdict(int)
        starts: dict[int, int] = defaultdict(int)
        ends: dict[int, int] = defaultdict(int)
        alphabet: set[int] = set()
        empty = 0
        for trace, count in traces.items():
            if not trace:
                empty += count
                continue
            alphabet.update(trace)
            starts[trace[0]] += count
            ends[trace[-1]] += count
            before = trace[0]
            for after in trace[1:]:
                edges[before, after] += count
                before = after
        return cls(dict(edges), dict(starts), dict(ends), frozenset(alphabet), empty)

    def successors(self) -> dict[int, set[int]]:
        following: dict[int, set[int]] = {activity: set() for activity in self.alphabet}
        for before, after in self.edges:
            following[before].add(after)
        return following

    def without_rare(self, noise: float) -> Follows:
        """Returns the relation without what is rarer than `noise` times the strongest of its kind.

        Leemans, Fahland & van der Aalst 2013 (IMf), section 3.1: outgoing edges of an activity, an end of the case
        counted among them; starts are held against the commonest start.
        """
        strongest: dict[int, int] = dict(self.ends)
        for (before, _), count in self.edges.items():
            strongest[before] = max(strongest.get(before, 0), count)

        def kept(counts: Mapping[int, int]) -> dict[int, int]:
            limit = noise * max(counts.values(), default=0)
            return {activity: count for activity, count in counts.items() if count >= limit}

        edges = {edge: count for edge, count in self.edges.items() if count >= noise * strongest[edge[0]]}
        return Follows(edges, kept(self.starts), kept(self.ends), self.alphabet, self.empty)


def components(nodes: Iterable[int], joined: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Returns the connected components, smallest member first."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in joined:
        parent[root(one)] = root(other)
    groups: dict[int, set[int]] = defaultdict(set)
    for node in parent:
        groups[root(node)].add(node)
    return sorted(groups.values(), key=min)


def reachable(following: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """Returns what can be reached from each activity in one step or more."""
    reached: dict[int, set[int]] = {}
    for origin in following:
        seen: set[int] = set()
        waiting = list(following[origin])
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += following[node] - seen
        reached[origin] = seen
    return reached
