"""The public forms: read as they come, turned where they lie on their side, refused where they are broken."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from tests.scenarios.condition_monitoring.runs import process

from tujing.problems import BadInput
from tujing.scenarios.service.condition_monitoring.text_formats import SkabCsv, TennesseeText, judged_alone

HEAD = "datetime;Current;Pressure;anomaly;changepoint\n"


def text(rows: np.ndarray) -> str:
    return "\n".join("  ".join(f"{value:.6g}" for value in row) for row in rows)


def skab(count: int, start: int = 0) -> str:
    return "".join(
        f"2020-03-09 10:{row // 60:02d}:{row % 60:02d};1.{row % 7};0.{row % 5};0.0;0.0\n" for row in range(start, count)
    )


def test_the_original_normal_run_lies_on_its_side_and_is_turned(tmp_path):
    rows = process(60, variables=52)
    upright, turned = tmp_path / "d00_te.dat.gz", tmp_path / "d00.dat"
    upright.write_bytes(gzip.compress(text(rows).encode()))
    turned.write_text(text(rows.T))
    recording = TennesseeText().read({"test": upright, "normal": turned})
    assert TennesseeText().matches(upright) and TennesseeText().matches(turned)
    assert recording.normal is not None
    np.testing.assert_array_equal(recording.test.values, recording.normal.values)
    assert recording.test.names[0] == "XMEAS(1)" and recording.test.names[51] == "XMV(11)"
    assert recording.test.minutes == 3.0


def test_labels_are_kept_apart_from_readings(tmp_path):
    path = tmp_path / "0.csv"
    path.write_text(HEAD + skab(100) + "2020-03-09 11:00:00;9;9;1.0;1.0\n")
    recording = SkabCsv().read({"input": path})
    assert SkabCsv().matches(path) and not TennesseeText().matches(path)
    assert recording.test.names == ("Current", "Pressure")
    assert recording.test.labels is not None and recording.test.labels.sum() == 1
    normal, known_from = judged_alone(recording, 60)
    assert (len(normal), known_from, normal.labels) == (60, 60, None)
    with pytest.raises(BadInput):
        judged_alone(recording, 400)


def test_time_that_runs_backwards_is_put_in_order_with_a_warning(tmp_path):
    path = tmp_path / "back.csv"
    lines = skab(5).splitlines()
    path.write_text(HEAD + "\n".join([lines[0], lines[3], lines[2], lines[2], lines[1], lines[4]]))
    recording = SkabCsv().read({"test": path})
    assert recording.test.times is not None and (np.diff(recording.test.times) >= np.timedelta64(0)).all()
    assert len(recording.test) == 6 and len(recording.warnings) == 2
    assert "row 4" in recording.warnings[0].en


def test_an_empty_cell_is_an_absent_reading(tmp_path):
    path = tmp_path / "gap.csv"
    path.write_bytes((HEAD + "2020-03-09 10:00:00;;0.1;0;0\n").encode("gbk"))
    assert np.isnan(SkabCsv().read({"test": path}).test.values[0, 0])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HEAD, "no_rows"),
        (HEAD + "2020-03-09 10:00:00;1;2;0\n", "ragged_row"),
        (HEAD + "2020-03-09 10:00:00;1,5;2;0;0\n", "not_a_number"),
        (HEAD + "soon;1;2;0;0\n", "not_a_time"),
        (HEAD.replace("Pressure", "Current") + "2020-03-09 10:00:00;1;2;0;0\n", "repeated_column"),
        ("datetime;anomaly;changepoint\n2020-03-09 10:00:00;0;0\n", "no_sensor"),
    ],
)
def test_a_broken_csv_is_refused_with_its_place(tmp_path, content, code):
    path = tmp_path / "broken.csv"
    path.write_text(content)
    with pytest.raises(BadInput) as refused:
        SkabCsv().read({"test": path})
    assert refused.value.problems[0].code == code


def test_runs_of_two_processes_are_not_compared(tmp_path):
    one, other = tmp_path / "one.dat", tmp_path / "other.dat"
    one.write_text(text(process(60, variables=6)))
    other.write_text(text(process(60, variables=7)))
    with pytest.raises(BadInput) as refused:
        TennesseeText().read({"normal": one, "test": other})
    assert refused.value.problems[0].code == "other_variables"


def test_a_normal_run_that_is_labelled_faulty_is_refused(tmp_path):
    path = tmp_path / "normal.csv"
    path.write_text(HEAD + skab(20) + "2020-03-09 11:00:00;9;9;1.0;1.0\n")
    with pytest.raises(BadInput) as refused:
        SkabCsv().read({"normal": path, "test": path})
    assert refused.value.problems[0].row == 22


def test_names_other_than_normal_and_test_are_refused(tmp_path):
    path = tmp_path / "x.dat"
    path.write_text(text(process(10)))
    for names in (["train", "test"], ["normal"], ["input", "test"]):
        with pytest.raises(BadInput):
            TennesseeText().read(dict.fromkeys(names, path))
