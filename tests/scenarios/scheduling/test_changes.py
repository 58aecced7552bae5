"""Breakdowns, rush orders, frozen spans, few changes, variants, promises; tools, people and lots from the tables."""

from __future__ import annotations

import itertools
from datetime import datetime

import pyarrow as pa
import pytest
from tests.scenarios.scheduling.shops import sample_tables

from tujing.problems import BadInput
from tujing.runtime.contract import Budget, Data
from tujing.scenarios.production.scheduling.chain import solve
from tujing.scenarios.production.scheduling.changes import Changes, read_changes, read_promises, read_variants
from tujing.scenarios.production.scheduling.from_elements import read_shop
from tujing.scenarios.production.scheduling.solution import Scheduling

SCENARIO = "production/scheduling"


def run(tables, seconds=1.0, **parameters):
    return Scheduling(SCENARIO).run(Data(tables), parameters, Budget(seconds, workers=2)).outcome


def with_column(table: pa.Table, name: str, values: dict[int, object], kind: pa.DataType) -> pa.Table:
    """Sets a column of the route by sequence; other rows are empty."""
    column = pa.array([values.get(sequence) for sequence in table["sequence"].to_pylist()], kind)
    index = table.column_names.index(name)
    return table.set_column(index, name, column)


def in_force(outcome) -> pa.Table:
    return outcome.writes["operation_schedule"]


def starts(table: pa.Table) -> dict[tuple[str, int], tuple[datetime, str]]:
    return {
        (row["work_order_id"], row["sequence"]): (row["start_time"], row["work_centre_id"]) for row in table.to_pylist()
    }


def test_clauses_read_as_written():
    changes = read_changes("down TU-01 2026-03-02T10:00 2026-03-02T14:00; rush WO-105 WO-106; add SV60 40")
    assert changes.down == (("TU-01", datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 14)),)
    assert (changes.rush, changes.extra) == (("WO-105", "WO-106"), (("SV60", 40.0, None),))
    assert list(read_variants("a: rush WO-101 | b: without WO-102 WO-103")) == ["a", "b"]
    assert read_promises("SV60 40 2026-03-04T08:00")[0][2] == datetime(2026, 3, 4, 8)


@pytest.mark.parametrize(
    "parameters",
    [
        {"changes": "explode TU-01"},
        {"changes": "down TU-01 2026-03-02T10:00 2026-03-02T09:00"},
        {"changes": "down TU-01 yesterday today"},
        {"changes": "down TU-99 2026-03-02T10:00 2026-03-02T14:00"},
        {"changes": "rush WO-999"},
        {"what_if": "rush WO-101"},
        {"what_if": "a: rush WO-101 | a: rush WO-102"},
        {"promise": "SV60 -3"},
        {"promise": "SV60 nan"},
        {"promise": "NONE 3"},
        {"stability": -1},
        {"frozen_hours": -1},
    ],
)
def test_what_cannot_be_meant_is_refused(parameters):
    with pytest.raises(BadInput):
        run(sample_tables(), **parameters)


def test_a_machine_that_is_down_does_nothing():
    begin, until = datetime(2026, 3, 2, 10), datetime(2026, 3, 3, 14)
    outcome = run(sample_tables(), changes=f"down TU-01 {begin:%Y-%m-%dT%H:%M} {until:%Y-%m-%dT%H:%M}")
    for row in in_force(outcome).to_pylist():
        if row["work_centre_id"] == "TU-01":
            assert not begin <= row["start_time"] < until


def test_after_a_breakdown_few_operations_move_and_the_frozen_ones_not_at_all():
    tables = sample_tables()
    plan = in_force(run(tables, 2.0))
    tables["operation_schedule"] = plan
    change = "down GR-01 2026-03-03T08:00 2026-03-03T12:00"
    steady = starts(in_force(run(tables, 2.0, changes=change, stability=1.0, frozen_hours=4)))
    before = starts(plan)
    origin = min(start for start, _ in before.values())
    for key, (start, machine) in before.items():
        if (start - origin).total_seconds() < 4 * 3600:
            assert steady[key] == (start, machine)
    free = starts(in_force(run(tables, 2.0, changes=change)))

    def moved(now):
        return sum(abs((now[key][0] - start).total_seconds()) for key, (start, _) in before.items())

    assert moved(steady) <= moved(free)


def test_nothing_is_frozen_without_a_schedule_in_force_and_it_says_so():
    outcome = run(sample_tables(), frozen_hours=4)
    assert any("in force" in warning.en for warning in outcome.warnings)


def test_variants_stand_side_by_side():
    outcome = run(sample_tables(), 3.0, what_if="less: without WO-103 | more: add SV60 40")
    rows = outcome.tables["variants"].to_pylist()
    assert [(row["variant"], row["orders"]) for row in rows] == [("base", 8), ("less", 7), ("more", 9)]
    assert rows[1]["weighted_tardiness"] <= rows[0]["weighted_tardiness"]
    assert outcome.charts["variants"].kind == "bar"


def test_a_promise_delays_no_other_order():
    outcome = run(sample_tables(), 3.0, promise="SV60 10; SV110 5 2026-03-03T08:00")
    rows = outcome.tables["promises"].to_pylist()
    assert [row["product"] for row in rows] == ["SV60", "SV110"]
    assert all(row["end"] <= row["end_behind_all_others"] for row in rows)
    assert "promised" in outcome.explanation.en


def test_tools_people_waits_and_lots_come_from_the_tables():
    tables = sample_tables()
    route = tables["operation_route"]
    route = with_column(route, "tool_id", {10: "T-1"}, pa.string())
    route = with_column(route, "skill", {20: "grinder"}, pa.string())
    route = with_column(route, "wait_minutes", {30: 30.0}, pa.float64())
    route = with_column(route, "transfer_quantity", {10: 5.0}, pa.float64())
    tables["operation_route"] = route
    with pytest.raises(BadInput, match="shared_resource"):
        read_shop(tables)
    tables["shared_resource"] = pa.table(
        {
            "resource_id": ["T-1", "grinder"],
            "name": ["chuck", "grinder"],
            "kind": ["tool", "people"],
            "quantity": [1, 1],
        }
    )
    problem = read_shop(tables).problem
    assert problem.has_lots and not problem.is_plain
    schedule = solve(problem, 1.0, workers=1).schedule
    turned = sorted(
        (schedule.start[one], schedule.end[one]) for one, (_, step) in enumerate(problem.operations) if step.label == 10
    )
    # Two lathes, but one chuck.
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(turned))


def test_an_operation_that_fits_no_shift_is_refused():
    tables = sample_tables()
    tables["operation_route"] = with_column(tables["operation_route"], "uninterrupted", {30: True}, pa.bool_())
    with pytest.raises(BadInput, match="longest shift"):
        read_shop(tables)


def test_changes_add_up():
    assert Changes(stability=2.0).also(Changes(rush=("A",))) == Changes(stability=2.0, rush=("A",))
