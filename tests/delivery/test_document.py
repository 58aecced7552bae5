"""The document of all projects: figures from what was reported, gates from what was proven, nobody else's rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.delivery.conftest import SAMPLE
from tests.delivery.examples import PROJECTS, SCENARIO

from tujing.dataspace import services as dataspace
from tujing.delivery.document import delivery_document
from tujing.delivery.models import CostRecord, LevelProject, ProgressRecord, ProjectTask
from tujing.delivery.services import Project, accept_all, adopt_plan
from tujing.enterprise.models import Organisation

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 15)


def report(organisation, number: str, on: date, share: float, cost: float = 0.0) -> None:
    task = ProjectTask.objects.get(organisation=organisation, project__level=2, number=number)
    ProgressRecord.objects.create(organisation=organisation, task=task, on=on, share=share)
    CostRecord.objects.create(organisation=organisation, task=task, on=on, amount=cost)


def test_figures_follow_the_reports_of_the_day(organisation):
    adopt_plan(organisation, PROJECTS)
    report(organisation, "1.1", date(2026, 1, 5), 1.0, 1_500.0)
    report(organisation, "1.2", date(2026, 1, 10), 0.5, 900.0)
    report(organisation, "1.2", date(2026, 3, 1), 1.0, 900.0)  # after the day looked at
    first = delivery_document(organisation, DAY)["projects"][0]
    costs = {task["number"]: task["baseline_cost"] for task in first["tasks"]}
    value = first["earned_value"]
    assert value["earned"] == pytest.approx(costs["1.1"] + costs["1.2"] / 2)
    assert value["actual"] == 2_400.0
    classes = first["cost_by_class"]
    assert sum(one["baseline"] for one in classes.values()) == pytest.approx(120_000.0)
    assert classes["people"]["spent"] == 2_400.0 and classes["licence"]["spent"] == 0
    assert value["budget"] == pytest.approx(120_000.0)
    assert {task["number"]: task["progress"] for task in first["tasks"]}["1.2"] == 0.5
    kinds = {warning["kind"] for warning in first["warnings"]}
    assert {"late_forecast", "chain_eaten", "role_unfilled"} <= kinds
    assert first["forecast"]["end"] > "2026-03-31"


def test_a_task_that_leads_to_a_gate_is_not_earned_before_the_gate_is_passed(works):
    adopt_plan(works, PROJECTS)
    number = ProjectTask.objects.get(project__level=2, gate="data").number
    report(works, number, DAY, 1.0)

    def earned() -> float:
        document = delivery_document(works, DAY)
        return {task["number"]: task["earned"] for task in document["projects"][0]["tasks"]}[number]

    assert earned() == 0.9
    accept_all(works)
    assert earned() == 1.0
    gate = delivery_document(works, DAY)["projects"][0]["gates"][0]
    assert gate["state"] == "passed"
    assert gate["milestones"][0]["evidence"]["intact"]
    assert gate["milestones"][0]["evidence"]["tables"]["work_order"]["version"] == 1


def test_a_project_without_money_is_measured_in_days(organisation):
    adopt_plan(organisation, [Project(SCENARIO, 2, date(2026, 1, 1), date(2026, 3, 31))])
    report(organisation, "1.1", date(2026, 1, 5), 1.0)
    one = delivery_document(organisation, DAY)["projects"][0]
    assert one["measured_in"] == "d"
    assert one["earned_value"]["earned"] == one["tasks"][0]["days"]
    assert one["earned_value"]["cpi"] is None and one["earned_value"]["spi_time"] > 0


def test_the_second_level_waits_for_the_first_that_is_late(organisation):
    adopt_plan(organisation, PROJECTS)
    second = delivery_document(organisation, DAY)["projects"][1]
    late = next(warning for warning in second["warnings"] if warning["kind"] == "dependency_late")
    assert "level 2" in late["en"]


def test_falling_data_are_told_and_recovered_data_are_not(works, tmp_path):
    adopt_plan(works, PROJECTS)

    def falling() -> bool:
        document = delivery_document(works, timezone.localdate())
        return any(warning["kind"] == "readiness_falling" for warning in document["warnings"])

    assert not falling()
    # Orders for a product that the list of products no longer has: the references break.
    lines = (SAMPLE / "product.csv").read_text(encoding="utf-8-sig").splitlines()
    file = tmp_path / "product.csv"
    file.write_text("\n".join(lines[:2]), encoding="utf-8")
    accept_all(works)
    assert not falling()
    dataspace.import_file(works, "product", file)
    assert falling()
    dataspace.undo(works, "product")
    assert not falling()


def test_literacy_follows_the_scenarios_taken_up(organisation):
    adopt_plan(organisation, PROJECTS)
    lessons = delivery_document(organisation, DAY)["literacy"]
    general = [one for one in lessons if not one["scenario"]]
    assert len({(one["audience"]["zh"], one["course"]["zh"]) for one in general}) == len(general)
    assert any("计划员" in one["course"]["zh"] and one["scenario"] == SCENARIO for one in lessons)
    trained = ProjectTask.objects.filter(code="training").values_list("start", flat=True)
    assert {one["start"] for one in lessons} <= {day.isoformat() for day in trained}


def test_nobody_sees_another_organisation(organisation):
    adopt_plan(organisation, PROJECTS)
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    document = delivery_document(stranger, DAY)
    assert document["projects"] == document["warnings"] == document["literacy"] == []
    assert document["portfolio"] is None


def test_a_closed_project_is_not_warned_of(organisation):
    adopt_plan(organisation, PROJECTS)
    LevelProject.objects.filter(level=2).update(closed=DAY - timedelta(days=1))
    first = delivery_document(organisation, DAY)["projects"][0]
    assert not first["is_open"] and first["warnings"] == []
