"""Opening the next cycle: all of it or nothing, and nothing is solved while a transaction holds the database."""

from datetime import date

import pyarrow as pa
import pytest
from django.db import connection

from tujing.adoption.models import Adoption, Cycle, Stage
from tujing.adoption.services import current_cycle, ensure, overrun, record_finished
from tujing.dataspace import services as dataspace
from tujing.iteration import services
from tujing.iteration.services import iterate, make_plan, take_up_plan, usual_budget
from tujing.planning import services as planning
from tujing.planning.models import Plan
from tujing.planning.value import DRIVERS
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(works):
    take_up_plan(works, make_plan(works, budget=600_000, quarters=6))
    return works


def standing(organisation):
    return (
        current_cycle(organisation).number,
        Cycle.objects.count(),
        Plan.objects.count(),
        sorted(Adoption.objects.values_list("cycle__number", "scenario", "stage")),
    )


def test_the_next_cycle_opens_with_its_plan_and_what_was_under_way(planned):
    before = set(Adoption.objects.values_list("scenario", flat=True))
    cycle, plan = iterate(planned, quarters=6)
    assert (cycle.number, plan.cycle) == (2, cycle)
    assert set(Adoption.objects.filter(cycle=cycle).values_list("scenario", flat=True)) == before


@pytest.mark.parametrize("wish", [{"budget": -1.0}, {"budget": float("nan")}, {"budget": 1e6, "quarters": 0}])
def test_a_refused_plan_leaves_the_cycle_as_it_was(planned, wish):
    before = standing(planned)
    with pytest.raises(BadInput):
        iterate(planned, **wish)
    assert standing(planned) == before


def test_nothing_is_solved_inside_a_transaction_of_its_own(planned, monkeypatch):
    around = len(connection.savepoint_ids)
    depths = []
    real = planning.work_out

    def watched(*args, **wishes):
        depths.append(len(connection.savepoint_ids))
        return real(*args, **wishes)

    monkeypatch.setattr(planning, "work_out", watched)
    iterate(planned, quarters=6)
    assert depths == [around]


def test_two_who_iterate_at_once_open_one_cycle(planned, monkeypatch):
    real = planning.work_out

    def overtaken(*args, **wishes):
        proposal = real(*args, **wishes)
        services.next_cycle(planned)  # somebody else was quicker
        return proposal

    monkeypatch.setattr(planning, "work_out", overtaken)
    with pytest.raises(BadInput) as refused:
        iterate(planned, quarters=6)
    assert refused.value.problems[0].code == "iterated_meanwhile"
    assert current_cycle(planned).number == 2 and Plan.objects.count() == 1


def test_a_step_whose_level_is_reached_already_is_not_forced_on_the_next_plan(planned, monkeypatch):
    adoption = ensure(planned, "production/scheduling")
    Adoption.objects.filter(pk=adoption.pk).update(stage=Stage.IMPLEMENTING, level_today=1, level_target=2)
    monkeypatch.setattr(services, "levels_today", lambda organisation: {"production/scheduling": 3})
    cycle, _ = iterate(planned, budget=600_000, quarters=6, today=date(2026, 12, 1))
    assert cycle.number == 2


def test_the_usual_budget_keeps_the_pace_of_the_last_plan(planned):
    assert usual_budget(planned, 12) == pytest.approx(1_200_000)


def test_a_newcomers_usual_budget_is_the_pace_of_last_years_digital_spend(organisation):
    months = pa.array([date(2025, month, 1) for month in range(1, 13)])
    amounts = {name: [1e6] * 12 for name in DRIVERS} | {"digital_spend": [10_000.0] * 12}
    table = pa.table({"month": months, **amounts})
    dataspace.write_table(organisation, "financial_baseline", table, source="test")
    assert usual_budget(organisation, 8) == pytest.approx(240_000)


def test_without_any_figure_the_budget_is_asked_for(organisation):
    with pytest.raises(BadInput) as refused:
        usual_budget(organisation, 8)
    assert refused.value.problems[0].code == "no_budget"


def test_a_firm_that_overran_plans_with_dearer_steps(works):
    def costs(plan):
        return {(row.scenario, row.level, row.option): row.cost for row in plan.projects.all()}

    before = costs(make_plan(works, budget=600_000, quarters=6))
    record_finished(works, "production/scheduling", 2, "cost", 100_000, 180_000, date(2026, 9, 1), "test")
    plan = make_plan(works, budget=600_000, quarters=6)
    factor = overrun(works).factor
    assert 1.1 < factor == plan.parameters["cost_factor"]
    both = set(before) & set(costs(plan))
    assert both and all(costs(plan)[step] == pytest.approx(before[step] * factor) for step in both)
