"""What reads well and cannot be meant: wrong units, work without end, machines out of nowhere, rows that disagree."""

from __future__ import annotations

import pyarrow as pa
import pytest
from tests.scenarios.scheduling.shops import sample_tables

from tujing.problems import BadInput
from tujing.scenarios.production.scheduling.from_elements import read_shop


def with_values(tables: dict[str, pa.Table], element: str, column: str, change) -> dict[str, pa.Table]:
    """The tables with one column changed; `change` gets the row's number and its value."""
    table = tables[element]
    index = table.column_names.index(column)
    values = [change(row, value) for row, value in enumerate(table[column].to_pylist())]
    return {**tables, element: table.set_column(index, column, pa.array(values, table.schema.field(column).type))}


def refused(tables) -> list[tuple[str, str, int | None, str]]:
    with pytest.raises(BadInput) as caught:
        read_shop(tables)
    return [(one.code, one.file, one.row, one.column) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("factor", "said"), [(60, "not in seconds"), (1 / 60, "not in hours"), (1, None)], ids=["seconds", "hours", "right"]
)
def test_times_in_another_unit_are_noticed(factor, said):
    tables = with_values(sample_tables(), "operation_route", "minutes_per_unit", lambda _, value: value * factor)
    warnings = [warning.en for warning in read_shop(tables).warnings]
    assert (any(said in warning for warning in warnings)) if said else warnings == []


def test_work_that_would_take_years_is_refused():
    tables = with_values(sample_tables(), "work_order", "quantity", lambda row, value: 6e7 if row == 0 else value)
    assert {code for code, *_ in refused(tables)} == {"work_without_end"}


@pytest.mark.parametrize("element", ["operation_route", "setup_time", "calendar"])
def test_a_machine_out_of_nowhere_is_refused_wherever_it_is_named(element):
    tables = with_values(sample_tables(), element, "work_centre_id", lambda row, value: "TU-77" if row == 1 else value)
    assert ("unknown_work_centre", element, 3, "work_centre_id") in refused(tables)


def test_rows_of_one_operation_must_agree_on_its_waits():
    tables = with_values(sample_tables(), "operation_route", "wait_minutes", lambda row, _: 30.0 if row == 1 else None)
    assert refused(tables) == [("rows_disagree", "operation_route", 3, "wait_minutes")]


def test_a_longest_wait_under_the_least_is_refused_once_with_its_row():
    tables = with_values(sample_tables(), "operation_route", "wait_minutes", lambda row, _: 30.0 if row == 2 else None)
    tables = with_values(tables, "operation_route", "longest_wait_minutes", lambda row, _: 10.0 if row == 2 else None)
    assert refused(tables) == [("waits_crossed", "operation_route", 4, "longest_wait_minutes")]


def test_a_tool_that_is_not_there_is_refused_with_its_row_and_each_machine_may_have_its_own():
    own = {0: "chuck 1", 1: "chuck 2"}
    tables = with_values(sample_tables(), "operation_route", "tool_id", lambda row, _: own.get(row))
    assert ("unknown_resource", "operation_route", 2, "tool_id") in refused(tables)
    tables["shared_resource"] = pa.table(
        {"resource_id": ["chuck 1", "chuck 2"], "name": ["a", "b"], "kind": ["tool"] * 2, "quantity": [1, 1]}
    )
    problem = read_shop(tables).problem
    assert [mode.pools for mode in problem.jobs[0].operations[0].modes] == [((0, 1),), ((1, 1),)]


def test_an_order_that_is_due_before_it_may_begin_is_named():
    orders = sample_tables()["work_order"]
    release = orders["release_time"].to_pylist()
    tables = with_values(
        sample_tables(), "work_order", "due_time", lambda row, value: release[0] if row == 1 else value
    )
    tables = with_values(
        tables, "work_order", "release_time", lambda row, value: value.replace(day=value.day + 1) if row == 1 else value
    )
    assert any("WO-102" in warning.en for warning in read_shop(tables).warnings)
