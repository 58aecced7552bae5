"""Solvers of different scenarios in one process, as `tujing loop` runs them."""

from __future__ import annotations

import numpy as np
from tests.scenarios.network_resilience.networks import chain

from tujing.scenarios.supply_chain.distribution.location import LocationProblem
from tujing.scenarios.supply_chain.distribution.location_exact import transport
from tujing.scenarios.supply_chain.network_resilience.stress import Stress, servable


def test_two_scenarios_that_use_highs_run_one_after_the_other():
    network = chain()
    assert Stress(network, servable(network)).survive((0,)) == 10
    problem = LocationProblem(
        np.array([10.0]), np.zeros(1), np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), ("W",), ("1", "2")
    )
    assert transport(problem, np.array([True])) is not None
