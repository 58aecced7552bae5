"""The whole scenario: the published instances, the shipped sample, progress, cancelling and the time limit."""

from __future__ import annotations

import time

import pytest
from tests.scenarios.scheduling.shops import sample_tables

from tujing.elements.definition import element
from tujing.problems import BadInput
from tujing.runtime.contract import Budget, Cancelled, Data
from tujing.scenarios.production.scheduling.solution import Scheduling
from tujing.scenarios.production.scheduling.text_formats import read_text

SCENARIO = "production/scheduling"


class Watching:
    """Keeps what was reported; asks to stop once `until` seconds are over."""

    def __init__(self, until: float | None = None) -> None:
        self.until, self.started = until, time.perf_counter()
        self.shares: list[float] = []
        self.values: list[float] = []
        self.words: list[str] = []
        self.asked: float | None = None

    def report(self, share, message=None, incumbent=None):
        self.shares.append(share)
        if incumbent is not None:
            self.values.append(incumbent)
            self.words.append(message.en)
        if self.until is not None and time.perf_counter() - self.started > self.until:
            self.asked = self.asked or time.perf_counter()
            raise Cancelled


def instance(shared_data, name: str) -> Data:
    folder = "flexible_jobshop" if name.startswith("mk") else "jobshop"
    return Data(instance=read_text(shared_data / folder / "instances" / f"{name}.txt"))


def test_ft06_is_55_and_proved(shared_data):
    problem = instance(shared_data, "ft06")
    outcome = Scheduling(SCENARIO).run(problem, budget=Budget(seconds=20)).outcome
    assert outcome.status == "optimal"
    assert (outcome.kpis["makespan"].value, outcome.kpis["lower_bound"].value) == (55, 55)
    assert outcome.kpis["makespan"].baseline > 55
    table = outcome.tables["schedule"].to_pydict()
    assert len(table["job"]) == 36
    assert set(table["job"]) == set(table["operation"]) == set(table["machine"]) == set(range(6))
    assert max(table["end"]) == 55
    assert outcome.writes == {}


def test_mk01_is_40(shared_data):
    outcome = Scheduling(SCENARIO).run(instance(shared_data, "mk01"), budget=Budget(seconds=20)).outcome
    assert outcome.kpis["makespan"].value == 40


def test_the_sample_beats_every_rule_and_is_repeatable():
    outcomes = [Scheduling(SCENARIO).run(Data(sample_tables()), budget=Budget(seconds=10)).outcome for _ in range(2)]
    first, second = outcomes
    assert first.status == "optimal"
    tardiness = first.kpis["weighted_tardiness"]
    assert tardiness.value < tardiness.baseline
    assert first.kpis == second.kpis


def test_what_it_writes_is_the_element():
    outcome = Scheduling(SCENARIO).run(Data(sample_tables()), budget=Budget(seconds=3)).outcome
    written = outcome.writes["operation_schedule"]
    assert written.column_names == list(element("operation_schedule").columns)
    assert written.num_rows == outcome.tables["schedule"].num_rows == 32
    late = set(outcome.tables["late_because"]["job"].to_pylist())
    orders = outcome.tables["orders"].to_pylist()
    assert late == {order["job"] for order in orders if order["late"]}


def test_each_better_schedule_is_reported_with_its_bound(shared_data):
    watching = Watching()
    outcome = Scheduling(SCENARIO).run(instance(shared_data, "la16"), {}, Budget(seconds=5), watching).outcome
    assert watching.shares == sorted(watching.shares)
    assert watching.values == sorted(watching.values, reverse=True)
    assert watching.values[-1] == outcome.kpis["makespan"].value
    assert "bound" in watching.words[-1]


@pytest.mark.parametrize("until", [0.0, 0.3, 2.5])
def test_it_stops_soon_after_being_asked(shared_data, until):
    """While dispatching, searching and solving exactly."""
    watching = Watching(until)
    with pytest.raises(Cancelled):
        Scheduling(SCENARIO).run(instance(shared_data, "la38"), budget=Budget(seconds=60), progress=watching)
    assert time.perf_counter() - watching.asked < 2.0


def test_the_time_limit_is_kept(shared_data):
    started = time.perf_counter()
    outcome = Scheduling(SCENARIO).run(instance(shared_data, "ta22"), budget=Budget(2.0)).outcome
    assert outcome.status == "feasible"
    assert outcome.kpis["lower_bound"].value <= outcome.kpis["makespan"].value
    assert time.perf_counter() - started < 5.0


@pytest.mark.parametrize("parameters", [{"objective": "weighted_tardiness"}, {"start": "2026-03-02T08:00"}])
def test_a_text_instance_has_neither_due_dates_nor_a_clock(shared_data, parameters):
    with pytest.raises(BadInput):
        Scheduling(SCENARIO).run(instance(shared_data, "ft06"), parameters, Budget(seconds=1))


def test_the_makespan_can_be_asked_for():
    outcome = Scheduling(SCENARIO).run(Data(sample_tables()), {"objective": "makespan"}, Budget(seconds=5)).outcome
    assert outcome.kpis["makespan"].value <= outcome.kpis["makespan"].baseline
    assert outcome.kpis["lower_bound"].value <= outcome.kpis["makespan"].value
