"""The whole scenario: sample, tables, refusals, cancelling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tujing.scenarios.research_design.generative_design as package
from tujing.atlas.loader import manifest
from tujing.problems import BadInput
from tujing.runtime.contract import Budget, Cancelled, Data
from tujing.runtime.load import from_paths
from tujing.scenarios.research_design.generative_design.solution import GenerativeDesign

SCENARIO = "research_design/generative_design"
SAMPLE = Path(package.__path__[0]) / "sample"


def run(inputs, parameters=None, seconds=0.2, progress=None):
    solution = GenerativeDesign(SCENARIO)
    data = from_paths(solution, manifest(SCENARIO), inputs)
    return solution.run(data, parameters or {}, Budget(seconds=seconds), progress).outcome


def table(path, rows, head="a,b,y"):
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def rows(count=40):
    return [f"{i % 7},{(i * i) % 11},{np.sin(i % 7) + (i * i) % 11:.4f}" for i in range(count)]


def test_the_sample_proposes_checked_candidates():
    outcome = run({"input": SAMPLE})
    kpis = outcome.kpis
    assert kpis["prediction_error"].value < kpis["prediction_error"].baseline
    assert set(outcome.writes["design_candidate"].column("role").to_pylist()) == {"input", "prediction"}
    first = next(row for row in outcome.tables["candidates"].to_pylist() if row["role"] == "prediction")
    assert first["lower"] < first["value"] < first["upper"] and first["verified"] is not None
    assert outcome.charts["slider"].kind == "surrogate"


def test_a_table_with_test_rows_gives_predictions(tmp_path):
    train = table(tmp_path / "train.csv", rows())
    test = table(tmp_path / "test.csv", rows(10))
    outcome = run({"train": train, "test": test})
    assert outcome.tables["predictions"].column_names == ["row", "predicted", "lower", "upper", "actual"]
    assert outcome.kpis["rmse"].value is not None
    unknown = table(tmp_path / "unknown.csv", ["1,2", "3,4"], "a,b")
    assert run({"train": train, "test": unknown}).tables["predictions"].column_names[-1] == "upper"


def test_gbk_headings_semicolons_and_a_constant_column_are_read(tmp_path):
    path = tmp_path / "gbk.csv"
    lines = ["水泥;龄期;炉号;强度", *(f"{i % 7};{i % 5};3;{(i % 7) * 2 + i % 5}" for i in range(40))]
    path.write_bytes("\n".join(lines).encode("gbk"))
    outcome = run({"input": path}, {"target": "强度"})
    assert "炉号" in outcome.warnings[0].zh


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (["1,2,nan", *rows()], "not_finite"),
        (["1,,3", *rows()], "not_finite"),
        (["1,2,inf", *rows()], "not_finite"),
        ([*rows(), "1,red,3"], "not_a_number"),
        ([*rows(), "1,2"], "row_length"),
        (rows(5), "too_few_rows"),
        ([f"{i},{i},7" for i in range(30)], "constant_target"),
        ([f"{i},,{i}" for i in range(30)], "empty_column"),
        (["1,2,1e90", *rows()], "not_finite"),
    ],
)
def test_bad_tables_are_refused_with_their_row(tmp_path, content, code):
    with pytest.raises(BadInput) as refused:
        run({"input": table(tmp_path / "bad.csv", content)})
    assert refused.value.problems[0].code == code


def test_decimal_commas_are_refused_with_their_row(tmp_path):
    path = table(tmp_path / "comma.csv", [f"{i};{i},5" for i in range(30)], "a;y")
    with pytest.raises(BadInput) as refused:
        run({"input": path})
    assert refused.value.problems[0].code == "decimal_comma"


def test_doubled_rows_still_get_a_slider(tmp_path):
    outcome = run({"input": table(tmp_path / "double.csv", rows() * 4)})
    assert 1 < len(outcome.charts["slider"].data["outputs"][0]["points"]) <= 80


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"case": "bridge"}, "unknown_part"),
        ({"case": "mbb", "volume": "7"}, "volume_range"),
        ({"case": "mbb", "nelz": "5"}, "axis_in_plane"),
        ({"case": "mbb", "nelx": "-5"}, "greater_than_equal"),
    ],
)
def test_bad_parameters_are_refused(parameters, code):
    with pytest.raises(BadInput) as refused:
        run({}, parameters)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize("limits", ["stress", "speed<=3", "stress<=abc"])
def test_bad_limits_are_refused(limits):
    with pytest.raises(BadInput):
        run({"input": SAMPLE}, {"limits": limits})


def test_a_hostile_part_file_is_refused(tmp_path):
    path = tmp_path / "part.yaml"
    path.write_text("part: !!python/object/apply:os.system ['true']\n", encoding="utf-8")
    with pytest.raises(BadInput):
        run({"input": path})
    path.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(BadInput):
        run({"input": path})


def test_cancelling_stops_at_once():
    class Stop:
        def report(self, share, message=None, incumbent=None):
            if share > 0:
                raise Cancelled

    with pytest.raises(Cancelled):
        run({}, {"case": "mbb"}, progress=Stop())


def test_without_cases_the_arm_is_simulated():
    result = GenerativeDesign(SCENARIO).run(Data(), {"runs": 24}, Budget(seconds=10))
    assert result.outcome.tables["candidates"].num_rows


def test_the_published_sets_beat_a_quadratic(shared_data):
    path = shared_data / "surrogate_regression" / "energy_part1.csv"
    kpi = run({"input": path}, seconds=3).kpis["rmse"]
    assert kpi.value < kpi.baseline
