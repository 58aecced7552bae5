"""The master data as tables: products, bills of material, machines, routes, set-up times, suppliers."""

from __future__ import annotations

import pyarrow as pa

from .finance import unit_costs
from .plant import Content, plant, setup_family, step_minutes
from .records import from_rows
from .sales import price
from .supply import need


def products() -> pa.Table:
    """Every motor and every material."""
    costs, rules = unit_costs(), plant()
    rows: list[tuple[object, ...]] = []
    for product, fact in rules["products"].items():
        family = rules["families"][fact["family"]]
        mass = round(family["mass"] * fact["scale"], 2)
        rows.append((product, fact["name"], "finished", fact["family"], "台", costs[product], price(product), mass))
    for material, fact in rules["materials"].items():
        mass = 1.0 if fact["unit"] == "kg" else None
        rows.append((material, fact["name"], fact["kind"], None, fact["unit"], costs[material], None, mass))
    columns = ("product_id", "name", "kind", "family", "unit", "unit_cost", "unit_price", "mass")
    return from_rows("product", columns, rows)


def bom_lines() -> pa.Table:
    rows = [
        (product, material, need(material, product), 0.015 if fact["unit"] == "kg" else 0.005)
        for product in plant()["products"]
        for material, fact in plant()["materials"].items()
        if need(material, product)
    ]
    return from_rows("bom_line", ("parent_id", "component_id", "quantity", "scrap_share"), rows)


def work_centres() -> pa.Table:
    rows = [
        (name, f["name"], f["kind"], f["department"], f["hourly_cost"], f["networked"], f["commissioned"])
        for name, f in plant()["work_centres"].items()
    ]
    columns = ("work_centre_id", "name", "kind", "department", "hourly_cost", "is_networked", "commissioned")
    return from_rows("work_centre", columns, rows)


def operation_routes() -> pa.Table:
    """One row for each operation and eligible machine, the preferred machine first."""
    rules, rows = plant(), []
    for product, fact in rules["products"].items():
        for step, operation in enumerate(rules["routes"][fact["family"]], start=1):
            kind = operation["operation"]
            for machine in operation["at"]:
                minutes = operation["minutes"] * fact["scale"] * rules["work_centres"][machine]["rate"]
                name = rules["operations"][kind]["name"]
                rows.append((product, 10 * step, name, machine, round(minutes, 3), setup_family(product, kind)))
    columns = ("product_id", "sequence", "operation", "work_centre_id", "minutes_per_unit", "setup_family")
    return from_rows("operation_route", columns, rows)


def setup_times(truths: Content) -> pa.Table:
    """Standard minutes from every set-up family that a machine sees to every other."""
    rules, rows = plant(), []
    for machine, fact in rules["work_centres"].items():
        kind = fact["kind"]
        families = rules["setups"][kind]["families"] if kind in rules["setups"] else ["ONE"]
        for before in families:
            for after in families:
                rows.append((machine, before, after, step_minutes(kind, before, after, truths)))
    return from_rows("setup_time", ("work_centre_id", "from_family", "to_family", "minutes"), rows)


def suppliers() -> pa.Table:
    sole = {fact["supplier"] for fact in plant()["materials"].values() if fact.get("sole")}
    rows = [
        (name, fact["name"], fact["region"], 1, fact["category"], fact["lead"], name in sole)
        for name, fact in plant()["suppliers"].items()
    ]
    columns = ("supplier_id", "name", "region", "tier", "category", "lead_days", "is_sole_source")
    return from_rows("supplier", columns, rows)
