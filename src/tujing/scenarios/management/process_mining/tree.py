"""Process trees (van der Aalst, Buijs, van Dongen 2011): blocks of sequence, choice, concurrency and loop over
activities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Operator = Literal["sequence", "choice", "parallel", "loop"]
SYMBOLS: dict[Operator, str] = {"sequence": "->", "choice": "X", "parallel": "+", "loop": "*"}


@dataclass(frozen=True)
class Tree:
    """An operator over children, or a leaf: an activity by its number, or `None` for a silent step.

    A loop has two children, the body and what is done before the body is done again.
    """

    operator: Operator | None = None
    children: tuple[Tree, ...] = ()
    activity: int | None = None

    @property
    def silent(self) -> bool:
        return self.operator is None and self.activity is None

    def leaves(self) -> Iterator[int]:
        """Yields the activities from left to right."""
        if self.operator is None:
            if self.activity is not None:
                yield self.activity
            return
        for child in self.children:
            yield from child.leaves()

    def text(self, names: Sequence[str]) -> str:
        """Returns the tree in the usual notation, for example `->( 'a', X( tau, 'b' ) )`."""
        if self.operator is None:
            return "tau" if self.activity is None else f"'{names[self.activity]}'"
        inside = ", ".join(child.text(names) for child in self.children)
        return f"{SYMBOLS[self.operator]}( {inside} )"


TAU = Tree()


def leaf(activity: int) -> Tree:
    return Tree(activity=activity)


def node(operator: Operator, children: Sequence[Tree]) -> Tree:
    """Joins children, folding those of the same operator into one block (loops excepted) and a lone child away."""
    if operator == "loop":
        return Tree("loop", tuple(children))
    flat: list[Tree] = []
    for child in children:
        flat += child.children if child.operator == operator else [child]
    if operator == "choice" and sum(child.silent for child in flat) > 1:
        flat = [TAU, *(child for child in flat if not child.silent)]
    if operator in ("sequence", "parallel"):
        flat = [child for child in flat if not child.silent] or [TAU]
    return flat[0] if len(flat) == 1 else Tree(operator, tuple(flat))
