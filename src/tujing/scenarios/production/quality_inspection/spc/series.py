"""One characteristic over time: what every chart is drawn from, wherever it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counted = Literal["defectives", "defects"]
"""Pieces that are bad (at most one a piece, binomial) · faults found (any number a piece, Poisson)."""


@dataclass(frozen=True)
class Series:
    """Subgroups of measured values, or counts, in order of time.

    Exactly one of `groups` and `counts` is filled.
    """

    name: str
    labels: tuple[str, ...]
    """One name a subgroup: sample number, batch or time."""
    groups: tuple[Floats, ...] = ()
    """Measured values by subgroup, in the unit `unit`; individuals are subgroups of one."""
    counts: Floats = field(default_factory=lambda: np.empty(0))
    sizes: Floats = field(default_factory=lambda: np.empty(0))
    """Pieces, or units of opportunity, inspected at each count."""
    counted: Counted | None = None
    trial: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    """The subgroups that set the limits."""
    lower: float | None = None
    upper: float | None = None
    """Specification limits."""
    target: float | None = None
    unit: str = ""
    rows: tuple[int, ...] = ()
    """Where each subgroup ends in the source, rows counted from 0; for alerts."""

    def __len__(self) -> int:
        return len(self.groups) or len(self.counts)

    @property
    def values(self) -> Floats:
        """All measured values, one after the other."""
        return np.concatenate(self.groups) if self.groups else np.empty(0)

    @property
    def group_sizes(self) -> NDArray[np.int64]:
        return np.array([len(group) for group in self.groups], dtype=np.int64)
