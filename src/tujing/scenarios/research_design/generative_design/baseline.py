"""What is done today: material spread evenly over the box, and a quadratic response surface through past tests."""

from __future__ import annotations

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.topology import Design, Model, uniform


def even_material(model: Model) -> Design:
    """Returns the part with the same density everywhere, of equal volume."""
    return uniform(model)


def relative_error(predicted: Array, actual: Array) -> float | None:
    """Returns mean |predicted − actual| ÷ |actual| over the rows where the actual value is not zero."""
    counted = np.isfinite(actual) & (np.abs(actual) > 1e-12)
    if not counted.any():
        return None
    return float(np.mean(np.abs(predicted - actual)[counted] / np.abs(actual)[counted]))


def rmse(predicted: Array, actual: Array) -> float:
    return float(np.sqrt(np.mean((predicted - actual) ** 2)))
