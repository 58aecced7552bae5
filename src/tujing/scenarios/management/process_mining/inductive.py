"""Inductive miner: from traces to a process tree that fits them (IM), or all but the rare ones (IMf)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from tujing.scenarios.management.process_mining.cuts import find_cut, split
from tujing.scenarios.management.process_mining.follows import Follows, Trace, Traces
from tujing.scenarios.management.process_mining.tree import TAU, Tree, leaf, node


def mine(
    traces: Traces, noise: float = 0.0, names: Sequence[str] = (), watch: Callable[[], None] | None = None
) -> Tree:
    """Returns the tree. With `noise` 0 every trace can be replayed on it.

    Parameters
    ----------
    noise
        0–1: directly-follows pairs rarer than this share of the strongest from the same activity are passed over (IMf).
    names
        Names of the activities; where several choices are equally good, the first by name is taken.
    watch
        Called at every step; may raise to stop.
    """
    return _Miner(noise, names, watch or (lambda: None)).tree(Counter(traces))


class _Miner:
    def __init__(self, noise: float, names: Sequence[str], watch: Callable[[], None]) -> None:
        self.noise = noise
        self.names = names
        self.watch = watch

    def tree(self, traces: Counter[Trace]) -> Tree:
        self.watch()
        follows = Follows.of(traces)
        if not follows.alphabet:
            return TAU
        if follows.empty:
            rest = Counter({trace: count for trace, count in traces.items() if trace})
            if self.noise and follows.empty <= self.noise * rest.total():
                return self.tree(rest)
            return node("choice", [TAU, self.tree(rest)])
        lone = self._single(traces, follows)
        if lone is not None:
            return lone
        cut = find_cut(follows)
        if cut is None and self.noise:
            cut = find_cut(follows.without_rare(self.noise))
        if cut is not None:
            return node(cut[0], [self.tree(part) for part in split(traces, cut)])
        return self._fall_through(traces, follows)

    def _single(self, traces: Counter[Trace], follows: Follows) -> Tree | None:
        if len(follows.alphabet) > 1:
            return None
        (activity,) = follows.alphabet
        if all(len(trace) == 1 for trace in traces):
            return leaf(activity)
        if self.noise:
            # IMf: the mean number of repeats is that of a geometric distribution; near one it counts as single.
            total = traces.total()
            events = sum(len(trace) * count for trace, count in traces.items())
            if abs(total / (events + total) - 0.5) <= self.noise / 2:
                return leaf(activity)
        return None

    def _fall_through(self, traces: Counter[Trace], follows: Follows) -> Tree:
        """Returns a tree when no cut holds; each later way is less precise, and the last always fits."""
        order = sorted(follows.alphabet, key=lambda activity: self.names[activity] if self.names else activity)
        if len(order) > 1:
            for activity in order:
                if all(trace.count(activity) == 1 for trace in traces):
                    return self._beside(activity, traces)
            for activity in order:
                self.watch()
                if find_cut(Follows.of(_without(traces, activity))) is not None:
                    return self._beside(activity, traces)
        parts = _cut_at(traces, lambda one, other: one in follows.ends and other in follows.starts)
        if parts.total() > traces.total():
            return node("loop", [self.tree(parts), TAU])
        parts = _cut_at(traces, lambda one, other: other in follows.starts)
        if parts.total() > traces.total():
            return node("loop", [self.tree(parts), TAU])
        return node("loop", [node("choice", [leaf(activity) for activity in order]), TAU])

    def _beside(self, activity: int, traces: Counter[Trace]) -> Tree:
        own: Counter[Trace] = Counter()
        for trace, count in traces.items():
            own[(activity,) * trace.count(activity)] += count
        return node("parallel", [self.tree(own), self.tree(_without(traces, activity))])


def _without(traces: Traces, activity: int) -> Counter[Trace]:
    rest: Counter[Trace] = Counter()
    for trace, count in traces.items():
        rest[tuple(other for other in trace if other != activity)] += count
    return rest


def _cut_at(traces: Traces, here: Callable[[int, int], bool]) -> Counter[Trace]:
    """Returns the traces cut in two wherever `here(before, after)`."""
    parts: Counter[Trace] = Counter()
    for trace, count in traces.items():
        begin = 0
        for at in range(1, len(trace)):
            if here(trace[at - 1], trace[at]):
                parts[trace[begin:at]] += count
                begin = at
        parts[trace[begin:]] += count
    return parts
