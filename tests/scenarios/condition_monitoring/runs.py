"""Made-up processes for the tests, and the shipped sample as tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

import tujing.scenarios.service.condition_monitoring as condition_monitoring
from tujing.elements.definition import element
from tujing.runtime.reading import read_file
from tujing.scenarios.service.condition_monitoring.series import Floats

FOLDER = Path(condition_monitoring.__path__[0])
SAMPLE = FOLDER / "sample"


@cache
def sample_tables() -> dict[str, pa.Table]:
    return {path.stem: read_file(path, element(path.stem)) for path in sorted(SAMPLE.glob("*.csv"))}


def process(rows: int, seed: int = 0, variables: int = 5) -> Floats:
    """Rows of a stable process: two slow hidden causes seen through every variable, and noise."""
    rng = np.random.default_rng(seed)
    seen = np.random.default_rng(99).normal(size=(2, variables))
    hidden = np.zeros((rows, 2))
    for row in range(1, rows):
        hidden[row] = 0.8 * hidden[row - 1] + rng.normal(size=2)
    return np.asarray(10.0 + hidden @ seen + 0.3 * rng.normal(size=(rows, variables)))


def names(variables: int = 5) -> tuple[str, ...]:
    return tuple(f"T{number}" for number in range(1, variables + 1))
