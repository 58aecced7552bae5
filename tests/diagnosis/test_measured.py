"""Answers measured from tables whose truth is known."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest
from tests.diagnosis.drawn import SME

from tujing.diagnosis.measured import COLUMNS, measured_facts

MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]


def finance(months=MONTHS, revenue=lambda month: 100.0, cost=lambda month: 80.0, spend=lambda month: 0.5):
    columns = {name: [0.0] * len(months) for name in COLUMNS["financial_baseline"]}
    columns["month"] = months
    columns["revenue"] = [revenue(place) for place in range(len(months))]
    columns["material_cost"] = [cost(place) for place in range(len(months))]
    columns["digital_spend"] = [spend(place) for place in range(len(months))]
    return pa.table(columns)


@pytest.mark.parametrize(
    ("networked", "option"),
    [([True] * 8 + [False] * 12, "le_40"), ([True] * 9 + [None] * 11, "le_60"), ([False], "le_10")],
)
def test_networked_rate_counts_what_is_not_filled_in_as_not_networked(networked, option):
    fact = measured_facts(SME, {"work_centre": pa.table({"is_networked": pa.array(networked, pa.bool_())})})["B3"]
    assert fact.option == option
    assert fact.value == networked.count(True) / len(networked)


def test_a_column_that_nobody_filled_in_measures_nothing():
    assert measured_facts(SME, {"work_centre": pa.table({"is_networked": pa.array([None, None], pa.bool_())})}) == {}
    assert measured_facts(SME, {}) == {}


def test_spend_and_trends_from_two_years_of_finance():
    """Revenue grows by a tenth, cost stays: revenue per head up, cost per revenue down."""
    facts = measured_facts(SME, {"financial_baseline": finance(revenue=lambda place: 100.0 if place < 12 else 110.0)})
    assert facts["M4"].option == "le_10"
    assert facts["M4"].value == pytest.approx(12 / (1200 + 1320))
    assert (facts["R3"].option, facts["R3"].value) == ("up", pytest.approx(0.1))
    assert (facts["R4"].option, facts["R4"].value) == ("down", pytest.approx(1 / 1.1 - 1))
    assert list(facts) == ["M4", "R3", "R4"]


@pytest.mark.parametrize(
    ("growth", "option"), [(0.0, "flat"), (0.004, "flat"), (-0.004, "flat"), (0.006, "up"), (-0.006, "down")]
)
def test_a_change_within_the_declared_share_is_flat(growth, option):
    table = finance(revenue=lambda place: 100.0 * (1 + growth * (place >= 12)))
    assert measured_facts(SME, {"financial_baseline": table})["R3"].option == option


def test_the_order_of_rows_does_not_matter():
    table = finance(revenue=lambda place: 100.0 + place)
    shuffled = table.take([(place * 7) % 24 for place in range(24)])
    assert measured_facts(SME, {"financial_baseline": table}) == measured_facts(SME, {"financial_baseline": shuffled})


def test_a_gap_or_less_than_two_years_gives_no_trend():
    short = finance(MONTHS[1:])
    gap = finance([*MONTHS[:5], date(2023, 12, 1), *MONTHS[6:]])
    for table in (short, gap):
        assert list(measured_facts(SME, {"financial_baseline": table})) == ["M4"]


def readings(rows):
    names = COLUMNS["energy_reading"]
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


def test_energy_is_taken_from_the_site_meter_and_per_revenue():
    """The site meter falls by a fifth; a machine's own meter, which rises, is part of it and must not count again."""
    rows = []
    for place, month in enumerate(MONTHS):
        start = datetime(month.year, month.month, 1)
        rows.append((None, "electricity", start, 100.0 if place < 12 else 80.0, "kWh"))
        rows.append(("grinder", "electricity", start, 10.0 + place, "kWh"))
        rows.append((None, "water", start, 1000.0 * place, "m3"))
    fact = measured_facts(SME, {"financial_baseline": finance(), "energy_reading": readings(rows)})["R1"]
    assert (fact.option, fact.value) == ("down", pytest.approx(-0.2))


def test_energy_that_covers_one_year_only_measures_nothing():
    rows = [(None, "electricity", datetime(month.year, month.month, 1), 1.0, "kWh") for month in MONTHS[12:]]
    assert "R1" not in measured_facts(SME, {"financial_baseline": finance(), "energy_reading": readings(rows)})


def test_pass_rate_is_the_mean_of_months_not_of_pieces():
    """A month of a thousand failed pieces weighs as much as any other month."""
    times, results = [], []
    for place, month in enumerate(MONTHS):
        count = 1000 if place == 12 else 2
        times += [datetime(month.year, month.month, 2)] * count
        results += ["fail"] * count if place == 12 else ["pass", "pass"]
    inspections = pa.table({"inspected_time": times, "result": results})
    fact = measured_facts(SME, {"financial_baseline": finance(), "inspection": inspections})["R2"]
    assert (fact.option, fact.value) == ("down", pytest.approx(-1 / 12))
