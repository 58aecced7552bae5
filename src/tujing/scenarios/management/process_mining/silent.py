"""Silent ways: what can be reached by silent moves alone, and by which ones.

Firing is relaxed first: a place once marked stays marked (the delete relaxation of planning: J. Hoffmann, B. Nebel,
“The FF planning system”, 2001). What cannot be reached so cannot be reached at all, and the moves that it took, fired
in turn, are the way. On the nets of process trees, where the branches of a join are independent, they always fire; on
any other net the way is looked for breadth first where they do not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from tujing.scenarios.management.process_mining.net import BITS, TOKENS, Net

STATES_LIMIT = 5_000
"""Markings looked at breadth first; beyond it there is held to be no way."""


class SilentWays:
    """Answers for one net; what was worked out for a marking is kept."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self._consumers: list[list[int]] = [[] for _ in range(net.places)]
        for transition in net.silent:
            for place in net.before[transition]:
                self._consumers[place].append(transition)
        self._relaxed: dict[int, dict[int, int]] = {}

    def places(self, marking: int) -> dict[int, int]:
        """Place that may get marked → the silent move that marks it first; −1 for one that is marked already."""
        known = self._relaxed.get(marking)
        if known is not None:
            return known
        net = self.net
        supporter = {place: -1 for place in range(net.places) if (marking >> (BITS * place)) & TOKENS}
        lacking = {transition: len(net.before[transition]) for transition in net.silent}
        fresh = deque(supporter)
        while fresh:
            for transition in self._consumers[fresh.popleft()]:
                lacking[transition] -= 1
                if not lacking[transition]:
                    for place in net.after[transition]:
                        if place not in supporter:
                            supporter[place] = transition
                            fresh.append(place)
        self._relaxed[marking] = supporter
        return supporter

    def way(self, marking: int, wanted: Iterable[int]) -> list[int] | None:
        """Returns silent moves after which every wanted place is marked, in firing order; None if there are none."""
        supporter = self.places(marking)
        wanted = tuple(wanted)
        if any(place not in supporter for place in wanted):
            return None
        moves: list[int] = []
        self._collect(wanted, supporter, moves, set())
        at = marking
        for move in moves:
            if not self.net.enabled(at, move):
                return self._breadth_first(marking, wanted)
            at = self.net.fire(at, move)
        if all((at >> (BITS * place)) & TOKENS for place in wanted):
            return moves
        return self._breadth_first(marking, wanted)

    def _collect(self, wanted: Iterable[int], supporter: dict[int, int], moves: list[int], seen: set[int]) -> None:
        """Adds the supporters of the wanted places, each after its own."""
        for place in wanted:
            move = supporter[place]
            if move >= 0 and move not in seen:
                seen.add(move)
                self._collect(self.net.before[move], supporter, moves, seen)
                moves.append(move)

    def _breadth_first(self, marking: int, wanted: tuple[int, ...]) -> list[int] | None:
        net = self.net
        came: dict[int, tuple[int, int]] = {marking: (marking, -1)}
        waiting = deque([marking])
        while waiting and len(came) <= STATES_LIMIT:
            at = waiting.popleft()
            if all((at >> (BITS * place)) & TOKENS for place in wanted):
                moves = []
                while at != marking:
                    at, move = came[at]
                    moves.append(move)
                return moves[::-1]
            for transition in net.silent:
                if net.enabled(at, transition):
                    reached = net.fire(at, transition)
                    if reached not in came:
                        came[reached] = (at, transition)
                        waiting.append(reached)
        return None
