"""Amounts in 万元 where yuan are meant."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Profile
from tujing.planning.models import Plan
from tujing.planning.money_units import check_baseline, check_budget
from tujing.planning.services import make_plan
from tujing.planning.value import DRIVERS
from tujing.problems import BadInput


def test_a_baseline_in_ten_thousands_is_refused_with_its_column_and_the_way_on():
    with pytest.raises(BadInput) as refused:
        check_baseline({"revenue": 13_000.0, "labour_cost": 2_700.0}, 130_000_000, 260)
    problem = refused.value.problems[0]
    assert problem.code == "baseline_unit" and problem.column == "revenue" and problem.file == "financial_baseline"
    assert "乘以 10000" in problem.words.zh and "multiply it by 10 000" in problem.words.en


def test_a_baseline_multiplied_once_too_often_is_refused_too():
    with pytest.raises(BadInput) as refused:
        check_baseline({"revenue": 1.3e12}, 130_000_000, 260)
    assert "除以 10000" in refused.value.problems[0].words.zh


def test_without_revenue_the_staff_tells():
    with pytest.raises(BadInput) as refused:
        check_baseline({"revenue": None, "labour_cost": 2_700.0}, 0, 260)
    assert refused.value.problems[0].column == "labour_cost" and "260" in refused.value.problems[0].words.zh


@given(st.floats(0.002, 500), st.floats(1e6, 1e10))
def test_a_baseline_that_is_off_by_less_is_taken(ratio, revenue):
    check_baseline({"revenue": revenue * ratio}, revenue, 100)


def test_what_is_not_known_is_not_judged():
    check_baseline({"revenue": 13_000.0, "labour_cost": None}, 0, 0)
    check_baseline({"revenue": 0.0, "labour_cost": 0.0}, 1e8, 260)


def test_a_budget_in_ten_thousands_is_refused_with_the_amount_that_was_meant():
    with pytest.raises(BadInput) as refused:
        check_budget(1_500, 130_000_000, 260)
    problem = refused.value.problems[0]
    assert problem.code == "budget_unit" and "15000000" in problem.words.zh and problem.key == "budget"


def test_a_budget_of_more_digits_than_one_can_count_is_told_as_a_power_of_ten():
    with pytest.raises(BadInput) as refused:
        check_budget(1e308, 130_000_000, 260)
    words = refused.value.problems[0].words
    assert "1e+308" in words.zh and len(words.zh) < 200 and len(words.en) < 300


def test_a_budget_of_many_years_revenue_is_refused():
    with pytest.raises(BadInput) as refused:
        check_budget(3e10, 130_000_000, 260)
    assert "3000000" in refused.value.problems[0].words.en


@given(st.floats(10_000, 1e9))
def test_a_usual_budget_is_taken(total):
    check_budget(total, 130_000_000, 260)


def test_a_very_small_firm_may_have_a_very_small_budget():
    check_budget(1_000, 500_000, 5)


def bring_in(organisation, unit: float) -> None:
    Profile.objects.create(
        organisation=organisation, industry="C3812", staff=260, revenue=130_000_000, production_type="discrete"
    )
    amounts = {"revenue": 11e6, "material_cost": 5e6, "labour_cost": 2.3e6}
    columns = {name: [amounts.get(name, 2e5) * unit] * 12 for name in DRIVERS}
    months = pa.array([date(2025, month, 1) for month in range(1, 13)])
    dataspace.write_table(organisation, "financial_baseline", pa.table({"month": months, **columns}), source="test")


@pytest.mark.django_db
@pytest.mark.parametrize(("unit", "budget", "code"), [(1e-4, 600_000, "baseline_unit"), (1.0, 1_500, "budget_unit")])
def test_no_plan_is_made_from_amounts_in_the_wrong_unit(organisation, unit, budget, code):
    bring_in(organisation, unit)
    with pytest.raises(BadInput) as refused:
        make_plan(organisation, budget=budget, levels={}, quarters=4, start=date(2026, 1, 1))
    assert refused.value.problems[0].code == code and not Plan.objects.exists()
