"""The plain methods of today: the mean life less the age, and replacement at a fixed age."""

from __future__ import annotations

import numpy as np

from tujing.scenarios.service.predictive_maintenance.fleet import Floats


def mean_life(lives: Floats, age: Floats, cap: float = np.inf) -> Floats:
    """Returns the mean of complete lives less the age, at least 0 and at most the cap; all in one unit of time."""
    left: Floats = np.clip(float(np.mean(lives)) - age, 0, cap)
    return left
