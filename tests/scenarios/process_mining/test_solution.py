"""The whole scenario: reference figures, measures by hand, simulation, deviations, the shipped sample."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest

import tujing.scenarios.management.process_mining as package
from tujing.atlas.loader import read_manifest
from tujing.problems import BadInput
from tujing.runtime.conformance import check
from tujing.runtime.contract import Budget, Cancelled, Data
from tujing.runtime.load import from_paths
from tujing.scenarios.management.process_mining.deviations import compare
from tujing.scenarios.management.process_mining.event_log import RAW, Extra, build
from tujing.scenarios.management.process_mining.log_file import LogFile
from tujing.scenarios.management.process_mining.measures import measure
from tujing.scenarios.management.process_mining.net import of_tree
from tujing.scenarios.management.process_mining.shifts import open_until
from tujing.scenarios.management.process_mining.simulate import Change, fit, run
from tujing.scenarios.management.process_mining.solution import ProcessMining
from tujing.scenarios.management.process_mining.tree import leaf, node

FOLDER = Path(next(iter(package.__path__)))
HOUR = 3_600_000_000


def made(*events: tuple[str, str, str | None, float, float], extra: Extra | None = None):
    """A log of (case, activity, resource, start hour, end hour)."""
    columns = list(zip(*events, strict=True))
    times = [pa.array([round(hour * HOUR) for hour in column]).cast(pa.timestamp("us")) for column in columns[3:]]
    return build(pa.table([*(pa.array(column, pa.string()) for column in columns[:3]), *times], schema=RAW), (), extra)


def test_the_published_counts(shared_data):
    path = shared_data / "production_event_log" / "production_log_part1.csv"
    outcome = ProcessMining("x").run(Data(instance=LogFile(path)), {"simulate": False}, Budget(seconds=20)).outcome
    edges = outcome.tables["edges"].to_pylist()
    assert len(edges) == 145
    assert outcome.tables["variants"].num_rows == 146
    assert outcome.tables["activities"].num_rows == 23
    assert sum(outcome.tables["activities"]["count"].to_pylist()) == 2844
    assert [row["count"] for row in edges[:3]] == [539, 304, 179]
    assert outcome.kpis["throughput_time"].value * 24 == pytest.approx(361.65)
    assert (outcome.kpis["fitness"].value, outcome.kpis["alignment_fitness"].value) == (1.0, 1.0)
    assert outcome.kpis["precision"].value == pytest.approx(0.12896127665700128)


def test_measures_by_hand():
    log = made(
        ("1", "a", "r", 0, 1),
        ("1", "b", "s", 3, 4),
        ("1", "a", "r", 4, 5),
        ("1", "a", "r", 5, 6),
        ("2", "a", "r", 0, 1),
        ("2", "b", "s", 2, 3),
        extra=Extra(shifts={"s": [(0, 2 * HOUR), (3 * HOUR, 9 * HOUR)]}, hourly_cost={"s": 100.0}),
    )
    found = measure(log)
    edges = {(row["source"], row["target"]): row for row in found.edges.to_pylist()}
    assert {pair: row["count"] for pair, row in edges.items()} == {("a", "b"): 2, ("b", "a"): 1, ("a", "a"): 1}
    assert edges["a", "b"]["median_seconds"] == 5400
    worst = found.bottlenecks.to_pylist()[0]
    assert (worst["waiting_hours"], worst["open_hours"], worst["money"]) == (3.0, 2.0, 200.0)
    assert found.reworked_cases == 1
    (rework,) = found.rework.to_pylist()
    assert (rework["activity"], rework["self_loops"], rework["returns"]) == ("a", 1, 1)
    assert found.handovers.to_pylist()[0]["count"] == 2
    kinds = {(row["activity"], row["kind"]): row["events"] for row in found.batches.to_pylist()}
    assert kinds == {("a", "simultaneous"): 1, ("b", "sequential"): 1}
    assert (found.working, found.elapsed) == (6 * HOUR, 9 * HOUR)


def test_variants_are_told_apart_exactly():
    rng = np.random.default_rng(1)
    traces = ["".join(rng.choice(list("ab"), rng.integers(1, 6))) for _ in range(300)]
    steps = [(f"{case:03d}", step, at) for case, trace in enumerate(traces) for at, step in enumerate(trace)]
    log = made(*((case, step, None, at, at) for case, step, at in steps))
    counted = Counter({"".join(log.activities[one] for one in trace): n for trace, n in log.traces.items()})
    assert counted == Counter(traces)
    assert log.traces.most_common(1)[0][0] == log.variants[0]


def test_open_time_stops_at_the_end_of_a_shift():
    spans = [(10, 20), (30, 40)]
    assert open_until(spans, np.array([0, 10, 15, 20, 25, 35, 99])).tolist() == [0, 0, 5, 10, 10, 15, 20]


@pytest.mark.parametrize(
    ("done", "route", "kinds"),
    [
        ("abc", "abc", set()),
        ("aabbc", "abc", set()),
        ("ac", "abc", {("skipped", "b")}),
        ("abxc", "abc", {("added", "x")}),
        ("abcb", "abc", {("repeated", "b")}),
        ("acb", "abc", {("out_of_order", "b")}),
    ],
)
def test_deviations(done, route, kinds):
    assert compare(done, route) in (kinds, {("out_of_order", "c")} if done == "acb" else kinds)


def test_a_single_server_queue_is_simulated_as_theory_says():
    """M/D/1 at load 0.8: the mean wait is 0.8 / (2 · 0.2) = 2 services."""
    net = of_tree(leaf(0))
    events = [(f"{case:04d}", "a", "r", case, case + 0.8) for case in range(400)]
    log = made(*events)
    model = fit(log, net, log.traces)
    model.gaps = np.random.default_rng(3).exponential(3600, 5000).tolist()
    waits = [run(model, 3000, seed).waiting[0] / (0.8 * 3600) for seed in range(6)]
    assert np.mean(waits) == pytest.approx(2.0, rel=0.2)


def test_changes_help_and_the_same_seed_repeats():
    net = of_tree(node("sequence", [leaf(0), leaf(1)]))
    events = [(f"{case:03d}", "a", "r", case, case + 0.2) for case in range(60)]
    events += [(f"{case:03d}", "b", "s", 1.5 * case + 0.2, 1.5 * case + 1.5) for case in range(60)]
    log = made(*events)
    model = fit(log, net, log.traces)
    model.delay[1] = [0.0]
    today, again = run(model, 60, 5), run(model, 60, 5)
    assert today == again
    assert np.mean(run(model, 60, 5, Change(more_resources=1)).throughput) < np.mean(today.throughput)
    assert np.mean(run(model, 60, 5, Change(faster=1, factor=0.5)).throughput) < np.mean(today.throughput)


def sample() -> Data:
    manifest = read_manifest(FOLDER / "scenario.yaml")
    return from_paths(ProcessMining(manifest.id), manifest, {"input": FOLDER / "sample"})


def test_the_sample_gives_what_the_readme_says():
    outcome = ProcessMining("x").run(sample(), budget=Budget(seconds=20, seed=1)).outcome
    kpis = {name: kpi.value for name, kpi in outcome.kpis.items()}
    assert kpis["fitness"] == 1.0 and kpis["rework_share"] == 0.25
    assert kpis["precision"] == pytest.approx(0.7075, abs=1e-4)
    assert kpis["throughput_time"] == pytest.approx(2.0677, abs=1e-4)
    assert outcome.kpis["fitness"].baseline == pytest.approx(0.8875, abs=1e-4)
    error = outcome.kpis["lead_time_error"]
    assert error.value < 0.2 < error.baseline
    assert {row["kind"] for row in outcome.tables["deviations"].to_pylist()} >= {"repeated", "skipped", "out_of_order"}
    assert set(outcome.files) == {"process.bpmn", "process.pnml", "process_tree.txt"}
    ElementTree.fromstring(outcome.files["process.bpmn"].content)
    json.dumps([chart.data for chart in outcome.charts.values()])


def test_a_run_stops_when_it_is_asked_to():
    class Stop:
        def report(self, share, message=None, incumbent=None):
            if share > 0.8:
                raise Cancelled

    with pytest.raises(Cancelled):
        ProcessMining("x").run(sample(), progress=Stop())


@pytest.mark.parametrize("bad", [{"noise": 2}, {"factor": 0}, {"unknown": 1}, {"case": ""}])
def test_parameters_are_checked(bad):
    with pytest.raises(BadInput):
        ProcessMining("x").run(sample(), bad)


def test_the_folder_conforms():
    report = check(FOLDER)
    assert not report.failed
    assert report.tier == "platinum"
