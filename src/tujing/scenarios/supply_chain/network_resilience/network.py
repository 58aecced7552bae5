"""The supply network: nodes that make or buy one item at one site, and what each needs from which others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tujing.words import Text


@dataclass(frozen=True)
class Node:
    """One item at one site. Losing a site stops all its nodes and what lies in stock there."""

    id: str
    site: str
    item: str
    capacity: float | None = None
    """Units a day at most; None: as much as its inputs allow."""
    stock: float = 0.0
    """Units on hand, ready to be sent or sold."""
    demand: float = 0.0
    """Units a day that customers take from here."""
    value: float = 0.0
    """CNY lost for each unit of demand that is not served."""
    unit_cost: float = 0.0
    """CNY a unit, for what extra stock costs to hold."""


@dataclass(frozen=True)
class Link:
    """`target` needs `quantity` units of the source's item for each of its own; sources of one item replace another."""

    source: str
    target: str
    quantity: float = 1.0


@dataclass(frozen=True)
class Site:
    """A supplier or plant as a whole: what can be lost at once."""

    id: str
    name: str = ""
    region: str = ""
    tier: int | None = None
    recover_days: float = 30.0
    probability: float = 0.0
    """Chance of an outage in a year, 0–1."""
    is_own: bool = False
    """One's own place: it links the network, and is not rehearsed as an outage."""


@dataclass(frozen=True)
class Network:
    """A checked network. `nodes` and `sites` keep their order."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    sites: tuple[Site, ...]
    warnings: tuple[Text, ...] = field(default=())

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {node.id: position for position, node in enumerate(self.nodes)}

    @cached_property
    def of_site(self) -> Mapping[str, tuple[int, ...]]:
        """Site → positions of its nodes."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, node in enumerate(self.nodes):
            found[node.site].append(position)
        return {site: tuple(positions) for site, positions in found.items()}

    @cached_property
    def downstream(self) -> Mapping[str, tuple[str, ...]]:
        """Node → nodes that take from it."""
        found: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            found[link.source].append(link.target)
        return {node: tuple(targets) for node, targets in found.items()}

    def reaches_demand(self, starts: Iterable[str]) -> bool:
        """Returns whether anything sold depends on one of the nodes."""
        return any(self.nodes[self.place[node]].demand > 0 for node in self.reached(starts))

    def reached(self, starts: Iterable[str]) -> set[str]:
        """Returns the nodes and all that takes from them, however far down."""
        waiting = list(starts)
        seen = set(waiting)
        while waiting:
            for target in self.downstream.get(waiting.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return seen


def loop(network: Network) -> list[str]:
    """Returns the nodes of one loop of supply in order, empty when there is none: nothing can be its own input."""
    state: dict[str, int] = {}
    for root in network.place:
        if root in state:
            continue
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(root, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                state[node] = 2
                path.pop()
                continue
            if state.get(node) == 1:
                return [*path[path.index(node) :], node]
            if node in state:
                continue
            state[node] = 1
            path.append(node)
            waiting.append((node, True))
            waiting += [(target, False) for target in network.downstream.get(node, ()) if state.get(target) != 2]
    return []
