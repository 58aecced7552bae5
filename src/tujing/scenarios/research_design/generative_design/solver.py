"""Chooses the solver that suits a grid."""

from __future__ import annotations

from tujing.scenarios.research_design.generative_design.banded import Banded, banded_operations
from tujing.scenarios.research_design.generative_design.equilibrium import Equilibrium, Pulse, carry_on
from tujing.scenarios.research_design.generative_design.multigrid import Multigrid
from tujing.scenarios.research_design.generative_design.stiffness import Array

BANDED_FLOPS = 2e9
"""A banded factorisation up to this many operations (half a second) is quicker and exact; above it multigrid runs."""


def solver_for(shape: tuple[int, ...], poisson: float, free: Array, pulse: Pulse = carry_on) -> Equilibrium:
    """Returns the solver that suits the grid."""
    if len(shape) == 2 and banded_operations(shape) <= BANDED_FLOPS:
        return Banded(shape, poisson, free, pulse)
    return Multigrid(shape, poisson, free, pulse)
