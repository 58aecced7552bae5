"""By the API as by the pages: trends, the KPI tree, kept series, own KPIs, indicators as jobs, facts by source."""

from __future__ import annotations

import pytest
from tests.web.api_client import calling, refused
from tests.web.conftest import SAMPLE
from tests.web.test_actions import work_off

from tujing.client import ApiProblem
from tujing.dataspace import services as dataspace
from tujing.diagnosis.models import Assessment, FactSheet
from tujing.documents.common import Words
from tujing.documents.diagnosis import AssessmentWishes
from tujing.documents.evaluation import RatingWishes
from tujing.documents.facts import FactAnswers
from tujing.documents.kpis import KpiCheckWishes, KpiWishes, SeriesWishes
from tujing.enterprise.models import Role
from tujing.evaluation import store
from tujing.evaluation.models import DeclaredKpi, KpiSeries
from tujing.iteration import overview_services
from tujing.runtime.models import Job

__all__ = ["calling"]
OWN = KpiWishes(
    name=Words(zh="订单数", en="Orders"), unit="1", better="higher", formula="count(work_order.work_order_id)"
)


@pytest.fixture
def owner(works, calling):
    Job.objects.all().delete()
    return calling(works)


@pytest.fixture
def kpi(works, owner) -> str:
    """A KPI of the company's own whose table has data."""
    return owner.evaluation.declare_one("orders", OWN).id


def test_a_kpi_of_ones_own_is_checked_kept_changed_and_kept_from_others(works, other_works, owner, calling):
    read = owner.evaluation.check_kpi(KpiCheckWishes(id="orders", **OWN.model_dump()))
    assert read.reads == ["work_order"] and not DeclaredKpi.objects.exists()
    assert owner.evaluation.declare_one("orders", OWN).name.en == "Orders"
    changed = OWN.model_copy(update={"name": Words(zh="工单数")})
    assert owner.evaluation.declare_one("orders", changed).name.en == "工单数"
    assert DeclaredKpi.objects.get().source == "owner-works"
    assert "orders" not in [one.id for one in calling(other_works).evaluation.kpis()]
    with pytest.raises(ApiProblem) as told:
        owner.evaluation.declare_one("broken", OWN.model_copy(update={"formula": "count("}))
    assert told.value.problems[0].zh and told.value.problems[0].en
    with refused("kpi_taken"):
        owner.evaluation.declare_one(next(iter(store.measures())), OWN)
    with refused("not_allowed", 403):
        calling(works, Role.VIEWER).evaluation.declare_one("orders", OWN)


def test_a_series_is_computed_by_a_job_and_is_old_when_its_table_changes(works, owner, kpi):
    before = owner.evaluation.kept_series(kpi)
    assert before.series is None and not before.is_fresh and before.conditions == []
    job = owner.evaluation.compute(kpi, SeriesWishes(), key="once")
    assert owner.evaluation.compute(kpi, SeriesWishes(), key="once") == job and Job.objects.count() == 1
    work_off()
    kept = owner.evaluation.kept_series(kpi)
    assert kept.is_fresh and kept.series == owner.evaluation.series(kpi) and kept.conditions[0].part == ""
    branch = next(one for one in owner.evaluation.kpi_tree() if one.id == kpi)
    assert branch.is_own and branch.reads == ["work_order"]
    assert [str(branch.newest.period), branch.newest.value] == kept.series.values[""][-1]
    dataspace.import_file(works, "work_order", SAMPLE / "work_order.csv")
    assert not owner.evaluation.kept_series(kpi).is_fresh
    with refused("not_found", 404):
        owner.evaluation.compute("moon", SeriesWishes())


def test_trends_tell_how_a_kpi_is_now_against_before(works, owner, kpi, monkeypatch):
    row = owner.evaluation.series(kpi)
    points = [[f"2026-01-{day:02d}", float(day)] for day in range(1, 11)]
    KpiSeries.objects.filter(kpi=row.kpi).update(values={"": points})
    trend = next(one for one in owner.evaluation.trends() if one.kpi == kpi)
    assert trend.values == [float(day) for day in range(1, 11)] and str(trend.until) == "2026-01-10"
    assert (trend.now, trend.before, trend.better) == (8.5, 4.5, True)
    assert overview_services.RECENT == 4


def test_evaluating_and_the_nine_indicators_are_jobs_and_what_they_find_is_kept(works, owner, calling):
    assert owner.evaluation.kept_appraisal().made is None
    assert owner.evaluation.work_out().kind == "appraisal"
    work_off()
    kept = owner.evaluation.kept_appraisal()
    assert kept.made is not None and set(kept.document["indicators"]) and not kept.rated_since
    assert owner.evaluation.start_evaluating().kind == "evaluation"
    with refused("not_allowed", 403):
        calling(works, Role.VIEWER).evaluation.work_out()


def test_ratings_are_told_in_the_open_cycle_of_the_own_company_alone(works, other_works, owner, calling):
    said = RatingWishes(group="manager", answers={"score": "80"})
    owner.evaluation.say_rating("customer_satisfaction", said)
    [told] = owner.evaluation.ratings(mine=True)
    assert (told.rater, told.answers) == ("owner-works", {"score": "80.0"})
    assert not list(owner.evaluation.ratings(indicator="usability"))
    assert not list(calling(other_works).evaluation.ratings())


def test_facts_come_with_their_source_and_fill_a_draft(works, owner, calling):
    every = list(owner.diagnosis.facts())
    measured = [one for one in every if one.origin == "measured"]
    assert measured and all(one.value is not None for one in measured)
    assert list(owner.diagnosis.facts(origin="measured")) == measured
    open_ = next(one for one in owner.diagnosis.facts(show="open") if one.kind == "share" and one.instruments)
    assert owner.diagnosis.answer_facts(FactAnswers(answers={open_.id: 0.4})).changed == 1
    assert owner.diagnosis.answer_facts(FactAnswers(answers={open_.id: 0.4})).changed == 0
    said = next(one for one in owner.diagnosis.facts() if one.id == open_.id)
    assert (said.value, said.origin, said.answered) == (0.4, "answered", 0.4)
    with refused("bad_fact"):
        owner.diagnosis.answer_facts(FactAnswers(answers={open_.id: 7.0}))
    with refused("unknown_fact"):
        owner.diagnosis.answer_facts(FactAnswers(answers={"moon": True}))
    assert FactSheet.objects.get().answers == {open_.id: 0.4}
    with refused("not_allowed", 403):
        calling(works, Role.VIEWER).diagnosis.answer_facts(FactAnswers(answers={open_.id: None}))
    draft = owner.diagnosis.start(AssessmentWishes(instrument=open_.instruments[0]))
    filled = owner.diagnosis.prefill(draft.id).questions
    assert filled and set(filled) <= set(owner.diagnosis.assessment(draft.id).answers)
    assert owner.diagnosis.prefill(draft.id).questions == []
    theirs = Assessment.objects.filter(organisation=works).latest("pk").pk
    with refused("not_found", 404):
        calling(works, Role.MANAGER).diagnosis.prefill(theirs + 999)
    owner.diagnosis.answer_facts(FactAnswers(answers={open_.id: None}))
    assert FactSheet.objects.get().answers == {}
