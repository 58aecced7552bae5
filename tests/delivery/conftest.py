"""A factory whose scheduling runs on its own imported tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.delivery.examples import SCENARIO

import tujing.scenarios
from tujing.dataspace import services as dataspace
from tujing.runtime.contract import Budget
from tujing.runtime.services import run_now

SAMPLE = Path(tujing.scenarios.__file__).parent / SCENARIO / "sample"
TABLES = ("product", "work_centre", "calendar", "operation_route", "setup_time", "work_order")


@pytest.fixture
def works(organisation):
    """The test works with the scenario's sample imported."""
    for name in TABLES:
        dataspace.import_file(organisation, name, SAMPLE / f"{name}.csv")
    return organisation


@pytest.fixture
def run_scheduling(works):
    """Runs scheduling once more on the works' tables."""
    return lambda: run_now(works, SCENARIO, budget=Budget(seconds=0.5, workers=1))
