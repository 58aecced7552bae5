"""Inspections, and the sensors of the two bore grinders, with the drift of one of them."""

from __future__ import annotations

from math import erf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from .plant import DAY, Clock, Content, plant, stream
from .records import from_rows, numbered, record_table, rounded

if TYPE_CHECKING:
    from .demand import Lot
    from .shop import Execution

WATCHED = ("GR-01", "GR-02")
"""The grinders with a vibration and a spindle-temperature sensor."""
RESISTANCE = {"A": 1.9, "B": 1.1, "C": 0.62, "D": 2.4}
"""Phase resistance at 20 °C of each family at scale 1, ohm."""
NO_LOAD_CURRENT = {"A": 0.42, "B": 0.78, "C": 1.65, "D": 0.55}
"""No-load current of each family, ampere."""
INSPECTION_COLUMNS = (
    "work_order_id",
    "sequence",
    "work_centre_id",
    "characteristic",
    "inspected_time",
    "value",
    "unit",
    "lower_limit",
    "upper_limit",
    "result",
    "defect_code",
)


def bore_shift(machine: str, minute: int, clock: Clock, truths: Content) -> float:
    """Returns how far the mean bore has drifted from the middle of its tolerance, micrometres."""
    drift = truths["drifting_grinder"]
    if machine != drift["work_centre"] or minute >= clock.minute(drift["declared"]["repaired"]):
        return 0.0
    weeks = (minute - clock.minute(drift["declared"]["drift_from"])) / (7 * DAY)
    return float(max(0.0, weeks) * drift["declared"]["drift_um_per_week"])


def share_outside(machine: str, minute: int, clock: Clock, truths: Content) -> float:
    """Returns the share of bores that fall outside the tolerance on a grinder at a time."""
    declared = truths["drifting_grinder"]["declared"]
    half = (declared["upper_mm"] - declared["lower_mm"]) * 500
    shift, sigma = bore_shift(machine, minute, clock, truths), declared["sigma_um"]
    return 1 - _below((half - shift) / sigma) + _below((-half - shift) / sigma)


def _below(z: float) -> float:
    return 0.5 * (1 + erf(z / sqrt(2)))


def inspections(seed: int, clock: Clock, lots: list[Lot], done: list[Execution], truths: Content) -> pa.Table:
    """Builds the inspection table: three bores, two resistances, one unbalance, one no-load current a lot."""
    era = len(clock.seams)
    rng, rules = stream(seed, "quality", era), plant()
    declared = truths["drifting_grinder"]["declared"]
    middle = (declared["lower_mm"] + declared["upper_mm"]) / 2
    rows: list[tuple[Any, ...]] = []

    def add(
        execution: Execution, name: str, value: float, unit: str, limits: tuple[float | None, float], bad: str
    ) -> None:
        lower, upper = limits
        code = "" if (lower is None or value >= lower) and value <= upper else bad
        result = "pass" if not code else ("rework" if bad.startswith("R-") else "fail")
        before_end = int(rng.integers(2, 20))
        moment = max(execution.start + execution.setup, execution.end - before_end)
        place = (lots[execution.lot].number, 10 * (execution.step + 1), execution.machine)
        rows.append((*place, name, moment, value, unit, lower, upper, result, code or None))

    for execution in done:
        lot, kind = lots[execution.lot], rules["work_centres"][execution.machine]["kind"]
        if kind == "grinding":
            shift = bore_shift(execution.machine, execution.end, clock, truths)
            for deviation in rng.normal(shift, declared["sigma_um"], 3):
                limits = (declared["lower_mm"], declared["upper_mm"])
                add(execution, "bore_diameter", round(middle + deviation / 1000, 4), "mm", limits, "Q-BORE")
        elif kind == "winding":
            nominal = RESISTANCE[lot.family] / rules["products"][lot.product]["scale"]
            limits = (round(nominal * 0.94, 4), round(nominal * 1.06, 4))
            for factor in rng.normal(1, 0.022, 2):
                add(execution, "winding_resistance", round(nominal * factor, 4), "ohm", limits, "R-WIND")
        elif kind == "balancing":
            add(execution, "residual_unbalance", round(float(rng.gamma(6, 0.5)), 2), "g·mm", (None, 6.3), "R-BAL")
        elif kind == "testing":
            nominal = NO_LOAD_CURRENT[lot.family]
            limits = (None, round(nominal * 1.15, 3))
            add(execution, "no_load_current", round(nominal * rng.normal(1, 0.06), 3), "A", limits, "Q-TEST")
    rows.sort(key=lambda row: row[4])
    table = [(name, *row) for name, row in zip(numbered("QI-", len(rows), era=era), rows, strict=True)]
    return from_rows("inspection", ("inspection_id", *INSPECTION_COLUMNS), table, clock)


def sensors(seed: int, clock: Clock, done: list[Execution], first: int, horizon: int, truths: Content) -> pa.Table:
    """Builds hourly vibration (mm/s RMS) and spindle temperature (°C) of the watched grinders."""
    rng, drift = stream(seed, "sensors", len(clock.seams)), truths["drifting_grinder"]
    hours = np.arange(first // 60, horizon // 60)
    year = 2 * np.pi * ((hours / 24 + clock.first.timetuple().tm_yday) / 365.25)
    room = 21.5 - 7.0 * np.cos(year - 0.35) + rng.normal(0, 0.6, len(hours))
    columns: dict[str, list[Any]] = {name: [] for name in ("work_centre_id", "tag", "time", "value", "unit")}
    for machine in WATCHED:
        load = _load(machine, done, hours)
        vibration = np.full(len(hours), drift["declared"]["vibration_mm_s"], dtype=np.float64)
        if machine == drift["work_centre"]:
            weeks = (hours * 60 - clock.minute(drift["declared"]["vibration_from"])) / (7 * DAY)
            worn = hours * 60 < clock.minute(drift["declared"]["repaired"])
            vibration += worn * np.maximum(0, weeks) * drift["declared"]["vibration_mm_s_per_week"]
        still = 0.25
        level = (still + (vibration - still) * load) * np.exp(rng.normal(0, 0.08, len(hours)))
        warmth = (
            room
            + (18 + 2.5 * (vibration - drift["declared"]["vibration_mm_s"])) * load
            + rng.normal(0, 0.8, len(hours))
        )
        for tag, values, unit in (("vibration_rms", level, "mm/s"), ("spindle_temperature", warmth, "°C")):
            columns["work_centre_id"] += [machine] * len(hours)
            columns["tag"] += [tag] * len(hours)
            columns["time"].append(hours * 60)
            columns["value"].append(rounded(values, 3))
            columns["unit"] += [unit] * len(hours)
    merged = {name: np.concatenate(columns[name]) for name in ("time", "value")}
    return record_table("sensor_reading", columns | merged, clock)


def _load(machine: str, done: list[Execution], hours: np.ndarray[Any, np.dtype[Any]]) -> Any:
    """Returns the share of each hour in which the machine runs."""
    busy = np.zeros((int(hours[-1]) + 2) * 60 + 24 * 60)
    for execution in done:
        if execution.machine == machine:
            busy[execution.start + execution.setup : execution.end] = 1
            for start, end in execution.stops:
                busy[start:end] = 0
    return busy[: (int(hours[-1]) + 1) * 60].reshape(-1, 60).mean(axis=1)[int(hours[0]) :]
