"""Everything told of a plan in money hangs together."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from tests.planning.factory import candidate, effect

from tujing.atlas.loader import atlas
from tujing.planning.appraisal import appraise
from tujing.planning.assumptions import assumptions
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.cost_classes import by_cost_class
from tujing.planning.options import cost_options
from tujing.planning.own_figures import PlanFigures
from tujing.planning.project_list import project_list
from tujing.planning.risk_register import Surroundings
from tujing.planning.value import DRIVERS, read_baseline, worth

HORIZON = Horizon(quarters=8, quarters_after=8, ramp_up=(0.5, 1.0), discount_rate=0.1)
SCENARIO = "production/scheduling"


def baseline(**columns):
    filled = {name: [columns.get(name, 2e5)] * 12 for name in DRIVERS}
    return read_baseline({"month": [date(2025, month, 1) for month in range(1, 13)], **filled}, 6)


def around() -> Surroundings:
    return Surroundings(atlas().manifests, {}, "medium", 1e8, (100.0,) * 8, 4, 260)


def plan(known=None) -> Portfolio:
    known = known or baseline(revenue=2e6)
    prices = {driver: amount for driver in DRIVERS if (amount := worth(driver, known, 0.06)) is not None}
    way = {one.id: one for one in cost_options(atlas().manifests[SCENARIO], 3, "medium", assumptions())}["subscribe"]
    one = candidate(SCENARIO, (effect("scrap_cost"),), way.one_off, way.yearly, way.quarters, 3)
    two = candidate("production/gone", (effect("scrap_cost"), effect("inventory_value", 0.1, 0.2, 0.3)))
    return Portfolio([(replace(one, option="subscribe", ramp=way.ramp), 0), (two, 1)], prices, HORIZON)


def test_the_parts_of_an_appraisal_agree_with_each_other():
    portfolio = plan()
    told = appraise(portfolio, baseline(revenue=2e6), assumptions(), around(), draws=5_000)
    assert json.loads(json.dumps(told)) == told
    assert sum(row["npv"] for row in told["shares"]) == pytest.approx(told["npv"]["expected"])
    assert sum(row["yearly"] for row in told["value_classes"]) == pytest.approx(
        told["value_tree"]["nodes"]["profit"]["value"]
    )
    assert sum(row["one_off"] for row in told["costs"]) == pytest.approx(
        sum(one.one_off.mean for one, _ in portfolio.projects)
    )
    assert told["risk"]["trough"]["expected"] == pytest.approx(min(_running(told["cash"])), abs=1)
    assert told["risk"]["cvar"] <= told["npv"]["p10"] <= told["npv"]["p50"]
    struck = told["risk"]["with_events"]
    assert struck["mean"] < told["npv"]["mean"] and struck["cvar"] < told["risk"]["cvar"] and told["risks"]


def _running(cash):
    total = 0.0
    for amount in cash:
        total += amount
        yield total


def test_a_missing_baseline_is_withheld_in_the_tree_of_a_plan():
    known = baseline(revenue=2e6, late_penalty=None)
    told = appraise(plan(known), known, assumptions(), draws=500)
    assert told["value_tree"]["nodes"]["driver.late_penalty"]["value"] is None
    assert told["value_tree"]["nodes"]["profit"]["withheld"]["zh"] and "risks" not in told


def test_costs_by_class_are_the_options_and_what_has_no_manifest_is_not_split():
    found = {one.id: one for one in by_cost_class(plan(), atlas().manifests, "medium", PlanFigures())}
    assert found["subscription"].yearly > 0 and "licence" not in found
    way = {one.id: one for one in cost_options(atlas().manifests[SCENARIO], 3, "medium", assumptions())}["subscribe"]
    assert found["hardware"].one_off == pytest.approx(way.parts["hardware"].one_off.mean)
    gone = Portfolio([(candidate("production/gone", (), way.one_off), 0)], {}, HORIZON)
    assert [one.id for one in by_cost_class(gone, atlas().manifests, "medium", PlanFigures())] == [None]


def test_the_workbook_opens_value_cost_and_risk():
    told = appraise(plan(), baseline(revenue=2e6, late_penalty=None), assumptions(), around(), draws=500)
    rest = {"projects": [], "rejected": [], "budget": [], "parameters": {"assumptions": assumptions().values()}}
    book = openpyxl.load_workbook(BytesIO(project_list({**told, **rest})))
    effects, drivers, classes, costs, risks = (
        [[cell.value for cell in row] for row in book[title].iter_rows(min_row=2)]
        for title in (
            "效益明细 Effects",
            "动因与重叠 Drivers",
            "价值类别 Value classes",
            "费用构成 Costs",
            "风险登记 Risks",
        )
    )
    nodes = told["value_tree"]["nodes"]
    assert len(effects) == 3 and effects[0][12] == "2025-01 – 2025-12"
    assert sum(row[11] for row in effects) == pytest.approx(nodes["profit"]["value"])
    assert sum(row[4] or 0 for row in drivers) == pytest.approx(nodes["profit"]["value"])
    assert any(row[4] is None and "逾期罚款" in row[5] for row in drivers)
    assert len(classes) == 9 and len(costs) == len(told["costs"]) and len(risks) == len(told["risks"])
    assert book.sheetnames[-1].startswith("假设")


def test_a_plan_from_before_has_a_workbook_without_an_appraisal():
    rest = {"projects": [], "rejected": [], "budget": [], "parameters": {"assumptions": assumptions().values()}}
    assert len(openpyxl.load_workbook(BytesIO(project_list(rest))).sheetnames) == 4


def test_an_empty_plan_is_appraised_too():
    told = appraise(Portfolio([], {}, HORIZON), baseline(), assumptions(), around(), draws=100)
    assert told["npv"]["expected"] == 0 and told["risks"] == [] and told["risk"]["irr"]["expected"] is None
    assert told["tornado"] == [] and told["costs"] == []
    assert json.dumps(told, allow_nan=False)
