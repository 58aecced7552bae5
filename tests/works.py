"""A small motor works with a financial baseline: the enterprise that tests plan for."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tujing.planning.value import DRIVERS

AMOUNTS = {"revenue": 11e6, "material_cost": 5e6, "labour_cost": 2.3e6, "energy_cost": 3e5, "overhead_cost": 1.3e6}


@pytest.fixture
def works(organisation):
    from tujing.enterprise.models import Profile

    Profile.objects.create(
        organisation=organisation, industry="C3812", staff=260, revenue=130_000_000, production_type="discrete"
    )
    bring_in(organisation)
    return organisation


def bring_in(organisation, without: tuple[str, ...] = ()) -> None:
    """Gives the organisation twelve months of its baseline, leaving out some drivers."""
    from tujing.dataspace import services as dataspace

    columns = {name: [AMOUNTS.get(name, 2e5)] * 12 for name in DRIVERS if name not in without}
    months = pa.array([date(2025, month, 1) for month in range(1, 13)])
    dataspace.write_table(organisation, "financial_baseline", pa.table({"month": months, **columns}), source="test")
