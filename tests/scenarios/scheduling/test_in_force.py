"""Re-scheduling begins from the schedule in force, keeps what it can and tells what it could not."""

from __future__ import annotations

from tests.scenarios.scheduling.shops import faults, sample_tables

from tujing.runtime.contract import Budget, Data
from tujing.scenarios.production.scheduling.chain import solve
from tujing.scenarios.production.scheduling.changes import Changes, read_changes
from tujing.scenarios.production.scheduling.from_elements import read_shop
from tujing.scenarios.production.scheduling.in_force import as_before, changed_table, like
from tujing.scenarios.production.scheduling.solution import Scheduling

BREAKDOWN = "down GR-01 2026-03-03T08:00 2026-03-03T12:00"


def run(tables, seconds=1.0, **parameters):
    return Scheduling("production/scheduling").run(Data(tables), parameters, Budget(seconds, workers=2)).outcome


def planned_tables():
    tables = sample_tables()
    tables["operation_schedule"] = run(tables).writes["operation_schedule"]
    return tables


def test_without_a_schedule_in_force_there_is_nothing_to_begin_from():
    assert as_before(read_shop(sample_tables()).problem) is None


def test_the_schedule_in_force_timed_anew_is_itself_where_nothing_has_changed():
    again = as_before(read_shop(planned_tables(), changes=Changes(stability=1.0)).problem)
    assert changed_table(again).num_rows == 0
    assert again.moved == 0


def test_after_a_breakdown_the_outcome_lists_every_change_and_never_costs_more_than_pushing_everything_back():
    tables = planned_tables()
    outcome = run(tables, changes=BREAKDOWN, stability=1.0)
    changed = {(row["job"], row["operation"]): row for row in outcome.tables["changed"].to_pylist()}
    before = {
        (row["work_order_id"], row["sequence"]): (row["start_time"], row["work_centre_id"])
        for row in tables["operation_schedule"].to_pylist()
    }
    now = {
        (row["work_order_id"], row["sequence"]): (row["start_time"], row["work_centre_id"])
        for row in outcome.writes["operation_schedule"].to_pylist()
    }
    assert set(changed) == {key for key in now if now[key] != before[key]} != set()
    assert f"{len(before) - len(changed)} of the {len(before)} operations" in outcome.explanation.en

    shop = read_shop(tables, changes=Changes(stability=1.0).also(read_changes(BREAKDOWN)))
    pushed = as_before(shop.problem)
    moved = sum(abs((now[key][0] - before[key][0]).total_seconds()) // 60 for key in before)
    weights = {job.name: job.weight for job in shop.problem.jobs}
    late = {row["job"]: row["late"] for row in outcome.tables["orders"].to_pylist()}
    assert sum(weights[job] * late[job] for job in late) + 100 * moved <= pushed.cost


def test_a_rush_order_that_is_not_in_the_schedule_goes_last_in_what_it_begins_from():
    shop = read_shop(planned_tables(), changes=Changes(stability=1.0).also(read_changes("add SV60 10")))
    schedule = as_before(shop.problem)
    assert schedule.moved == 0
    assert schedule.completion[-1] > 0


def test_a_variant_begins_from_the_schedule_it_is_compared_with():
    tables = sample_tables()
    base = solve(read_shop(tables).problem, 1.0, workers=2).schedule
    same = like(base, read_shop(tables).problem)
    assert same.cost == base.cost
    without = like(base, read_shop(tables, changes=read_changes("without WO-103")).problem)
    assert faults(without) == []
    assert len(without.problem.jobs) == 7
    more = like(base, read_shop(tables, changes=read_changes("add SV60 10")).problem)
    assert faults(more) == []
    assert more.tardiness[:8] == base.tardiness


def test_what_is_frozen_on_a_machine_that_breaks_down_is_set_free():
    tables = planned_tables()
    row = min(tables["operation_schedule"].to_pylist(), key=lambda one: one["start_time"])
    down = f"down {row['work_centre_id']} {row['start_time']:%Y-%m-%dT%H:%M} {row['end_time']:%Y-%m-%dT%H:%M}"
    key = (row["work_order_id"], row["sequence"])
    for changes, frozen in (("", True), (down, False)):
        problem = read_shop(tables, changes=Changes(frozen_minutes=240).also(read_changes(changes))).problem
        found = {(problem.jobs[job].name, one.label): one.frozen for job, one in problem.operations}
        assert found[key] is frozen
