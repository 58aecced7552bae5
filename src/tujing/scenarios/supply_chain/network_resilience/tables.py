"""Result tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.supply_chain.network_resilience.from_elements import Record
from tujing.scenarios.supply_chain.network_resilience.network import Network
from tujing.scenarios.supply_chain.network_resilience.portfolio import Portfolio, Prices
from tujing.scenarios.supply_chain.network_resilience.scoring import Score
from tujing.scenarios.supply_chain.network_resilience.stress import Layout, Outage
from tujing.words import Text

CHART_NODES = 60
CHART_BARS = 15


def nodes_table(scores: Sequence[Score], records: dict[str, Record]) -> pa.Table:
    """One row a site, the riskiest first."""
    rows = [
        {
            "node": one.site.id,
            "name": one.site.name,
            "region": one.site.region,
            "tier": one.site.tier,
            "survive_days": round(one.outage.survive_days, 1),
            "recover_days": round(one.outage.recover_days, 1),
            "loss": round(one.outage.loss.total, 2),
            "outage_chance": round(one.site.probability, 4),
            "expected_loss": round(one.site.probability * one.outage.loss.total, 2),
            "on_time_share": records[one.site.id].on_time_share if one.site.id in records else None,
            "risk_score": round(one.total, 1),
            "is_critical": one.is_critical,
            "is_hidden": one.is_hidden,
            "reason_zh": one.reason.zh,
            "reason_en": one.reason.en,
        }
        for one in scores
    ]
    return pa.Table.from_pylist(rows)


def indicators_table(scores: Sequence[Score]) -> pa.Table:
    """One row a site and indicator: its points of the score and why."""
    rows = [
        {
            "node": one.site.id,
            "indicator": part.indicator,
            "points": round(part.points, 1),
            "most": part.most,
            "reason_zh": part.reason.zh if part.points > 0 else "",
            "reason_en": part.reason.en if part.points > 0 else "",
        }
        for one in scores
        for part in one.points
    ]
    return pa.Table.from_pylist(rows)


def regions_table(outages: Sequence[Outage]) -> pa.Table:
    """One row a region: what losing all its sites at once means."""
    names = ["region", "sites", "survive_days", "recover_days", "loss"]
    kinds = [pa.string(), pa.int64(), pa.float64(), pa.float64(), pa.float64()]
    rows = sorted(outages, key=lambda one: -one.loss.total)
    columns: list[list[Any]] = [
        [one.name for one in rows],
        [len(one.sites) for one in rows],
        [round(one.survive_days, 1) for one in rows],
        [one.recover_days for one in rows],
        [round(one.loss.total, 2) for one in rows],
    ]
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)], names)


def portfolio_table(network: Network, at: Layout, prices: Prices, portfolio: Portfolio) -> pa.Table:
    """One row a backup: where, how much, what it costs a year; the dearest first."""
    rows: list[dict[str, Any]] = []
    for position, amount in enumerate(portfolio.backup.stock):
        if amount > 1e-6:
            node = network.nodes[position]
            rows.append(_backup("stock", node.id, node.item, amount, "1", amount * prices.stock[position]))
    for index, position in enumerate(at.limited):
        amount = portfolio.backup.capacity[index]
        if amount > 1e-6:
            node = network.nodes[position]
            rows.append(
                _backup("reserved_capacity", node.id, node.item, amount, "1/d", amount * prices.capacity[index])
            )
    for index, (position, item) in enumerate(at.needs):
        amount = portfolio.backup.second[index]
        if amount > 1e-6:
            rows.append(_backup("second_source", network.nodes[position].id, item, amount, "1/d", prices.second[index]))
    rows.sort(key=lambda row: -row["yearly_cost"])
    kinds = pa.schema(
        [
            ("measure", pa.string()),
            ("node", pa.string()),
            ("item", pa.string()),
            ("amount", pa.float64()),
            ("unit", pa.string()),
            ("yearly_cost", pa.float64()),
        ]
    )
    return pa.Table.from_pylist(rows, kinds)


def _backup(measure: str, node: str, item: str, amount: float, unit: str, cost: float) -> dict[str, Any]:
    return {
        "measure": measure,
        "node": node,
        "item": item,
        "amount": round(float(amount), 2),
        "unit": unit,
        "yearly_cost": round(float(cost), 2),
    }


def supply_risk(scores: Sequence[Score], records: dict[str, Record], known: set[str]) -> pa.Table:
    """The data element: one row a supplier that the enterprise has on file."""
    mine = [one for one in scores if one.site.id in known]
    return pa.table(
        {
            "supplier_id": [one.site.id for one in mine],
            "survive_days": [one.outage.survive_days for one in mine],
            "recover_days": [one.outage.recover_days for one in mine],
            "exposure": [one.outage.loss.total for one in mine],
            "on_time_share": pa.array(
                [records[one.site.id].on_time_share if one.site.id in records else None for one in mine], pa.float64()
            ),
        }
    )


def charts(network: Network, scores: Sequence[Score]) -> dict[str, Chart]:
    worst = sorted((one for one in scores if one.outage.loss.total > 0), key=lambda one: -one.outage.loss.total)
    worst = worst[:CHART_BARS]
    names = [one.site.name for one in worst]
    found = {
        "losses": Chart(
            "bar",
            Text(zh="断供损失最大的节点", en="Where an outage costs most"),
            {
                "categories": names,
                "horizontal": True,
                "unit": "CNY",
                "series": [
                    {"name": {"zh": "断供损失", "en": "Loss"}, "values": [one.outage.loss.total for one in worst]}
                ],
            },
        ),
        "days": Chart(
            "bar",
            Text(zh="能撑几天，几天恢复", en="Days survived and days to recover"),
            {
                "categories": names,
                "horizontal": True,
                "unit": "d",
                "series": [
                    {"name": {"zh": "可存续", "en": "Survive"}, "values": [one.outage.survive_days for one in worst]},
                    {"name": {"zh": "恢复", "en": "Recover"}, "values": [one.outage.recover_days for one in worst]},
                ],
            },
        ),
        "network": _graph(network, scores),
    }
    return found if worst else {"network": found["network"]}


def _graph(network: Network, scores: Sequence[Score]) -> Chart:
    """The critical sites, or where none is the riskiest, and what hangs on them, coloured by score."""
    critical = [one for one in scores if one.is_critical] or list(scores[:CHART_NODES])
    shown = {one.site.id: one for one in critical[:CHART_NODES]}
    starts = [node.id for node in network.nodes if node.site in shown]
    kept = list(dict.fromkeys([*starts, *sorted(network.reached(starts))]))[: 2 * CHART_NODES]
    place = set(kept)
    nodes = []
    for identity in kept:
        node = network.nodes[network.place[identity]]
        one = shown.get(node.site)
        size = one.outage.loss.total if one else 0.0
        name = one.site.name if one else node.item
        nodes.append({"id": identity, "name": name, "size": size, "level": one.total / 100 if one else 0.0})
    edges = [
        {"source": link.source, "target": link.target}
        for link in network.links
        if link.source in place and link.target in place
    ]
    return Chart(
        "graph", Text(zh="关键节点影响到哪里", en="What hangs on the critical nodes"), {"nodes": nodes, "edges": edges}
    )
