"""Control charts, run rules, capability and gauge studies against known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.problems import BadInput
from tujing.scenarios.production.quality_inspection.sheets import read_sheet
from tujing.scenarios.production.quality_inspection.spc.capability import anderson_darling, capability
from tujing.scenarios.production.quality_inspection.spc.charts import cusum, draw, ewma
from tujing.scenarios.production.quality_inspection.spc.constants import c4, d2, d3
from tujing.scenarios.production.quality_inspection.spc.from_sheet import read_series
from tujing.scenarios.production.quality_inspection.spc.gauge import gauge_study
from tujing.scenarios.production.quality_inspection.spc.nelson import signals
from tujing.scenarios.production.quality_inspection.spc.series import Series
from tujing.scenarios.production.quality_inspection.spc.study import examine


@pytest.mark.parametrize(("n", "mean", "deviation"), [(2, 1.128, 0.853), (5, 2.326, 0.864), (10, 3.078, 0.797)])
def test_range_constants_are_the_printed_ones(n, mean, deviation):
    assert d2(n) == mean
    assert d3(n) == pytest.approx(deviation, abs=6e-4)


def test_c4_is_the_printed_one():
    assert (c4(2), c4(5), c4(10), c4(25)) == (0.7979, 0.94, 0.9727, 0.9896)


TEXTBOOK = [
    ("pistonrings", "xbar_r", 0, (74.00118, 73.98805, 74.01431), 2e-5),
    ("orangejuice", "p", 0, (0.2313, 0.0524, 0.4102), 6e-5),
    ("orangejuice", "p", 1, (0.2150, 0.0407, 0.3893), 6e-5),
    ("circuit", "c", 0, (19.85, 6.48, 33.21), 6e-3),
    ("circuit", "c", 1, (19.67, 6.36, 32.97), 6e-3),
    ("viscosity", "i_mr", 0, (34.088, 32.565, 35.611), 6e-4),
    ("antifreeze", "i_mr", 0, (2.5697, 2.0313, 3.1081), 6e-5),
]


@pytest.mark.parametrize(("name", "kind", "revision", "figures", "within"), TEXTBOOK)
def test_the_textbook_figures(shared_data, name, kind, revision, figures, within):
    study = examine(read_series(read_sheet(shared_data / "spc_textbook" / f"{name}.csv")))
    panel = study.revisions[revision].chart.panels[0]
    assert study.kind == kind
    assert (panel.centre[0], panel.lower[0], panel.upper[0]) == pytest.approx(figures, abs=within)


def test_the_textbook_signals(shared_data):
    def outside(name):
        study = examine(read_series(read_sheet(shared_data / "spc_textbook" / f"{name}.csv")))
        first = study.chart.panels[0]
        return [study.series.labels[i] for i in study.signals[first.name][1]], study

    rings, study = outside("pistonrings")
    assert rings == ["37", "38", "39"]
    assert study.chart.panels[1].upper[0] == pytest.approx(0.0481, abs=6e-5)
    assert outside("orangejuice")[0][:2] == ["15", "23"]
    assert outside("circuit")[0] == ["6", "20"]
    viscosity = outside("viscosity")[1]
    assert viscosity.chart.panels[1].upper[0] == pytest.approx(1.871, abs=6e-4)


@pytest.mark.parametrize(
    ("rule", "z", "expected"),
    [
        (1, [0, 3.1, 0, -3.2], [1, 3]),
        (2, [0.1] * 9, [8]),
        (3, [0, 0.1, 0.2, 0.3, 0.4, 0.5], [5]),
        (4, [0.5, -0.5] * 7, [13]),
        (5, [2.1, 0, 2.1], [2]),
        (6, [1.1, 1.1, 0, 1.1, 1.1], [4]),
        (7, [0.5, -0.5] * 7 + [0.5], [14]),
        (8, [1.5, -1.5] * 4, [7]),
    ],
)
def test_each_nelson_rule(rule, z, expected):
    found = signals(np.array(z, dtype=float), (rule,))
    assert found[rule].tolist() == expected
    assert signals(np.array(z, dtype=float)[:-1], (rule,)).get(rule, np.empty(0)).tolist() == expected[:-1]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60))
def test_the_rules_do_not_mind_which_way_is_up(values):
    z = np.array(values)
    up, down = signals(z), signals(-z)
    assert {rule: places.tolist() for rule, places in up.items()} == {
        rule: places.tolist() for rule, places in down.items()
    }


@given(st.lists(st.floats(-3, 3), min_size=12, max_size=30), st.floats(0.1, 50), st.floats(-100, 100))
def test_signals_do_not_depend_on_the_unit(values, scale, shift):
    base = np.round(np.array(values), 2)
    if np.mean(np.abs(np.diff(base))) < 0.05:
        return

    def outside(x):
        one = Series("x", tuple(map(str, range(len(x)))), groups=tuple(x[:, None]), trial=np.ones(len(x), bool))
        panel = draw(one, "i_mr", one.trial).panels[0]
        return (panel.values - panel.centre) / panel.sigma

    assert outside(base * scale + shift) == pytest.approx(outside(base), abs=1e-6)


def test_ewma_and_cusum_by_hand():
    means, spread = np.array([1.0, 1.0]), np.ones(2)
    panel = ewma(means, 0.0, spread, 0.2, 3.0)
    assert panel.values == pytest.approx([0.2, 0.36])
    assert panel.upper == pytest.approx([0.6, 3 * np.sqrt(0.04 * 1.64)])
    high, low = cusum(means, 0.0, spread, 0.5, 4.0)
    assert high.values == pytest.approx([0.5, 1.0])
    assert low.values == pytest.approx([0.0, 0.0])


def test_capability_of_a_known_process():
    values = np.random.default_rng(0).normal(10, 1, 4000)
    found = capability(values, 7, 13, 1.0, 3000)
    assert found.cp.value == pytest.approx(1.0)
    assert found.cp.low < 1 < found.cp.high
    assert found.cpk.low < found.cpk.value < found.cpk.high
    assert found.ppk.value == pytest.approx(1.0, abs=0.06)
    assert found.outside == pytest.approx(0.0027, abs=0.001)
    assert anderson_darling(values) > 0.01
    assert anderson_darling(np.exp(values / 3)) < 1e-4


AIAG = {
    "A": "0.29 0.41 0.64 -0.56 -0.68 -0.58 1.34 1.17 1.27 0.47 0.50 0.64 -0.80 -0.92 -0.84 0.02 -0.11 -0.21 0.59 0.75 "
    "0.66 -0.31 -0.20 -0.17 2.26 1.99 2.01 -1.36 -1.25 -1.31",
    "B": "0.08 0.25 0.07 -0.47 -1.22 -0.68 1.19 0.94 1.34 0.01 1.03 0.20 -0.56 -1.20 -1.28 -0.20 0.22 0.06 0.47 0.55 "
    "0.83 -0.63 0.08 -0.34 1.80 2.12 2.19 -1.68 -1.62 -1.50",
    "C": "0.04 -0.11 -0.15 -1.38 -1.13 -0.96 0.88 1.09 0.67 0.14 0.20 0.11 -1.46 -1.07 -1.45 -0.29 -0.67 -0.49 0.02 "
    "0.01 0.21 -0.46 -0.56 -0.49 1.77 1.45 1.87 -1.49 -1.77 -2.16",
}


def test_the_gauge_study_of_the_aiag_manual():
    """AIAG MSA, 4th edition, chapter III-B: ten parts, three appraisers, three trials."""
    parts, operators, values = [], [], []
    for operator, text in AIAG.items():
        for i, value in enumerate(text.split()):
            parts.append(str(i // 3))
            operators.append(operator)
            values.append(float(value))
    gauge = gauge_study(parts, operators, np.array(values))
    assert gauge.pooled
    assert gauge.repeatability == pytest.approx(0.19993, abs=2e-5)
    assert gauge.reproducibility == pytest.approx(0.226838, abs=2e-5)
    assert gauge.parts == pytest.approx(1.042327, abs=2e-5)
    assert gauge.share == pytest.approx(0.2786, abs=1e-4)
    assert gauge.categories == 4
    with pytest.raises(BadInput) as error:
        gauge_study(parts[:-1], operators[:-1], np.array(values[:-1]))
    assert error.value.problems[0].code == "unbalanced_study"


def test_which_chart_is_chosen():
    rng = np.random.default_rng(0)

    def kind(groups):
        one = Series("x", tuple(map(str, range(len(groups)))), groups=tuple(groups), trial=np.ones(len(groups), bool))
        return examine(one).kind

    assert kind(rng.normal(size=(30, 4))) == "xbar_r"
    assert kind(rng.normal(size=(30, 12))) == "xbar_s"
    assert kind([rng.normal(size=3 + i % 2) for i in range(30)]) == "xbar_s"
    assert kind(rng.normal(size=(50, 1))) == "i_mr"
    assert kind(rng.lognormal(0, 0.8, size=(300, 1))) == "ewma"
