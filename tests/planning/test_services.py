"""Making, storing and telling a plan."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from tests.works import bring_in

from tujing.atlas.loader import atlas
from tujing.enterprise.models import Organisation, Profile
from tujing.planning.charts import charts
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.planning.project_list import project_list, write_project_list
from tujing.planning.services import latest_plan, make_plan
from tujing.problems import BadInput

START = date(2026, 1, 1)
LEVELS = dict.fromkeys(atlas().manifests, 1)


def plan(works: Organisation, **wishes) -> Plan:
    return make_plan(works, **{"budget": 600_000, "levels": LEVELS, "quarters": 6, "start": START, **wishes})


@pytest.mark.django_db
def test_a_plan_is_stored_with_its_projects_and_a_reason_for_everything_else(works):
    made = plan(works)
    document = plan_document(made)
    assert latest_plan(works) == made and made.status == "optimal" and document["gap"] == 0
    assert document["projects"] and document["rejected"]
    told = [(one["scenario"], one["level"]) for one in [*document["projects"], *document["rejected"]]]
    declared = {(card.id, cost.level) for card in atlas().manifests.values() for cost in card.costs if cost.level > 1}
    assert len(told) == len(set(told)) and set(told) == declared
    assert all(one["why"]["zh"] and one["why"]["en"] for one in document["projects"])
    assert all(one["why_not"]["zh"] and one["why_not"]["en"] for one in document["rejected"])
    assert all(row["left"] >= -1e-3 and row["person_days"] <= row["person_days_at_hand"] for row in document["budget"])
    assert document["npv"]["p10"] <= document["npv"]["p50"] <= document["npv"]["p90"]
    assert sum(one["npv"] for one in document["projects"]) == pytest.approx(made.objective)
    assert document["npv"]["expected"] >= made.objective - 1  # the linear value is on the safe side


@pytest.mark.any_engine
@pytest.mark.django_db
def test_dates_are_calendar_quarters(works):
    for one in plan(works, start=date(2026, 2, 15)).projects.all():
        after = one.end + timedelta(days=1)
        assert (one.start.day, after.day) == (1, 1) and (one.start.month - 2) % 3 == 0
        months = (after.year - one.start.year) * 12 + after.month - one.start.month
        assert months == 3 * one.quarters


@pytest.mark.any_engine
@pytest.mark.django_db
def test_the_same_seed_makes_the_same_plan(works):
    first, again, other = (plan_document(plan(works, seed=seed)) for seed in (3, 3, 4))
    for document in (first, again, other):
        del document["id"], document["seed"]
    assert first == again
    assert first["projects"] == other["projects"] and first["npv"]["p50"] != other["npv"]["p50"]


@pytest.mark.django_db
def test_a_pinned_step_is_taken_although_it_does_not_pay_and_a_forbidden_scenario_is_not(works):
    free = plan(works)
    unpaid = free.rejections.filter(loss__gt=0)[0]
    wish = f"{unpaid.scenario}@{unpaid.level}"
    best = free.projects.exclude(scenario=unpaid.scenario).order_by("-npv")[0].scenario
    made = plan(works, pinned=[wish], forbidden=[best])
    taken = {(one.scenario, one.level): one.reason["zh"] for one in made.projects.all()}
    assert "您的要求" in taken.pop((unpaid.scenario, unpaid.level))
    assert "您的要求" not in str(taken) and best not in {scenario for scenario, _ in taken}
    assert made.objective < free.objective


@pytest.mark.django_db
def test_a_missing_driver_is_withheld_and_named(works):
    bring_in(works, without=("scrap_cost",))
    rejected = {(one.scenario, one.level): one for one in plan(works).rejections.all()}
    assert rejected["production/quality_inspection", 2].kind == "missing_baseline"
    assert "报废损失" in rejected["production/quality_inspection", 2].reason["zh"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"budget": -1}, "bad_budget"),
        ({"budget": float("nan")}, "bad_budget"),
        ({"budget": 150}, "budget_too_small"),
        ({"budget": [1e5, 1e5]}, "budget_length"),
        ({"quarters": 0}, "bad_quarters"),
        ({"quarters": 400}, "bad_quarters"),
        ({"capacity": -5}, "bad_capacity"),
        ({"parallel": 0}, "bad_parallel"),
        ({"pinned": ["production/scheduling@9"]}, "bad_step"),
        ({"pinned": ["production/schedulling@2"]}, "unknown_scenario"),
        ({"forbidden": ["nothing/at_all"]}, "unknown_scenario"),
        ({"pinned": ["production/scheduling@1"]}, "already_there"),
        ({"pinned": ["production/scheduling@4"]}, "cannot_pin"),
        ({"pinned": ["production/scheduling@2"], "budget": 20_000}, "pins_conflict"),
        ({"pinned": ["production/scheduling@2:build"], "quarters": 1}, "pins_conflict"),
        ({"pinned": ["production/scheduling@2:lease"]}, "unknown_option"),
        ({"pinned": ["production/scheduling@2"], "forbidden": ["production/scheduling"]}, "pins_conflict"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_and_nothing_is_stored(works, wishes, code):
    with pytest.raises(BadInput) as refused:
        plan(works, **wishes)
    assert refused.value.problems[0].code == code
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_a_budget_typed_in_ten_thousands_is_asked_about(works):
    with pytest.raises(BadInput) as refused:
        plan(works, budget=150)
    assert "1500000" in refused.value.problems[0].sentence("zh")


@pytest.mark.any_engine
@pytest.mark.django_db
def test_conflicting_pins_name_the_budget(works):
    with pytest.raises(BadInput) as refused:
        plan(works, pinned=["production/scheduling@2"], budget=20_000)
    sentence = refused.value.problems[0].sentence("zh")
    assert "排程排产" in sentence and "预算" in sentence


@pytest.mark.django_db
def test_without_a_financial_baseline_the_next_step_is_told(organisation):
    Profile.objects.create(
        organisation=organisation, industry="C3812", staff=260, revenue=130_000_000, production_type="discrete"
    )
    with pytest.raises(BadInput) as refused:
        plan(organisation)
    assert refused.value.problems[0].code == "no_baseline"


@pytest.mark.django_db
def test_another_organisation_has_no_plan(works):
    plan(works)
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    assert latest_plan(other) is None


@pytest.mark.any_engine
@pytest.mark.django_db
def test_the_project_list_opens_with_numbers_dates_a_chart_and_no_formula(works, tmp_path):
    document = plan_document(plan(works))
    document["projects"][0]["why"] = {"zh": '=HYPERLINK("http://x")', "en": "@SUM(1)"}
    book = openpyxl.load_workbook(BytesIO(project_list(document)))
    sheet = book.worksheets[0]
    assert sheet.max_row == len(document["projects"]) + 1
    assert sheet["G2"].value == pytest.approx(document["projects"][0]["cost"]) and sheet["G2"].number_format == "#,##0"
    assert sheet["E2"].value.date().isoformat() == document["projects"][0]["start"]
    assert all(cell.data_type != "f" for one in book.worksheets for row in one.iter_rows() for cell in row)
    assert sheet["K2"].value == '=HYPERLINK("http://x")' and sheet["K2"].data_type == "s"
    assert book.worksheets[1].max_row == len(document["rejected"]) + 1
    assert book.worksheets[2]._charts
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(BadInput):
        write_project_list(document, tmp_path / "taken" / "list.xlsx")


@pytest.mark.any_engine
@pytest.mark.django_db
def test_charts_tell_the_same_figures_as_the_document(works):
    document = plan_document(plan(works))
    drawn = charts(document)
    assert len(drawn["gantt"].data["rows"]) == len(document["projects"])
    assert sum(drawn["npv"].data["counts"]) == document["risk"]["draws"]
    assert sum(drawn["budget"].data["spent"]) == pytest.approx(document["investment"])
    assert drawn["tornado"].data["bars"] == document["tornado"]


@pytest.mark.any_engine
@pytest.mark.whole_map
@pytest.mark.django_db
def test_a_plan_over_the_whole_map_is_proven_and_answers_for_every_step(works):
    levels = dict.fromkeys(atlas().manifests, 1)
    document = plan_document(plan(works, levels=levels, quarters=4))
    told = len(document["projects"]) + len(document["rejected"])
    steps = sum(len({cost.level for cost in card.costs if cost.level > 1}) for card in atlas().manifests.values())
    assert document["status"] == "optimal" and told == steps > 200
