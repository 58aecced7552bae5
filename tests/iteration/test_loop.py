"""A real factory goes round the loop: motor-works, on its own two years of data, on the suite's database."""

import json
from datetime import date, datetime
from unittest.mock import ANY

import openpyxl
import pyarrow as pa
import pytest

from tujing.adoption.models import Adoption, Forecast
from tujing.adoption.services import adoptions, current_cycle, ensure
from tujing.atlas.loader import atlas
from tujing.cli.init import create_example
from tujing.cli.output import _plain
from tujing.dataspace import services as dataspace
from tujing.delivery.models import LevelProject, Milestone
from tujing.enterprise.models import Organisation
from tujing.examples.motor_works.changes import InUse
from tujing.examples.motor_works.living import DIARY, SOURCE, Factory, Life, read
from tujing.iteration.loop import _went_live, go_round
from tujing.iteration.review import spiral_of_cycles
from tujing.iteration.services import levels_today, where
from tujing.problems import BadInput
from tujing.runtime.contract import Budget

pytestmark = pytest.mark.django_db


def once_round(organisation, home):
    life = read(home, organisation)
    document, files = go_round(
        organisation,
        budget=None,
        quarters=8,
        run_budget=Budget(seconds=3, seed=1),
        reports=home / "reports",
        say=lambda words: None,
        world=None if life is None else Factory(home, organisation, life),
    )
    return json.loads(json.dumps(document, default=_plain, allow_nan=False)), files


def test_motor_works_goes_round_twice(tmp_path):
    works = create_example(tmp_path)
    assert where(works).current.id == "plan"
    assert levels_today(works)["production/scheduling"] == 1  # the pilot does not raise the whole factory

    first, files = once_round(works, tmp_path)

    assert (first["enterprise"]["size"], first["enterprise"]["tier"]) == ("small", "specialised_provincial")
    assert first["diagnosis"]["level"] == 2 and first["diagnosis"]["next_level"]["level"] == 3
    assert first["plan"]["status"] == "optimal" and first["plan"]["projects"]
    assert first["plan"]["npv"]["p10"] < first["plan"]["npv"]["p50"] < first["plan"]["npv"]["p90"]
    ran = {run["scenario"] for run in first["runs"]}
    planned = {project["scenario"] for project in first["plan"]["projects"]}
    assert "production/scheduling" in ran
    assert ran >= {name for name in planned if atlas().card(name).runnable}
    assert len(first["readiness"]) == len(atlas().cards)

    # The planted effects of the pilot are found: set-ups 30 % shorter, lead time about 18 % shorter.
    measured = {row["measure"]: row for row in first["evaluation"]}
    setups, lead = measured["setup_share"]["effect"], measured["lead_time"]["effect"]
    assert measured["setup_share"]["verdict"] == "better" and setups["low"] <= -0.28 <= setups["high"]
    assert measured["lead_time"]["verdict"] == "better" and lead["low"] <= -0.18 <= lead["high"]
    assert measured["setup_share"]["method"] == "synthetic_control"
    assert measured["setup_share"]["placebo"]["low"] <= 0 <= measured["setup_share"]["placebo"]["high"]

    # The next cycle is open, carries the work over, and plans with what was measured.
    assert first["next_cycle"]["number"] == 2
    carried = {(row["scenario"], row["stage"]) for row in first["next_cycle"]["carried_over"]}
    assert ("production/scheduling", "in_use") in carried
    assert {belief["driver"] for belief in first["next_cycle"]["beliefs"]} >= {"labour_cost", "inventory_value"}
    assert first["next_cycle"]["plan"]["npv"]["p50"] != first["plan"]["npv"]["p50"]
    assert current_cycle(works).number == 2
    assert not Milestone.objects.exclude(adoption__in=adoptions(works)).exists()
    assert Adoption.objects.filter(carried_from__isnull=False).count() == len(carried)

    zh, en, project_list = files
    assert all(path.stat().st_size > 10_000 for path in (zh, en))
    assert openpyxl.load_workbook(project_list).active.max_row > len(first["plan"]["projects"])

    # Round again: the factory has lived on for a year, and the second cycle is wiser than the first.
    second, _ = once_round(works, tmp_path)
    assert second["next_cycle"]["number"] == 3
    (one,), (two,) = first["cycles"], second["cycles"]
    assert (one["number"], two["number"], two["opened"], two["closed"]) == (1, 2, "2026-09-30", "2027-09-30")
    assert two["plan"]["projects"] and two["level"] == 2

    priors = [{(row["scenario"], row["level"], row["driver"]): row for row in turn["priors"]} for turn in (one, two)]
    measured = {(row["scenario"], row["level"], row["driver"]): row["mean"] for row in one["measured"]}
    assert len(measured) >= 3
    for key, value in measured.items():
        before, after = priors[0][key], priors[1][key]
        assert (before["basis"], after["basis"]) == ("manifest", "measured")
        assert abs(after["mean"] - value) < abs(before["mean"] - value)
        assert after["standard_deviation"] < before["standard_deviation"]
    untouched = set(priors[0]) & set(priors[1]) - set(measured)
    assert untouched and all(priors[0][key]["mean"] == priors[1][key]["mean"] for key in untouched)

    # On what was measured in the second year alone, the second cycle's forecasts err less than the first's.
    (earlier,) = two["forecast_error"]["earlier"]
    assert earlier["cycle"] == 1 and earlier["count"] == two["forecast_error"]["count"] >= 3
    assert two["forecast_error"]["mean_error"] < earlier["mean_error"]
    assert two["forecast_error"]["mean_error"] < one["forecast_error"]["mean_error"]

    # Projects cost more than was planned; the firm's factor has learned it from what was paid.
    assert one["overrun"]["cost"] == {"steps": 0, "factor": 1.0, "low": pytest.approx(0.676, abs=0.001), "high": ANY}
    assert two["overrun"]["cost"]["steps"] > 0 and 1.0 < two["overrun"]["cost"]["factor"] < 1.2
    actions = {(row["scenario"], row["is_pilot"]): row["action"] for row in two["lessons"]}
    assert actions["production/scheduling", True] == "scale"
    assert "fix" in actions.values()  # what was due without its data

    assert [turn["number"] for turn in spiral_of_cycles(works)] == [1, 2, 3]
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    assert [turn["number"] for turn in spiral_of_cycles(stranger)] == [1]
    assert not Forecast.objects.filter(organisation=stranger).exists()
    assert where(stranger).current.id == "diagnose"
    assert not adoptions(stranger).exists()
    assert set(levels_today(stranger).values()) == {0}


def test_without_an_assessment_the_loop_says_what_to_do(organisation, tmp_path):
    with pytest.raises(BadInput) as caught:
        once_round(organisation, tmp_path)
    assert "tujing diagnose" in caught.value.problems[0].sentence("zh")
    assert not (tmp_path / "reports").exists()


@pytest.fixture
def example(organisation):
    """An enterprise whose first work orders are the example's."""
    orders = pa.table(
        {
            "work_order_id": ["WO-1"],
            "product_id": ["SM-A01"],
            "quantity": [10.0],
            "status": ["released"],
            "release_time": pa.array([datetime(2026, 8, 20)], pa.timestamp("us")),
            "due_time": pa.array([datetime(2026, 9, 1)], pa.timestamp("us")),
        }
    )
    dataspace.write_table(organisation, "work_order", orders, source=SOURCE)
    return organisation


def test_the_example_lives_from_the_end_of_its_first_export(example, tmp_path):
    assert read(tmp_path, example) == Life((date(2026, 9, 30),), ())
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    assert read(tmp_path, stranger) is None


@pytest.mark.parametrize(
    "text",
    ["ends: []\nin_use: []\n", "ends: [soon]\nin_use: []\n", "ends: [2026-09-30]\n", "[]\n", "ends: [2026-09-30\n"],
)
def test_a_diary_that_was_spoilt_by_hand_is_refused_by_name(example, tmp_path, text):
    (tmp_path / DIARY).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read(tmp_path, example)
    assert DIARY in refused.value.problems[0].file


def test_a_level_accepted_late_is_lived_with_from_the_next_year_on(tmp_path):
    works = Organisation.objects.create(slug="works", name={"zh": "工厂", "en": "Works"})
    day = date(2028, 9, 30)
    for scenario, closed in (("production/scheduling", day), ("management/process_mining", None)):
        LevelProject.objects.create(
            organisation=works,
            adoption=ensure(works, scenario, current_cycle(works)),
            level=3,
            start=date(2027, 10, 1),
            end=date(2028, 3, 31),
            baseline_start=date(2027, 10, 1),
            baseline_end=date(2028, 3, 31),
            closed=closed,
            budget=200_000.0,
        )

    (late,) = _went_live(works)
    assert (late.scenario, late.level, late.go_live, late.cost) == ("production/scheduling", 3, day, 200_000.0)
    assert late.expected["labour_cost"] < 0

    factory = Factory(tmp_path, works, Life((day,), ()))
    assert not factory.lives_with(late.scenario, late.level)
    factory.life = Life((day,), (InUse(late.scenario, late.level, day, late.expected),))
    assert factory.lives_with(late.scenario, late.level)
    assert not factory.lives_with(late.scenario, 2)
