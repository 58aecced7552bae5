"""The whole scenario: formats, bad input, the sample, resuming, and the published set where it is at hand."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from tests.scenarios.predictive_maintenance.fleets import SAMPLE, cmapss_text, fleet

from tujing.atlas.loader import read_manifest
from tujing.elements.definition import element
from tujing.problems import BadInput
from tujing.runtime.contract import Budget, Cancelled, Data
from tujing.runtime.load import from_paths
from tujing.scenarios.service.predictive_maintenance.learner import fit
from tujing.scenarios.service.predictive_maintenance.solution import PredictiveMaintenance
from tujing.scenarios.service.predictive_maintenance.text_formats import CmapssText, read_histories

SCENARIO = "service/predictive_maintenance"


def sample(solution, **inputs):
    return from_paths(solution, read_manifest(SAMPLE.parent / "scenario.yaml"), {"input": SAMPLE, **inputs})


@pytest.fixture(scope="module")
def outcome():
    solution = PredictiveMaintenance(SCENARIO)
    return solution.run(sample(solution), budget=Budget(seconds=10, seed=1)).outcome


def test_the_sample_beats_mean_life_and_both_policies(outcome):
    assert outcome.kpis["life_error"].value < outcome.kpis["life_error"].baseline
    assert outcome.kpis["rmse"].value < outcome.kpis["rmse"].baseline
    cost = dict(
        zip(*(outcome.tables["policies"].column(n).to_pylist() for n in ("policy", "cost_per_hour")), strict=True)
    )
    assert cost["plan"] < min(cost["fixed_interval"], cost["run_to_failure"])


def test_the_remaining_lives_lie_in_their_intervals(outcome):
    for row in outcome.tables["rul"].to_pylist():
        assert 0 <= row["lower"] <= row["rul"] <= row["upper"]


def test_it_writes_the_element_the_card_and_the_model(outcome):
    assert outcome.writes["maintenance_plan"].column_names == list(element("maintenance_plan").columns)
    assert {"remaining_life.onnx", "model_card.md"} == set(outcome.files)
    assert not [one for one in outcome.warnings if "ONNX" in one.en]


def test_without_sensors_the_life_model_answers():
    solution = PredictiveMaintenance(SCENARIO)
    tables = {name: table for name, table in sample(solution).tables.items() if name != "sensor_reading"}
    found = solution.run(Data(tables), {"periods": 40}, budget=Budget(seconds=10)).outcome
    assert "life_models" in found.tables and not found.files
    assert found.kpis["life_error"].value < found.kpis["life_error"].baseline * 1.1
    assert found.tables["rul"].num_rows == 10


@pytest.mark.parametrize("path", sorted((SAMPLE / "broken").glob("*.csv")), ids=lambda path: path.stem)
def test_broken_samples_are_refused_with_their_place(path):
    solution = PredictiveMaintenance(SCENARIO)
    with pytest.raises(BadInput) as refused:
        solution.run(sample(solution, **{path.stem.split("__")[0]: path}), budget=Budget(seconds=5))
    assert refused.value.problems[0].file


def written(tmp_path, text, name="train.txt", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


GOOD = " ".join(["1", "1", *["0.5"] * 24]) + "\n" + " ".join(["1", "2", *["0.5"] * 24]) + "\n"


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("", "empty_file", None),
        (GOOD + "1 3 0.5\n", "column_count", 3),
        (GOOD.replace("0.5", "nan", 1), "not_a_number", 1),
        (GOOD.replace("0.5", "温度", 1), "not_a_number", 1),
        (GOOD + GOOD, "cycles_broken", 3),
        (GOOD.replace("1 2 ", "1 3 "), "cycles_broken", 2),
        (GOOD.replace("1 1 ", "-1 1 "), "not_a_number", 1),
    ],
)
def test_broken_text_is_refused_with_its_row(tmp_path, text, code, row):
    with pytest.raises(BadInput) as refused:
        read_histories(written(tmp_path, text, encoding="gb18030"))
    assert (refused.value.problems[0].code, refused.value.problems[0].row) == (code, row)


def test_gzip_is_read_and_a_single_file_refused(tmp_path):
    path = tmp_path / "train.txt.gz"
    path.write_bytes(gzip.compress(GOOD.encode()))
    assert CmapssText().matches(path) and read_histories(path)[0].steps == 2
    with pytest.raises(BadInput, match="Two files"):
        CmapssText().read({"input": path})


def test_one_life_is_too_few(tmp_path):
    path = written(tmp_path, GOOD)
    with pytest.raises(BadInput, match="two complete lives"):
        PredictiveMaintenance(SCENARIO).run(
            Data(instance=CmapssText().read({"train": path, "test": path})), budget=Budget(seconds=5)
        )


def test_a_failure_must_cost_more_than_a_planned_job():
    with pytest.raises(BadInput):
        PredictiveMaintenance(SCENARIO).run(Data(), {"planned_cost": 100, "failure_cost": 50})


def test_a_killed_run_goes_on_where_it_was_and_ends_alike(tmp_path):
    made = fleet()

    def stop(share):
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        fit(made, 0, stop, tmp_path, seconds=20)
    kept = len(list(tmp_path.rglob("*.npz")))
    resumed = fit(made, 0, lambda share: None, tmp_path, seconds=20)
    assert kept > 0
    fresh = fit(made, 0, lambda share: None, None, seconds=20)
    assert np.allclose(resumed.predict(made.running[0]), fresh.predict(made.running[0]))


def test_cmapss_text_of_two_faults_runs_through(tmp_path):
    made = fleet()
    paths = {
        "train": written(tmp_path, cmapss_text(made.failed)),
        "test": written(tmp_path, cmapss_text(made.running), "test.txt"),
    }
    found = (
        PredictiveMaintenance(SCENARIO).run(Data(instance=CmapssText().read(paths)), budget=Budget(seconds=5)).outcome
    )
    assert found.tables["rul"].column_names[:4] == ["unit", "rul", "lower", "upper"]
    assert found.tables["rul"]["unit"].to_pylist() == list(range(1, 15))
    assert found.writes == {}


def test_the_published_set_is_read_as_its_readme_says(shared_data):
    folder = shared_data / "cmapss"
    paths = {part: folder / f"{part}_FD001.txt.gz" for part in ("train", "test")}
    assert all(CmapssText().matches(path) for path in paths.values())
    found = CmapssText().read(paths)
    assert (len(found.failed), len(found.running), sum(one.steps for one in found.failed)) == (100, 100, 20631)
    assert found.cap == 125
