"""The event log of an organisation's own tables: an operation is an event, a work order a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tujing.problems import refuse
from tujing.scenarios.management.process_mining.event_log import EventLog, Extra, build
from tujing.words import Text

EPOCH = datetime(1970, 1, 1)


def read_elements(tables: Mapping[str, pa.Table]) -> EventLog:
    """Builds the log from `operation_event`, with what `work_order`, `operation_route`, `calendar`, `work_centre` add.

    The resource is the work centre: findings are about the process, never about persons.

    Raises
    ------
    BadInput
        When there is no event, or one ends before it starts.
    """
    events = tables["operation_event"]
    with duckdb.connect() as engine:
        engine.register("events", events)
        late = engine.execute("SELECT event_id FROM events WHERE end_time < start_time LIMIT 1").fetchone()
        if late:
            raise refuse(
                "ends_before_it_starts",
                "结束时间早于开始时间，请改正。",
                "This event ends before it starts; correct it.",
                file="operation_event",
                key=str(late[0]),
            )
        operation = "nullif(trim(operation), '')" if "operation" in events.column_names else "NULL"
        raw = engine.execute(
            'SELECT work_order_id AS "case", '  # noqa: S608
            f"coalesce({operation}, CAST(sequence AS VARCHAR)) AS activity, "
            "work_centre_id AS resource, "
            'CAST(start_time AS TIMESTAMP) AS start, CAST(end_time AS TIMESTAMP) AS "end" FROM events '
            "ORDER BY start_time, end_time, sequence, event_id"
        ).to_arrow_table()
    extra, warnings = _extra(tables, set(pc.unique(raw["case"]).to_pylist()))
    return build(raw, warnings, extra)


def _extra(tables: Mapping[str, pa.Table], cases: set[str]) -> tuple[Extra, list[Text]]:
    extra = Extra()
    warnings: list[Text] = []
    orders = tables.get("work_order")
    route = _routes(tables.get("operation_route"))
    if orders is not None:
        lost = len(cases - set(orders["work_order_id"].to_pylist()))
        if lost:
            warnings.append(
                Text(
                    zh=f"{lost} 个案例在工单表里找不到，按首末事件计起止。",
                    en=f"{lost} cases are not among the work orders; their first and last events bound them.",
                )
            )
        done = "completed_time" in orders.column_names
        for row in orders.select([*(["completed_time"] if done else []), *ORDER]).to_pylist():
            if row["work_order_id"] not in cases:
                continue
            extra.released[row["work_order_id"]] = _micro(row["release_time"])
            if row.get("completed_time"):
                extra.completed[row["work_order_id"]] = _micro(row["completed_time"])
            if row["product_id"] in route:
                extra.routes[row["work_order_id"]] = route[row["product_id"]]
    centres = tables.get("work_centre")
    if centres is not None and "hourly_cost" in centres.column_names:
        for row in centres.select(["work_centre_id", "hourly_cost"]).to_pylist():
            if row["hourly_cost"] is not None:
                extra.hourly_cost[row["work_centre_id"]] = row["hourly_cost"]
    calendar = tables.get("calendar")
    if calendar is not None:
        extra.shifts = _shifts(calendar)
    return extra, warnings


ORDER = ("work_order_id", "product_id", "release_time")


def _micro(moment: datetime) -> int:
    return round((moment.replace(tzinfo=None) - EPOCH).total_seconds() * 1_000_000)


def _routes(table: pa.Table | None) -> dict[str, list[str]]:
    if table is None:
        return {}
    steps: dict[str, dict[int, str]] = {}
    for row in table.select(["product_id", "sequence", "operation"]).to_pylist():
        steps.setdefault(row["product_id"], {})[row["sequence"]] = row["operation"]
    return {product: [names[sequence] for sequence in sorted(names)] for product, names in steps.items()}


def _shifts(table: pa.Table) -> dict[str, list[tuple[int, int]]]:
    """Joins spans that touch or overlap."""
    spans: dict[str, list[tuple[int, int]]] = {}
    rows = table.select(["work_centre_id", "start_time", "end_time"]).sort_by("start_time").to_pylist()
    for row in rows:
        start, end = _micro(row["start_time"]), _micro(row["end_time"])
        if end <= start:
            raise refuse(
                "shift_ends_first",
                "班次的结束时间不晚于开始时间，请改正。",
                "This shift does not end after it starts; correct it.",
                file="calendar",
                key=f"{row['work_centre_id']} {row['start_time']}",
            )
        own = spans.setdefault(row["work_centre_id"], [])
        if own and start <= own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], end))
        else:
            own.append((start, end))
    return spans
