"""A value opens to its formula, its baseline columns and months, and its range of effect."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.factory import candidate, effect

from tujing.atlas.loader import atlas
from tujing.planning.candidates import EffectOn
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.expression import Expression
from tujing.planning.uncertainty import Normal
from tujing.planning.value import DRIVERS, read_baseline, worth
from tujing.planning.value_model import EFFECT, read_value_model, value_model
from tujing.planning.value_tree import open_plan, open_value
from tujing.problems import BadInput

GIVEN = {"cost_of_capital": 0.06, "staff": 260.0, "days_a_year": 248.0}
HORIZON = Horizon(quarters=4, quarters_after=4, ramp_up=(0.5, 1.0), discount_rate=0.1)
STEP = "production/one@2"


def baseline(**columns):
    amounts = {"revenue": 1_000.0, "material_cost": 400.0, "energy_cost": 50.0, "logistics_cost": 50.0} | columns
    filled = {name: [amounts.get(name, 100.0)] * 12 for name in DRIVERS}
    return read_baseline({"month": [date(2025, month, 1) for month in range(1, 13)], **filled}, 6)


def known(one=None, **more):
    return {**(one or baseline()).annual, **GIVEN, **more}


@given(st.dictionaries(st.sampled_from(DRIVERS), st.floats(1, 1e9), min_size=len(DRIVERS)), st.floats(-1, 1))
def test_every_money_formula_is_in_proportion_to_the_effect(amounts, share):
    model = value_model()
    for driver in DRIVERS:
        whole, part = (model.money(driver, {**amounts, **GIVEN}, effect) for effect in (1.0, share))
        assert part == pytest.approx(whole * share, abs=1e-6)


@given(st.dictionaries(st.sampled_from(DRIVERS), st.floats(1, 1e9), min_size=len(DRIVERS)), st.floats(-1, 1))
def test_every_path_comes_to_the_money_of_its_driver(amounts, share):
    model = value_model()
    figures = model.with_nodes({**amounts, **GIVEN})
    for path in model.paths:
        here = {**figures, EFFECT: share}
        for step in path.steps:
            here[step.id] = Expression(step.formula).value(here)
        assert Expression(path.money).value(here) == pytest.approx(
            model.money(path.driver, figures, share), rel=1e-9, abs=1e-6
        )


def test_the_kinds_of_value_that_the_guide_lists_are_there():
    paths = {path.id for path in value_model().paths}
    assert {"capacity", "scrap", "energy", "stock", "downtime", "labour", "lead_time", "working_capital"} <= paths
    assert "revenue_at_risk" in paths


@pytest.mark.whole_map
def test_every_kpi_that_a_path_names_is_one_of_the_map():
    effects = {(one.driver, one.kpi) for card in atlas().manifests.values() for one in card.effects}
    kpis = {kpi.id for card in atlas().manifests.values() for kpi in card.kpis}
    assert all(set(path.kpis) <= kpis for path in value_model().paths)
    assert all(value_model().path(driver, kpi).driver == driver for driver, kpi in effects)


def test_a_value_opens_to_its_column_its_months_its_range_and_its_formula():
    tree = open_value(STEP, effect("scrap_cost", 0.1, 0.2, 0.6), baseline(), GIVEN)
    money = tree.nodes[tree.root]
    assert (money.low, money.value, money.high) == pytest.approx((120.0, 1_200 * 0.3, 720.0))
    assert money.formula == "scrap_cost * effect"
    column = tree.nodes["baseline.scrap_cost"]
    assert column.value == 1_200.0 and column.months[0] == "2025-01" and len(column.months) == 12
    share = tree.nodes[next(name for name in money.inputs if name.startswith("effect."))]
    assert (share.low, share.high, share.source) == (0.1, 0.6, "test")


def test_hours_set_free_stand_between_a_changeover_and_its_money():
    one = EffectOn("labour_cost", "setup_share", effect().improvement, "test", "constructed")
    tree = open_value(STEP, one, baseline(), GIVEN)
    hours = next(node for name, node in tree.nodes.items() if name.endswith("hours_free"))
    assert hours.value == pytest.approx(260 * 248 * 8 * one.improvement.mean) and hours.unit == "h/a"
    assert tree.nodes[tree.root].value == pytest.approx(1_200 * one.improvement.mean)
    assert "given.staff" in tree.nodes and "node.hour_cost" in tree.nodes


def test_without_the_number_of_staff_the_hours_are_withheld_and_the_money_is_not():
    one = EffectOn("labour_cost", "setup_share", effect().improvement, "test", "constructed")
    tree = open_value(STEP, one, baseline(), {"cost_of_capital": 0.06})
    hours = next(node for name, node in tree.nodes.items() if name.endswith("hours_free"))
    assert hours.value is None and "从业人员" in hours.withheld.zh
    assert tree.nodes[tree.root].value == pytest.approx(1_200 * one.improvement.mean)


def test_a_missing_baseline_withholds_the_value_and_names_the_column():
    tree = open_value(STEP, effect("revenue"), baseline(logistics_cost=None), GIVEN)
    money = tree.nodes[tree.root]
    assert money.value is None and "物流成本" in money.withheld.zh and "Logistics cost" in money.withheld.en
    assert "收入" not in money.withheld.zh


def test_a_measured_effect_opens_to_its_deciles():
    one = EffectOn("scrap_cost", "kpi", Normal(0.2, 0.05), "evaluation", "measured")
    money = (tree := open_value(STEP, one, baseline(), GIVEN)).nodes[tree.root]
    assert money.low == pytest.approx(1_200 * (0.2 - 1.2815515655 * 0.05)) and money.value == pytest.approx(240)


def plan(**columns) -> tuple[Portfolio, object]:
    one = candidate("production/one", (effect("scrap_cost"), effect("inventory_value", 0.1, 0.1, 0.1)))
    two = candidate("production/two", (effect("scrap_cost", 0.3, 0.3, 0.3),))
    figures = baseline(**columns)
    prices = {driver: amount for driver in DRIVERS if (amount := worth(driver, figures, 0.06)) is not None}
    return Portfolio([(one, 0), (two, 0)], prices, HORIZON), figures


def test_a_plan_opens_to_drivers_with_the_overlap_taken_off_and_comes_to_its_full_benefit():
    portfolio, figures = plan()
    tree = open_plan(portfolio, figures, GIVEN)
    last_quarter = float(portfolio.benefit(portfolio.expected())[0, -1])
    assert tree.nodes["profit"].value == pytest.approx(4 * last_quarter)
    gross, overlap, net = (tree.nodes[f"{name}.scrap_cost"].value for name in ("gross", "overlap", "driver"))
    mean = effect().improvement.mean
    assert gross == pytest.approx(1_200 * (mean + 0.3)) and overlap == pytest.approx(1_200 * mean * 0.3)
    assert net == pytest.approx(gross - overlap)
    shares = [tree.nodes[name].value for name in tree.nodes["driver.scrap_cost"].inputs if name.startswith("share.")]
    assert len(shares) == 2 and sum(shares) == pytest.approx(net)
    assert tree.nodes["cash_once"].value == pytest.approx(portfolio.freed_cash({"inventory_value": 100.0}))


def test_every_input_that_a_node_names_is_in_the_tree():
    portfolio, figures = plan(late_penalty=None)
    tree = open_plan(portfolio, figures, GIVEN)
    assert all(name in tree.nodes for node in tree.nodes.values() for name in node.inputs)
    told = tree.as_dict()
    assert told["root"] == "profit" and told["nodes"]["profit"]["label"]["zh"]


def test_a_driver_without_a_baseline_stands_in_the_tree_withheld_and_is_said_at_the_root():
    portfolio, figures = plan(late_penalty=None)
    tree = open_plan(portfolio, figures, GIVEN)
    assert tree.nodes["driver.late_penalty"].value is None
    assert "逾期罚款" in tree.nodes["driver.late_penalty"].withheld.zh
    assert "罚款" in tree.nodes["profit"].withheld.zh and tree.nodes["profit"].value is not None


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b", "a ** 2", "a if b else c", "max(a)", "a +", "[a]", "True", "'text'", "open(a, b)"],
)
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match=r"formula|understood"):
        Expression(text)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(1, 1e6))
def test_a_formula_computes_what_it_says(a, b, c):
    value = Expression("max(a - -b, 2 * a) / c + min(a, b)").value({"a": a, "b": b, "c": c})
    assert value == pytest.approx(max(a + b, 2 * a) / c + min(a, b))


def test_what_is_not_known_or_divided_by_nought_has_no_value():
    assert Expression("a / b").value({"a": 1.0, "b": 0.0}) is None
    assert Expression("a / b").value({"a": 1.0}) is None and Expression("a + 1").value({"a": np.nan}) is not None


def test_a_formula_that_names_no_figure_is_refused_with_its_place(tmp_path):
    from tujing.planning.value_model import FILE

    broken = tmp_path / "tree.yaml"
    broken.write_text(FILE.read_text(encoding="utf-8").replace("scrap_cost * effect", "scrap_costs * effect"), "utf-8")
    with pytest.raises(BadInput) as refused:
        read_value_model(broken)
    assert "scrap_costs" in refused.value.problems[0].words.zh and "tree.yaml" in refused.value.problems[0].file
