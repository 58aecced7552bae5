"""By the API as by the pages: the one box, the readiness matrix, quality and lineage, rows behind a figure, what was
learned, runs side by side."""

from __future__ import annotations

from datetime import date

import pytest
from tests.web.api_client import calling, client_of, refused
from tests.web.conftest import SCENARIO

from tujing.adoption.models import Forecast
from tujing.adoption.services import current_cycle
from tujing.evaluation import store
from tujing.evaluation.models import Evaluation
from tujing.iteration import review
from tujing.runtime.contract import Budget
from tujing.runtime.models import Run
from tujing.runtime.services import run_now
from tujing.search import services as search
from tujing.words import Text

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    return calling(works)


def test_the_one_box_finds_by_code_initials_and_name(works, owner):
    for typed in ("work_order", "gongdan"):
        hits = [hit for group in owner.search.everything(q=typed).groups for hit in group.hits]
        assert "work_order" in {hit.code for hit in hits}, typed
    (first, *_) = owner.search.everything(q="owner-works", per_group=1).groups
    assert first.name == "person" and first.hits[0].score > 90
    many = owner.search.everything(q="e", per_group=1).groups
    assert all(len(group.hits) == 1 for group in many) and any(group.more for group in many)
    assert owner.search.everything(q="   ").groups == []


def test_a_token_finds_no_more_than_it_may(works, owner, django_user_model, monkeypatch):
    def secrets(organisation, user):
        return [search.Entry("secret", Text(zh="机密", en="Secret thing"), "/")]

    monkeypatch.setitem(search._providers, "secrets", search._Provided("administer", secrets))
    person = django_user_model.objects.get(username="owner-works")
    narrow = client_of(works, person, "view")
    assert [group.name for group in owner.search.everything(q="secret thing").groups] == ["secret"]
    assert narrow.search.everything(q="secret thing").groups == []


def test_the_matrix_tells_what_each_scenario_needs_and_why_it_is_not_there(owner, calling, other_works):
    needs = list(owner.data.matrix(scenario=SCENARIO))
    assert {one.scenario for one in needs} == {SCENARIO} and "work_order" in {one.element for one in needs}
    assert all(bool(one.missing) == (one.state != "ready") for one in needs)
    missing = list(calling(other_works).data.matrix(scenario=SCENARIO, state="missing", required=True))
    assert missing and all(one.required and one.missing[0].zh for one in missing)
    assert {one.element for one in owner.data.matrix(element="work_order")} == {"work_order"}


def test_quality_of_all_tables_and_of_one(owner):
    found = owner.data.quality()
    assert {one.id: one.share for one in found.characteristics}["accuracy"] is None
    assert "work_order" in {one.element for one in found.ledger.tables} and found.ledger.duties
    table = owner.data.table_quality("work_order")
    assert table.facts is not None and table.facts.rows > 0
    assert [one.version for one in table.history] == [1] and table.history[0].facts.rows == table.facts.rows
    assert owner.data.table_quality("inspection").facts is None
    with refused("not_found", 404):
        owner.data.table_quality("nonsense")


def test_lineage_leads_from_the_import_to_the_runs_and_what_depends_on_it(works, owner):
    found = owner.data.lineage("work_order")
    assert [(one.kind, one.version) for one in found.origins] == [("import", 1)]
    assert [one.run for one in found.readings] == [Run.objects.get(organisation=works).pk]
    assert SCENARIO in found.impact.required_by


def test_from_a_figure_to_the_rows_behind_it(works, owner):
    own = {"id": "own_orders", "name": {"zh": "下达订单", "en": "Orders released"}, "unit": "1", "better": "higher"}
    store.declare_one(works, {**own, "grain": "week", "formula": "count(work_order.work_order_id)"}, "owner-works")
    (part,) = owner.evaluation.parts("own_orders")
    assert (part.place, part.element, part.columns) == (0, "work_order", ["work_order_id"])
    period, value = owner.evaluation.series("own_orders").values[""][-1]
    rows = owner.evaluation.kpi_rows("own_orders", period=date.fromisoformat(period), page_size=2)
    assert len(rows) == len(list(rows)) == value and rows.first.element == "work_order"
    assert "work_order_id" in rows.first.columns and all(len(row) == len(rows.first.columns) for row in rows)
    with refused("unknown_part"):
        list(owner.evaluation.kpi_rows("own_orders", period=date(2026, 1, 1), place=99))
    with refused("not_found", 404):
        list(owner.evaluation.kpi_rows("nonsense", period=date(2026, 1, 1)))


def test_what_was_learned_and_how_good_forecasts_were(works, owner):
    estimate = {"mean": -0.1, "standard_deviation": 0.02}
    driver = {"driver": "setup", "level": 1, "forecast": estimate, "measured": estimate, "posterior": estimate}
    blind = {**driver, "measured": {"mean": None, "standard_deviation": None}}
    row = Evaluation.objects.get(organisation=works)
    row.result["drivers"] = [driver, blind]
    row.save()
    (told,) = owner.iteration.learned(scenario=SCENARIO)
    assert (told.evaluation, told.driver, told.posterior.mean) == (row.pk, "setup", -0.1)
    assert list(owner.iteration.learned(scenario="no/such")) == []

    every = Forecast.objects.filter(organisation=works)
    assert len(owner.iteration.forecasts()) == every.count() > 0
    one = every.first()
    one.measured, one.measured_mean, one.measured_deviation = date(2026, 6, 1), 1.0, 0.5
    one.save()
    (met,) = owner.iteration.forecasts(measured=True)
    assert (met.scenario, met.kind, met.measured_mean) == (one.scenario, one.kind, 1.0)
    assert len(owner.iteration.forecasts(cycle=current_cycle(works).number, measured=False)) == every.count() - 1


def test_versions_of_a_solution_are_compared_on_the_same_data(works, owner):
    run = Run.objects.get(organisation=works)
    run.pk, run.code_version = None, "newer"
    run.save()
    found = list(owner.iteration.compared_versions(scenario=SCENARIO))
    assert [one.model_dump() for one in found] == review.versions(works) and found[0].newer == "newer"
    assert {(one.pairs, one.half_width, one.is_better) for one in found} == {(1, None, None)}


def test_runs_stand_side_by_side(works, owner):
    first = Run.objects.get(organisation=works)
    second = run_now(works, SCENARIO, budget=Budget(seconds=1, workers=1, seed=7))
    found = owner.running.comparison(*SCENARIO.split("/"), run=[second.pk, first.pk, first.pk])
    assert [one.id for one in found.runs] == [first.pk, second.pk] and not found.same_seed
    assert all(len(one.values) == 2 and one.changes[0] in (0, None) for one in found.kpis)
    read = {one.name: one.values for one in found.inputs}
    assert read["work_order"] == [1, 1] and [one.name for one in found.parameters]
    with refused("choose_runs"):
        owner.running.comparison(*SCENARIO.split("/"), run=[first.pk])
    with refused("not_found", 404):
        owner.running.comparison(*SCENARIO.split("/"), run=[first.pk, 10**6])
