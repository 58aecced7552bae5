"""Turns suppliers, purchase orders, bills of material and stock into a network.

Each material that is bought is a node of one's own store, fed by one node for every supplier that has delivered it;
what is made is a node of the plant, fed by its components; what customers order is in demand there. Where the table
`supply_link` tells who delivers to one's suppliers, they are the next tier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from tujing.problems import refuse
from tujing.scenarios.supply_chain.network_resilience.network import Link, Network, Node, Site
from tujing.scenarios.supply_chain.network_resilience.text_formats import check
from tujing.words import Text

OWN = "—"
"""The site of everything of one's own."""
DEMAND_DAYS = 180
"""Demand is the mean of so many days up to the last order."""
FEW_RECEIPTS = 10
NEW_SOURCE_DAYS = 60.0
"""Constructed: what it takes to qualify another source where there is none; a sole source recovers no faster."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """What purchase orders tell of one supplier."""

    receipts: int = 0
    on_time: int = 0
    spend: float = 0.0
    late_days: float = 0.0
    """Mean days late of the late ones."""

    @property
    def on_time_share(self) -> float | None:
        return self.on_time / self.receipts if self.receipts else None


@dataclass(frozen=True)
class Supply:
    """The network with what else is known of each supplier."""

    network: Network
    records: Mapping[str, Record]
    sole: frozenset[str]
    """Suppliers of at least one material that nobody else has delivered, or declared so."""


def read_supply(tables: Mapping[str, pa.Table], surge: float) -> Supply:
    """Builds the network from the tables `supplier`, `purchase_order`, `bom_line`, `inventory_balance`, `product` and,
    where given, `sales_order` and `supply_link`.

    `surge`: how much more than what it delivered on average a supplier can deliver when another fails (0.2: a fifth).

    Raises
    ------
    BadInput
        When nothing is sold, or a bill of material runs in a circle.
    """
    rows = {name: table.to_pylist() for name, table in tables.items()}
    products = {row["product_id"]: row for row in rows["product"]}
    demand, warnings = _demand(rows, products)
    parts: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows["bom_line"]:
        quantity = float(row["quantity"]) / (1 - min(0.99, float(row.get("scrap_share") or 0.0)))
        if quantity > 0:
            parts[row["parent_id"]].append((row["component_id"], quantity))
    delivered = _delivered(rows["purchase_order"])
    stock = _stock(rows["inventory_balance"])
    used = _explode(demand, parts)

    nodes: list[Node] = []
    links: list[Link] = []
    for item, rate in used.items():
        product = products.get(item, {})
        value = float(product.get("unit_price") or product.get("unit_cost") or 0.0)
        sold = demand.get(item, 0.0) if value > 0 else 0.0
        cost = float(product.get("unit_cost") or 0.0)
        nodes.append(Node(item, OWN, item, None, stock.get(item, 0.0), sold, value, cost))
        links += [Link(part, item, quantity) for part, quantity in parts.get(item, ())]
        shares = delivered.get(item, {})
        total = sum(shares.values())
        for supplier, quantity in shares.items():
            share = quantity / total if total > 0 else 1 / len(shares)
            # One's own use sets the scale: what was bought may have gone into stock.
            nodes.append(Node(f"{supplier}/{item}", supplier, item, rate * share * (1 + surge), unit_cost=cost))
            links.append(Link(f"{supplier}/{item}", item))
    named = {row["supplier_id"]: row for row in rows["supplier"]}
    upstream = _upstream(rows.get("supply_link", []), nodes)
    nodes += upstream[0]
    links += upstream[1]
    records = _records(rows["purchase_order"])
    alone = {supplier for shares in delivered.values() if len(shares) == 1 for supplier in shares}
    # What buyers declare goes before what receipts show: a second source may be approved and not yet used.
    declared = {name: row["is_sole_source"] for name, row in named.items() if row.get("is_sole_source") is not None}
    sole = {name for name in {*alone, *declared} if declared.get(name, name in alone)}
    sites = [Site(OWN, is_own=True)]
    for supplier in dict.fromkeys(node.site for node in nodes if node.site != OWN):
        sites.append(_site(supplier, named.get(supplier, {}), records.get(supplier, Record()), supplier in sole))
    missing = [item for item in used if not parts.get(item) and item not in delivered and not stock.get(item)]
    if missing:
        shown = "、".join(missing[:5]), ", ".join(missing[:5])
        warnings.append(
            Text(
                zh=f"{len(missing)} 种在用物料没有到货、清单与库存（{shown[0]}），按自制且不断供处理；请补采购单。",
                en=f"{len(missing)} materials in use have no receipt, bill or stock ({shown[1]}); they count as made "
                "here without end. Add their purchase orders.",
            )
        )
    warnings.append(
        Text(
            zh=f"恢复天数按约定交期加实际拖期推算，独家供应不少于 {NEW_SOURCE_DAYS:.0f} 天（工作假定）；"
            "请与供应商逐家确认。",
            en="Recovery is taken as the agreed lead time plus observed delays, for a sole source no less than "
            f"{NEW_SOURCE_DAYS:.0f} days (a working assumption); agree it with each supplier.",
        )
    )
    network = Network(tuple(nodes), tuple(links), tuple(sites), tuple(warnings))
    check(network, "bom_line")
    return Supply(network, records, frozenset(sole))


def _demand(rows: Mapping[str, list[Row]], products: Mapping[str, Row]) -> tuple[dict[str, float], list[Text]]:
    """Units a day of each product that customers order."""
    orders = rows.get("sales_order", [])
    if not orders:
        raise refuse(
            "no_demand",
            "没有销售订单，无从知道每天要多少；请先导入销售订单行（sales_order）。",
            "There are no sales orders, so demand is unknown; import sales order lines (sales_order) first.",
            key="sales_order",
        )
    last = max(row["ordered_date"] for row in orders)
    recent = [row for row in orders if (last - row["ordered_date"]).days < DEMAND_DAYS]
    days = min(DEMAND_DAYS, (last - min(row["ordered_date"] for row in recent)).days + 1)
    found: dict[str, float] = defaultdict(float)
    for row in recent:
        found[row["product_id"]] += float(row["quantity"]) / days
    priceless = [name for name in found if not (products.get(name) or {}).get("unit_price")]
    warnings = []
    if priceless:
        shown = "、".join(priceless[:5]), ", ".join(priceless[:5])
        warnings.append(
            Text(
                zh=f"{len(priceless)} 种产品没有售价（{shown[0]}），按成本计损失；没有成本的不计。",
                en=f"{len(priceless)} products have no price ({shown[1]}); their loss is counted at cost, without a "
                "cost not at all.",
            )
        )
    return {name: rate for name, rate in found.items() if rate > 0}, warnings


def _explode(demand: Mapping[str, float], parts: Mapping[str, list[tuple[str, float]]]) -> dict[str, float]:
    """Units a day of every material that demand needs, by its bills; stops where a bill runs in a circle."""
    found: dict[str, float] = defaultdict(float)
    waiting: list[tuple[str, float, tuple[str, ...]]] = [(item, rate, (item,)) for item, rate in demand.items()]
    while waiting:
        item, rate, path = waiting.pop()
        found[item] += rate
        waiting += [(part, rate * need, (*path, part)) for part, need in parts.get(item, ()) if part not in path]
    return found


def _delivered(orders: list[Row]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in orders:
        found[row["product_id"]][row["supplier_id"]] += float(row["received_quantity"] or row["quantity"])
    return found


def _stock(balances: list[Row]) -> dict[str, float]:
    """The newest balance of each material, over all places."""
    newest: dict[tuple[str, str], tuple[date, float]] = {}
    for row in balances:
        key = (row["product_id"], row["location"])
        if key not in newest or row["date"] > newest[key][0]:
            newest[key] = (row["date"], float(row["quantity"]))
    found: dict[str, float] = defaultdict(float)
    for (item, _), (_, quantity) in newest.items():
        found[item] += quantity
    return found


def _upstream(rows: list[Row], nodes: list[Node]) -> tuple[list[Node], list[Link]]:
    """The tiers behind one's suppliers, one after the other: who delivers to a supplier delivers to what it makes."""
    found: dict[str, Node] = {}
    links: dict[tuple[str, str], Link] = {}
    tier = [node for node in nodes if node.site != OWN]
    while tier:
        made: dict[str, list[Node]] = defaultdict(list)
        for node in tier:
            made[node.site].append(node)
        tier = []
        for row in rows:
            identity = f"{row['upstream_id']}/{row['material']}"
            for node in made.get(row["supplier_id"], []):
                if (row.get("product_id") or node.item) != node.item or (identity, node.id) in links:
                    continue
                if identity not in found:
                    found[identity] = Node(identity, row["upstream_id"], row["material"])
                    tier.append(found[identity])
                links[identity, node.id] = Link(identity, node.id, float(row.get("quantity") or 1.0))
    return list(found.values()), list(links.values())


def _records(orders: list[Row]) -> dict[str, Record]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in orders:
        found[row["supplier_id"]].append(row)
    records = {}
    for supplier, mine in found.items():
        received = [row for row in mine if row["received_date"] is not None]
        late = [days for row in received if (days := (row["received_date"] - row["promised_date"]).days) > 0]
        spend = sum(float(row["quantity"]) * float(row["unit_price"] or 0.0) for row in mine)
        delay = sum(late) / len(late) if late else 0.0
        records[supplier] = Record(len(received), len(received) - len(late), spend, delay)
    return records


def _site(supplier: str, row: Row, record: Record, is_sole: bool) -> Site:
    recover = float(row.get("lead_days") or 30.0) + record.late_days
    # Two virtual receipts keep a supplier of few receipts from looking perfect (Laplace).
    late = 1 - (record.on_time + 1) / (record.receipts + 2)
    return Site(
        id=supplier,
        name=str(row.get("name") or supplier),
        region=str(row.get("region") or ""),
        tier=row.get("tier"),
        recover_days=max(recover, NEW_SOURCE_DAYS) if is_sole else recover,
        probability=min(0.5, 0.02 + 0.2 * late),
    )
