"""Which steps become candidates, and why others are kept out."""

from dataclasses import replace

import pytest

from tujing.adoption.readiness import Missing, Readiness
from tujing.atlas.loader import atlas
from tujing.planning.assumptions import assumptions
from tujing.planning.candidates import Circumstances, draw_up
from tujing.planning.uncertainty import Normal
from tujing.planning.value import DRIVERS, Baseline
from tujing.words import Text

KNOWN = Circumstances(
    levels=dict.fromkeys(atlas().manifests, 1),
    size="small",
    production_type="discrete",
    industry="C3812",
    baseline=Baseline(12, None, None, dict.fromkeys(DRIVERS, 1000000.0)),
    readiness={},
    beliefs={},
)
SCHEDULING = atlas().manifests["production/scheduling"]


def drawn(known: Circumstances = KNOWN, cards=None):
    candidates, kept_out = draw_up(cards or atlas().manifests.values(), known, assumptions())
    return {one.id: one for one in candidates}, {one.id: one for one in kept_out}


def test_with_everything_known_every_declared_level_above_today_is_a_candidate():
    candidates, kept_out = drawn()
    wanted = {f"{card.id}@{cost.level}" for card in atlas().manifests.values() for cost in card.costs if cost.level > 1}
    assert not kept_out
    assert set(candidates) == wanted


def test_what_is_reached_already_is_no_candidate():
    candidates, _ = drawn(replace(KNOWN, levels={**KNOWN.levels, "production/scheduling": 3}))
    assert [one for one in candidates if one.startswith("production/scheduling")] == ["production/scheduling@4"]


def test_levels_follow_each_other_and_prerequisites_come_first():
    candidates, _ = drawn()
    assert set(candidates["production/scheduling@3"].after) == {
        "production/scheduling@2",
        "supply_chain/order_tracking@2",
    }
    met, _ = drawn(replace(KNOWN, levels={**KNOWN.levels, "supply_chain/order_tracking": 2}))
    assert met["production/scheduling@3"].after == ("production/scheduling@2",)


def test_a_missing_driver_keeps_a_step_out_and_names_the_column_and_what_waits_for_it_follows():
    annual = {**KNOWN.baseline.annual, "late_penalty": None}
    candidates, kept_out = drawn(replace(KNOWN, baseline=replace(KNOWN.baseline, annual=annual)))
    assert kept_out["production/scheduling@3"].kind == "missing_baseline"
    assert "逾期罚款" in kept_out["production/scheduling@3"].why.zh
    assert "late-delivery penalty" in kept_out["production/scheduling@3"].why.en
    assert all(before in candidates for one in candidates.values() for before in one.after)


def test_a_scenario_that_waits_for_one_not_on_the_map_is_kept_out():
    candidates, kept_out = drawn(cards=[SCHEDULING])
    assert set(candidates) == {"production/scheduling@2"}
    assert kept_out["production/scheduling@3"].kind == "prerequisite"
    assert kept_out["production/scheduling@4"].kind == "prerequisite"


def test_data_that_are_not_ready_keep_out_the_levels_that_work_on_them():
    gap = Missing(
        "work_order", "", Text(zh="还没有工单数据，请导入。", en="There is no work order data yet; import it."), True
    )
    readiness = {SCHEDULING.id: Readiness(SCHEDULING.id, 0.2, False, (gap,))}
    candidates, kept_out = drawn(replace(KNOWN, readiness=readiness))
    assert "production/scheduling@2" in candidates
    assert kept_out["production/scheduling@3"].kind == "readiness"
    assert "还没有工单数据" in kept_out["production/scheduling@3"].why.zh


def test_a_scenario_for_the_other_type_of_production_is_kept_out():
    _, kept_out = drawn(replace(KNOWN, production_type="process"), [SCHEDULING])
    assert {one.kind for one in kept_out.values()} == {"not_applicable"}


def test_another_industry_is_kept_out():
    _, kept_out = drawn(replace(KNOWN, industry="A0111"), [SCHEDULING])
    assert {one.kind for one in kept_out.values()} == {"not_applicable"}


def test_a_size_without_a_cost_figure_is_kept_out_not_guessed():
    only_large = SCHEDULING.model_copy(
        update={"costs": tuple(cost for cost in SCHEDULING.costs if cost.size == "large")}
    )
    _, kept_out = drawn(cards=[only_large])
    assert {one.kind for one in kept_out.values()} == {"no_figures"}


def test_a_measured_belief_takes_the_place_of_the_manifests_range():
    beliefs = {("production/scheduling", 3, "labour_cost"): Normal(-0.012, 0.004)}
    candidates, _ = drawn(replace(KNOWN, beliefs=beliefs))
    effects = {one.driver: one for one in candidates["production/scheduling@3"].effects}
    assert effects["labour_cost"].improvement == Normal(0.012, 0.004)
    assert effects["labour_cost"].status == "measured"
    assert effects["late_penalty"].improvement.mean == pytest.approx(0.35)


def test_a_larger_enterprise_spends_more_of_its_own_days():
    small, _ = drawn()
    medium, _ = drawn(replace(KNOWN, size="medium"))
    assert medium["production/scheduling@3"].person_days > small["production/scheduling@3"].person_days > 0
