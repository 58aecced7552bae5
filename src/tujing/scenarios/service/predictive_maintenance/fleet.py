"""The fleet: histories of units, each from new (or renewed) to failure or to now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tujing.words import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """One life of one unit, one row an operating step (a cycle, or `Fleet.step_hours` hours of work)."""

    unit: str
    settings: Floats
    """Operating conditions, steps × settings."""
    sensors: Floats
    """Measured values, steps × sensors."""

    @property
    def steps(self) -> int:
        return len(self.sensors)


@dataclass(frozen=True)
class Life:
    """The length of one life in hours of operation; not `failed` means that it is only known to be longer."""

    unit: str
    kind: str
    hours: float
    failed: bool


@dataclass(frozen=True)
class Fleet:
    """What is known: histories that ended in failure, units now in use, and all lives, with sensors or without."""

    sensors: tuple[str, ...]
    failed: tuple[History, ...]
    running: tuple[History, ...]
    lives: tuple[Life, ...] = ()
    step_hours: float = 1.0
    cap_steps: float | None = None
    """Beyond this remaining life a unit counts as healthy; None: 0.6 of the median life."""
    origin: datetime | None = None
    """Now, on an organisation's own data."""
    ages: dict[str, float] = field(default_factory=dict)
    """Unit in use → hours of operation since it was new or repaired; read where there are no histories."""
    pace: dict[str, float] = field(default_factory=dict)
    """Unit → hours of operation in an hour by the clock."""
    booked: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """Unit → spans in which the line has work planned, from an operation schedule."""
    warnings: tuple[Text, ...] = ()

    @property
    def cap(self) -> float:
        """Cap of the remaining life in steps: given, or 0.6 of the median life (125 of 206 in the literature)."""
        if self.cap_steps is not None:
            return self.cap_steps
        return float(max(5.0, round(0.6 * np.median([one.steps for one in self.failed]))))
