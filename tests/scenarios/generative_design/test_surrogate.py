"""The processes, the stack, the simulation and the search against known answers."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tujing.runtime.contract import Silent
from tujing.scenarios.research_design.generative_design import gaussian_process, learners, regression, slider, study
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.plate import Plate, simulate
from tujing.scenarios.research_design.generative_design.surrogate import Goal, best_known, learn
from tujing.scenarios.research_design.generative_design.watching import Watch
from tujing.words import Text

GENERATOR = np.random.default_rng(3)


def watch(seconds):
    return Watch(Silent(), 0, 1, time.perf_counter() + seconds, Text(zh="试", en="Trying"))


@pytest.mark.parametrize("kernel", ["squared_exponential", "matern_5_2"])
def test_the_likelihood_has_the_gradient_it_says(kernel):
    points, logs = GENERATOR.random((15, 3)), np.log([0.5, 0.7, 0.9, 1.2, 0.01])
    target = np.sin(3 * points[:, 0])
    _, gradient = gaussian_process._likelihood(logs, points, target, kernel)
    for axis in range(5):
        step = np.zeros(5)
        step[axis] = 1e-5
        up, down = (gaussian_process._likelihood(logs + side * step, points, target, kernel)[0] for side in (1, -1))
        assert gradient[axis] == pytest.approx((up - down) / 2e-5, rel=1e-3, abs=1e-5)


def test_an_idle_input_gets_a_long_length_and_the_error_bars_hold():
    points = GENERATOR.random((60, 2))
    model = gaussian_process.fit(points, np.sin(6 * points[:, 0]))
    assert model.lengths[1] > 5 * model.lengths[0]
    new = GENERATOR.random((200, 2))
    mean, deviation = model.predict(new)
    assert np.abs(mean - np.sin(6 * new[:, 0])).max() < 0.05
    assert (deviation > 0).all()


def test_the_stack_beats_the_quadratic_and_its_intervals_hold():
    points = GENERATOR.random((120, 2))
    target = np.sin(9 * points[:, 0]) + (points[:, 1] > 0.5) + 0.1 * GENERATOR.normal(size=120)
    stack = regression.fit(points, target, 0, watch(60))
    ours, plain = (np.sqrt(np.mean((one - target) ** 2)) for one in (stack.left_out, stack.plain))
    assert ours < 0.9 * plain
    assert sum(stack.weights.values()) == pytest.approx(1)
    assert 0.86 <= np.mean((target >= stack.lower) & (target <= stack.upper)) <= 0.95
    middle, low, high = stack.predict(points[:5])
    assert (low < middle).all() and (middle < high).all()


def test_a_quadratic_is_found_exactly():
    points = GENERATOR.random((40, 2))
    target = 1 + points[:, 0] * points[:, 1] - 3 * points[:, 1] ** 2
    assert learners.quadratic(points, target)(points) == pytest.approx(target)


def test_without_time_two_learners_are_still_weighed():
    points = GENERATOR.random((60, 2))
    stack = regression.fit(points, points[:, 0], 0, watch(0))
    assert len(stack.rmse) == 2 and stack.skipped


def test_the_plate_bends_as_a_beam_and_its_hole_concentrates_as_kirsch_says():
    beam = simulate(Plate(40, 8, 2, 0.5), (0, -800))
    assert beam.deflection == pytest.approx(800 * 160**3 / (3 * 206_000 * 8 * 40**3 / 12), rel=0.06)
    assert beam.stress == pytest.approx(800 * 144 / (8 * 40**2 / 6), rel=0.05)
    wide = simulate(Plate(1000, 1, 20, 0.5, length=1000), (1000, 0))
    assert wide.stress == pytest.approx(3.0, rel=0.02)
    assert wide.mass == pytest.approx((1e6 - np.pi * 100) * 7.85e-6)


def test_a_study_finds_a_lighter_arm_that_keeps_the_limits():
    cases = study.explore(24, 811.0, 0, watch(60))
    goal = Goal("mass", 1.0, (("stress", 1.0, 120.0), ("deflection", 1.0, 0.1)))
    first = best_known(cases, goal)
    found, steps, foretold = study.search(learn(cases, 0), goal, 6, 0, watch(60))
    best = best_known(found.cases, goal)
    assert best is not None and steps[-1].runs == len(found.cases.labels)
    assert first is None or found.cases.results["mass"][best] < cases.results["mass"][first]
    if foretold:
        assert foretold["mass"][1] <= foretold["mass"][0] <= foretold["mass"][2]


def answer(chart, at):
    """Evaluates a slider's first output as the page does."""
    one = chart["outputs"][0]
    scaled = (at - [i["low"] for i in chart["inputs"]]) / [i["high"] - i["low"] for i in chart["inputs"]]
    near = np.exp(-0.5 * (((np.array(one["points"]) - scaled) / one["lengths"]) ** 2).sum(axis=1))
    variance = max(0, 1 - near @ np.array(one["inverse"]) @ near) + one["noise"]
    return one["mean"] + one["scale"] * near @ one["weights"], one["scale"] * np.sqrt(variance)


def test_the_slider_says_what_the_model_says():
    points = 41.06404 + 45.3 * GENERATOR.random((30, 2))
    cases = Cases(("a", "b"), points, {"y": points[:, 0] ** 2 + points[:, 1]}, tuple(map(str, range(30))))
    models = learn(cases, 0).models
    chart = slider.slider(cases, models, points[0]).data
    assert all(len(str(one[end])) <= 5 for one in chart["inputs"] for end in ("low", "high"))
    middle, deviation = answer(chart, points[3] + 0.5)
    expected = models["y"].predict(points[3:4] + 0.5)
    assert middle == pytest.approx(expected[0][0], rel=1e-4)
    assert deviation == pytest.approx(expected[1][0], abs=2e-3 * np.std(cases.results["y"]))


def test_the_slider_of_many_rows_is_as_sure_as_it_may_be():
    points = GENERATOR.random((600, 2))
    clean = np.sin(6 * points[:, 0]) + points[:, 1]
    cases = Cases(("a", "b"), points, {"y": clean + 0.1 * GENERATOR.normal(size=600)}, tuple(map(str, range(600))))
    chart = slider.of_table(cases, 0).data
    assert len(chart["outputs"][0]["points"]) == slider.POINTS
    found = [answer(chart, at) for at in points[:100]]
    assert np.abs([middle for middle, _ in found] - clean[:100]).max() < 0.15
    assert np.array([deviation for _, deviation in found]) == pytest.approx(0.1, rel=0.3)


def test_intervals_of_designs_hold_what_they_say():
    points = GENERATOR.random((80, 2))
    cases = Cases(("a", "b"), points, {"y": np.sin(9 * points[:, 0]) * points[:, 1]}, tuple(map(str, range(80))))
    accuracy, actual = learn(cases, 0).accuracy["y"], cases.results["y"]
    assert 0.88 <= np.mean((actual >= accuracy.lower) & (actual <= accuracy.upper)) <= 0.96


def test_a_result_that_is_almost_exact_has_narrow_intervals_everywhere():
    cases = study.explore(24, 811.0, 0, watch(60))
    _, low, high = learn(cases, 0).predict("mass", np.array([[41.0, 6.2, 27.0, 0.31], [85.0, 15.5, 12.0, 0.6]]))
    assert (high - low < 0.1 * np.ptp(cases.results["mass"])).all()
