"""The whole scenario: the shipped sample, hostile tables, and the published data where it is at hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.scenarios.condition_monitoring.runs import FOLDER, sample_tables

from tujing.problems import BadInput
from tujing.runtime.conformance import check
from tujing.runtime.contract import Data, Outcome
from tujing.scenarios.service.condition_monitoring.from_elements import Spans, read_watches
from tujing.scenarios.service.condition_monitoring.monitor import fit_monitor
from tujing.scenarios.service.condition_monitoring.series import Series, Watch, filled, usable
from tujing.scenarios.service.condition_monitoring.solution import ConditionMonitoring
from tujing.scenarios.service.condition_monitoring.text_formats import SkabCsv, TennesseeText

SCENARIO = "service/condition_monitoring"


def run(data: Data, **parameters) -> Outcome:
    return ConditionMonitoring(SCENARIO).run(data, parameters).outcome


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run(Data(tables=sample_tables()))


def test_the_folder_keeps_every_rule():
    report = check(FOLDER)
    assert report.failed == [] and report.tier == "platinum"


def test_both_failures_of_the_sample_are_foretold_and_their_variables_named(outcome):
    assert outcome.kpis["detected_share"].value == 1.0
    alarms = outcome.tables["alarms"].to_pylist()
    before = {"2026-03-20 15:00": "vibration_rms", "2026-03-27 11:00": "coolant_pressure"}
    for failure, variable in before.items():
        moment = datetime.fromisoformat(failure)
        ahead = [one for one in alarms if timedelta(0) <= moment - datetime.fromisoformat(one["start"]) <= timedelta(1)]
        assert variable in [one["variable"] for one in ahead]


def test_the_explanation_tells_what_ringing_often_would_foretell_by_chance(outcome):
    assert "随机发生" in outcome.explanation.zh and "by how often they ring" in outcome.explanation.en


def test_tables_have_the_columns_that_were_promised(outcome):
    assert outcome.tables["scores"].column_names[:4] == ["time", "score", "limit", "alarm"]
    assert outcome.tables["contributions"].column_names[:3] == ["time", "variable", "share"]
    scores = outcome.tables["scores"].to_pandas()
    assert ((scores["score"] > scores["limit"]) == scores["alarm"]).all()
    shares = outcome.tables["contributions"].to_pandas().groupby("time")["share"].sum()
    np.testing.assert_allclose(shares, 1.0)  # four tags, and ten are told


def test_order_and_repeats_of_the_readings_do_not_matter(outcome):
    tables = sample_tables()
    readings = tables["sensor_reading"]
    mixed = readings.take(np.random.default_rng(0).permutation(len(readings)))
    doubled = pa.concat_tables([mixed, mixed.slice(0, 500)])
    again = run(Data(tables={**tables, "sensor_reading": doubled}))
    np.testing.assert_allclose(
        again.tables["scores"]["score"].to_numpy(), outcome.tables["scores"]["score"].to_numpy(), rtol=1e-9
    )


def test_a_dead_sensor_is_left_out_with_a_warning(outcome):
    tables = sample_tables()
    readings = tables["sensor_reading"]
    stuck = readings.filter(pc.equal(readings["tag"], "motor_current"))
    column = readings.column_names.index("value")
    stuck = stuck.set_column(column, readings.schema.field("value"), pa.array([1.0] * len(stuck)))
    stuck = stuck.set_column(
        readings.column_names.index("tag"), readings.schema.field("tag"), pa.array(["frozen"] * len(stuck))
    )
    found = run(Data(tables={**tables, "sensor_reading": pa.concat_tables([readings, stuck])}))
    assert any("frozen" in warning.en for warning in found.warnings)
    assert "frozen" not in found.tables["contributions"]["variable"].to_pylist()


def test_a_machine_without_sensors_is_watched_by_its_meter():
    tables = sample_tables()
    start = datetime(2026, 3, 2)
    rng = np.random.default_rng(2)
    meter = [
        {
            "meter_id": "EM-9",
            "work_centre_id": "OLD-1",
            "carrier": "electricity",
            "start_time": start + timedelta(hours=hour),
            "end_time": start + timedelta(hours=hour + 1),
            "quantity": float(20 + rng.normal() + 8 * (hour >= 500)),
            "unit": "kWh",
        }
        for hour in range(600)
    ]
    centres = tables["work_centre"]
    old = pa.Table.from_pylist([{**centres.to_pylist()[0], "work_centre_id": "OLD-1"}], centres.schema)
    found = run(
        Data(
            tables={
                **tables,
                "work_centre": pa.concat_tables([centres, old]),
                "energy_reading": pa.Table.from_pylist(meter),
            }
        )
    )
    alarms = [one for one in found.tables["alarms"].to_pylist() if one["work_centre_id"] == "OLD-1"]
    assert alarms and alarms[0]["start"] == "2026-03-22T21:00:00"
    assert any("no machine events" in warning.en for warning in found.warnings)


def test_shares_of_intervals_that_spans_cover():
    spans = Spans(
        np.array(["2026-01-01T00:30", "2026-01-01T02:00"], "datetime64[s]"),
        np.array(["2026-01-01T01:15", "2026-01-01T03:00"], "datetime64[s]"),
    )
    times = np.array([f"2026-01-01T0{hour}:00" for hour in range(4)], "datetime64[s]")
    assert spans.share(times, np.timedelta64(3600, "s")).tolist() == [0.5, 0.25, 1.0, 0.0]
    empty = Spans(np.array([], "datetime64[s]"), np.array([], "datetime64[s]"))
    assert empty.share(times, np.timedelta64(3600, "s")).tolist() == [0.0] * 4


def test_the_day_before_a_failure_teaches_nothing():
    tables = sample_tables()
    watches, _ = read_watches(tables, datetime(2026, 3, 22), 0.5)
    times = watches[0].normal.times
    failure = np.datetime64("2026-03-20T15:00")
    assert times is not None and not ((times > failure - np.timedelta64(24, "h")) & (times < failure)).any()
    judged = watches[0].test.times
    assert judged is not None
    # After the repair of the second failure, which lies in the judged part, the charts begin afresh.
    assert [str(judged[row]) for row in watches[0].restarts] == ["2026-03-27T13:30:00"]


def test_gaps_take_the_reading_before_and_a_first_gap_the_normal_mean():
    nan = float("nan")
    values = np.array([[nan, 1.0], [2.0, nan], [nan, nan]])
    assert filled(values, np.array([7.0, 8.0])).tolist() == [[7.0, 1.0], [2.0, 1.0], [2.0, 1.0]]


@pytest.mark.parametrize(
    ("normal", "code"),
    [
        (np.full((200, 2), np.nan), "no_live_sensor"),
        (np.ones((200, 2)), "no_live_sensor"),
        (np.random.default_rng(0).normal(size=(40, 2)), "too_few_rows"),
        (np.vstack([np.random.default_rng(0).normal(size=(99, 2)), [[np.inf, 0.0]]]), "infinite_reading"),
    ],
)
def test_what_cannot_teach_is_refused(normal, code):
    test = Series(("a", "b"), np.zeros((10, 2)))
    with pytest.raises(BadInput) as refused:
        usable(Watch("GR-1", Series(("a", "b"), normal), test))
    assert refused.value.problems[0].code == code


def tennessee(shared_data, name: str) -> Data:
    folder = shared_data / "tennessee_eastman"
    return Data(instance=TennesseeText().read({"normal": folder / "d00.dat.gz", "test": folder / f"{name}_te.dat.gz"}))


def test_false_alarms_on_the_normal_test_run_are_at_most_one_in_a_hundred(shared_data):
    assert run(tennessee(shared_data, "d00")).kpis["alarm_share"].value <= 0.01


@pytest.mark.parametrize(("fault", "published"), [("d10", 0.634), ("d15", 0.965), ("d16", 0.736), ("d19", 0.864)])
def test_hard_faults_are_missed_less_than_published(shared_data, fault, published):
    found = run(tennessee(shared_data, fault), fault_from_row=161)
    assert found.kpis["missed_alarm_rate"].value < published


def test_a_valve_fault_of_the_test_bed_is_found_from_its_own_first_rows(shared_data):
    path = shared_data / "skab" / "valve1" / "1.csv.gz"
    found = run(Data(instance=SkabCsv().read({"test": path})))
    assert found.kpis["f1"].value > 0.8
    assert found.tables["scores"].num_rows == 1145


def test_the_test_bed_as_a_whole_is_judged_better_than_its_published_best(shared_data):
    hit = wrong = missed = 0
    for path in sorted((shared_data / "skab").glob("[ov]*/*.gz")):
        series = SkabCsv().read({"test": path}).test
        assert series.labels is not None
        alarm = fit_monitor(series.names, series.values[:400], 0.008).update(series.values).score[400:] > 1
        truth = series.labels[400:]
        hit, wrong, missed = (
            hit + (alarm & truth).sum(),
            wrong + (alarm & ~truth).sum(),
            missed + (~alarm & truth).sum(),
        )
    assert 2 * hit / (2 * hit + wrong + missed) > 0.78
