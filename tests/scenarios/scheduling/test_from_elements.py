"""Element tables become the problem a planner would write down; what does not fit is refused with its row."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest
from tests.scenarios.scheduling.shops import SAMPLE, read_csv, sample_tables

from tujing.problems import BadInput
from tujing.scenarios.production.scheduling.from_elements import read_shop


def changed(table: pa.Table, column: str, values: list) -> pa.Table:
    index = table.column_names.index(column)
    return table.set_column(index, table.schema.field(index), pa.array(values, table.schema.field(index).type))


def test_the_sample_is_read_in_minutes():
    problem = read_shop(sample_tables()).problem
    assert problem.origin == datetime(2026, 3, 2, 8)
    first = problem.jobs[0]
    assert (first.name, first.release, first.due, first.weight) == ("WO-101", 0, 33 * 60, 100)
    turning = first.operations[0]
    assert [problem.machines[mode.machine].name for mode in turning.modes] == ["TU-01", "TU-02"]
    assert [mode.duration for mode in turning.modes] == [120, 144]
    assert {mode.family for mode in turning.modes} == {"SV-S"}
    assert problem.machines[0].setups["SV-S", "SV-L"] == 40
    assert problem.machines[0].calendar.windows[:2] == ((0, 240), (300, 540))


def test_closed_orders_are_left_out_and_set_the_origin():
    tables = sample_tables()
    orders = tables["work_order"]
    states = ["completed", "cancelled", *orders["status"].to_pylist()[2:]]
    orders = changed(changed(orders, "status", states), "completed_time", [datetime(2026, 3, 2, 15)] + [None] * 7)
    problem = read_shop({**tables, "work_order": orders}).problem
    assert [job.name for job in problem.jobs][:2] == ["WO-103", "WO-104"]
    assert problem.origin == datetime(2026, 3, 2, 15)
    assert problem.jobs[0].release == 0


def test_reported_operations_are_not_done_again_and_scrap_does_not_reach_the_next():
    event = {
        "event_id": "E1",
        "work_order_id": "WO-101",
        "sequence": 10,
        "work_centre_id": "TU-01",
        "start_time": datetime(2026, 3, 2, 8),
        "end_time": datetime(2026, 3, 2, 10),
        "good_quantity": 58.0,
        "scrap_quantity": 2.0,
    }
    half = {**event, "event_id": "E2", "sequence": 20, "good_quantity": 28.0, "scrap_quantity": 0.0}
    tables = {**sample_tables(), "operation_event": pa.Table.from_pylist([event, half])}
    first = read_shop(tables).problem.jobs[0]
    assert [operation.label for operation in first.operations] == [20, 30, 40]
    assert first.operations[0].modes[0].duration == 45  # 30 of 58 still to grind at 1.5 minutes
    assert first.operations[2].modes[0].duration == 58 * 3


def test_a_calendar_of_the_past_is_continued_week_by_week():
    tables = sample_tables()
    problem = read_shop(tables, origin=datetime(2026, 3, 18, 10)).problem  # a Wednesday, two weeks on
    calendar = problem.machines[0].calendar
    assert calendar.worked(7 * 24 * 60) == 5 * 8 * 60
    assert calendar.windows[0] == (0, 120)


def test_machines_without_a_calendar_are_warned_of():
    tables = sample_tables()
    del tables["calendar"]
    shop = read_shop(tables)
    assert all(machine.calendar is None for machine in shop.problem.machines)
    assert "6" in shop.warnings[0].en


@pytest.mark.parametrize(
    ("name", "element", "column", "row"),
    [
        ("work_order__no_route", "work_order", "product_id", 2),
        ("work_order__nothing_open", "work_order", "status", None),
        ("operation_route__unknown_machine", "operation_route", "work_centre_id", 2),
        ("calendar__ends_before_it_starts", "calendar", "end_time", 2),
    ],
)
def test_the_shipped_broken_tables_are_refused_with_their_row(name, element, column, row):
    tables = {**sample_tables(), element: read_csv(element, SAMPLE / "broken" / f"{name}.csv")}
    with pytest.raises(BadInput) as refused:
        read_shop(tables)
    problem = refused.value.problems[0]
    assert (problem.file, problem.column, problem.row) == (element, column, row)


def test_a_missing_table_is_named():
    tables = sample_tables()
    del tables["operation_route"]
    with pytest.raises(BadInput, match="operation_route"):
        read_shop(tables)
