"""Covered: KPIs of one's own, series with lineage, indicators withheld rather than zero, ratings by cycle."""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from tujing.adoption.models import Adoption, Stage
from tujing.adoption.services import current_cycle
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation
from tujing.evaluation import store
from tujing.evaluation.appraisal.services import appraisal, ratings, record_ratings
from tujing.evaluation.models import DeclaredKpi, KpiSeries, Rating
from tujing.evaluation.services import evaluate, withheld
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db

OWN = """
- id: order_size
  name: {zh: 工单批量, en: Order size}
  unit: "1"
  better: lower
  formula: mean(work_order.quantity)
"""


def baseline(organisation, months=24, first=(2024, 10), factor=1.0):
    days = [date(first[0] + (first[1] - 1 + n) // 12, (first[1] - 1 + n) % 12 + 1, 1) for n in range(months)]
    amounts = {name: [1_000_000.0 * factor] * months for name in ("material_cost", "labour_cost", "energy_cost")}
    revenue = [5_000_000.0 * (1.1 if n >= 12 else 1.0) for n in range(months)]
    table = {
        "month": pa.array(days),
        "revenue": revenue,
        **amounts,
        "operating_profit": [0.1 * one for one in revenue],
        "inventory_value": [6_000_000.0] * months,
    }
    return dataspace.write_table(organisation, "financial_baseline", pa.table(table), source="test")


def orders(organisation, weeks=80):
    dataspace.write_table(
        organisation,
        "product",
        pa.table({"product_id": ["P"], "name": ["p"], "kind": ["finished"], "family": ["A"], "unit": ["pcs"]}),
        source="test",
    )
    start = [datetime(2025, 1, 6) + timedelta(days=7 * week) for week in range(weeks)]
    moments = pa.array(start, pa.timestamp("us"))
    return dataspace.write_table(
        organisation,
        "work_order",
        pa.table(
            {
                "work_order_id": [f"W{week}" for week in range(weeks)],
                "product_id": ["P"] * weeks,
                "quantity": [100.0 + week % 7 for week in range(weeks)],
                "release_time": moments,
                "due_time": moments,
                "status": ["completed"] * weeks,
            }
        ),
        source="test",
    )


def declare(organisation, tmp_path, text=OWN):
    path = tmp_path / "kpis.yaml"
    path.write_text(text, encoding="utf-8")
    return store.declare(organisation, path)


def by_id(found):
    return {one["id"]: one for kind in ("performance", "capability") for one in found["indicators"][kind]}


def test_a_kpi_of_ones_own_is_kept_and_its_series_computed_once_a_version(organisation, tmp_path):
    orders(organisation)
    declare(organisation, tmp_path)
    first = store.series(organisation, "order_size")
    assert first.values[""][0] == ["2025-01-06", 100.0] and len(first.values[""]) == 80
    assert first.lineage["tables"]["work_order"]["version"] == 1
    assert len(first.lineage["formula_sha256"]) == 64
    again = store.series(organisation, "order_size")
    assert (again.pk, again.created) == (first.pk, first.created)
    orders(organisation, weeks=70)
    newer = store.series(organisation, "order_size")
    assert newer.fingerprint != first.fingerprint and len(newer.values[""]) == 70
    assert KpiSeries.objects.count() == 1
    assert list(store.series(organisation, "order_size", "month", "family").values) == ["A"]


def test_a_series_says_its_gaps_and_changes_of_unit(organisation, tmp_path):
    orders(organisation)
    declare(organisation, tmp_path)
    row = store.series(organisation, "order_size")
    pairs = row.values[""]
    row.values = {"": [*pairs[:30], *([day, value / 1000] for day, value in pairs[35:])]}
    (found,) = store.condition(row)
    assert (found.missing, found.of) == (5, 80)
    assert [one["at"] for one in found.breaks] == [pairs[35][0]]


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (OWN.replace("mean(", "mean"), "formula_error", "order_size.formula"),
        (OWN.replace('unit: "1"', "unit: h"), "unit_differs", "order_size.formula"),
        (OWN.replace("order_size", "lead_time"), "kpi_taken", "lead_time"),
        (OWN + OWN, "repeated_kpi", "order_size"),
        (OWN + "  tyme: 3\n", "extra_forbidden", "order_size.tyme"),
        (OWN + "  time: {work_order: status}\n", "no_such_time", "order_size.time"),
        ("id: order_size", "not_a_list", ""),
    ],
)
def test_a_bad_kpi_file_is_refused_whole(organisation, tmp_path, text, code, key):
    with pytest.raises(BadInput) as caught:
        declare(organisation, tmp_path, text)
    assert (caught.value.problems[0].code, caught.value.problems[0].key) == (code, key)
    assert not DeclaredKpi.objects.exists()


def test_what_cannot_be_asked_of_the_store_is_said(organisation, tmp_path):
    declare(organisation, tmp_path)
    for more, code in (
        ({"kpi": "nothing"}, "unknown_kpi"),
        ({"kpi": "order_size"}, "no_data_for_kpi"),
        ({"kpi": "order_size", "grain": "day"}, "grain_too_fine"),
        ({"kpi": "order_size", "grain": "year"}, "unknown_grain"),
        ({"kpi": "order_size", "scope": "planet"}, "unknown_scope"),
    ):
        with pytest.raises(BadInput) as caught:
            store.series(organisation, **more)
        assert caught.value.problems[0].code == code


def test_ones_own_kpi_is_evaluated_beside_the_others(organisation, tmp_path):
    orders(organisation)
    declare(organisation, tmp_path)
    adoption = Adoption.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        scenario="production/scheduling",
        stage=Stage.IN_USE,
        level_today=3,
        level_target=4,
        go_live=date(2026, 1, 5),
    )
    (row,) = (one for one in evaluate(organisation) if one.measure == "order_size")
    assert row.verdict == "cannot_tell" and row.result["forecast"] is None and row.result["drivers"] == []
    reasons = {one["measure"]: one for one in withheld(organisation)}
    assert "operation_event" in reasons["setup_share"]["en"] and reasons["setup_share"]["reason"] == "no_data"
    assert evaluate(organisation, as_of=date(2025, 6, 1))[0].result["weeks_after"] == 0

    Adoption.objects.filter(pk=adoption.pk).update(go_live=None)
    assert evaluate(organisation) == []
    (unknown,) = withheld(organisation)
    assert unknown["reason"] == "go_live_unknown" and "上线日期" in unknown["zh"]


def test_indicators_are_worked_out_over_the_year_and_withheld_without_data(organisation):
    found = by_id(appraisal(organisation))
    assert all(one["value"] is None and one["withheld"]["zh"] for one in found.values())
    baseline(organisation)
    found = by_id(appraisal(organisation))
    assert found["revenue_growth"]["value"] == pytest.approx(0.1)
    assert found["profit_margin"]["value"] == pytest.approx(0.1)
    assert found["profit_margin"]["before"] == pytest.approx(0.1)
    assert found["inventory_turnover"]["value"] == pytest.approx(36 / 6)
    assert found["development_time"]["value"] is None
    assert "development_project" in found["development_time"]["withheld"]["en"]


def test_half_a_year_is_no_year(organisation):
    baseline(organisation, months=18)
    found = by_id(appraisal(organisation, as_of=date(2026, 4, 15)))
    assert found["profit_margin"]["value"] == pytest.approx(0.1) and found["profit_margin"]["before"] is None
    assert found["revenue_growth"]["value"] is None and "6" in found["revenue_growth"]["withheld"]["en"]


def test_data_quality_is_measured_and_its_accuracy_left_open(organisation):
    baseline(organisation)
    quality = by_id(appraisal(organisation, as_of=date(2026, 9, 20)))["data_quality"]
    shares = {one["id"]: one["share"] for one in quality["characteristics"]}
    assert shares["accuracy"] is None and shares["conformity"] == shares["consistency"] == 1.0
    assert 0 < shares["completeness"] < 1 and shares["timeliness"] == 1.0
    later = by_id(appraisal(organisation, as_of=date(2027, 9, 20)))["data_quality"]
    assert {one["id"]: one["share"] for one in later["characteristics"]}["timeliness"] == 0.0


def rate(organisation, tmp_path, *rows):
    path = tmp_path / "ratings.csv"
    path.write_text(
        "rater,group,party,indicator,subject,item,answer,rated\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    return record_ratings(organisation, path)


def test_ratings_are_kept_once_a_person_and_a_bad_file_changes_nothing(organisation, tmp_path):
    line = "R1,manager,self,customer_satisfaction,,score,{},2026-09-30"
    rate(organisation, tmp_path, line.format(80))
    rate(organisation, tmp_path, line.format(60))
    assert [one.answers for one in ratings(organisation)] == [{"score": 60.0}]
    with pytest.raises(BadInput):
        rate(organisation, tmp_path, line.format(90), line.format(900).replace("R1", "R2"))
    assert [one.answers for one in ratings(organisation)] == [{"score": 60.0}]
    found = appraisal(organisation)
    assert by_id(found)["customer_satisfaction"]["value"] == 60.0
    assert found["ratings"]["not_heard"] == ["department_head", "line_worker"]


def test_conformity_is_checked_clause_by_clause_against_the_catalogue(organisation, tmp_path):
    row = "T1,department_head,third_party,conformity,GB/T 39116,{},{},2026-09-30"
    rate(organisation, tmp_path, row.format("5.1", "符合"), row.format("5.2", "不符合"), row.format("6", "不适用"))
    found = by_id(appraisal(organisation))["conformity"]
    assert found["value"] == 50.0 and found["subjects"] == {"GB/T 39116": 50.0}


def test_another_organisation_sees_nothing_of_it(organisation, tmp_path):
    orders(organisation)
    baseline(organisation)
    declare(organisation, tmp_path)
    rate(organisation, tmp_path, "R1,manager,self,customer_satisfaction,,score,80,2026-09-30")
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    assert "order_size" not in store.known(stranger)
    found = appraisal(stranger)
    assert all(one["value"] is None for one in by_id(found).values())
    assert found["ratings"]["results"] == [] and ratings(stranger) == []
    assert Rating.objects.filter(organisation=organisation).count() == 1
