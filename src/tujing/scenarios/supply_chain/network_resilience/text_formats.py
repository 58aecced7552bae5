"""Reads a network of several tiers from two plain CSV files: `--input nodes=nodes.csv --input links=links.csv`.

nodes: node, site, item, capacity (units a day, empty: unlimited), stock, demand (units a day), value (CNY lost a unit),
unit_cost, recover_days, probability (of an outage a year), region, tier, own (1: never rehearsed as an outage).
Needed are node and item; the site is the node itself where it is not given. links: source, target, quantity (1).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from tujing.problems import BadInput, Problem, refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.supply_chain.network_resilience.network import Link, Network, Node, Site, loop
from tujing.words import Text

RECOVER_DAYS = 30.0
"""Where a file gives none; `network` warns."""
NODE_NUMBERS = ("capacity", "stock", "demand", "value", "unit_cost", "recover_days", "probability")
Row = dict[str, str]


class NetworkTables:
    """The pair of files that `NetworkResilience` reads straight from the command line."""

    name = "network nodes + links (CSV)"

    def matches(self, path: Path) -> bool:
        """Returns whether the first line has the columns of one of the two files."""
        names = {name.strip().lower() for name in "".join(first_lines(path, 1)).split(",")}
        return {"node", "item"} <= names or {"source", "target"} <= names

    def read(self, paths: Mapping[str, Path]) -> Network:
        """Parses the pair.

        Raises
        ------
        BadInput
            With file, row and column, when a file is missing or a row cannot be used.
        """
        if set(paths) != {"nodes", "links"}:
            raise refuse(
                "two_files",
                "网络需要两个文件：--input nodes=节点.csv --input links=连接.csv。",
                "A network is two files: --input nodes=nodes.csv --input links=links.csv.",
            )
        return read_network(paths["nodes"], paths["links"])


def read_network(nodes_path: Path, links_path: Path) -> Network:
    """Reads and checks both files; every row that cannot be used is named.

    Raises
    ------
    BadInput
        With file, row and column.
    """
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    sites: dict[str, Site] = {}
    assumed = 0
    for line, row in _rows(nodes_path, ("node", "item")):
        numbers = {name: _number(row, name, nodes_path, line, problems) for name in NODE_NUMBERS}
        identity, site = row["node"], row.get("site") or row["node"]
        if not identity or not row["item"]:
            problems.append(
                _problem(
                    "empty", "节点或物料为空，请补上。", "Node or item is empty; fill it in.", nodes_path, line, "node"
                )
            )
            continue
        if identity in nodes:
            problems.append(
                _problem(
                    "repeated",
                    f"节点 {identity} 重复，请合并。",
                    f"Node {identity} is there twice; merge the two.",
                    nodes_path,
                    line,
                    "node",
                )
            )
        if (numbers["probability"] or 0.0) > 1:
            problems.append(
                _problem(
                    "share",
                    "年中断概率应在 0 与 1 之间。",
                    "The chance of an outage a year lies between 0 and 1.",
                    nodes_path,
                    line,
                    "probability",
                )
            )
        stock, demand = numbers["stock"] or 0.0, numbers["demand"] or 0.0
        value, cost = numbers["value"] or 0.0, numbers["unit_cost"] or 0.0
        if demand > 0 and value <= 0:
            problems.append(
                _problem(
                    "no_value",
                    "有需求的节点须给出每件损失 value。",
                    "A node with demand needs what a unit lost is worth (value).",
                    nodes_path,
                    line,
                    "value",
                )
            )
        nodes[identity] = Node(identity, site, row["item"], numbers["capacity"], stock, demand, value, cost)
        days = numbers["recover_days"]
        assumed += days is None
        known = sites.get(site)
        sites[site] = Site(
            site,
            row.get("name") or site,
            row.get("region", ""),
            int(row["tier"]) if row.get("tier", "").isdecimal() else None,
            max(RECOVER_DAYS if days is None else days, known.recover_days if known else 0.0),
            max(numbers["probability"] or 0.0, known.probability if known else 0.0),
            row.get("own", "").lower() in ("1", "true", "yes", "是"),
        )
    links: dict[tuple[str, str], Link] = {}
    for line, row in _rows(links_path, ("source", "target")):
        quantity = _number(row, "quantity", links_path, line, problems)
        for column in ("source", "target"):
            if row[column] not in nodes:
                name = row[column]
                problems.append(
                    _problem(
                        "unknown_node",
                        f"没有节点“{name}”，请改正或在节点表中补上。",
                        f"There is no node {name!r}; correct it or add it to the nodes.",
                        links_path,
                        line,
                        column,
                    )
                )
        if quantity == 0:
            problems.append(
                _problem("zero", "用量应大于 0。", "The quantity must be above 0.", links_path, line, "quantity")
            )
        if (row["source"], row["target"]) in links:
            problems.append(
                _problem(
                    "repeated",
                    "这条连接重复，请删去一条。",
                    "This link is there twice; remove one.",
                    links_path,
                    line,
                    "source",
                )
            )
        links[row["source"], row["target"]] = Link(row["source"], row["target"], 1.0 if quantity is None else quantity)
    if problems:
        raise BadInput(problems)
    warnings = []
    if assumed:
        warnings.append(
            Text(
                zh=f"{assumed} 个节点没有恢复天数，按 {RECOVER_DAYS:.0f} 天计；请与供应商确认后填写。",
                en=f"{assumed} nodes have no recovery time; {RECOVER_DAYS:.0f} days are taken. Agree it with them.",
            )
        )
    network = Network(tuple(nodes.values()), tuple(links.values()), tuple(sites.values()), tuple(warnings))
    check(network, nodes_path)
    return network


def check(network: Network, file: Path | str) -> None:
    """Refuses a network without demand and one in which something is its own input.

    Raises
    ------
    BadInput
        That names the loop.
    """
    if not any(node.demand > 0 for node in network.nodes):
        raise refuse(
            "no_demand",
            "网络里没有任何需求，无从计算损失；请给成品节点填上需求。",
            "Nothing in the network is in demand, so there is nothing to lose; give the finished goods a demand.",
            file=file,
        )
    circle = loop(network)
    if circle:
        named = " → ".join(circle[:8])
        raise refuse(
            "supply_loop",
            f"供应关系成环：{named}；物料不能是自己的投入，请改正。",
            f"Supply runs in a circle: {named}; nothing can be its own input. Correct it.",
            file=file,
        )


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, Row]]:
    lines = list(csv.reader(read_text(path).splitlines()))
    if len(lines) < 2:
        raise refuse("empty_file", "文件里没有数据行。", "The file holds no rows.", file=path)
    names = [name.strip().lower() for name in lines[0]]
    missing = [name for name in needed if name not in names]
    if missing:
        raise refuse(
            "missing_column",
            f"缺少列：{'、'.join(missing)}。",
            f"Columns are missing: {', '.join(missing)}.",
            file=path,
            row=1,
        )
    found = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise refuse(
                "ragged_row",
                f"这一行有 {len(cells)} 格，表头有 {len(names)} 列。",
                f"This row has {len(cells)} cells, the heading {len(names)}.",
                file=path,
                row=number,
            )
        found.append((number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}))
    return found


def _number(row: Row, column: str, path: Path, line: int, problems: list[Problem]) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        problems.append(
            _problem(
                "not_a_number",
                f"“{text}”应为不小于 0 的数。",
                f"{text!r} should be a number of 0 or more.",
                path,
                line,
                column,
            )
        )
        return None
    return value


def _problem(code: str, zh: str, en: str, path: Path, line: int, column: str) -> Problem:
    return Problem(code, Text(zh=zh, en=en), file=str(path), row=line, column=column)
