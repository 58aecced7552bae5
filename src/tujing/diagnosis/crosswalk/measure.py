"""Facts that the enterprise's own data tell. Pure: measured answers and readiness facts in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tujing.dataspace.facts import ElementFacts
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.measured import MeasuredFact

RATES = {"B3": "networked_equipment_rate", "M4": "digital_spend_rate"}
TRENDS = {
    "R1": "energy_trend",
    "R2": "pass_rate_trend",
    "R3": "revenue_per_head_trend",
    "R4": "cost_trend",
}
FRESH_DAYS = 31
"""A table whose last row is no older counts as timely."""


def from_answers(instrument: Instrument, measured: Mapping[str, MeasuredFact]) -> dict[str, Any]:
    """Turns the measured answers of the SME form into facts: rates keep their value, changes their direction."""
    found: dict[str, Any] = {RATES[id]: fact.value for id, fact in measured.items() if id in RATES}
    for id, fact in measured.items():
        if id in TRENDS:
            found[TRENDS[id]] = instrument.indicator_by_id[id].option_by_id[fact.option].trend
    return found


def from_equipment(equipment: pa.Table | None) -> dict[str, Any]:
    """Returns the share of digital machines, where the equipment ledger tells it."""
    if equipment is None or not equipment.num_rows or equipment["is_digital"].null_count == equipment.num_rows:
        return {}
    return {"digital_equipment_rate": float(pc.mean(equipment["is_digital"].cast(pa.float64())).as_py())}


def from_tables(tables: Mapping[str, ElementFacts]) -> dict[str, float]:
    """Returns data quality over all tables with rows, after GB/T 36344: means over tables.

    Completeness is the mean share of filled cells, conformity of rows that keep ranges, enumerations and references,
    consistency of keys that appear once, timeliness of tables fed within the last month. Accuracy and accessibility
    cannot be told from the tables alone.
    """
    held = [one for one in tables.values() if one.rows]
    if not held:
        return {}
    dated = [one.freshness_days <= FRESH_DAYS for one in held if one.freshness_days is not None]
    found = {
        "quality_completeness": _mean([_mean(list(one.completeness.values())) for one in held if one.completeness]),
        "quality_conformity": _mean([one.validity for one in held]),
        "quality_consistency": _mean([one.uniqueness for one in held]),
    }
    return found | ({"quality_timeliness": _mean([float(one) for one in dated])} if dated else {})


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
