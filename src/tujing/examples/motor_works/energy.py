"""Daily electricity of every meter, from the hours that its machines were busy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from .changes import Changes
from .plant import DAY, Clock, Content, plant, stream
from .records import record_table, rounded
from .shop import Floor


def energy_readings(
    seed: int, clock: Clock, floor: Floor, first: int, last: int, truths: Content, changes: Changes
) -> pa.Table:
    """Builds the energy_reading table from the day `first` to the day `last`, kWh a meter and day."""
    rng, rules = stream(seed, "energy", len(clock.seams)), plant()["energy"]
    kinds = {name: fact["kind"] for name, fact in plant()["work_centres"].items()}
    hours = {kind: np.zeros(last + 3) for kind in kinds.values()}
    for execution in floor.done:
        stopped = sum(end - start for start, end in execution.stops)
        hours[kinds[execution.machine]][execution.start // DAY] += (execution.end - execution.start - stopped) / 60
    days = np.arange(first, last + 1)
    use: dict[str, Any] = {}
    for meter, fact in rules["meters"].items():
        busy = sum(hours[kind][days] for kind in fact["kinds"])
        use[meter] = fact["daily"] + fact["per_busy_hour"] * busy
    compressor = rules["compressor"]
    load = compressor["per_busy_hour"] * sum(hours[kind][days] for kind in hours)
    share = truths["idle_compressor"]["declared"]["idle_share"]
    use[compressor["meter"]] = load + share / (1 - share) * load.mean()
    building = rules["building"]
    year = 2 * np.pi * (days + clock.first.timetuple().tm_yday) / 365.25
    # Offices and halls are cooled in July and heated in January: two waves a year.
    use[building["meter"]] = building["daily"] * (1 + building["season"] * np.cos(2 * (year - 0.35)))
    meters, saved = list(use), np.array([changes.driver("energy_cost", int(day)) for day in days])
    quantity = np.concatenate([saved * use[meter] * np.exp(rng.normal(0, 0.03, len(days))) for meter in meters])
    return record_table(
        "energy_reading",
        {
            "meter_id": np.repeat(meters, len(days)),
            "carrier": ["electricity"] * len(quantity),
            "start_time": np.tile(days * DAY, len(meters)),
            "end_time": np.tile((days + 1) * DAY, len(meters)),
            "quantity": rounded(quantity, 1),
            "unit": ["kWh"] * len(quantity),
            "cost": rounded(quantity * rules["yuan_per_kwh"], 2),
        },
        clock,
    )
