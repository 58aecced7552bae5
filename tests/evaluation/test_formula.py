"""Covered: formulas refused at the character that is wrong, units checked, and figures that pandas yields as well."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.atlas.loader import atlas
from tujing.evaluation.compute import computed, over, reads
from tujing.evaluation.formula import parse
from tujing.evaluation.formula_check import check
from tujing.evaluation.quantity import quantity
from tujing.problems import BadInput


def refused(formula, unit="1"):
    with pytest.raises(BadInput) as caught:
        check(parse(formula), formula, unit)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("formula", "character", "word"),
    [
        ("sum(work_order.quantity", 24, "')'"),
        ("sum(work_order.quantity) +", 27, "expected"),
        ("work_order.quantity", 1, "aggregate"),
        ("3 × 4", 1, "aggregate"),
        ("summ(work_order.quantity)", 1, "sum"),
        ("sum(work_order.quantiti)", 5, "quantity"),
        ("sum(work_oder.quantity)", 5, "work_order"),
        ("sum(work_order.quantity § 2)", 25, "not known"),
        ("sum(work_order.quantity + product.unit_cost)", 27, "one table"),
        ("sum(work_order.quantity | work_order.status = done)", 27, "completed"),
        ("sum(work_order.release_time)", 1, "difference"),
        ("sum(work_order.status)", 5, "counted"),
        ("sum(work_order.quantity) + sum(product.unit_cost)", 26, "cannot be added"),
        ("sum(work_order.quantity))", 25, "too much"),
    ],
)
def test_an_error_names_the_character_and_what_to_do(formula, character, word):
    problem = refused(formula)
    assert f"character {character} " in problem.sentence("en") and word in problem.sentence("en")
    assert f"第 {character} 个字符" in problem.sentence("zh")
    assert problem.detail.split("\n")[-1].index("^") == character - 1


def test_a_unit_that_the_formula_does_not_yield_is_refused():
    problem = refused("mean(work_order.completed_time − work_order.release_time)", "CNY")
    assert problem.code == "unit_differs" and "time" in problem.sentence("en")
    check(parse("mean(work_order.completed_time − work_order.release_time)"), "", "h")


def test_a_condition_on_the_unit_gives_a_meters_figures_their_unit():
    formula = "sum(energy_reading.quantity | energy_reading.unit = kWh) ÷ count(energy_reading)"
    check(parse(formula), formula, "kWh")
    check(parse(formula), formula, "MWh")
    assert refused("sum(energy_reading.quantity)", "kWh").code == "unit_differs"
    moment = pa.array([datetime(2026, 1, 5)] * 2, pa.timestamp("us"))
    table = pa.table({"start_time": moment, "quantity": [300.0, 500.0], "unit": ["kWh", "m3"]})
    found = computed(parse(formula), "MWh", {"energy_reading": table}, "week", {})
    assert found.iloc[0, 0] == pytest.approx(0.15)


@given(
    symbols=st.lists(st.sampled_from(["CNY", "min", "h", "kg", "t", "kWh", "件"]), min_size=1, max_size=3),
    under=st.sampled_from(["h", "d", "kg", "1"]),
)
def test_units_multiply_and_divide_as_numbers_do(symbols, under):
    whole = quantity("·".join(symbols) + "/" + under)
    product = quantity(symbols[0])
    for symbol in symbols[1:]:
        product = product.times(quantity(symbol))
    assert whole.times(quantity(under)).like(product)
    assert whole.factor * quantity(under).factor == pytest.approx(product.factor)


ORDERS = 60


def orders(seed=0):
    random = np.random.default_rng(seed)
    released = [datetime(2026, 1, 5) + timedelta(hours=float(hour)) for hour in random.uniform(0, 24 * 60, ORDERS)]
    taken = [timedelta(hours=float(hour)) for hour in random.uniform(1, 200, ORDERS)]
    return pa.table(
        {
            "work_order_id": [f"W{number}" for number in range(ORDERS)],
            "product_id": random.choice(["P1", "P2", "P3"], ORDERS),
            "quantity": random.uniform(1, 9, ORDERS),
            "release_time": pa.array(released, pa.timestamp("us")),
            "due_time": pa.array([moment + timedelta(days=4) for moment in released], pa.timestamp("us")),
            "completed_time": pa.array([a + b for a, b in zip(released, taken, strict=True)], pa.timestamp("us")),
            "status": random.choice(["completed", "started"], ORDERS),
        }
    )


PRODUCTS = pa.table({"product_id": ["P1", "P2", "P3"], "family": ["A", "A", "B"]})


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_what_is_computed_is_what_pandas_computes(seed):
    table = orders(seed)
    frame = table.to_pandas().merge(PRODUCTS.to_pandas())
    node = parse(
        "mean(work_order.completed_time − work_order.release_time | work_order.status = completed) "
        "× count(work_order.completed_time > work_order.due_time) ÷ count(work_order)"
    )
    found = computed(node, "h", {"work_order": table, "product": PRODUCTS}, "week", {}, "family")
    frame["week"] = frame["release_time"].dt.to_period("W-SUN").dt.start_time
    for (week, family), rows in frame.groupby(["week", "family"]):
        done = rows[rows["status"] == "completed"]
        if not len(done):
            assert np.isnan(found.loc[week, family])
            continue
        hours = (done["completed_time"] - done["release_time"]).dt.total_seconds().mean() / 3600
        late = (rows["completed_time"] > rows["due_time"]).mean()
        assert found.loc[week, family] == pytest.approx(hours * late, rel=1e-6, abs=1e-6)


def test_parts_taken_together_are_pooled_and_not_averaged():
    table = orders()
    tables = {"work_order": table, "product": PRODUCTS}
    node = parse("sum(work_order.quantity) ÷ count(work_order)")
    both = computed(node, "1", tables, "month", {}, "family", ["B"])
    frame = table.to_pandas().merge(PRODUCTS.to_pandas())
    month = frame[frame["release_time"].dt.month == 1]
    assert both[False].iloc[0] == pytest.approx(month[month["family"] == "A"]["quantity"].mean())
    assert both[True].iloc[0] == pytest.approx(month[month["family"] == "B"]["quantity"].mean())


def test_a_window_holds_its_first_day_and_not_its_last():
    table = orders()
    days = table.to_pandas()["release_time"].dt.date
    found = over(parse("count(work_order)"), "1", {"work_order": table}, {}, date(2026, 1, 10), date(2026, 2, 1))
    assert found == ((days >= date(2026, 1, 10)) & (days < date(2026, 2, 1))).sum()


def test_a_share_over_nothing_has_no_value_rather_than_infinity():
    table = orders()
    node = parse("count(work_order) ÷ sum(work_order.quantity | work_order.status = cancelled)")
    assert computed(node, "1", {"work_order": table}, "week", {}).isna().all().all()


def test_a_scope_that_no_reference_leads_to_is_refused_with_a_way_on():
    with pytest.raises(BadInput) as caught:
        reads(parse("sum(financial_baseline.revenue)"), "family")
    assert "whole plant" in caught.value.problems[0].sentence("en")


def test_nearly_half_of_the_maps_formulas_are_of_this_language():
    """The manifests' notation is wider: it also knows forms that are told in words."""
    formulas = [kpi.formula for card in atlas().manifests.values() for kpi in card.kpis]
    parsed = 0
    for formula in formulas:
        try:
            parse(formula)
        except BadInput:
            continue
        parsed += 1
    assert parsed >= 0.45 * len(formulas)
