"""Turns the shop's data-element tables into a problem.

Read are the open work orders, the routes of their products, calendars, set-up times and what has been reported done.
One minute is the unit of time; an operation takes (quantity still to do) × (minutes per unit), rounded up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tujing.problems import BadInput, Problem, refuse
from tujing.scenarios.production.scheduling.changes import EXTRA, RUSH, Changes, cut
from tujing.scenarios.production.scheduling.checks import (
    doubtful_units,
    due_before_release,
    fits_no_shift,
    missing_calendars,
    too_long,
)
from tujing.scenarios.production.scheduling.in_force import Planned, keep
from tujing.scenarios.production.scheduling.shop import Job, Machine, Mode, Objective, Operation, Pool, ShopProblem
from tujing.scenarios.production.scheduling.working_time import WorkingTime
from tujing.words import Text

OPEN = ("planned", "released", "started")
WEIGHT_SCALE = 100
"""Weights are read to two decimals."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Shop:
    """The problem, with what a planner should know about how it was read."""

    problem: ShopProblem
    warnings: tuple[Text, ...] = ()


def read_shop(
    tables: Mapping[str, pa.Table],
    objective: Objective = "weighted_tardiness",
    origin: datetime | None = None,
    changes: Changes = Changes(),
) -> Shop:
    """Builds the problem from tables `work_order`, `operation_route`, `work_centre` and, where given, `calendar`,
    `setup_time`, `product` and `operation_event`.

    `origin` is the time from which to schedule; by default the last moment that any order or operation is reported done
    or, when nothing is, the earliest release of an open order. Calendars repeat their last week for ever.

    Raises
    ------
    BadInput
        When nothing is open, or orders, routes, machines and calendars do not fit together; one problem for each row.
    """
    return _Reading(tables, objective, origin, changes).shop()


@dataclass
class _Reading:
    tables: Mapping[str, pa.Table]
    objective: Objective
    given_origin: datetime | None
    changes: Changes
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)
    refused_pools: set[tuple[int, str]] = field(default_factory=set)
    """Rows and columns of the route complained of already: every order of the product comes to them."""

    def shop(self) -> Shop:
        orders = self._open_orders()
        self.origin = self.given_origin or self._now(orders)
        self.number = {row["work_centre_id"]: number for number, row in enumerate(self._rows("work_centre"))}
        self.family_of_product = {row["product_id"]: row.get("family") or "" for row in self._rows("product")}
        orders = self._changed(orders)
        calendars, setups = self._calendars(), self._setups()
        self._pools()
        routes = self._routes({row["product_id"] for row in orders})
        jobs = self._jobs(orders, routes)
        if self.problems:
            raise BadInput(self.problems)
        if not jobs:
            raise _nothing_open()
        machines = tuple(Machine(name, calendars.get(name), setups.get(name, {})) for name in self.number)
        self.problems += too_long(jobs) + fits_no_shift(jobs, machines)
        if self.problems:
            raise BadInput(self.problems)
        self.warnings += missing_calendars(jobs, machines) + doubtful_units(jobs) + due_before_release(jobs)
        scale = WEIGHT_SCALE if self.objective == "weighted_tardiness" else 1
        stability = math.ceil(self.changes.stability * scale)
        problem = ShopProblem(
            tuple(self._in_force(jobs)), machines, self.objective, self.origin, WEIGHT_SCALE, self.pools, stability
        )
        return Shop(problem, tuple(self.warnings))

    def _rows(self, element: str) -> list[Row]:
        """Returns a table's rows with times as plain datetimes; none when the table is absent."""
        table = self.tables.get(element)
        return [] if table is None else [_plain(row) for row in table.to_pylist()]

    def _refuse(self, code: str, zh: str, en: str, element: str, row: int, column: str, value: object = "") -> None:
        """Notes a problem; `row` counts data rows from 0."""
        place = {"file": element, "row": row + 2, "column": column, "value": str(value)}
        self.problems += refuse(code, zh, en, **place).problems

    def _open_orders(self) -> list[Row]:
        for element in ("work_order", "operation_route", "work_centre"):
            if self.tables.get(element) is None:
                zh, en = f"缺少数据要素 {element}，请先导入。", f"Data element {element} is absent; import it first."
                raise refuse("element_absent", zh, en, key=element)
        orders = self._rows("work_order")
        found = [{**row, "row": number} for number, row in enumerate(orders) if row["status"] in OPEN]
        if not found:
            raise _nothing_open()
        return found

    def _now(self, orders: Iterable[Row]) -> datetime:
        latest = [_latest(self.tables.get("work_order"), "completed_time")]
        latest.append(_latest(self.tables.get("operation_event"), "end_time"))
        reported = [moment for moment in latest if moment is not None]
        moment = max(reported) if reported else min(row["release_time"] for row in orders)
        return moment.replace(second=0, microsecond=0)

    def _minute(self, moment: datetime) -> int:
        return math.floor((moment - self.origin) / timedelta(minutes=1))

    def _calendars(self) -> dict[str, WorkingTime]:
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, row in enumerate(self._rows("calendar")):
            if not self._known("calendar", number, row["work_centre_id"]):
                continue
            start, end = self._minute(row["start_time"]), self._minute(row["end_time"])
            if end <= start:
                zh, en = (
                    "班次的结束时间不晚于开始时间，请改正。",
                    "This shift does not end after it starts; correct it.",
                )
                self._refuse("empty_shift", zh, en, "calendar", number, "end_time", row["end_time"])
                continue
            spans[row["work_centre_id"]].append((start, end))
        for machine, begin, until in self.changes.down:
            if machine not in self.number:
                zh, en = f"没有工作中心 {machine}，请改正。", f"There is no work centre {machine}; correct it."
                self.problems += refuse("unknown_work_centre", zh, en, file="parameters", key="down").problems
            else:
                spans[machine] = cut(spans.get(machine, []), self._minute(begin), self._minute(until))
        return {machine: WorkingTime(_from_origin(_merged(windows))) for machine, windows in spans.items()}

    def _changed(self, orders: list[Row]) -> list[Row]:
        """The orders with those left out, hurried and added that the changes name."""
        names = {row["work_order_id"] for row in orders}
        for key in ("rush", "without"):
            for name in getattr(self.changes, key):
                if name not in names:
                    zh, en = f"没有待排的工单 {name}，请改正。", f"There is no open order {name}; correct it."
                    self.problems += refuse("unknown_order", zh, en, file="parameters", key=key).problems
        kept = [
            {**row, "weight": (1.0 if row.get("weight") is None else row["weight"]) * RUSH}
            if row["work_order_id"] in self.changes.rush
            else row
            for row in orders
            if row["work_order_id"] not in self.changes.without
        ]
        for number, (product, quantity, release) in enumerate(self.changes.extra, start=1):
            begin = release or self.origin
            kept.append(
                {
                    "work_order_id": f"{EXTRA}{number} {product}",
                    "product_id": product,
                    "quantity": quantity,
                    "release_time": begin,
                    "due_time": begin,
                    "weight": 1.0,
                    "row": -1,
                }
            )
        return kept

    def _pools(self) -> None:
        """Tools and people that operations share."""
        rows = self._rows("shared_resource")
        self.pools = tuple(Pool(row["resource_id"], row["quantity"]) for row in rows)
        self.pool = {pool.name: number for number, pool in enumerate(self.pools)}

    def _pools_of(self, row: Row) -> tuple[tuple[int, int], ...]:
        found = []
        for column in ("tool_id", "skill"):
            name = row.get(column)
            if not name or (column == "skill" and name == row.get("tool_id")):
                continue
            if name in self.pool and self.pools[self.pool[name]].capacity:
                found.append((self.pool[name], 1))
                continue
            place = (row["row"], column)
            if place not in self.refused_pools:
                self.refused_pools.add(place)
                zh = f"工序要用的 {name} 不在 shared_resource 表中，或数量为零；请补上。"
                en = f"{name}, which an operation needs, is not in the shared_resource table, or none of it; add it."
                self._refuse("unknown_resource", zh, en, "operation_route", row["row"], column, name)
        return tuple(found)

    def _in_force(self, jobs: list[Job]) -> list[Job]:
        """Gives operations the starts of the schedule in force, and freezes those that begin soon."""
        changes = self.changes
        if not (changes.frozen_minutes or changes.stability):
            return jobs
        planned = {
            (row["work_order_id"], row["sequence"]): Planned(
                max(0, self._minute(row["start_time"])), self.number.get(row["work_centre_id"]), self._is_upset(row)
            )
            for row in self._rows("operation_schedule")
        }
        if not planned:
            zh = "没有正在执行的计划（operation_schedule），冻结期和少改动无从谈起，按全新排程计算。"
            en = "There is no schedule in force (operation_schedule), so nothing is frozen or kept; scheduled afresh."
            self.warnings.append(Text(zh=zh, en=en))
            return jobs
        return [keep(job, planned, changes.frozen_minutes) for job in jobs]

    def _is_upset(self, row: Row) -> bool:
        """Whether the work centre of a planned operation is down at its time."""
        start, end = (row[column] for column in ("start_time", "end_time"))
        return any(
            machine == row["work_centre_id"] and begin < end and start < until
            for machine, begin, until in self.changes.down
        )

    def _known(self, element: str, row: int, machine: str) -> bool:
        """Whether a work centre exists; when not, notes the problem."""
        if machine in self.number:
            return True
        zh = f"工作中心 {machine} 不在 work_centre 表中，请补上或改正。"
        en = f"Work centre {machine} is not in the work_centre table; add it or correct this row."
        self._refuse("unknown_work_centre", zh, en, element, row, "work_centre_id", machine)
        return False

    def _setups(self) -> dict[str, dict[tuple[str, str], int]]:
        setups: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        for number, row in enumerate(self._rows("setup_time")):
            if self._known("setup_time", number, row["work_centre_id"]):
                setups[row["work_centre_id"]][row["from_family"], row["to_family"]] = math.ceil(row["minutes"])
        return setups

    def _routes(self, products: set[str]) -> dict[str, dict[int, list[Row]]]:
        """Returns for each product its operations by sequence, each as the rows of its eligible machines."""
        routes: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for number, row in enumerate(self._rows("operation_route")):
            if row["product_id"] not in products:
                continue
            if self._known("operation_route", number, row["work_centre_id"]):
                same = routes[row["product_id"]][row["sequence"]]
                same.append({**row, "row": number})
                self._check_waits(same)
        return routes

    def _check_waits(self, rows: list[Row]) -> None:
        """Of an operation's rows so far the last must have waits that are possible, and those of the first."""
        row = rows[-1]
        longest = row.get("longest_wait_minutes")
        if longest is not None and longest < (row.get("wait_minutes") or 0):
            zh, en = "最长间隔小于最短间隔，请改正。", "The longest wait is shorter than the least; correct it."
            self._refuse("waits_crossed", zh, en, "operation_route", row["row"], "longest_wait_minutes", longest)
        for column in ("wait_minutes", "longest_wait_minutes", "uninterrupted"):
            if (row.get(column) or None) != (rows[0].get(column) or None):
                zh = f"同一道工序各设备行的 {column} 应当相同，请改正。"
                en = f"The rows of one operation, a row a machine, must have the same {column}; correct it."
                self._refuse("rows_disagree", zh, en, "operation_route", row["row"], column, row.get(column))

    def _jobs(self, orders: list[Row], routes: dict[str, dict[int, list[Row]]]) -> list[Job]:
        reported = self._reported({row["work_order_id"] for row in orders})
        jobs = []
        for order in orders:
            if order["product_id"] not in routes:
                zh = f"产品 {order['product_id']} 没有工艺路线，请在 operation_route 中补上。"
                en = f"Product {order['product_id']} has no route; add it to operation_route."
                self._refuse("no_route", zh, en, "work_order", order["row"], "product_id", order["product_id"])
                continue
            operations = self._operations(order, routes[order["product_id"]], reported.get(order["work_order_id"]))
            if not operations:
                name = order["work_order_id"]
                self.warnings.append(
                    Text(
                        zh=f"工单 {name} 各道工序均已报工完毕，未再排产；请把它的状态改为已完工。",
                        en=f"Order {name} is reported done in full and is left out; set its status to completed.",
                    )
                )
                continue
            jobs.append(
                Job(
                    name=order["work_order_id"],
                    operations=operations,
                    release=max(0, self._minute(order["release_time"])),
                    due=self._minute(order["due_time"]),
                    weight=_weight(order.get("weight")),
                )
            )
        return jobs

    def _reported(self, orders: set[str]) -> dict[str, dict[int, tuple[float, float]]]:
        """Returns the good and scrapped quantities reported for each open order, by sequence."""
        events = self.tables.get("operation_event")
        if events is None:
            return {}
        found: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
        mine = events.filter(pc.is_in(events["work_order_id"], value_set=pa.array(sorted(orders))))
        for row in mine.to_pylist():
            good, scrap = found[row["work_order_id"]].get(row["sequence"], (0.0, 0.0))
            done = (good + (row["good_quantity"] or 0), scrap + (row["scrap_quantity"] or 0))
            found[row["work_order_id"]][row["sequence"]] = done
        return found

    def _operations(
        self, order: Row, route: dict[int, list[Row]], reported: dict[int, tuple[float, float]] | None
    ) -> tuple[Operation, ...]:
        """Returns the operations still to do. Scrap at one operation does not reach the next."""
        arriving = float(order["quantity"])
        if reported is None:
            arriving -= order.get("completed_quantity") or 0.0
        operations = []
        for sequence in sorted(route):
            good, scrap = (reported or {}).get(sequence, (0.0, 0.0))
            left = arriving - good - scrap
            arriving -= scrap
            if left > 0:
                modes = tuple(
                    Mode(
                        machine=self.number[row["work_centre_id"]],
                        duration=max(1, math.ceil(left * row["minutes_per_unit"] - 1e-9)),
                        family=row.get("setup_family") or self.family_of_product.get(row["product_id"], ""),
                        lot=_lot(row, left),
                        pools=self._pools_of(row),
                    )
                    for row in route[sequence]
                )
                first = route[sequence][0]
                longest = first.get("longest_wait_minutes")
                operation = Operation(
                    modes,
                    sequence,
                    first["operation"],
                    wait=math.ceil(first.get("wait_minutes") or 0),
                    longest_wait=None if longest is None else math.floor(longest),
                    unbroken=bool(first.get("uninterrupted")),
                )
                operations.append(operation)
        return tuple(operations)


def _nothing_open() -> BadInput:
    return refuse(
        "no_open_orders",
        "没有待排的工单：请导入状态为计划、已下达或已开工的工单。",
        "There is no order to schedule: import orders that are planned, released or started.",
        file="work_order",
        column="status",
    )


def _lot(row: Row, left: float) -> int | None:
    """Working minutes of one transfer lot; None where the whole order goes on at once."""
    quantity = row.get("transfer_quantity")
    if not quantity or quantity >= left:
        return None
    return max(1, math.ceil(float(quantity * row["minutes_per_unit"]) - 1e-9))


def _weight(given: float | None) -> int:
    return WEIGHT_SCALE if given is None else round(given * WEIGHT_SCALE)


def _plain(row: Row) -> Row:
    return {name: value.replace(tzinfo=None) if isinstance(value, datetime) else value for name, value in row.items()}


def _latest(table: pa.Table | None, column: str) -> datetime | None:
    if table is None or column not in table.column_names:
        return None
    latest = pc.max(table[column]).as_py()
    return None if latest is None else latest.replace(tzinfo=None)


def _merged(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins shifts that touch or overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _from_origin(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drops what lies before minute 0; a calendar that ends before it is continued week by week."""
    week = 7 * 24 * 60
    last = windows[-1][1]
    if last < week:
        # Keep a whole week of pattern ahead: continue the last week until it covers the first week from the origin.
        pattern = [(max(start, last - week), end) for start, end in windows if end > last - week]
        repeats = math.ceil((week - last) / week)
        windows = _merged(
            windows + [(start + n * week, end + n * week) for n in range(1, repeats + 1) for start, end in pattern]
        )
    return [(max(start, 0), end) for start, end in windows if end > 0]
