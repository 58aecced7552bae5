"""`tujing value`: one step opened on the enterprise's own figures."""

import argparse
import json

import pytest
from tests.works import bring_in

from tujing.cli import output, value
from tujing.planning.opening_services import value_of_step
from tujing.planning.own_figures import PlanFigures, plan_figures
from tujing.problems import BadInput

STEP = "production/scheduling@3"
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def test_three_ways_stand_side_by_side_and_buying_opens_to_the_baseline(works):
    told = value_of_step(works, STEP, {}, PlanFigures())
    assert json.loads(json.dumps(told)) == told
    assert [one["id"] for one in told["options"]] == ["buy", "subscribe", "build"]
    for one in told["options"]:
        for kind in ("one_off", "yearly"):
            assert sum(part[kind]["mean"] for part in one["parts"]) == pytest.approx(one[kind]["mean"])
        assert one["npv"] is not None and one["source"] and one["trough"] <= 0
    nodes = told["value_tree"]["nodes"]
    money = [node["value"] for name, node in nodes.items() if name.startswith("money.")]
    assert len(money) == 3 and sum(money) == pytest.approx(nodes["profit"]["value"])
    assert nodes["baseline.late_penalty"]["months"][0] == "2025-01" and told["withheld"] == []


def test_a_missing_baseline_withholds_the_value_of_every_way_and_says_which_column(works):
    bring_in(works, without=("late_penalty",))
    told = value_of_step(works, STEP, {}, PlanFigures())
    assert all(one["npv"] is None for one in told["options"]) and "value_tree" not in told
    assert [row["driver"] for row in told["withheld"]] == ["late_penalty"]
    assert "逾期罚款" in told["withheld"][0]["why"]["zh"]


def test_without_a_level_it_is_the_next_and_own_figures_count(works):
    scenario = STEP.partition("@")[0]
    assert value_of_step(works, scenario, {scenario: 2}, PlanFigures())["step"] == STEP
    cheap = plan_figures({"assumptions": {"discount_rate": 0.02}})
    shipped, own = (value_of_step(works, STEP, {}, figures)["options"][0] for figures in (PlanFigures(), cheap))
    assert own["npv"] > shipped["npv"] and own["one_off"] == shipped["one_off"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("production/scheduling@1", "no_cost_of_level"),
        ("production/scheduling@9", "bad_step"),
        ("nowhere/at_all", None),
    ],
)
def test_what_is_not_there_is_refused(works, wish, code):
    with pytest.raises(BadInput) as refused:
        value_of_step(works, wish, {}, PlanFigures())
    assert code in (None, refused.value.problems[0].code)


@pytest.mark.parametrize(("language", "word"), [("zh", "净现值"), ("en", "NPV")])
def test_the_command_tells_it_in_words(works, monkeypatch, capfd, language, word):
    monkeypatch.setattr(output, "open_workspace", lambda folder: works)
    parser = argparse.ArgumentParser()
    value.add(parser.add_subparsers())
    args = parser.parse_args(["value", "anywhere", STEP])
    output.choose_language(language)
    args.run(args)
    output.choose_language("zh")
    lines = capfd.readouterr().out.splitlines()
    assert sum(line.startswith("+ ") and word in line for line in lines) == 3
    assert any("late_penalty * effect" in line for line in lines)
