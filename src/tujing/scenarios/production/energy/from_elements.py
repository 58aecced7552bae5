"""Reads an organisation's tables: meters, machine states, output, tomorrow's schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.problems import BadInput, Problem, refuse
from tujing.scenarios.production.energy.cleaning import Readings, clean
from tujing.scenarios.production.energy.loads import Load, PlannedOperation, Site, StateSpan
from tujing.words import Text

UNITS = {
    "electricity": ("kWh", "GJ"),
    "gas": ("m3", "GJ"),
    "water": ("m3", "t"),
    "steam": ("t", "GJ"),
    "compressed_air": ("m3",),
    "heat": ("GJ", "kWh"),
}
KWH_A_GJ = 1000 / 3.6
PROBLEMS_SHOWN = 20

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]


def read_site(tables: Tables, country: str = "CN") -> Site:
    """Builds the site from `energy_reading`, and where given `work_centre`, `machine_event`, `operation_event`,
    `operation_schedule`, `work_order` and `condition_alarm`.

    Raises
    ------
    BadInput
        When rows contradict one another or a machine does not exist; one problem a row.
    """
    if tables.get("energy_reading") is None or not tables["energy_reading"].num_rows:
        raise refuse(
            "element_absent",
            "缺少数据要素 energy_reading，请先导入能耗读数。",
            "Data element energy_reading is absent; import energy readings first.",
            key="energy_reading",
        )
    machines = {row["work_centre_id"] for row in _rows(tables, "work_centre")}
    warnings: list[Text] = []
    loads = _loads(_rows(tables, "energy_reading"), machines, warnings)
    states = _states(_rows(tables, "machine_event"), machines)
    output, hours, made = _output(tables)
    planned = tuple(
        PlannedOperation(
            row["work_order_id"], row["sequence"], row["work_centre_id"], row["start_time"], row["end_time"]
        )
        for row in _rows(tables, "operation_schedule")
    )
    alarms = tuple((row["work_centre_id"], row["time"]) for row in _rows(tables, "condition_alarm"))
    return Site(
        loads=tuple(loads),
        country=country,
        output=output,
        product_output=made,
        product_hours=hours,
        states=tuple(states),
        planned=planned,
        alarms=alarms,
        warnings=tuple(warnings),
    )


def _rows(tables: Tables, element: str) -> list[Row]:
    """Returns a table's rows, times as plain datetimes; none when the table is absent."""
    table = tables.get(element)
    if table is None:
        return []
    plain = pa.table(
        {
            name: column.cast(pa.timestamp("us")) if pa.types.is_timestamp(column.type) else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    )
    rows: list[Row] = plain.to_pylist()
    return rows


def _loads(rows: list[Row], machines: set[str], warnings: list[Text]) -> list[Load]:
    meters: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        problems += _row_problems(row, number, machines)
        meters[row["meter_id"]].append((number, row))
    if problems:
        raise BadInput(problems[:PROBLEMS_SHOWN])
    loads = []
    for name, numbered in sorted(meters.items()):
        readings = _readings(name, numbered)
        loads.append(clean(readings))
        warnings += readings.notes
    return loads


def _row_problems(row: Row, number: int, machines: set[str]) -> list[Problem]:
    place = {"file": "energy_reading", "row": number}
    if row["end_time"] <= row["start_time"]:
        return refuse(
            "empty_span",
            "结束时间不晚于开始时间，请改正。",
            "This span does not end after it starts; correct it.",
            column="end_time",
            **place,
        ).problems
    if row["unit"] not in UNITS[row["carrier"]]:
        return refuse(
            "unit_of_carrier",
            f"介质 {row['carrier']} 不能用 {row['unit']} 计量，应为 {'、'.join(UNITS[row['carrier']])}。",
            f"{row['carrier']} is not metered in {row['unit']}; use {' or '.join(UNITS[row['carrier']])}.",
            column="unit",
            value=row["unit"],
            **place,
        ).problems
    machine = row.get("work_centre_id")
    if machine and machines and machine not in machines:
        return refuse(
            "unknown_work_centre",
            f"工作中心 {machine} 不在 work_centre 表中，请补上或改正。",
            f"Work centre {machine} is not in the work_centre table; add it or correct this row.",
            column="work_centre_id",
            value=machine,
            **place,
        ).problems
    return []


def _readings(name: str, numbered: list[tuple[int, Row]]) -> Readings:
    first = numbered[0][1]
    minutes = [int((row["end_time"] - row["start_time"]).total_seconds() // 60) for _, row in numbered]
    usual = int(np.bincount(minutes).argmax()) if max(minutes) < 10_000_000 else minutes[0]
    for (number, row), span in zip(numbered, minutes, strict=True):
        if span != usual or (row["carrier"], row["unit"]) != (first["carrier"], first["unit"]):
            raise refuse(
                "mixed_meter",
                f"表计 {name} 的间隔、介质或单位前后不一（这一行 {span} 分钟、{row['carrier']}、{row['unit']}；"
                f"其余 {usual} 分钟、{first['carrier']}、{first['unit']}），请统一。",
                f"Meter {name} changes its span, carrier or unit (here {span} min, {row['carrier']}, {row['unit']}; "
                f"otherwise {usual} min, {first['carrier']}, {first['unit']}); make them one.",
                file="energy_reading",
                row=number,
                column="unit" if span == usual else "end_time",
            )
    costs = [(row["cost"], row["quantity"]) for _, row in numbered if row.get("cost") is not None]
    amount = sum(quantity for _, quantity in costs)
    values = np.array([row["quantity"] for _, row in numbered], dtype=float)
    in_joules = first["carrier"] == "electricity" and first["unit"] == "GJ"
    return Readings(
        name=name,
        file="energy_reading",
        starts=[row["start_time"] for _, row in numbered],
        values=values * KWH_A_GJ if in_joules else values,
        rows=[number for number, _ in numbered],
        minutes=usual,
        carrier=first["carrier"],
        unit="kWh" if in_joules else first["unit"],
        work_centre=first.get("work_centre_id") or "",
        price=sum(cost for cost, _ in costs) / amount if amount > 0 else None,
        forced_order=True,
    )


def _states(rows: list[Row], machines: set[str]) -> list[StateSpan]:
    problems: list[Problem] = []
    spans = []
    for number, row in enumerate(rows, start=2):
        machine = row["work_centre_id"]
        if machines and machine not in machines:
            problems += refuse(
                "unknown_work_centre",
                f"工作中心 {machine} 不在 work_centre 表中，请补上或改正。",
                f"Work centre {machine} is not in the work_centre table; add it or correct this row.",
                file="machine_event",
                row=number,
                column="work_centre_id",
                value=machine,
            ).problems
        elif row["end_time"] < row["start_time"]:
            problems += refuse(
                "empty_span",
                "状态的结束时间早于开始时间，请改正。",
                "This state ends before it starts; correct it.",
                file="machine_event",
                row=number,
                column="end_time",
            ).problems
        spans.append(StateSpan(machine, row["state"], row["start_time"], row["end_time"]))
    if problems:
        raise BadInput(problems[:PROBLEMS_SHOWN])
    return spans


def _output(tables: Tables) -> tuple[dict[date, float], dict[str, float], dict[str, float]]:
    """Returns good units a day, and machine hours and good units a product (through its work orders)."""
    product_of = {row["work_order_id"]: row["product_id"] for row in _rows(tables, "work_order")}
    output: dict[date, float] = defaultdict(float)
    hours: dict[str, float] = defaultdict(float)
    made: dict[str, float] = defaultdict(float)
    finished: dict[str, tuple[int, float]] = {}
    for row in _rows(tables, "operation_event"):
        ended: datetime = row["end_time"]
        good = row["good_quantity"] or 0.0
        output[ended.date()] += good
        order = row["work_order_id"]
        if order in product_of:
            hours[product_of[order]] += (ended - row["start_time"]).total_seconds() / 3600
            sequence, before = finished.get(order, (-1, 0.0))
            if row["sequence"] >= sequence:
                finished[order] = (row["sequence"], good + (before if row["sequence"] == sequence else 0.0))
    for order, (_, good) in finished.items():
        made[product_of[order]] += good
    return dict(output), dict(hours), dict(made)
