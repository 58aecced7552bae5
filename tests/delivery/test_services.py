"""Covered: a plan becomes adoptions once, milestones close only on evidence, the last one puts a scenario in use."""

from datetime import date

import pytest

from tujing.adoption.models import Adoption, Stage
from tujing.dataspace.facts import ElementFacts
from tujing.delivery.acceptance import CHECKS, Situation, judge
from tujing.delivery.models import Milestone
from tujing.delivery.services import Project, accept, adopt_plan
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

SCENARIO = "production/scheduling"
PROJECTS = [
    Project(SCENARIO, 3, date(2026, 4, 1), date(2026, 9, 30)),
    Project(SCENARIO, 2, date(2026, 1, 1), date(2026, 3, 31)),
]


def manifest():
    from tujing.atlas.loader import manifest

    return manifest(SCENARIO)


def full(name: str) -> ElementFacts:
    from tujing.elements.definition import element

    return ElementFacts(
        element=name,
        rows=10,
        first=None,
        last=None,
        span_days=None,
        freshness_days=None,
        completeness=dict.fromkeys(element(name).columns, 1.0),
        uniqueness=1.0,
        validity=1.0,
    )


def all_facts() -> dict[str, ElementFacts]:
    needs = manifest().data_elements
    return {need.element: full(need.element) for need in (*needs.reads, *needs.writes)}


GOOD_RUN = {"id": 7, "status": "feasible", "kpis": {"makespan": {"value": 90.0, "unit": "min", "baseline": 100.0}}}


@pytest.mark.parametrize("kind", CHECKS)
def test_nothing_passes_without_evidence(kind):
    assert not judge(kind, Situation(manifest(), {}, None)).passed


@pytest.mark.parametrize("kind", CHECKS)
def test_everything_passes_on_full_evidence(kind):
    assert judge(kind, Situation(manifest(), all_facts(), GOOD_RUN)).passed


def test_a_result_worse_than_today_does_not_pass():
    worse = {**GOOD_RUN, "kpis": {"makespan": {"value": 101.0, "unit": "min", "baseline": 100.0}}}
    assert not judge("beats_today", Situation(manifest(), all_facts(), worse)).passed


def test_a_gain_elsewhere_does_not_make_up_for_a_worse_headline():
    figures = {
        "weighted_tardiness": {"value": 51.0, "unit": "min", "baseline": 50.0},
        "makespan": {"value": 10.0, "unit": "min", "baseline": 100.0},
    }
    assert not judge("beats_today", Situation(manifest(), all_facts(), {**GOOD_RUN, "kpis": figures})).passed


@pytest.mark.django_db
def test_a_plan_becomes_one_adoption_a_scenario_and_only_once(organisation):
    adopt_plan(organisation, PROJECTS)
    adopt_plan(organisation, PROJECTS)
    adoption = Adoption.objects.get()
    assert (adoption.stage, adoption.level_today, adoption.level_target) == (Stage.PLANNED, 1, 3)
    assert adoption.start == date(2026, 1, 1)
    assert [step.kind for step in Milestone.objects.all()] == list(CHECKS)


@pytest.mark.django_db
def test_the_life_of_an_adoption_follows_its_checks(organisation, monkeypatch):
    from tujing.delivery import services

    adopt_plan(organisation, PROJECTS)
    steps = list(Milestone.objects.order_by("position"))
    assert not accept(organisation, steps[0].pk).passed  # no data yet
    assert Adoption.objects.get().stage == Stage.PLANNED

    class LastRun:
        pk, status, document = 7, "feasible", GOOD_RUN

    class Runs:
        @staticmethod
        def first():
            return LastRun

    monkeypatch.setattr(services, "runs", lambda *_: Runs)
    assert accept(organisation, steps[0].pk, all_facts()).passed
    assert Adoption.objects.get().stage == Stage.IMPLEMENTING
    for step in steps[1:]:
        assert accept(organisation, step.pk, all_facts()).passed
    adoption = Adoption.objects.get()
    # Only the first step was checked, so the level rises by one; the second step is still to come.
    assert (adoption.stage, adoption.level_today, adoption.level_target) == (Stage.IN_USE, 2, 3)
    assert adoption.go_live is not None
    assert Milestone.objects.first().evidence["passed"] is True


@pytest.mark.django_db
def test_what_passes_before_the_start_is_kept_but_begins_nothing(organisation):
    adopt_plan(organisation, [Project(SCENARIO, 2, date(2999, 1, 1), date(2999, 3, 31))])
    first = Milestone.objects.first()
    assert accept(organisation, first.pk, all_facts()).passed
    first.refresh_from_db()
    assert first.passed
    assert Adoption.objects.get().stage == Stage.PLANNED


@pytest.mark.django_db
def test_another_organisation_cannot_accept(organisation):
    adopt_plan(organisation, PROJECTS)
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    with pytest.raises(BadInput):
        accept(stranger, Milestone.objects.first().pk, all_facts())
