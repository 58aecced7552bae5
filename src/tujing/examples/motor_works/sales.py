"""From finished lots to the customer: sales orders, shipments and what they bring in."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

import pyarrow as pa

from .demand import Line, Lot
from .plant import DAY, Clock, plant, stream
from .records import from_rows
from .shop import Floor
from .supply import good_quantities


@dataclass(frozen=True)
class Sale:
    """One shipped order line; `shipped` counts days from the clock's first day, money in yuan."""

    line: int
    shipped: int
    quantity: int
    value: float
    freight: float


def price(product: str) -> float:
    fact = plant()["products"][product]
    return float(round(plant()["families"][fact["family"]]["price"] * fact["scale"]))


def sales(clock: Clock, lines: list[Line], lots: list[Lot], floor: Floor, last: int) -> list[Sale]:
    """Returns the lines whose lots are all done, shipped on the next working day, up to the day `last`."""
    good, members = good_quantities(floor), _members(lots)
    found = []
    for number, line in enumerate(lines):
        if not all(lot in floor.completed for lot in members[number]):
            continue
        shipped = clock.later((max(floor.completed[lot] for lot in members[number]) - 1) // DAY, 1)
        quantity = sum(good[lot] for lot in members[number])
        if shipped <= last:
            found.append(Sale(number, shipped, quantity, quantity * price(line.product), _freight(line, quantity)))
    return found


def _members(lots: list[Lot]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for index, lot in enumerate(lots):
        members.setdefault(lot.line, []).append(index)
    return members


def _mass(product: str) -> float:
    fact = plant()["products"][product]
    return float(plant()["families"][fact["family"]]["mass"] * fact["scale"])


def distance(customer: str) -> float:
    """Returns road kilometres to a customer: the great circle and a quarter more."""
    there, here = plant()["customers"][customer], plant()["plant_at"]
    north, south = radians(there["latitude"]), radians(here["latitude"])
    east = radians(there["longitude"] - here["longitude"])
    half = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 1.25 * 2 * 6371 * asin(sqrt(half))


def _freight(line: Line, quantity: int) -> float:
    rule = plant()["finance"]["freight"]
    tonne_km = distance(line.customer) * quantity * _mass(line.product) / 1000
    return round(float(rule["fixed"] + rule["per_tonne_km"] * tonne_km), 2)


def sales_table(clock: Clock, lines: list[Line], shipped: dict[int, int], kept: set[int]) -> pa.Table:
    """Builds the sales_order table of the lines in `kept`."""
    rows = []
    for number in sorted(kept):
        line = lines[number]
        days = (line.ordered, line.promised, shipped.get(number, -1))
        rows.append((line.order, line.number, line.customer, line.product, line.quantity, price(line.product), *days))
    columns = ("sales_order_id", "line", "customer_id", "product_id", "quantity", "unit_price")
    return from_rows("sales_order", (*columns, "ordered_date", "promised_date", "shipped_date"), rows, clock)


def shipment_table(seed: int, clock: Clock, lines: list[Line], sold: list[Sale], first: int, horizon: int) -> pa.Table:
    """Builds the shipment table; a shipment on the road at the end has no arrival yet."""
    rng = stream(seed, "shipments")
    rows: list[tuple[Any, ...]] = []
    for sale in sorted(sold, key=lambda sale: (sale.shipped, sale.line)):
        line, place = lines[sale.line], plant()["customers"][lines[sale.line].customer]
        leaves = sale.shipped * DAY + 15 * 60 + int(rng.integers(0, 150))
        planned = 12 * 60 + round(distance(line.customer) / 45 * 60)
        travel = round(planned * float(rng.lognormal(-0.08, 0.16)))
        carrier = ("顺行物流", "甬达货运", "安捷零担")[rng.integers(3)]
        if sale.shipped < first:
            continue
        mass = round(sale.quantity * _mass(line.product), 1)
        promised = (line.promised + 1) * DAY + planned
        arrives = leaves + travel if leaves + travel <= horizon else -1
        moments = (leaves, promised, arrives)
        where = (place["latitude"], place["longitude"])
        rows.append((line.order, line.customer, carrier, *moments, *where, mass, round(mass / 420, 3), sale.freight))
    table = [(f"SH-{number:05d}", *row) for number, row in enumerate(rows, start=1)]
    columns = ("shipment_id", "sales_order_id", "customer_id", "carrier", "shipped_time", "promised_time")
    return from_rows(
        "shipment", (*columns, "delivered_time", "latitude", "longitude", "mass", "volume", "cost"), table, clock
    )
