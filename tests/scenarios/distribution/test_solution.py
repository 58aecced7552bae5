"""The whole scenario: sample, formats, progress, cancelling, conditions and bad data."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.scenarios.distribution.cases import SCENARIO, SOLOMON, VRP, written

import tujing.scenarios.supply_chain.distribution.solution as module
from tujing.atlas.loader import read_manifest
from tujing.elements.definition import element
from tujing.problems import BadInput
from tujing.runtime.conformance import check
from tujing.runtime.contract import Budget, Cancelled, Data
from tujing.runtime.load import from_paths
from tujing.scenarios.supply_chain.distribution import search
from tujing.scenarios.supply_chain.distribution.solomon import SolomonText
from tujing.scenarios.supply_chain.distribution.solution import Distribution
from tujing.scenarios.supply_chain.distribution.vrplib import VrplibText

FOLDER = Path(module.__file__).parent


@pytest.fixture(autouse=True)
def _settles_soon(monkeypatch):
    monkeypatch.setattr(search, "SETTLED", 200)


@pytest.fixture(scope="module")
def sample() -> Data:
    return from_paths(Distribution(SCENARIO), read_manifest(FOLDER / "scenario.yaml"), {"input": FOLDER / "sample"})


def run(data, seconds=4.0, progress=None, **parameters):
    budget = Budget(seconds=seconds, seed=1, workers=1)
    return Distribution(SCENARIO).run(data, parameters, budget, progress).outcome


def changed(data: Data, column: str, row: int, value) -> Data:
    table = data.tables["shipment"]
    values = table[column].to_pylist()
    values[row] = value
    position = table.column_names.index(column)
    new = table.set_column(position, column, pa.array(values, table.schema.field(column).type))
    return Data({**data.tables, "shipment": new})


def test_conformance(monkeypatch):
    monkeypatch.setattr("tujing.runtime.conformance.SAMPLE_SECONDS", 2.0)
    report = check(FOLDER)
    assert report.failed == [] and report.tier == "platinum"


def test_the_sample_joins_location_and_routing(sample):
    outcome = run(sample)
    assert outcome.kpis["on_time_arrival"].value == 1.0
    assert outcome.kpis["total_cost"].value < outcome.kpis["total_cost"].baseline
    routes, facilities = outcome.tables["routes"], outcome.tables["facilities"]
    assert sorted(routes["customer"].to_pylist()) == sorted(sample.tables["shipment"]["shipment_id"].to_pylist())
    opened = {
        name for name, flag in zip(*(facilities[c].to_pylist() for c in ("facility", "open")), strict=True) if flag
    }
    assert set(routes["depot"].to_pylist()) <= opened
    assert set(outcome.tables["assignments"]["share"].to_pylist()) == {1.0}
    assert outcome.writes["delivery_route"].column_names == list(element("delivery_route").columns)
    assert set(outcome.charts) >= {"routes", "costs", "use", "convergence"}


def test_text_instances_end_to_end(tmp_path):
    outcome = run(Data(instance=VrplibText().read({"i": written(tmp_path, "t.vrp", VRP)})))
    assert outcome.kpis["total_cost"].value == 80 and outcome.kpis["total_cost"].unit == "1"
    assert outcome.tables["routes"].column_names[:4] == ["route", "position", "customer", "arrival"]
    assert sorted(outcome.tables["routes"]["customer"].to_pylist()) == [1, 2, 3, 4]
    assert outcome.writes == {}
    text = Data(instance=SolomonText().read({"i": written(tmp_path, "s.txt", SOLOMON)}))
    assert run(text, objective="vehicles_then_distance").kpis["route_count"].value == 1
    assert run(text, balance=0.5).status == "feasible"
    tight = run(text, max_routes=1, max_stops=2, seconds=3.0)
    assert tight.kpis["left_out_count"].value == 1 and "left out" in tight.warnings[0].en


def test_missing_and_swapped_coordinates_and_heavy_goods(sample):
    name = sample.tables["shipment"]["shipment_id"][0].as_py()
    left = run(changed(sample, "latitude", 0, None), seconds=2.0)
    assert any(name in warning.en for warning in left.warnings)
    assert name not in left.tables["routes"]["customer"].to_pylist()
    assert {"customer": name, "reason": "no_coordinates"} in left.tables["left_out"].to_pylist()
    assert left.kpis["left_out_count"].value == 1
    for column, value, code in (("mass", 1e6, "demand_over_capacity"), ("latitude", 120.0, None)):
        data = changed(sample, column, 0, value)
        if code is None:
            data = changed(data, "longitude", 0, 31.0)
        with pytest.raises(BadInput) as error:
            run(data, seconds=2.0)
        assert error.value.problems[0].row == 2


def test_without_depots_and_vehicles_it_assumes_and_says_so(sample):
    outcome = run(Data({"shipment": sample.tables["shipment"]}), seconds=2.0)
    assert outcome.status == "feasible"
    assert [warning.en[:8] for warning in outcome.warnings[:2]] == ["No depot", "No vehic"]


def test_promises_that_cannot_be_kept_are_named(sample):
    shipped = sample.tables["shipment"]["shipped_time"][3].as_py()
    data = changed(changed(sample, "promised_time", 3, shipped), "earliest_time", 3, None)
    outcome = run(data, seconds=2.0)
    name = sample.tables["shipment"]["shipment_id"][3].as_py()
    assert any(name in warning.zh for warning in outcome.warnings)
    assert outcome.kpis["on_time_arrival"].value < 1


def test_progress_grows_and_a_run_can_be_cancelled(sample):
    shares: list[float] = []

    class Watch:
        def report(self, share, message=None, incumbent=None):
            shares.append(share)
            if len(shares) > 6:
                raise Cancelled

    with pytest.raises(Cancelled):
        run(sample, seconds=10.0, progress=Watch())
    assert shares == sorted(shares) and shares[0] == 0


def test_parameters_are_checked(sample):
    for wrong in ({"speed": 0}, {"trips": 0}, {"objective": "least"}, {"detour": 0.5}, {"max_routes": -1}):
        with pytest.raises(BadInput):
            run(sample, **wrong)
