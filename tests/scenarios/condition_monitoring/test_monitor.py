"""The monitor: limits that hold on unseen normal rows, faults found and named, and one truth however rows arrive."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.condition_monitoring.runs import names, process

from tujing.problems import BadInput
from tujing.scenarios.service.condition_monitoring import charts
from tujing.scenarios.service.condition_monitoring.monitor import Monitor, fit_monitor
from tujing.scenarios.service.condition_monitoring.normal_model import fit
from tujing.scenarios.service.condition_monitoring.stream import verdicts


@pytest.fixture(scope="module")
def monitor() -> Monitor:
    return fit_monitor(names(), process(600), 0.015)


def again(monitor: Monitor) -> Monitor:
    monitor.start_again()
    return monitor


def test_few_unseen_normal_rows_are_in_alarm():
    shares = []
    for seed in range(6):
        fitted = fit_monitor(names(), process(500, 100 + seed), 0.01)
        shares.append((fitted.update(process(1500, 200 + seed)).score > 1).mean())
    assert np.mean(shares) < 0.03


@pytest.mark.parametrize("number", range(5))
def test_a_shifted_sensor_is_found_and_named(monitor, number):
    rows = process(300, seed=20)
    rows[150:, number] += 3 * rows[:, number].std()
    judged = again(monitor).update(rows)
    alarm = judged.score > 1
    assert alarm[152:].all()
    assert monitor.shares(judged)[150:].mean(axis=0).argmax() == number


def test_a_noisy_sensor_is_found_though_its_mean_is_right(monitor):
    rows = process(400, seed=21)
    rows[200:, 2] += np.random.default_rng(3).normal(0, 1.0, 200)
    judged = again(monitor).update(rows)
    assert (judged.score[230:] > 1).mean() > 0.95
    assert monitor.shares(judged)[230:].mean(axis=0).argmax() == 2


def test_a_drift_within_every_fixed_limit_is_found(monitor):
    rows, normal = process(300, seed=22), process(600)
    calm = np.abs(rows - normal.mean(axis=0)) < 2 * normal.std(axis=0)
    rows = np.where(calm, rows, normal.mean(axis=0))
    rows[100:, 0] += np.linspace(0, 1, 200) * normal[:, 0].std()
    assert (np.abs(rows - normal.mean(axis=0)) < 3 * normal.std(axis=0)).all()
    assert (again(monitor).update(rows).score[250:] > 1).all()


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 199), max_size=6, unique=True), seed=st.integers(0, 5))
def test_pieces_of_any_length_give_the_same_scores(cuts, seed):
    monitor = fit_monitor(names(), process(150), 0.02)
    rows = process(200, seed)
    whole = monitor.update(rows)
    shares = monitor.shares(whole)
    monitor.start_again()
    edges = [0, *sorted(cuts), 200]
    parts = [monitor.update(rows[start:end]) for start, end in pairwise(edges)]
    np.testing.assert_allclose(np.concatenate([part.score for part in parts]), whole.score, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.concatenate([monitor.shares(part) for part in parts]), shares, rtol=1e-8, atol=1e-10)


def test_row_by_row_text_gives_the_scores_of_the_batch_and_of_a_monitor_that_was_kept(monitor):
    rows = process(60, seed=7)
    batch = again(monitor).update(rows).score
    kept = Monitor.from_json(monitor.to_json())
    lines = (" ".join(repr(float(value)) for value in row) for row in rows)
    live = [one.score for one in verdicts(kept, lines)]
    np.testing.assert_allclose(live, batch, rtol=1e-9)


def test_the_stream_fills_a_gap_with_the_reading_before_and_refuses_a_short_row(monitor):
    kept = Monitor.from_json(monitor.to_json())
    found = verdicts(kept, ["10,10,10,10,10", "10,,10,nan,10", "", "10;10;10;10;10"])
    assert [one.row for one in found] == [1, 2, 4]
    with pytest.raises(BadInput):
        list(verdicts(kept, ["1 2 3"]))
    with pytest.raises(BadInput):
        list(verdicts(kept, ["1 2 3 four 5"]))


def test_a_file_that_is_no_monitor_is_refused():
    for text in ("", "[]", '{"format": "other"}', '{"format": "tujing-monitor/1"}'):
        with pytest.raises(BadInput):
            Monitor.from_json(text)


def test_rows_of_another_width_or_without_a_number_are_refused(monitor):
    for rows in (np.ones((3, 4)), np.full((1, 5), np.nan)):
        with pytest.raises(BadInput):
            monitor.update(rows)


@settings(max_examples=25, deadline=None)
@given(factor=st.floats(1e-3, 1e3), offset=st.floats(-1e3, 1e3))
def test_units_of_the_sensors_do_not_matter(factor, offset):
    rows, fresh = process(150), process(80, 4)
    plain = fit_monitor(names(), rows, 0.02).update(fresh)
    other = fit_monitor(names(), rows * factor + offset, 0.02).update(fresh * factor + offset)
    np.testing.assert_allclose(other.score, plain.score, rtol=1e-5, atol=1e-6)


def test_shares_sum_to_one_for_every_chart():
    model = fit(process(200))
    reading, _ = charts.read(model, charts.fresh(model), process(50, 3))
    for name in charts.NAMES:
        shares = charts.contributions(model, reading, name)
        assert (shares >= 0).all()
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_slow_charts_are_left_out_where_they_cannot_settle():
    few, many = fit_monitor(names(), process(100), 0.02), fit_monitor(names(), process(600), 0.02)
    assert "shift_slow" not in few.yardsticks and "shift_slow" in many.yardsticks


def test_t_squared_is_hotellings_on_independent_variables():
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(4000, 2)) @ np.array([[3.0, 0.0], [0.0, 0.01]])
    model = fit(rows)
    whole = model.t_squared(model.standardised(rows)) + model.spe(model.standardised(rows))
    standard = model.standardised(rows)
    np.testing.assert_allclose(whole.mean(), (standard**2).sum(axis=1).mean(), rtol=0.05)
