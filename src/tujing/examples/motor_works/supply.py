"""Purchase orders and stocks: a material whose position falls below its reorder point is ordered for a week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from .demand import Line, Lot
from .plant import DAY, Clock, Content, plant, stream
from .records import from_rows
from .shop import Floor

COVER_DAYS = 7
"""Days of demand that one order brings."""
SAFETY_DAYS = 28


@dataclass(frozen=True)
class Purchase:
    """One purchase order line; days from the clock's first day, `received` possibly after the data end."""

    supplier: str
    material: str
    quantity: float
    price: float
    ordered: int
    promised: int
    received: int
    received_quantity: float


@dataclass(frozen=True)
class Stocks:
    """End-of-day stocks by material, in the clock's days."""

    raw: dict[str, Any]
    finished: dict[str, Any]


def need(material: str, product: str) -> float:
    """Returns how much of a material one piece of a product takes; pieces do not scale with the motor, masses do."""
    fact, member = plant()["materials"][material], plant()["products"][product]
    per = float(fact["per"].get(member["family"], 0))
    return round(per * member["scale"], 4) if fact["unit"] == "kg" else per


def purchases(
    seed: int, clock: Clock, lots: list[Lot], floor: Floor, last: int, truths: Content
) -> tuple[list[Purchase], dict[str, Any]]:
    """Returns the purchase order lines and the end-of-day stock of every material, up to the day `last`."""
    streams, found, stocks = [stream(seed, "supply", era) for era in range(len(clock.seams) + 1)], [], {}
    base = (clock.seams or [last])[0]
    starts = {e.lot: e.start // DAY for e in reversed(floor.done) if e.step == 0}
    for material, fact in plant()["materials"].items():
        used = np.zeros(last + 1)
        for lot, day in starts.items():
            used[day] += lots[lot].quantity * need(material, lots[lot].product)
        daily = float(used[: base + 1].mean())
        lead = plant()["suppliers"][fact["supplier"]]["lead"]
        digits = 1 if fact["unit"] == "kg" else 0
        arriving = np.zeros(last + 400)
        stock, on_order, level = daily * (SAFETY_DAYS + COVER_DAYS + lead / 3), 0.0, np.zeros(last + 1)
        for day in range(last + 1):
            rng = streams[clock.era_of_day(day)]
            stock, on_order = stock + arriving[day] - used[day], on_order - arriving[day]
            level[day] = max(0.0, stock)
            if clock.is_working[day] and stock + on_order < daily * (lead + SAFETY_DAYS):
                quantity = round(daily * COVER_DAYS * float(rng.uniform(0.85, 1.15)), digits)
                late = _days_late(rng, fact["supplier"], truths)
                received = day + lead + late
                short = rng.random() < 0.04
                arrived = round(quantity * (1 - float(rng.uniform(0.01, 0.05))), digits) if short else quantity
                price = round(fact["price"] * float(np.exp(rng.normal(0, 0.025))), 2)
                found.append(Purchase(fact["supplier"], material, quantity, price, day, day + lead, received, arrived))
                arriving[received] += arrived
                on_order += arrived
        stocks[material] = level
    found.sort(key=lambda purchase: (purchase.ordered, purchase.supplier, purchase.material))
    return found, stocks


def _days_late(rng: np.random.Generator, supplier: str, truths: Content) -> int:
    """Draws days after the promise; an order in time comes up to three days early."""
    planted = truths["late_supplier"]
    prefix = "" if supplier == planted["supplier"] else "others_"
    share, mean = planted["declared"][f"{prefix}late_probability"], planted["declared"][f"{prefix}mean_days_late"]
    if rng.random() < share:
        return 1 + int(rng.poisson(rng.gamma(4, (mean - 1) / 4)))
    return -int(rng.integers(0, 4))


def purchase_table(clock: Clock, found: list[Purchase], first: int, last: int) -> pa.Table:
    """Builds the purchase_order table of the lines that are ordered from `first` on; one order a supplier and day."""
    rows: list[tuple[Any, ...]] = []
    order, line, before = 0, 0, (-1, "")
    for purchase in found:
        key = (purchase.ordered, purchase.supplier)
        order, line = (order, line + 1) if key == before else (order + 1, 1)
        before = key
        if purchase.ordered < first:
            continue
        arrived = purchase.received <= last
        days = (purchase.ordered, purchase.promised, purchase.received if arrived else -1)
        rows.append(
            (
                f"PO-{order:05d}",
                line,
                purchase.supplier,
                purchase.material,
                purchase.quantity,
                purchase.price,
                *days,
                purchase.received_quantity if arrived else None,
            )
        )
    columns = ("purchase_order_id", "line", "supplier_id", "product_id", "quantity", "unit_price")
    return from_rows(
        "purchase_order", (*columns, "ordered_date", "promised_date", "received_date", "received_quantity"), rows, clock
    )


def finished_stock(
    lines: list[Line], lots: list[Lot], floor: Floor, shipped: dict[int, int], last: int
) -> dict[str, Any]:
    """Returns the end-of-day stock of every motor: completed and not yet shipped."""
    change: dict[str, Any] = {product: np.zeros(last + 2) for product in plant()["products"]}
    good = good_quantities(floor)
    for lot, end in floor.completed.items():
        done, sent = (end - 1) // DAY, shipped.get(lots[lot].line, -1)
        change[lots[lot].product][done] += good[lot]
        if 0 <= sent <= last:
            change[lots[lot].product][sent] -= good[lot]
    return {product: np.cumsum(steps)[: last + 1] for product, steps in change.items()}


def good_quantities(floor: Floor) -> dict[int, int]:
    """Returns the good pieces of each completed lot."""
    last_step: dict[int, int] = {}
    for execution in floor.done:
        last_step[execution.lot] = execution.good
    return {lot: last_step[lot] for lot in floor.completed}


def inventory_table(clock: Clock, stocks: Stocks, costs: dict[str, float], first: int, last: int) -> pa.Table:
    """Builds the inventory_balance table: every Sunday's stock of each material and motor."""
    rows = []
    for place, levels in (("原材料库", stocks.raw), ("成品库", stocks.finished)):
        for product, level in levels.items():
            for day in range(first, last + 1):
                if clock.dates[day].weekday() == 6:
                    quantity = round(float(level[day]), 1)
                    rows.append((product, place, day, quantity, round(quantity * costs[product], 2)))
    return from_rows("inventory_balance", ("product_id", "location", "date", "quantity", "value"), rows, clock)
