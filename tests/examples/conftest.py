"""The example's two years, made once for all tests."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from tujing.examples.motor_works.generate import generate


@pytest.fixture(scope="session")
def tables() -> dict[str, pa.Table]:
    return generate()


@pytest.fixture(scope="session")
def frames(tables) -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in tables.items()}


@pytest.fixture(scope="session")
def operations(frames) -> pd.DataFrame:
    """Operation events with their product family, set-up family and busy minutes."""
    route = frames["operation_route"].drop_duplicates(["product_id", "sequence"])
    found = frames["operation_event"].merge(frames["work_order"][["work_order_id", "product_id"]])
    found = found.merge(route[["product_id", "sequence", "setup_family"]], on=["product_id", "sequence"])
    found = found.merge(frames["product"][["product_id", "family"]], on="product_id")
    found["minutes"] = (found["end_time"] - found["start_time"]).dt.total_seconds() / 60
    return found.sort_values(["work_centre_id", "start_time"])
