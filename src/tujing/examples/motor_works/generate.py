"""Makes the data of motor-works: orders through a simulated shop, with the planted effects of `truth.yaml`.

`python -m tujing.examples.motor_works.generate FOLDER` writes the tables as the CSV files a factory would have.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .changes import Changes, InUse
from .demand import Line, Lot, orders
from .energy import energy_readings
from .export import write_csv
from .finance import baseline, cash_table, payments, unit_costs
from .machines import machine_events
from .master import bom_lines, operation_routes, products, setup_times, suppliers, work_centres
from .plant import DAY, Clock, Content, plant, truth
from .quality import inspections, sensors
from .records import from_rows, numbered, record_table
from .sales import sales, sales_table, shipment_table
from .shop import Execution, Floor, run_shop
from .supply import Stocks, finished_stock, good_quantities, inventory_table, purchase_table, purchases

WARM_UP_DAYS = 122
"""Days simulated before the first day shown, so that the shop, the stores and the receivables start full."""
AHEAD_DAYS = 70
"""Days of calendar after the last day, for planning."""
NEW_ONLY = (
    "operation_event",
    "machine_event",
    "inspection",
    "sensor_reading",
    "energy_reading",
    "inventory_balance",
    "financial_baseline",
)
"""Tables whose rows never change once they are written; a later export appends to them."""


SEED, END, MONTHS = 2024, date(2026, 9, 30), 24
"""Seed, last day and length of the example's first export."""


def generate(
    seed: int = SEED,
    end: date = END,
    months: int = MONTHS,
    truths: Content | None = None,
    seams: Sequence[date] = (),
    in_use: Sequence[InUse] = (),
) -> dict[str, pa.Table]:
    """Returns the tables of the data elements by name, the same for the same arguments.

    Parameters
    ----------
    seed : int
        Seed of every random number.
    end : date
        Last day of the data; orders not finished by its midnight are open.
    months : int
        Months shown, at least one.
    truths : Content, optional
        Another truth than `truth.yaml`, for asking what would have happened without an effect.
    seams : sequence of date, optional
        Last days of the exports made before. What happened up to them stays as it was; the tables of events
        (`NEW_ONLY`) then hold what came after the last of them, the others everything.
    in_use : sequence of InUse, optional
        What was taken up since the first export, with its go-live; it brings its true effects.
    """
    truths = truths or truth()
    start = _months_before(end + timedelta(days=1), months)
    clock = Clock(start - timedelta(days=WARM_UP_DAYS), end + timedelta(days=AHEAD_DAYS), seams)
    changes = Changes(clock, truths, in_use)
    first, last = WARM_UP_DAYS, (end - clock.first).days
    horizon = (last + 1) * DAY

    lines, lots = orders(seed, clock, last)
    floor = run_shop(seed, clock, lots, horizon, truths, changes)
    sold = sales(clock, lines, lots, floor, last)
    shipped = {sale.line: sale.shipped for sale in sold}
    bought, raw = purchases(seed, clock, lots, floor, last, truths)
    stocks = Stocks(raw, finished_stock(lines, lots, floor, shipped, last))
    cash = payments(seed, clock, lines, sold, bought, last, truths, changes)
    since = clock.seams[-1] + 1 if clock.seams else first
    energy = energy_readings(seed, clock, floor, since, last, truths, changes)

    # A factory's export holds every order that was open on its first day or came later, with all its operations.
    kept = {index for index in range(len(lots)) if floor.completed.get(index, horizon) >= first * DAY}
    done = [one for one in floor.done if one.lot in kept and clock.era_of(one.end) == len(clock.seams)]
    open_lines = {lots[index].line for index in kept}
    return {
        "product": products(),
        "bom_line": bom_lines(),
        "work_centre": work_centres(),
        "operation_route": operation_routes(),
        "setup_time": setup_times(truths),
        "calendar": _calendar(clock, first),
        "work_order": _work_orders(clock, lines, lots, floor, kept, horizon),
        "operation_event": _operation_events(seed, clock, lots, done),
        "machine_event": machine_events(clock, floor, since * DAY, horizon),
        "inspection": inspections(seed, clock, lots, done, truths),
        "sensor_reading": sensors(seed, clock, floor.done, since * DAY, horizon, truths),
        "energy_reading": energy,
        "supplier": suppliers(),
        "purchase_order": purchase_table(clock, bought, first, last),
        "sales_order": sales_table(clock, lines, shipped, open_lines),
        "shipment": shipment_table(seed, clock, lines, sold, first, horizon),
        "inventory_balance": inventory_table(clock, stocks, unit_costs(), since, last),
        "cash_flow": cash_table(clock, cash, first, last),
        "financial_baseline": baseline(
            clock, lines, lots, floor, sold, cash, stocks, energy, since, last, truths, changes
        ),
    }


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _calendar(clock: Clock, first: int) -> pa.Table:
    shifts, machines = plant()["shifts"], list(plant()["work_centres"])
    days = np.array([day for day in clock.working_days if day >= first])
    starts = np.concatenate([days * DAY + shift["start"] * 60 for shift in shifts])
    ends = np.concatenate([days * DAY + shift["end"] * 60 for shift in shifts])
    names = np.repeat([shift["name"] for shift in shifts], len(days))
    order = np.argsort(starts, kind="stable")
    return record_table(
        "calendar",
        {
            "work_centre_id": np.repeat(machines, len(starts)),
            "start_time": np.tile(starts[order], len(machines)),
            "end_time": np.tile(ends[order], len(machines)),
            "shift": np.tile(names[order], len(machines)),
        },
        clock,
    )


def _work_orders(
    clock: Clock, lines: list[Line], lots: list[Lot], floor: Floor, kept: set[int], horizon: int
) -> pa.Table:
    good, begun = good_quantities(floor), {execution.lot for execution in floor.done}
    rows: list[tuple[Any, ...]] = []
    for index in sorted(kept):
        lot, completed = lots[index], floor.completed.get(index, -1)
        moments = (lot.release, lot.due, completed)
        if completed >= 0:
            status, made = "completed", good[index]
        else:
            status = "started" if index in begun else "released" if lot.release < horizon else "planned"
            made = None
        scrap = lot.quantity - made if made is not None else None
        order = lines[lot.line].order
        rows.append(
            (lot.number, lot.product, lot.quantity, order, *moments[:2], lot.weight, status, moments[2], made, scrap)
        )
    columns = ("work_order_id", "product_id", "quantity", "sales_order_id", "release_time", "due_time", "weight")
    return from_rows(
        "work_order", (*columns, "status", "completed_time", "completed_quantity", "scrap_quantity"), rows, clock
    )


def _operation_events(seed: int, clock: Clock, lots: list[Lot], done: list[Execution]) -> pa.Table:
    names, crew = plant()["operations"], {machine: n for n, machine in enumerate(plant()["work_centres"])}
    rows = sorted(done, key=lambda execution: (execution.start, execution.machine))
    kinds = [plant()["work_centres"][execution.machine]["kind"] for execution in rows]
    # Two operators a shift and machine take turns by the day; their numbers are codes, not names.
    operators = [
        f"OP-{1 + crew[e.machine] * 4 + 2 * (e.start % DAY >= 16 * 60) + e.start // DAY % 2:03d}" for e in rows
    ]
    return record_table(
        "operation_event",
        {
            "event_id": numbered("OE-", len(rows), era=len(clock.seams)),
            "work_order_id": [lots[execution.lot].number for execution in rows],
            "sequence": [10 * (execution.step + 1) for execution in rows],
            "operation": [names[kind]["name"] for kind in kinds],
            "work_centre_id": [execution.machine for execution in rows],
            "operator_id": operators,
            "start_time": [execution.start for execution in rows],
            "end_time": [execution.end for execution in rows],
            "setup_minutes": [execution.setup for execution in rows],
            "good_quantity": [execution.good for execution in rows],
            "scrap_quantity": [execution.scrap for execution in rows],
        },
        clock,
    )


if __name__ == "__main__":
    write_csv(Path(sys.argv[1]), generate())
