"""The plain method of today: each sensor has a fixed alarm limit, its normal mean ± 3 standard deviations."""

from __future__ import annotations

import numpy as np

from tujing.scenarios.service.condition_monitoring.series import Bools, Floats

SIGMAS = 3.0


def fixed_limits(normal: Floats) -> tuple[Floats, Floats]:
    """Returns lower and upper limit of every variable (columns of `normal`)."""
    mean, spread = normal.mean(axis=0), normal.std(axis=0, ddof=1)
    return mean - SIGMAS * spread, mean + SIGMAS * spread


def beyond(rows: Floats, lower: Floats, upper: Floats) -> Bools:
    """Returns rows × variables: whether the reading is beyond its fixed limit."""
    return np.asarray((rows < lower) | (rows > upper))
