"""Which groups of enterprises may be shown. Pure.

Groups nest: all ⊃ size ⊃ size and section ⊃ size and division. A group of fewer than `least` is never shown, nor
anything inside it; and where the groups shown inside one shown group leave over between 1 and `least` − 1 enterprises,
which subtraction would lay bare, the smallest of them are withheld as well until enough is left over (complementary
suppression). The decision depends on the population only, not on who asks, so two askers learn no more than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tujing.diagnosis.instrument import Provenance
from tujing.problems import check_model, read_yaml

FILE = Path(__file__).parent / "peers.yaml"

Cell = tuple[str, ...]
"""`()` all; `(size,)`; `(size, section)`; `(size, section, division)`."""


class Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    provenance: Provenance
    least: int = Field(ge=5)
    counts_to: int = Field(ge=1)
    score_to: float = Field(gt=0)
    share_to: float = Field(gt=0, le=0.5)


@cache
def rules() -> Rules:
    return check_model(Rules, read_yaml(FILE), FILE)


@dataclass(frozen=True)
class Place:
    """Where an enterprise belongs: size class, section letter, division (`C38`)."""

    size: str
    section: str
    division: str

    @property
    def cells(self) -> tuple[Cell, ...]:
        """From the narrowest group to all."""
        narrow = (self.size, self.section, self.division)
        return tuple(narrow[:length] for length in (3, 2, 1, 0))


def shown(population: Mapping[Place, int], least: int) -> set[Cell]:
    """Returns the groups that may be shown, given how many enterprises belong to each place."""
    counts: Counter[Cell] = Counter()
    for place, count in population.items():
        for cell in place.cells:
            counts[cell] += count
    if counts[()] < least:
        return set()
    inside: dict[Cell, list[Cell]] = {}
    for cell in sorted(counts):
        if cell:
            inside.setdefault(cell[:-1], []).append(cell)
    found: set[Cell] = {()}
    open_: list[Cell] = [()]
    while open_:
        kept = _kept({cell: counts[cell] for cell in inside.get(open_.pop(), [])}, least)
        found |= kept
        open_ += sorted(kept)
    return found


def _kept(counts: Mapping[Cell, int], least: int) -> set[Cell]:
    kept = {cell for cell, count in counts.items() if count >= least}
    while kept and 0 < sum(count for cell, count in counts.items() if cell not in kept) < least:
        kept.remove(min(kept, key=lambda cell: (counts[cell], cell)))
    return kept


def widened(place: Place, allowed: Iterable[Cell]) -> tuple[Cell | None, int]:
    """Returns the narrowest group of a place that may be shown, and how many narrower ones were passed over."""
    known = set(allowed)
    for step, cell in enumerate(place.cells):
        if cell in known:
            return cell, step
    return None, len(place.cells)
