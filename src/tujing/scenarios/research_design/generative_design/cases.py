"""Design cases: what was tried and what came out. Files, data elements and simulations all become this."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array


@dataclass(frozen=True, eq=False)
class Cases:
    """`inputs` (n, d); `results` name → (n,). `labels` say which case a row is; units may be blank."""

    names: tuple[str, ...]
    inputs: Array
    results: dict[str, Array]
    labels: tuple[str, ...]
    units: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, float] = field(default_factory=dict)
    """Inputs and loads that are the same in every case, so that nothing can be learned of them."""
    products: int = 0
    """How many products the cases belong to; 0: not said."""

    @property
    def low(self) -> Array:
        low: Array = self.inputs.min(axis=0)
        return low

    @property
    def high(self) -> Array:
        high: Array = self.inputs.max(axis=0)
        return high

    def more(self, inputs: Array, results: dict[str, float], label: str) -> Cases:
        """Returns the cases with one more."""
        return Cases(
            self.names,
            np.vstack([self.inputs, inputs]),
            {name: np.append(values, results[name]) for name, values in self.results.items()},
            (*self.labels, label),
            self.units,
            self.fixed,
            self.products,
        )
