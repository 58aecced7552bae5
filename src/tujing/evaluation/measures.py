"""What can be measured from the data elements: series by week, for the part that adopted a scenario and for the
rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, TypeAdapter

from tujing.evaluation.series import Series
from tujing.problems import read_yaml
from tujing.words import Text

DEFINITIONS = Path(__file__).parent / "measures.yaml"


class DriverLink(BaseModel):
    """How a relative change of the measure moves a money driver."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    driver: str
    exposure: float | Literal["level"]
    source: str
    status: Literal["found", "recalled", "constructed", "measured"]


class Measure(BaseModel):
    """A figure that the data elements yield week by week."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: Text
    unit: str
    better: Literal["lower", "higher"]
    reads: tuple[str, ...]
    formula: str
    standard: str = ""
    drivers: tuple[DriverLink, ...]


@cache
def measures() -> dict[str, Measure]:
    """Returns all measures by id."""
    found = TypeAdapter(list[Measure]).validate_python(read_yaml(DEFINITIONS))
    return {measure.id: measure for measure in found}


def weekly(measure: Measure, tables: Mapping[str, pa.Table], families: frozenset[str]) -> Series | None:
    """Works out a measure week by week.

    Parameters
    ----------
    families
        Product families that adopted the scenario; empty means the whole factory, and then there is no control.

    Returns None when a table that the measure reads is absent.
    """
    if any(name not in tables for name in measure.reads):
        return None
    rows = _ROWS[measure.id](tables)
    rows = rows.dropna(subset=["time", "part", "whole"])
    rows["week"] = rows["time"].dt.to_period("W-SUN").dt.start_time
    rows["treated"] = rows["family"].isin(families) if families else True
    ratio = _ratio(rows, "treated")
    if True not in ratio:
        return None
    beside = bool(families) and False in ratio
    ratio = ratio.dropna() if beside else ratio.dropna(subset=[True])
    sisters = _ratio(rows[~rows["treated"]], "family").reindex(ratio.index) if beside else pd.DataFrame()
    return Series(
        ratio.index.to_numpy("datetime64[D]"),
        ratio[True].to_numpy(float),
        ratio[False].to_numpy(float) if beside else None,
        {str(name): sisters[name].to_numpy(float) for name in sisters},
    )


def _ratio(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    sums = rows.groupby(["week", by])[["part", "whole"]].sum()
    found: pd.DataFrame = (sums["part"] / sums["whole"].where(sums["whole"] > 0)).unstack(by)
    return found


def _events(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    events = tables["operation_event"].select(
        ["work_order_id", "start_time", "end_time", "setup_minutes", "good_quantity", "scrap_quantity"]
    )
    frame: pd.DataFrame = events.to_pandas()
    return frame.merge(_families(tables), on="work_order_id", how="left")


def _families(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    orders: pd.DataFrame = tables["work_order"].select(["work_order_id", "product_id"]).to_pandas()
    products = tables["product"].select(["product_id", "family"]).to_pandas()
    return orders.merge(products, on="product_id", how="left")[["work_order_id", "family"]]


def _orders(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    columns = ["work_order_id", "release_time", "due_time", "completed_time"]
    orders: pd.DataFrame = tables["work_order"].select(columns).to_pandas()
    orders = orders[orders["completed_time"].notna()]
    return orders.merge(_families(tables), on="work_order_id", how="left")


def _setup_share(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    events = _events(tables)
    minutes = (events["end_time"] - events["start_time"]).dt.total_seconds() / 60.0
    return pd.DataFrame(
        {"time": events["start_time"], "family": events["family"], "part": events["setup_minutes"], "whole": minutes}
    )


def _scrap_share(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    events = _events(tables)
    return pd.DataFrame(
        {
            "time": events["start_time"],
            "family": events["family"],
            "part": events["scrap_quantity"],
            "whole": events["good_quantity"] + events["scrap_quantity"],
        }
    )


def _lead_time(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    orders = _orders(tables)
    days = (orders["completed_time"] - orders["release_time"]).dt.total_seconds() / 86_400.0
    return pd.DataFrame({"time": orders["completed_time"], "family": orders["family"], "part": days, "whole": 1.0})


def _late_share(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    orders = _orders(tables)
    late = (orders["completed_time"] > orders["due_time"]).astype(float)
    return pd.DataFrame({"time": orders["completed_time"], "family": orders["family"], "part": late, "whole": 1.0})


_ROWS: dict[str, Callable[[Mapping[str, pa.Table]], pd.DataFrame]] = {
    "setup_share": _setup_share,
    "lead_time": _lead_time,
    "late_share": _late_share,
    "scrap_share": _scrap_share,
}
