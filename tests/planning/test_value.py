"""What an effect is worth."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.planning.value import DRIVERS, overlap, read_baseline, worth

SHARES = st.lists(st.floats(0.001, 0.6), min_size=1, max_size=8)


def months(count: int, **columns: float | None) -> dict[str, list]:
    filled = {name: [columns.get(name, 100.0)] * count for name in DRIVERS}
    return {"month": [date(2025 + month // 12, month % 12 + 1, 1) for month in range(count)], **filled}


def test_flows_are_a_year_and_stocks_a_mean_of_the_last_twelve_months():
    columns = months(24)
    columns["scrap_cost"] = [999.0] * 12 + [10.0] * 12
    columns["inventory_value"] = [999.0] * 12 + [50.0] * 12
    known = read_baseline(columns, 6)
    assert known.annual["scrap_cost"] == pytest.approx(120.0)
    assert known.annual["inventory_value"] == pytest.approx(50.0)
    assert (known.first, known.last, known.months) == (date(2026, 1, 1), date(2026, 12, 1), 12)


def test_the_order_of_rows_does_not_matter():
    columns = months(24)
    columns["scrap_cost"] = [float(month) for month in range(24)]
    turned = {name: values[::-1] for name, values in columns.items()}
    assert read_baseline(turned, 6) == read_baseline(columns, 6)


def test_a_driver_that_is_not_known_is_withheld_and_a_known_nought_is_nought():
    known = read_baseline(months(12, scrap_cost=None, late_penalty=0.0), 6)
    assert known.annual["scrap_cost"] is None
    assert worth("scrap_cost", known, 0.06) is None
    assert worth("late_penalty", known, 0.06) == 0.0


def test_too_few_months_are_not_scaled_to_a_year():
    assert worth("scrap_cost", read_baseline(months(5), 6), 0.06) is None
    assert worth("scrap_cost", read_baseline(months(6), 6), 0.06) == pytest.approx(1_200.0)


def test_revenue_counts_with_its_margin_and_balances_with_the_carrying_cost():
    columns = months(12, revenue=1_000.0, material_cost=400.0, energy_cost=50.0, logistics_cost=50.0)
    known = read_baseline(columns, 6)
    assert worth("revenue", known, 0.06) == pytest.approx(12_000 * 0.5)
    assert worth("receivables", known, 0.06) == pytest.approx(100 * 0.06)
    without = read_baseline(months(12, logistics_cost=None), 6)
    assert worth("revenue", without, 0.06) is None


@given(SHARES, st.data())
def test_the_linear_value_never_exceeds_the_exact_one_whatever_is_chosen_and_however_far_ramped_up(shares, data):
    factor = overlap({"scrap_cost": shares})["scrap_cost"]
    ramped = [share * data.draw(st.floats(0, 1)) for share in shares]
    assert factor * sum(ramped) <= 1 - np.prod([1 - share for share in ramped]) + 1e-12


@given(st.floats(0.0, 0.9))
def test_one_effect_alone_has_no_overlap(share):
    assert overlap({"scrap_cost": [share]})["scrap_cost"] == pytest.approx(1.0)
