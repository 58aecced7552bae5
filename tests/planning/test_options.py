"""Buying, subscribing and making: from the manifest's figures by declared factors."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.atlas.loader import atlas
from tujing.planning.assumptions import assumptions
from tujing.planning.options import COST_CLASSES, cost_options, option_figures, person_days, stretched, with_own
from tujing.problems import BadInput

SIZES = ("large", "medium", "small", "micro")
RAMP = st.lists(st.floats(0, 1), min_size=1, max_size=8).map(lambda steps: tuple(sorted(steps)))


def every_step():
    for card in atlas().manifests.values():
        for cost in card.costs:
            yield card, cost


def test_buying_comes_first_with_exactly_the_figures_of_the_manifest():
    for card, cost in every_step():
        buy = cost_options(card, cost.level, cost.size, assumptions())[0]
        assert buy.id == "buy" and buy.effect_share == 1.0 and buy.ramp == assumptions().ramp_up.value
        assert (buy.one_off.low, buy.one_off.mode, buy.one_off.high) == (
            cost.one_off.low,
            cost.one_off.mode,
            cost.one_off.high,
        )
        assert (buy.yearly.low, buy.yearly.mode, buy.yearly.high) == (
            cost.yearly.low,
            cost.yearly.mode,
            cost.yearly.high,
        )
        assert buy.quarters == next(one.quarters for one in card.durations if one.level == cost.level)
        assert buy.person_days == person_days(card, cost.size, assumptions())


def test_the_parts_of_every_option_sum_to_its_cost_and_stay_in_order():
    for card, cost in every_step():
        for option in cost_options(card, cost.level, cost.size, assumptions()):
            for end in ("low", "mode", "high"):
                assert sum(getattr(part.one_off, end) for part in option.parts.values()) == pytest.approx(
                    getattr(option.one_off, end)
                )
                assert sum(getattr(part.yearly, end) for part in option.parts.values()) == pytest.approx(
                    getattr(option.yearly, end)
                )
            assert set(option.parts) <= set(COST_CLASSES)
            assert option.one_off.low <= option.one_off.mode <= option.one_off.high
            assert option.yearly.low <= option.yearly.mode <= option.yearly.high


def test_subscribing_costs_less_at_the_start_and_more_every_year_and_making_takes_more_of_the_people():
    card = atlas().manifests["production/scheduling"]
    buy, subscribe, build = cost_options(card, 3, "medium", assumptions())
    assert (buy.id, subscribe.id, build.id) == ("buy", "subscribe", "build")
    assert subscribe.one_off.mean < buy.one_off.mean and subscribe.yearly.mean > buy.yearly.mean
    assert "licence" not in subscribe.parts and subscribe.parts["subscription"].yearly.mean > 0
    assert subscribe.quarters < buy.quarters < build.quarters
    assert build.person_days > buy.person_days > subscribe.person_days
    assert build.lock_in < buy.lock_in < subscribe.lock_in


def test_a_micro_firm_does_not_make_and_what_cannot_be_had_from_the_cloud_is_not_subscribed_to():
    card = atlas().manifests["production/scheduling"]
    assert [one.id for one in cost_options(card, 3, "micro", assumptions())] == ["buy", "subscribe"]
    local = card.model_copy(
        update={"tools": tuple(tool.model_copy(update={"deployment": "local"}) for tool in card.tools)}
    )
    assert [one.id for one in cost_options(local, 3, "medium", assumptions())] == ["buy", "build"]


def test_a_level_without_figures_has_no_options():
    assert cost_options(atlas().manifests["production/scheduling"], 1, "medium", assumptions()) == ()


def test_every_factor_says_where_it_comes_from():
    figures = option_figures()
    assert all(one.source and one.status for one in [*figures.kinds.values(), *figures.options.values()])


def test_an_enterprise_puts_its_own_factor_in_the_place_of_one():
    card = atlas().manifests["production/scheduling"]
    own = with_own({"options": {"subscribe": {"duration": 1.0, "lock_in": 0.2}}})
    mine = {one.id: one for one in cost_options(card, 3, "medium", assumptions(), own)}
    shipped = {one.id: one for one in cost_options(card, 3, "medium", assumptions())}
    assert mine["subscribe"].quarters == 3 and mine["subscribe"].lock_in == 0.2
    assert mine["subscribe"].yearly == shipped["subscribe"].yearly and mine["build"] == shipped["build"]


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"options": {"subscribe": {"effect": -1}}}, "options.subscribe.effect"),
        ({"options": {"borrow": {"lock_in": 0.1}}}, "options.borrow"),
        ({"options": {"buy": {"duration": 2.0}}}, ""),
        ({"kinds": {"desk": {"one_off": {"licence": 0.9}}}}, "kinds.desk"),
    ],
)
def test_a_factor_that_makes_no_sense_is_refused_with_its_key(own, key):
    with pytest.raises(BadInput) as refused:
        with_own(own)
    assert refused.value.problems[0].key.startswith(key)


@given(RAMP, st.floats(0.3, 4.0))
def test_a_stretched_ramp_never_falls_and_ends_where_the_ramp_ends(ramp, factor):
    longer = stretched(ramp, factor)
    assert all(before <= after + 1e-12 for before, after in pairwise(longer))
    assert longer[-1] == pytest.approx(ramp[-1])
    assert all(0 <= step <= ramp[-1] + 1e-12 for step in longer)


def test_a_ramp_is_read_between_its_quarters():
    assert stretched((0.5, 1.0), 2.0) == pytest.approx((0.25, 0.5, 0.75, 1.0))
    assert stretched((0.25, 0.5, 0.75, 1.0), 0.5) == pytest.approx((0.5, 1.0))
    assert stretched((0.25, 1.0), 1.0) == (0.25, 1.0)
