"""An enterprise's own figures in the place of the shipped ones."""

import pytest

from tujing.planning.assumptions import assumptions
from tujing.planning.options import option_figures
from tujing.planning.own_figures import SOURCE, PlanFigures, plan_figures, read_own
from tujing.planning.risk_rules import risk_rules
from tujing.problems import BadInput


def test_nothing_given_is_what_is_shipped():
    for own in (None, {}):
        figures = plan_figures(own)
        assert figures == PlanFigures() and figures.assumptions == assumptions()
        assert (figures.options, figures.risks) == (option_figures(), risk_rules())


def test_what_is_given_takes_its_place_and_says_whose_word_it_is(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "assumptions: {discount_rate: 0.08, parallel_by_size: {small: 7}}\n"
        "options: {subscribe: {lock_in: 0.4}}\n"
        "risks: {integration: {probability: {least: 0.05}}, too_large: false}\n",
        encoding="utf-8",
    )
    figures = read_own(file)
    assert figures.assumptions.discount_rate.value == 0.08 and figures.assumptions.discount_rate.source == SOURCE
    assert figures.assumptions.parallel_by_size.value["small"] == 7
    assert figures.assumptions.parallel_by_size.value["large"] == assumptions().parallel_by_size.value["large"]
    assert figures.assumptions.cost_of_capital == assumptions().cost_of_capital
    assert figures.options.options["subscribe"].lock_in == 0.4
    assert figures.options.options["build"] == option_figures().options["build"]
    rules = {rule.id: rule for rule in figures.risks.rules}
    assert "too_large" not in rules and len(rules) == len(risk_rules().rules) - 1
    assert rules["integration"].probability.least == 0.05 and rules["integration"].source == SOURCE
    assert rules["integration"].impact == next(rule for rule in risk_rules().rules if rule.id == "integration").impact


def test_an_enterprise_adds_a_risk_of_its_own():
    rule = {
        "category": "vendor",
        "name": {"zh": "独家供应", "en": "Single vendor"},
        "why": {"zh": "只有一家", "en": "There is one only"},
        "fact": "lock_in",
        "above": 0.6,
        "full": 1.0,
        "probability": {"least": 0.2, "most": 0.3},
        "impact": {"yearly": [0.1, 0.2, 0.3]},
        "mitigation": {"action": {"zh": "备选", "en": "A second source"}, "cost": 0.0, "leaves": 0.5},
        "owner": {"zh": "采购", "en": "Purchasing"},
        "status": "constructed",
    }
    assert plan_figures({"risks": {"single_vendor": rule}}).risks.rules[-1].id == "single_vendor"


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"assumptions": {"discount": 0.1}}, "assumptions.discount"),
        ({"assumptions": {"discount_rate": 12}}, "discount_rate"),
        ({"weather": {}}, "weather"),
        ({"options": {"subscribe": {"effect": -1}}}, "options.subscribe.effect"),
        ({"risks": {"integration": 3}}, "risks.integration"),
        ({"risks": {"integration": {"probability": {"least": 0.9}}}}, "rules"),
        ({"risks": {"mine": {"fact": "lock_in"}}}, "rules"),
        ([1, 2], ""),
        ({"assumptions": [1]}, ""),
    ],
)
def test_what_makes_no_sense_is_refused_with_file_and_key(own, key):
    with pytest.raises(BadInput) as refused:
        plan_figures(own, "own.yaml")
    problem = refused.value.problems[0]
    assert problem.file == "own.yaml" and problem.key.startswith(key) and problem.words.zh and problem.words.en
