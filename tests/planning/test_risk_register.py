"""Risks from facts of the plan, and what they cost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.factory import candidate, effect

from tujing.adoption.readiness import Readiness
from tujing.atlas.loader import atlas
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.montecarlo import simulate
from tujing.planning.own_figures import PlanFigures
from tujing.planning.risk_register import Surroundings, project_facts, register, told
from tujing.planning.risk_rules import FILE, RiskRules, read_risk_rules, risk_rules
from tujing.planning.uncertainty import Triangular
from tujing.problems import BadInput

HORIZON = Horizon(quarters=8, quarters_after=8, ramp_up=(0.5, 1.0), discount_rate=0.1)
WORTH = {"scrap_cost": 2e6, "energy_cost": 4e5}
SCENARIO = "production/scheduling"


def around(**changes) -> Surroundings:
    known = Surroundings(
        manifests=atlas().manifests,
        readiness={SCENARIO: Readiness(SCENARIO, 0.6, False, ())},
        size="medium",
        revenue=1.3e8,
        person_days=(100.0,) * 8,
        parallel=4,
    )
    return replace(known, **changes)


def plan(option: str = "", **changes) -> Portfolio:
    one = candidate(SCENARIO, (effect("scrap_cost"),), Triangular(2e5, 3e5, 6e5), Triangular(2e4, 3e4, 5e4), 2, level=3)
    two = candidate("production/other", (effect("energy_cost", 0, 0.05, 0.1),), Triangular(1e4, 2e4, 3e4))
    return Portfolio([(replace(one, option=option, **changes), 0), (two, 1)], WORTH, HORIZON)


def ids(risks) -> set[str]:
    return {risk.rule.id for risk in risks if risk.scenario == SCENARIO}


def test_facts_are_those_of_the_plan_and_of_the_data():
    facts = project_facts(plan("subscribe", person_days=160.0, after=("a@2",)), around())[0]
    card = atlas().manifests[SCENARIO]
    assert facts["data_gap"] == pytest.approx(0.4) and facts["interfaces"] == len(card.data_elements.reads)
    assert facts["people_load"] == pytest.approx((80 + 10) / 100) and facts["parallel_load"] == 2 / 4
    assert facts["subscribed"] == 1 and facts["built"] == 0 and facts["waits_for"] == 1
    assert facts["cost_spread"] == pytest.approx(1.0) and facts["assumed"] == 1.0
    assert facts["cost_to_revenue"] == pytest.approx(plan().projects[0][0].one_off.mean / 1.3e8)
    assert facts["on_floor"] == 1 and facts["learned_model"] == 1


def test_what_is_not_known_raises_no_risk():
    facts = project_facts(plan(), around(revenue=None, readiness={}, manifests={}, person_days=(0.0,) * 8))[0]
    assert not {"data_gap", "cost_to_revenue", "senior_share", "people_load", "interfaces"} & set(facts)


def test_each_way_of_getting_a_step_has_risks_of_its_own():
    bought, subscribed, built = (ids(register(plan(option), around())) for option in ("buy", "subscribe", "build"))
    assert {"vendor_leaves", "data_leak"} <= subscribed and not {"vendor_leaves", "data_leak"} & (bought | built)
    assert "key_person" in built and "key_person" not in bought | subscribed
    assert "vendor_lock_in" in bought & subscribed and "vendor_lock_in" not in built


def test_ready_data_are_no_risk_and_less_ready_ones_a_likelier_one():
    def chance(share: float) -> float:
        readiness = {SCENARIO: Readiness(SCENARIO, share, True, ())}
        return sum(r.probability for r in register(plan(), around(readiness=readiness)) if r.rule.id == "data_quality")

    assert chance(1.0) == 0 and 0 < chance(0.8) < chance(0.5) < chance(0.1)


def test_risks_are_priced_dearest_first_and_say_what_to_do_and_who_does():
    risks = register(plan("subscribe"), around())
    prices = [risk.expected_loss for risk in risks]
    assert prices == sorted(prices, reverse=True) and prices[0] > 0
    rows = told(risks)
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    for row in rows:
        assert row["loss"]["low"] <= row["loss"]["mean"] <= row["loss"]["high"]
        assert row["why"]["zh"] and row["why"]["en"] and row["mitigation"]["action"]["zh"] and row["owner"]["en"]
        assert row["source"] and row["status"] == "constructed" and "{" not in row["why"]["zh"] + row["why"]["en"]


def test_the_price_of_every_risk_is_what_the_plan_loses_when_it_alone_may_happen():
    portfolio = plan("subscribe")
    certain = [replace(risk, probability=1.0) for risk in register(portfolio, around())]
    without = simulate(portfolio, 0.0, 0.0, 40_000, 1)
    for risk in certain:
        struck = simulate(portfolio, 0.0, 0.0, 40_000, 1, [risk.event])
        error = 5 * max(struck.standard_deviation, 1.0) / 40_000**0.5
        assert without.mean - struck.mean == pytest.approx(risk.expected_loss, abs=error), risk.id


def test_the_register_goes_into_the_simulation_and_costs_what_it_says():
    portfolio = plan("build")
    risks = register(portfolio, around())
    without = simulate(portfolio, 0.5, 0.3, 40_000, 2)
    struck = simulate(portfolio, 0.5, 0.3, 40_000, 2, [risk.event for risk in risks])
    lost = without.mean - struck.mean
    assert (
        0 < lost <= sum(risk.expected_loss for risk in risks) * 1.05
    )  # two that strike one effect take less than both
    assert struck.cvar < without.cvar and struck.loss >= without.loss
    rows = told(risks, struck)
    assert all(0 <= row["in_tail"] <= 1 for row in rows)
    assert max(row["in_tail"] - row["probability"] for row in rows) > 0.03


def test_a_mitigation_pays_when_it_takes_away_more_than_it_costs():
    for risk in register(plan(), around()):
        saved = risk.expected_loss * (1 - risk.rule.mitigation.leaves)
        cost = risk.rule.mitigation.cost * plan().projects[risk.place][0].one_off.mean
        assert (risk.mitigation_gain > 0) == (saved > cost)


def test_an_empty_plan_has_no_risks():
    assert register(Portfolio([], WORTH, HORIZON), around()) == []


@given(st.floats(-1, 20), st.floats(-1, 20), st.sampled_from(["large", "medium", "small", "micro"]))
def test_a_larger_fact_never_makes_a_risk_less_likely(one, other, size):
    for rule in risk_rules().rules:
        less, more = (rule.chance(fact, size) for fact in sorted((one, other)))
        assert 0 <= less <= more <= 1


def test_the_guides_kinds_of_risk_are_there():
    kinds = {rule.category for rule in risk_rules().rules}
    assert {"data", "integration", "vendor", "security", "people"} <= kinds


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("probability: {least: 0.08, most: 0.35}", "probability: {least: 0.60, most: 0.35}"),
        ("effect: [0.05, 0.2, 0.5], one_off", "effect: [0.05, 0.01, 0.5], one_off"),
        ("fact: data_gap", "fact: weather"),
        ("id: integration", "id: data_quality"),
        ("full: 0.8", "full: 0.01"),
        ("effect: [0.3, 0.6, 1.0]", "effect: [0.3, 0.6, 1.2]"),
        ("impact: {yearly: [0.05, 0.2, 0.6]}", "impact: {}"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_its_file(tmp_path, old, new):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "risks.yaml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_risk_rules(broken)
    assert refused.value.problems[0].file.endswith("risks.yaml")


def test_an_enterprises_own_rules_take_the_place_of_those_shipped():
    only = RiskRules(rules=(next(rule for rule in risk_rules().rules if rule.id == "integration"),))
    found = register(plan(), around(figures=PlanFigures(risks=only)))
    assert {risk.rule.id for risk in found} == {"integration"}
