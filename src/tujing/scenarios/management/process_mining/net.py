"""Accepting Petri nets with silent transitions, their firing rule, and the net of a process tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tujing.scenarios.management.process_mining.tree import Tree

BITS = 20
"""A marking is one integer, so many bits a place: markings compare, hash and fire at the speed of integers."""
TOKENS = (1 << BITS) - 1


@dataclass
class Net:
    """Transitions by number: label (an activity's number, −1 silent), places before and after."""

    places: int = 0
    labels: list[int] = field(default_factory=list)
    before: list[tuple[int, ...]] = field(default_factory=list)
    after: list[tuple[int, ...]] = field(default_factory=list)
    initial: int = 0
    final: int = 0

    def place(self) -> int:
        self.places += 1
        return self.places - 1

    def transition(self, label: int, before: Sequence[int], after: Sequence[int]) -> None:
        self.labels.append(label)
        self.before.append(tuple(before))
        self.after.append(tuple(after))

    def enabled(self, marking: int, transition: int) -> bool:
        return all((marking >> (BITS * place)) & TOKENS for place in self.before[transition])

    def fire(self, marking: int, transition: int) -> int:
        return marking + self.effects[transition]

    @cached_property
    def effects(self) -> list[int]:
        """What firing each transition adds to a marking."""
        return [
            sum(token(place) for place in after) - sum(token(place) for place in before)
            for before, after in zip(self.before, self.after, strict=True)
        ]

    @cached_property
    def silent(self) -> list[int]:
        return [number for number, label in enumerate(self.labels) if label < 0]

    @cached_property
    def visible(self) -> dict[int, list[int]]:
        """Activity → its transitions."""
        found: dict[int, list[int]] = {}
        for number, label in enumerate(self.labels):
            if label >= 0:
                found.setdefault(label, []).append(number)
        return found

    def tokens(self, marking: int) -> list[int]:
        """Returns how many tokens each place holds."""
        return [(marking >> (BITS * place)) & TOKENS for place in range(self.places)]


def token(place: int) -> int:
    """The marking of one token in a place."""
    return 1 << (BITS * place)


def of_tree(tree: Tree) -> Net:
    """Returns the tree's net: one token in its source at first, one in its sink at last; it is sound."""
    net = Net()
    source, sink = net.place(), net.place()
    net.initial, net.final = token(source), token(sink)
    _add(net, tree, source, sink)
    return net


def _add(net: Net, tree: Tree, source: int, sink: int) -> None:
    if tree.operator is None:
        net.transition(-1 if tree.activity is None else tree.activity, [source], [sink])
    elif tree.operator == "choice":
        for child in tree.children:
            _add(net, child, source, sink)
    elif tree.operator == "sequence":
        at = source
        for child in tree.children[:-1]:
            following = net.place()
            _add(net, child, at, following)
            at = following
        _add(net, tree.children[-1], at, sink)
    elif tree.operator == "parallel":
        ends = [(net.place(), net.place()) for _ in tree.children]
        net.transition(-1, [source], [begin for begin, _ in ends])
        for child, (begin, end) in zip(tree.children, ends, strict=True):
            _add(net, child, begin, end)
        net.transition(-1, [end for _, end in ends], [sink])
    else:
        # Places of its own, or a token coming back would reopen the choice that the loop stands in.
        begin, end = net.place(), net.place()
        net.transition(-1, [source], [begin])
        _add(net, tree.children[0], begin, end)
        _add(net, tree.children[1], end, begin)
        net.transition(-1, [end], [sink])
